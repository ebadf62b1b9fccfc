#!/bin/sh
# What the tests need beside Python and npm packages: a Chromium and fonts, from Debian's packages.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "The tests need Node.js 20 or newer with npm."; exit 2; }
if command -v chromium >/dev/null; then exit 0; fi
command -v apt-get >/dev/null || { echo "The tests need Chromium at /usr/bin/chromium; install it with your system's packages."; exit 2; }
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends chromium fonts-noto-color-emoji >/dev/null
