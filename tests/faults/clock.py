"""The wall clock is set while people talk: whether anybody is dropped, put out, or hears things in another order.

    python -m tests.faults.clock --count 100 --seed 1

Only the wall clock moves, by up to a day each way; the monotonic one goes on, as it does when an operator or NTP sets it.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.faults.disk import Disk, HeldServer, fast_folder
from tests.people import Administrator, Person
from tests.wire import LOBBY, Line, LineClosed

DAY = 86_400  # seconds
PEOPLE = 4
PANEL_LASTS = 12 * 3600  # seconds
STAY = 1.1  # seconds: whoever looks at a clock each second has looked


class Crowd:
    """People with a line each, an administrator, and a server whose clock is set."""

    def __init__(self, folder: Path, *, command: tuple[str, ...] = ("-m", "chatweb")) -> None:
        self._disk = Disk(folder)
        self.server = HeldServer(self._disk, command=command, limits="off").start()
        self._people = [Person(self.server.url, f"Orang {number}") for number in range(PEOPLE)]
        self._sign_in(0)
        self._lines = [Line(self.server.port, person.token) for person in self._people]
        self.heard: list[list[dict[str, Any]]] = [[] for _ in self._lines]
        for line in self._lines:
            line.join()
        self.said = 0
        self._ahead = 0

    def close(self) -> None:
        for line in self._lines:
            line.breaks()
        for person in (*self._people, self._administrator):
            person.hangs_up()
        self.server.stop()
        self._disk.close()

    def jump(self, ahead: int) -> list[str]:
        """Set the clock so far ahead of the true one, and have everybody use the chat; what was wrong."""
        # Nobody reads meanwhile: who is pinged after the first half has not answered when the second one comes.
        for part in ((self._ahead + ahead) // 2, ahead):
            self._disk.set_clock(part)
            time.sleep(STAY)
        self._ahead = ahead
        faults = [fault for number, line in enumerate(self._lines) for fault in self._say(number, line)]
        return [f"clock {ahead:+} s: {fault}" for fault in [*faults, *self._sessions(), *self._panel(ahead), *self._order()]]

    def _sign_in(self, ahead: int) -> None:
        self._administrator = Administrator(self.server.url, self.server.admin_password).listens()
        self._panel_until = ahead + PANEL_LASTS

    def _say(self, number: int, line: Line) -> list[str]:
        try:
            line.says(f"kata {self.said}")
            self.said += 1
            for one, heard in zip(self._lines, self.heard, strict=True):
                one.settles()
                while one.inbox:
                    kind, _, payload = one.read()
                    if kind == "message_posted":
                        heard.append(payload)
        except LineClosed as error:
            return [f"person {number} was dropped: {error}"]
        return []

    def _sessions(self) -> list[str]:
        answers = [person.get("/api/session").status_code for person in self._people]
        return [f"sessions answer {answers}"] if set(answers) != {200} else []

    def _panel(self, ahead: int) -> list[str]:
        """A panel is signed in for twelve hours of the wall clock, and not for longer: that a start may come between asks for it."""
        answer = self._administrator.call("GET", "/status").status_code
        if ahead >= self._panel_until:
            self._administrator.hangs_up()
            self._sign_in(ahead)
            return [f"the panel's twelve hours are over, and it answers {answer}"] if answer != 401 else []
        client = self._administrator.client
        return [f"the panel answers {answer}, its feed is {client.connected}"] if answer != 200 or not client.connected else []

    def _order(self) -> list[str]:
        numbers = [[message["seq"] for message in heard] for heard in self.heard]
        faults = [f"person {at} heard {found[-5:]}" for at, found in enumerate(numbers) if found != sorted(set(found))]
        history = self._people[0].get(f"/api/rooms/{LOBBY}/messages?limit=50").json()["messages"]
        kept = [message["seq"] for message in history]
        if kept != sorted(kept) or kept[-1] != max(numbers[0]):
            faults.append(f"the history reads {kept[-5:]}, heard was {numbers[0][-5:]}")
        return faults


def run(folder: Path, *, count: int, seed: int, command: tuple[str, ...] = ("-m", "chatweb")) -> list[str]:
    """Set the clock ``count`` times, first by a day forward, then by two back; what was wrong."""
    chance = random.Random(seed)
    jumps = [0, DAY, -DAY, *(chance.randint(-DAY, DAY) for _ in range(count))][:count]
    crowd = Crowd(folder, command=command)
    try:
        faults = [fault for ahead in jumps for fault in crowd.jump(ahead)]
        times = [message["sent_at"] for message in crowd.heard[0]]
        if max(times) - min(times) < DAY * 1000:
            faults.append(f"the server's clock has not moved: {max(times) - min(times)} ms")
        if "Traceback" in crowd.server.log:
            faults.append(crowd.server.log[-1500:])
    finally:
        crowd.close()
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    with tempfile.TemporaryDirectory(prefix="chatweb-clock-", dir=fast_folder()) as folder:
        faults = run(Path(folder), count=options.count, seed=seed)
    print(*faults[:20], sep="\n")
    print(f"seed {seed}: the clock was set {options.count} times, {PEOPLE} people and a panel: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
