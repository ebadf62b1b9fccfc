"""The one way to start and stop: refuse, tell, drain, end. The panel, SIGTERM and Ctrl-C share it."""

import contextlib
import json
import logging
import os
from collections.abc import Callable
from dataclasses import replace

from eventlet.patcher import original
from eventlet.semaphore import Semaphore

from chatweb.chat.activity import Activity
from chatweb.chat.errors import Invalid
from chatweb.chat.person import Device
from chatweb.chat.ports import Ports
from chatweb.chat.presence import Presence
from chatweb.chat.service import ChatService
from chatweb.chat.service_state import ServiceState
from chatweb.live.fanout import SocketFanout
from chatweb.offload import sleep, spawn
from chatweb.store.writer import GroupWriter

logger = logging.getLogger(__name__)

FACT = "service"
TICK = 0.5  # seconds
TICKS_A_SECOND = 2
GOODBYE = 1.5  # seconds in which clients may take the reason
EXIT_UNKNOWN = 70  # the process could not know whether a commit holds: a supervisor starts it anew

_write = original("os").write  # the system's own: the green one gives others a turn


class Lifecycle:
    """Starts and stops the chat, and ends the process in order."""

    def __init__(
        self, ports: Ports, chat: ChatService, presence: Presence, state: ServiceState, fanout: SocketFanout, writer: GroupWriter
    ) -> None:
        self._ports = ports
        self._chat = chat
        self._presence = presence
        self._state = state
        self._fanout = fanout
        self._writer = writer
        self._ending = False
        self._turning = Semaphore()
        self.on_end: list[Callable[[], None]] = []

    def begin(self) -> None:
        """Take up the state that was kept, and begin to tick."""
        kept = json.loads(self._ports.archive.fact(FACT) or "{}")
        self._state.state = kept.get("state", "running")
        self._state.reason = kept.get("reason", "")
        self._state.since = kept.get("since") if self._state.state == "stopped" and "since" in kept else self._ports.clock.now()
        spawn(self._tick)

    def set_service(self, state: str, reason: str, *, administrator: str, address: str) -> ServiceState:
        """Start or stop the chat, for good: a restart of the process stays stopped.

        :raises Invalid: for a reason with a start.
        """
        if state == "running" and reason:
            raise Invalid("error.reason_of_start", field="reason")
        with self._turning:  # of two panels in the same moment the second finds what the first has made
            if state != self._state.state:
                self._change(state, reason)
                self._record("started" if state == "running" else "stopped", reason, administrator, address)
            return replace(self._state)

    def release_ballast(self, *, administrator: str, address: str) -> None:
        """Give the ballast back to a disk that is full.

        :raises NotFound: when there is none (any more).
        """
        self._ports.space.release_ballast()
        now = self._ports.clock.now()
        self._writer.note(self._ports.ledger.audit(administrator=administrator, address=address, action="ballast", detail="", at=now))

    def end(self) -> None:
        """End the process's work in order: refuse, tell, drain, close."""
        if self._ending:
            return
        self._ending = True
        logger.info("Stopping")
        if self._fanout.end_all(reason="restarting", wording="ended.restarting", for_good=False):
            sleep(GOODBYE)
        self._fanout.close_all()
        self._all_left()
        self._writer.close()
        for call in self.on_end:
            try:
                call()
            except Exception:  # the database is to be closed whatever came before it
                logger.exception("Something could not be ended in order")

    def _change(self, state: str, reason: str) -> None:
        now = self._ports.clock.now()
        before = self._state.state, self._state.reason, self._state.since
        self._state.state = "running" if state == "running" else "stopped"  # from here on new work is refused
        self._state.reason = reason
        self._state.since = now
        fact = json.dumps({"state": state, "reason": reason, "since": now})
        try:
            self._writer.keep(self._ports.ledger.set_fact(FACT, fact))  # and all that was accepted is kept and told
        except BaseException:  # it could not be kept: nothing has changed, and asking again is no repetition
            self._state.state, self._state.reason, self._state.since = before
            raise
        self._fanout.service_changed(replace(self._state))
        if state == "stopped":
            self._fanout.end_all(reason="service_stopped", wording="ended.service_stopped", detail=reason, for_good=True)
            self._all_left()

    def _all_left(self) -> None:
        for person in self._ports.archive.people(self._presence.people()):
            self._chat.remove(person, Device(address=""))

    def _record(self, kind: str, reason: str, administrator: str, address: str) -> None:
        now = self._ports.clock.now()
        ledger = self._ports.ledger
        self._writer.note(ledger.audit(administrator=administrator, address=address, action=kind, detail=reason, at=now))
        self._writer.note(ledger.activity(Activity(at=now, kind=kind, address=address, detail=reason)), then=self._ports.fanout.activity)

    def _tick(self) -> None:
        count = 0
        while not self._ending:
            sleep(TICK)
            if self._ending:  # meanwhile: the database may be closed by now
                return
            count += 1
            try:
                self._chat.expire()
                if count % TICKS_A_SECOND == 0:
                    self._fanout.tick()
                    self._chat.unpin_expired()
            except Exception:  # the loop outlives a fault of one round
                logger.exception("A tick failed")


def end_unknown(error: BaseException) -> None:
    """End at once, without an answer to anybody: nobody can know whether the last commit holds.

    Clients ask again with the same ``client_id`` when the supervisor has started the process anew.
    """
    with contextlib.suppress(OSError):  # nobody reads it
        _write(2, f"chatweb: the disk failed in the middle of a commit ({error}); ending, so that nobody gets a wrong answer.\n".encode())
    os._exit(EXIT_UNKNOWN)
