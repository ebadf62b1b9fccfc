"""Two members talk, calm and then under one attack after the other: what do they, and a newcomer, feel of it?

    python -m tests.faults.attacks --full
    python -m tests.faults.attacks "half requests" "connection flood" --seconds 20

The server, the attack and the members each are a process of their own. Times are in ms from when a message was due to
be sent; a newcomer opens a connection and asks for the page's first answer twice a second. The exit code is 1 when a
message was lost, the server ended, or its log has a fault in it.
"""

import argparse
import http.client
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.faults import flood, slowloris, smuggling, sockets
from tests.load import DRAIN, Crowd, Delays
from tests.server import REPOSITORY, Server
from tests.wire import begin_sessions

RATE = 18  # messages a second of both members: somebody may say 20
SETTLE = 3  # seconds after an attack
NEWCOMER = 0.5  # seconds between two newcomers
PATIENCE = 10  # seconds after which a newcomer has given up
DESCRIPTORS = 1_000  # that the server of the flood may open


@dataclass(frozen=True, slots=True)
class Attack:
    """Something that strangers do, at the size of ``make test`` and at its full one."""

    run: Callable[[int, int, threading.Event], str]
    fast: int
    full: int


ATTACKS = {
    "half requests": Attack(slowloris.half_requests, 500, 5_000),
    "slow bodies": Attack(slowloris.slow_bodies, 200, 2_000),
    "connection flood": Attack(flood.connections, 500, 500),
    "damaged requests": Attack(smuggling.mutated_requests, 100, 300),
    "tiny events": Attack(sockets.tiny_events, 30_000, 100_000),
    "hostile JSON": Attack(sockets.hostile_json, 50, 200),
    "malformed frames": Attack(sockets.malformed_frames, 20, 100),
    "endless fragments": Attack(sockets.endless_fragments, 1_000, 10_000),
    "deaf clients": Attack(sockets.deaf_clients, 20, 200),
    "password guesses": Attack(sockets.password_guesses, 20, 100),
}


@dataclass(slots=True)
class Felt:
    """What the members and the newcomers felt during one phase; times in ms, sizes in MiB."""

    name: str
    delivery: tuple[float, float] = (0.0, 0.0)  # p50 and p99
    ack: tuple[float, float] = (0.0, 0.0)
    newcomers: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    memory: tuple[float, float, float] = (0.0, 0.0, 0.0)  # before, most, after
    note: str = ""

    @property
    def more(self) -> float:
        """How much more memory the server had at most."""
        return self.memory[1] - self.memory[0]

    def __str__(self) -> str:
        come = sorted(self.newcomers) or [0.0]
        newcomer = (come[len(come) // 2], come[-1])
        times = "  ".join(f"{low:7.1f} {high:7.1f}" for low, high in (self.ack, self.delivery, newcomer))
        sizes = "  ".join(f"{size:6.1f}" for size in self.memory)
        refused = f"; {len(self.refused)} newcomers refused ({self.refused[0]})" if self.refused else ""
        return f"{self.name:18} {times}  {sizes}  {self.note}{refused}"


TITLES = f"{'':18} {'ack p50':>7} {'p99':>7}  {'told p50':>8} {'p99':>6}  {'new p50':>7} {'max':>7}  {'MiB':>6}  {'most':>6}  {'after':>6}"


class Members:
    """Two who talk to each other in the lobby, and newcomers who look in."""

    def __init__(self, server: Server) -> None:
        self._process = psutil.Process(server.pid)
        self._port = server.port
        self.crowd = Crowd(server.port, 2)
        self.crowd.come(token for _, token in begin_sessions(server.port, ["Ani", "Budi"]))

    def talk(self, name: str, seconds: float) -> Felt:
        """Talk for a while, and tell how it was."""
        felt = Felt(name)
        crowd = self.crowd
        crowd.delays, crowd.ack_delays = Delays(), Delays()
        over = threading.Event()
        newcomer = threading.Thread(target=self._look_in, args=(felt, over))
        newcomer.start()
        before = most = self._memory()
        begun, sampled = time.perf_counter(), 0.0
        for number in range(round(seconds * RATE)):
            due = begun + number / RATE
            while (left := due - time.perf_counter()) > 0:
                crowd.listen(left)
            crowd.say(number % 2, due)
            if due - sampled > 0.25:
                sampled, most = due, max(most, self._memory())
        until = time.perf_counter() + DRAIN
        while not crowd.tally.complete(len(crowd.due)) and time.perf_counter() < until:
            crowd.listen(0.05)
        over.set()
        newcomer.join()
        felt.delivery = (crowd.delays.percentile(50), crowd.delays.percentile(99))
        felt.ack = (crowd.ack_delays.percentile(50), crowd.ack_delays.percentile(99))
        felt.memory = (before, max(most, self._memory()), 0.0)
        return felt

    def settle(self, felt: Felt, seconds: float) -> None:
        """Let the server come to rest, and see what memory it keeps."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            self.crowd.listen(left)
        felt.memory = (*felt.memory[:2], self._memory())

    def faults(self) -> list[str]:
        return self.crowd.tally.close(len(self.crowd.due))

    def _look_in(self, felt: Felt, over: threading.Event) -> None:
        while not over.wait(NEWCOMER):
            begun = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
            try:
                connection.request("GET", "/api/service", headers={"Connection": "close"})
                status = connection.getresponse().status
                if status == 200:
                    felt.newcomers.append((time.perf_counter() - begun) * 1000)
                else:
                    felt.refused.append(str(status))
            except (OSError, http.client.HTTPException) as error:
                felt.refused.append(repr(error))
            finally:
                connection.close()

    def _memory(self) -> float:
        return self._process.memory_info().rss / 1024**2


class Attacker:
    """Runs an attack in a process of its own."""

    def __init__(self, name: str, port: int, size: int) -> None:
        command = [sys.executable, "-m", "tests.faults.attacks", name, "--port", str(port), "--size", str(size)]
        self._process = subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "begun\n"

    def stop(self) -> str:
        """Stop it, and answer what it has done."""
        note = self._process.communicate(timeout=60)[0].strip()
        assert self._process.returncode == 0, note
        return note


class Cramped(Server):
    """A server that may open few files."""

    def __init__(self, folder: Path, descriptors: int, **settings: str) -> None:
        limit = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({descriptors}, {descriptors}))"
        run = "import runpy; runpy.run_module('chatweb', run_name='__main__', alter_sys=True)"
        super().__init__(folder, command=("-c", f"{limit}; {run}"), **settings)


def suffer(
    server: Server, names: list[str], *, full: bool, calm: float, seconds: float, settle: float = SETTLE
) -> tuple[list[Felt], list[str]]:
    """Let two members talk calmly, then under each attack; what was felt, and what was lost."""
    members = Members(server)
    try:
        members.talk("warm-up", 1)
        phases = [members.talk("calm", calm)]
        for name in names:
            attack = ATTACKS[name]
            attacker = Attacker(name, server.port, attack.full if full else attack.fast)
            try:
                felt = members.talk(name, seconds)
            finally:
                note = attacker.stop()
            felt.note = note
            members.settle(felt, settle)
            phases.append(felt)
        return phases, members.faults()
    finally:
        members.crowd.hang_up()


def _attack(name: str, port: int, size: int) -> None:
    """The attacker's process: it goes on until its input ends."""
    stop = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait, daemon=True).start()
    print("begun", flush=True)
    print(ATTACKS[name].run(port, size, stop))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*ATTACKS, []], metavar="NAME", help=", ".join(ATTACKS))
    parser.add_argument("--full", action="store_true", help="at their full size, a minute each")
    parser.add_argument("--seconds", type=float, help="of each attack")
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if options.port:
        _attack(options.names[0], options.port, options.size)
        return 0
    seconds = options.seconds or (60 if options.full else 10)
    names = options.names or list(ATTACKS)
    wrong = False
    print(TITLES)
    for cramped in (False, True):  # the flood alone, with few descriptors
        mine = [name for name in names if (name == "connection flood") is cramped]
        if not mine:
            continue
        with tempfile.TemporaryDirectory(prefix="chatweb-attacks-") as folder:
            server = (Cramped(Path(folder), DESCRIPTORS) if cramped else Server(Path(folder))).start()
            try:
                phases, faults = suffer(server, mine, full=options.full, calm=seconds / 2, seconds=seconds)
                print("\n".join(map(str, phases)), *faults[:20], sep="\n")
            finally:
                ended = server.stop()
        logged = [line for line in server.log.splitlines() if "Traceback" in line or "Fault" in line]
        print(
            f"server of {DESCRIPTORS if cramped else 'all'} descriptors: exit code {ended}, {len(faults)} lost, {len(logged)} faults logged"
        )
        wrong = wrong or bool(faults or logged or ended)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
