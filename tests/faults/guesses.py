"""Many guess at the administrator's password at once, from many addresses; the administrator signs in meanwhile.

python -m tests.faults.guesses --count 10000 --seed 1
"""

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.server import Server

GUESSERS = 5  # at once
HASHES = 60  # that all guesses together may cost
PATIENCE = 1.0  # seconds within which the rightful one is in
ADDRESSES = 20  # of this machine for each of them: as many as a pupil can take in a school's network


@dataclass
class Outcome:
    """What the guesses were answered, and how long the administrator waited, in seconds."""

    answers: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    calm: float = 0.0

    @property
    def hashes(self) -> int:
        """A guess that was looked at is answered with 403, all others with 429 or 503."""
        return self.answers[403]


class Panel:
    """Signs in, over a connection from an address of this machine."""

    def __init__(self, server: Server, address: str = "127.0.0.1", *, far: bool = False) -> None:
        """``far``: with a proxy's header, so that it is not taken for a program on this machine."""
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(address, 0))
        self._headers = {"Content-Type": "application/json", **({"X-Forwarded-For": address} if far else {})}

    def sign_in(self, password: str) -> int:
        try:
            reply = self._asks(password)
        except (ConnectionError, http.client.RemoteDisconnected):  # idle for too long, and let go
            self._connection.close()
            reply = self._asks(password)
        if cookies := reply.headers.get_all("Set-Cookie"):
            self._headers["Cookie"] = "; ".join(cookie.partition(";")[0] for cookie in cookies)
        return reply.status

    def _asks(self, password: str) -> http.client.HTTPResponse:
        self._connection.request("POST", "/admin/api/session", json.dumps({"password": password}), self._headers)
        reply = self._connection.getresponse()
        reply.read()
        return reply

    def hangs_up(self) -> None:
        self._connection.close()


def storm(server: Server, *, count: int, seed: int) -> Outcome:
    """``count`` wrong guesses, half of them from this machine itself, and sign-ins of a browser that was in before."""
    outcome, over = Outcome(), threading.Event()
    owner = Panel(server)
    for _ in range(3):
        began = time.monotonic()
        assert owner.sign_in(server.admin_password) == 201
        outcome.calm = time.monotonic() - began

    def guess(numbers: range) -> None:
        chance = random.Random(seed + numbers.start)
        near, far = Panel(server), [Panel(server, f"127.{1 + numbers.start % 250}.1.{one}", far=True) for one in range(1, ADDRESSES + 1)]
        for number in numbers:
            panel = near if chance.random() < 0.5 else chance.choice(far)
            outcome.answers[panel.sign_in(f"guess {number}")] += 1
        for panel in (near, *far):
            panel.hangs_up()

    def come_and_go() -> None:
        while not over.is_set():
            began = time.monotonic()
            status = owner.sign_in(server.admin_password)
            outcome.waits.append(time.monotonic() - began)
            if status != 201:
                outcome.refused.append(status)
            over.wait(0.3)

    share = -(-count // GUESSERS)
    guessers = [threading.Thread(target=guess, args=(range(n, min(n + share, count)),)) for n in range(0, count, share)]
    rightful = threading.Thread(target=come_and_go)
    for thread in (rightful, *guessers):
        thread.start()
    for thread in guessers:
        thread.join()
    over.set()
    rightful.join()
    owner.hangs_up()
    return outcome


def main() -> None:
    """Run it and say what was found; the exit code is 1 when a figure was not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder)).start()
        try:
            began = time.monotonic()
            outcome = storm(server, count=given.count, seed=given.seed)
            took = time.monotonic() - began
        finally:
            server.stop()
    slowest = max(outcome.waits)
    print(f"{given.count} guesses, seed {given.seed}, {took:.1f} s: {outcome.hashes} hashes, answers {dict(outcome.answers)};")
    print(f"{len(outcome.waits)} rightful sign-ins, slowest {slowest:.2f} s (calm {outcome.calm:.2f} s), refused {outcome.refused}")
    sys.exit(outcome.hashes > HASHES or slowest > PATIENCE or bool(outcome.refused))


if __name__ == "__main__":
    main()
