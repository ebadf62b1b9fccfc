"""The long form of each proof, one after another, with a line for each at the end: `make soak`.

    python -m tests.faults.long_forms --scale 0.1
    python -m tests.faults.long_forms --scale 0.01 "catch-up" "kill -9"

Scale 1 are the figures of docs/developing.md, "Proofs"; some forms have one size. The exit code is 1 when one has failed.
"""

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.server import REPOSITORY

JOBS = "2"
Arguments = Callable[[float, str], list[str]]  # of a scale and a seed


@dataclass(frozen=True, slots=True)
class Form:
    """A module to run."""

    module: str
    arguments: Arguments

    def command(self, scale: float, seed: int) -> list[str]:
        return [sys.executable, "-W", "ignore", "-m", self.module, *self.arguments(scale, str(seed))]


def _part(whole: int, scale: float) -> str:
    return str(max(1, round(whole * scale)))


FORMS = {
    "power cut": Form("tests.faults.power_cut", lambda scale, seed: ["--count", _part(100_000, scale), "--seed", seed]),
    "kill -9": Form("tests.kill", lambda scale, seed: ["--times", _part(1000, scale), "--seed", seed]),
    "kill -9, edits and files": Form("tests.faults.kills", lambda scale, seed: ["--count", _part(1000, scale), "--seed", seed]),
    "disk errors": Form(
        "tests.faults.disk_errors",
        lambda scale, seed: ["--seed", seed, *(["--count", _part(5000, scale)] if scale < 1 else [])],
    ),
    "mixed faults": Form(
        "tests.faults.mixed",
        lambda scale, seed: ["--runs", _part(500, scale), "--seconds", "60", "--seed", seed, "--jobs", JOBS],
    ),
    "catch-up": Form("tests.faults.catch_up", lambda scale, seed: ["--sequences", _part(100_000, scale), "--seed", seed, "--jobs", JOBS]),
    "hostile frames and events": Form(
        "tests.faults.hostile_events", lambda scale, seed: ["--count", _part(10_000_000, scale), "--seed", seed]
    ),
    "hostile files": Form("tests.faults.hostile_files", lambda scale, seed: ["--count", _part(100_000, scale), "--seed", seed]),
    "backups": Form("tests.faults.backups", lambda scale, _seed: ["--count", _part(200, scale)]),
    "smuggling": Form("tests.faults.test_smuggling", lambda scale, _seed: [_part(1_000_000, scale)]),
    "attacks": Form("tests.faults.attacks", lambda scale, _seed: ["--full"] if scale >= 0.1 else []),
    "soak": Form("tests.faults.soak", lambda scale, seed: ["--seconds", _part(3600, scale), "--seed", seed]),
    "clock": Form("tests.faults.clock", lambda scale, seed: ["--count", _part(1000, scale), "--seed", seed]),
    "first starts": Form("tests.faults.first_starts", lambda scale, _seed: ["--count", _part(1000, scale)]),
    "guesses": Form("tests.faults.guesses", lambda scale, seed: ["--count", _part(10_000, scale), "--seed", seed]),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FORMS))
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    unknown = set(options.names) - set(FORMS)
    if unknown or options.scale <= 0:
        parser.error(f"there is no {min(unknown)!r}, but {', '.join(FORMS)}" if unknown else "a scale is over 0")
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    lines, failed = [], 0
    for name in options.names or FORMS:
        command = FORMS[name].command(options.scale, seed)
        print(f"— {name}: {' '.join(command[3:])}", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=REPOSITORY, check=False).returncode
        failed += code != 0
        lines.append(f"{'failed' if code else 'passed'}  {time.monotonic() - began:6.0f} s  {name}: {' '.join(command[4:])}")
    print(f"\nseed {seed}, commit {commit.stdout.strip() or 'unknown'}, scale {options.scale:g}", *lines, sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
