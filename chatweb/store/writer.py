"""The group writer: all who wait share one commit; then it tells in commit order; then it answers.

The changes run on the hub, on the one connection that writes; only the COMMIT, which is the fsync, is handed to a
native thread, so the event loop never waits for the disk. When a commit fails nobody can know whether it holds: the
writer calls ``on_unknown`` (which ends the process) instead of answering.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from eventlet import event, greenthread
from sqlalchemy import Connection, Engine

from chatweb.chat.errors import ChatError, Overloaded
from chatweb.chat.ports import Change
from chatweb.offload import NativeThread

T = TypeVar("T")
logger = logging.getLogger(__name__)

BATCH = 64  # changes that share a commit at most, so that the hub is not held longer than some 10 ms
LOCKED = 5  # seconds after which somebody may ask again when another program held the database
QUEUE = 5_000  # changes that may wait before further ones are refused with `overloaded`


@dataclass(slots=True, eq=False)
class _Waiting:
    change: Change[Any]
    then: Callable[[Any], None] | None
    answer: event.Event | None
    value: Any = None
    error: BaseException | None = field(default=None)


class GroupWriter:
    """The one way to change what is kept."""

    def __init__(self, engine: Engine, *, on_unknown: Callable[[BaseException], None]) -> None:
        self._engine = engine
        self._on_unknown = on_unknown
        self._commit = NativeThread()
        self._waiting: deque[_Waiting] = deque()
        self._settled: list[Callable[[], None]] = []
        self._busy = False
        self._closed = False
        self._wake: event.Event = event.Event()
        self.commits = 0
        self._task = greenthread.spawn(self._run)

    def keep(self, change: Change[T], *, then: Callable[[T], None] | None = None) -> T:
        """Wait until ``change`` is committed and told, and answer its value.

        :param then: called with the value after the commit, in commit order; it must not wait for anything.
        :raises ChatError: what the change refused; nothing of it is kept then.
        :raises Overloaded: when too many changes wait.
        """
        answer = event.Event()
        self._put(_Waiting(change, then, answer))
        value: T = answer.wait()
        return value

    def note(self, change: Change[Any], *, then: Callable[[Any], None] | None = None) -> None:
        """Keep ``change`` with the next commit, without waiting for it."""
        self._put(_Waiting(change, then, None))

    def when_settled(self, call: Callable[[], T]) -> T:
        """Run ``call`` at a moment when everything that is committed has been told, and answer its value.

        What it reads from the archive and what is told afterwards then fit together without a gap and without a
        repetition. It must not wait for anything.
        """
        if not self._busy:
            return call()
        answer = event.Event()

        def run() -> None:
            try:
                answer.send(call())
            except BaseException as error:  # noqa: BLE001 - handed to the one who waits
                answer.send_exception(error)

        self._settled.append(run)
        value: T = answer.wait()
        return value

    def close(self) -> None:
        """Write all that waits, then take nothing more."""
        self._closed = True
        self._wake_up()
        self._task.wait()

    def _put(self, waiting: _Waiting) -> None:
        if self._closed or len(self._waiting) >= QUEUE:
            raise Overloaded(retry_after=2)
        self._waiting.append(waiting)
        self._wake_up()

    def _wake_up(self) -> None:
        if not self._wake.ready():
            self._wake.send()

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while not (self._closed and not self._waiting):
                self._wake.wait()
                self._wake = event.Event()
                while self._waiting:
                    self._busy = True
                    batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                    self._write(connection, batch)
                    self._tell(batch)
                    greenthread.sleep(0)  # the others' turn

    def _write(self, connection: Connection, batch: list[_Waiting]) -> None:
        try:
            connection.begin()
        except Exception:  # another program holds the file; asking again for each of them would hold the hub as often
            logger.exception("No change can be made now")
            for waiting in batch:
                waiting.error = Overloaded(retry_after=LOCKED)
            return
        try:
            self._apply_all(connection, batch)
        except Exception:  # noqa: BLE001 - each of them is tried alone below, and answered with what it raises
            # One of them failed, and what it did half must not stay: each in a transaction of its own.
            connection.rollback()
            for waiting in batch:
                self._write_one(connection, waiting)
        else:
            self._commit_off_hub(connection)

    def _apply_all(self, connection: Connection, batch: list[_Waiting]) -> None:
        for waiting in batch:
            waiting.value = waiting.change(connection)

    def _write_one(self, connection: Connection, waiting: _Waiting) -> None:
        try:
            connection.begin()
            waiting.value = waiting.change(connection)
        except Exception as error:
            connection.rollback()
            waiting.error = error
            if waiting.answer is None:
                logger.exception("A change that nobody waits for failed")
        else:
            self._commit_off_hub(connection)

    def _commit_off_hub(self, connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        try:
            self._commit(driver.commit)
            connection.commit()  # finds nothing left to do
        except Exception as error:
            self._on_unknown(error)
            raise
        self.commits += 1

    def _tell(self, batch: list[_Waiting]) -> None:
        """From here to the end nothing yields: what is told and what is settled are one moment."""
        for waiting in batch:
            if waiting.error is None and waiting.then is not None:
                try:
                    waiting.then(waiting.value)
                except Exception:  # what is kept is kept, whoever could not be told catches up
                    logger.exception("Telling failed after a commit")
        settled, self._settled = self._settled, []
        for run in settled:
            run()
        self._busy = False
        for waiting in batch:
            if waiting.answer is None:
                continue
            if waiting.error is None:
                waiting.answer.send(waiting.value)
            elif isinstance(waiting.error, ChatError):
                waiting.answer.send_exception(waiting.error)
            else:
                waiting.answer.send_exception(type(waiting.error), waiting.error, waiting.error.__traceback__)
