"""Two members who talk while something is done to the server: everything is heard, and how long each message took."""

import select
import time
from collections.abc import Callable

from tests.load import Delays
from tests.wire import CHUNK, Line, LineClosed, begin_sessions, draft

BREATH = 20  # ms that members may wait beside an attack
NOISE = 4, 10  # times the calm p50 and p99, where the machine has much else to do
PACE = 0.07  # seconds between two messages of one of them: below what one person may send


class Talk:
    """Both say something in turn; each message is timed from the asking to the other's hearing."""

    def __init__(self, port: int, *, names: tuple[str, str] = ("Ani yang bicara", "Budi yang bicara")) -> None:
        self._lines = [Line(port, token) for _person, token in begin_sessions(port, list(names))]
        for line in self._lines:
            line.join()
        self._sent: dict[str, float] = {}
        self._asks: dict[tuple[int, int], str] = {}
        self._faults: list[str] = []
        self.said = 0

    def listen(self, seconds: float) -> tuple[float, float, float]:
        """Talk for so long; p50, p99 and the longest, in ms."""
        until = time.monotonic() + seconds
        return self.listen_until(lambda: time.monotonic() >= until)

    def listen_until(self, over: Callable[[], bool], *, drain: float = 15.0) -> tuple[float, float, float]:
        """Talk until something is over, and until all that was said has been heard."""
        delays, due = Delays(), time.monotonic()
        while not over():
            now = time.monotonic()
            if now >= due:
                self._say(self.said % 2)
                due = max(due + PACE / 2, now)
            self._hear(delays, max(0.0, due - time.monotonic()))
        until = time.monotonic() + drain
        while (self._sent or self._asks) and time.monotonic() < until:
            self._hear(delays, 0.1)
        return delays.percentile(50), delays.percentile(99), delays.longest * 1000

    def faults(self) -> list[str]:
        """What was wrong: not heard, not acked, or refused."""
        return [*self._faults, *(f"{body} was not heard" for body in self._sent), *(f"{body} had no ack" for body in self._asks.values())]

    def hang_up(self) -> None:
        for line in self._lines:
            line.breaks()

    def _say(self, who: int) -> None:
        body = f"kata {self.said}"
        self.said += 1
        self._sent[body] = time.perf_counter()
        self._asks[who, self._lines[who].post("post_message", draft(body))] = body

    def _hear(self, delays: Delays, wait: float) -> None:
        for line in select.select(self._lines, [], [], wait)[0]:
            data = line.socket.recv(CHUNK)
            now = time.perf_counter()
            if not data:
                raise LineClosed("a member was cut off")
            line.inbox.extend(line.take(data))
            while line.inbox:
                self._note(self._lines.index(line), line.read(), now, delays)

    def _note(self, who: int, text: tuple[str, int, object], now: float, delays: Delays) -> None:
        name, number, payload = text
        if name == "ack":
            body = self._asks.pop((who, number))
            if not payload["ok"]:  # type: ignore[index]
                self._faults.append(f"{body} was refused: {payload}")
                self._sent.pop(body, None)
        elif name == "message_posted":
            body = payload["body"]  # type: ignore[index]
            mine = int(body.split()[1]) % 2 == who if body.startswith("kata ") else True
            if not mine and body in self._sent:
                delays.add(now - self._sent.pop(body))


def feels_nothing(calm: tuple[float, float, float], beside: tuple[float, float, float]) -> bool:
    """Whether p50 and p99 stay below a breath, or near the calm ones on a machine that is busy with other work."""
    return all(then <= max(BREATH, noise * before) for before, then, noise in zip(calm, beside, NOISE, strict=False))
