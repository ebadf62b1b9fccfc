"""Several first starts at once on the same folders: whether all of them hold one key.

    python -m tests.faults.first_starts --count 1000
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path

from chatweb.instance import Instance
from tests.faults.disk import fast_folder

TOGETHER = 4  # processes
Key = Callable[[Path], bytes]

_barrier: list[Barrier] = []


def key_of(folder: Path) -> bytes:
    """The key as a start takes it."""
    return Instance(folder / "instance", folder / "uploads").key()


def naive_key_of(folder: Path) -> bytes:
    """The key as it is mostly made; to show that the race is one."""
    path = folder / "secret.key"
    if not path.exists():
        path.write_bytes(multiprocessing.current_process().authkey + str(time.perf_counter_ns()).encode())
    return path.read_bytes()


def _remember(barrier: Barrier) -> None:
    _barrier[:] = [barrier]


def _start(what: tuple[Key, Path]) -> bytes:
    take, folder = what
    _barrier[0].wait(30)
    try:
        return take(folder)
    except Exception as error:
        return f"{type(error).__name__}: {error}".encode()


def run(count: int, take: Key = key_of) -> list[str]:
    """Try so often; what was wrong, a line for each try."""
    context = multiprocessing.get_context("spawn")
    faults = []
    with (
        tempfile.TemporaryDirectory(prefix="chatweb-first-", dir=fast_folder()) as name,
        context.Pool(TOGETHER, initializer=_remember, initargs=(context.Barrier(TOGETHER),)) as pool,
    ):
        for number in range(count):
            folder = Path(name) / str(number)
            folder.mkdir()
            keys: Sequence[bytes] = pool.map(_start, [(take, folder)] * TOGETHER, chunksize=1)
            if len(set(keys)) != 1 or len(keys[0]) < 32:
                faults.append(f"try {number}: {len(set(keys))} keys, of {sorted({len(key) for key in keys})} bytes: {keys[0][:80]!r}")
            elif take is key_of and (left := _left(folder)) != ["instance", "instance/secret.key", "uploads"]:
                faults.append(f"try {number}: what is there then is {left}")
    return faults


def _left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    faults = run(options.count)
    print(*faults[:20], sep="\n")
    print(f"{options.count} times {TOGETHER} first starts at once: {len(faults)} with more than one key")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
