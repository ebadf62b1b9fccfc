#!/bin/sh
# What the tests need beside Python and npm packages: a Chromium, fonts and a C compiler, from Debian's packages.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "The tests need Node.js 20 or newer with npm."; exit 2; }
missing=""
command -v chromium >/dev/null || missing="$missing chromium fonts-noto-color-emoji"
command -v cc >/dev/null || missing="$missing gcc libc6-dev" # tests/faults/disk.c
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null || { echo "The tests need Chromium at /usr/bin/chromium and a C compiler (cc); install them with your system's packages."; exit 2; }
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of names
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends $missing >/dev/null
