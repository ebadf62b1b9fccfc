"""The group writer: all who wait share one commit; then it tells in commit order; then it answers.

The changes run on the hub, on the one connection that writes; only the COMMIT, which is the fsync, is handed to a
native thread, so the event loop never waits for the disk. When a commit fails nobody can know whether it holds: the
writer calls ``on_unknown`` (which ends the process) instead of answering. One failure alone is known: SQLITE_FULL is what
a write to the log answers that fell short, the mark of a commit is the last thing that is written there, and SQLite has
rolled back by the time that it says so. The same connection folds the log into the file.
"""

import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from eventlet import event, greenthread
from sqlalchemy import Connection, Engine

from chatweb.chat.errors import ChatError, Overloaded, StorageFull
from chatweb.chat.ports import Change
from chatweb.offload import NativeThread
from chatweb.store.connections import fold

T = TypeVar("T")
logger = logging.getLogger(__name__)

BATCH = 32  # changes that share a commit at most, so that the hub is not held longer than some 5 ms
PATIENCE = 5.0  # seconds for which changes wait for another program that holds the database
LOCKED = 5  # seconds after which somebody may ask again then
LOCK_PAUSES = 0.005, 0.1  # seconds between two looks at a lock, the first and the longest
IDLE = 5.0  # seconds without a change after which the log is folded into the file
LOG_LIMIT = 32 * 1024**2  # bytes of the log after which it is folded in whether idle or not: SQLite can't while somebody reads
FOLD_PAUSE = 1.0  # seconds between two tries to fold it in then
FOLD_WAIT = 50  # ms for who reads at the moment
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

    def __init__(self, engine: Engine, *, on_unknown: Callable[[BaseException], None], on_full: Callable[[], bool] = lambda: False) -> None:
        """
        :param on_unknown: called when nobody can know what is kept; nothing is answered from then on.
        :param on_full: called in a native thread when the disk is full; answers whether it could make room.
        """
        self._engine = engine
        self._on_unknown = on_unknown
        self._on_full = on_full
        self._commit = NativeThread()
        self._waiting: deque[_Waiting] = deque()
        self._settled: list[Callable[[], None]] = []
        self._busy = False
        self._closed = False
        self._wake: event.Event = event.Event()
        self._locked_since: float | None = None
        self._log = Path(f"{engine.url.database}-wal")
        self._log_size = 0
        self._folded = True
        self._fold_next = 0.0
        self.commits = 0
        self.committed_at = -float("inf")  # monotonic seconds
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
        try:
            with self._engine.connect() as connection:
                self._serve(connection)
        except Exception as error:
            self._on_unknown(error)
            raise

    def _serve(self, connection: Connection) -> None:
        while not (self._closed and not self._waiting):
            self._wake.wait(None if self._folded else IDLE)
            if not self._wake.ready():
                self._fold(connection)
                continue
            self._wake = event.Event()
            while self._waiting:
                self._busy = True
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                self._write(connection, batch)
                self._tell(batch)
                if self._log_size > LOG_LIMIT and time.monotonic() >= self._fold_next:
                    self._fold(connection)
                greenthread.sleep(0)  # the others' turn

    def _write(self, connection: Connection, batch: list[_Waiting]) -> None:
        """Keep ``batch`` or note why not; on a full disk once more, where room could be made."""
        if self._try_to_write(connection, batch):
            return
        if self._commit(self._on_full):
            logger.warning("The disk is full: room was made for this once")
            if self._try_to_write(connection, batch):
                return
        for waiting in batch:
            waiting.error = StorageFull()

    def _try_to_write(self, connection: Connection, batch: list[_Waiting]) -> bool:
        """False when the disk is full; nothing is kept then."""
        refusal = self._begin(connection)
        if refusal is not None:
            for waiting in batch:
                waiting.error = refusal
            return True
        try:
            for waiting in batch:
                waiting.value = waiting.change(connection)
        except Exception as error:  # noqa: BLE001 - handed to the one who asked
            connection.rollback()  # what it did half must not stay
            if _says(error, sqlite3.SQLITE_FULL):
                return False
            self._write_each(connection, batch, error)
            return True
        return self._commit_off_hub(connection)

    def _write_each(self, connection: Connection, batch: list[_Waiting], error: Exception) -> None:
        """One of ``batch`` failed: each in a transaction of its own, and answered with what it raises."""
        if len(batch) > 1:
            for waiting in batch:
                self._write(connection, [waiting])
            return
        batch[0].error = error
        if batch[0].answer is None:
            logger.error("A change that nobody waits for failed", exc_info=error)

    def _begin(self, connection: Connection) -> ChatError | None:
        """Begin, or answer why not. Another program's lock is waited for here, where the hub goes on: in SQLite it would stand still."""
        pause, longest = LOCK_PAUSES
        while True:
            try:
                connection.begin()
            except Exception as error:  # noqa: BLE001 - refused, with its text in the log
                if _says(error, sqlite3.SQLITE_FULL):
                    return StorageFull()
                now = time.monotonic()
                first = self._locked_since is None
                self._locked_since = since = now if self._locked_since is None else self._locked_since
                if not _says(error, sqlite3.SQLITE_BUSY) or now - since >= PATIENCE:
                    logger.warning("No change can be made now: %s", error)
                    return Overloaded(retry_after=LOCKED)
                if first:
                    logger.warning("Another program holds the database")
            else:
                self._locked_since = None
                return None
            greenthread.sleep(pause)
            pause = min(2 * pause, longest)

    def _commit_off_hub(self, connection: Connection) -> bool:
        """False when the disk is full. What else a commit raises leaves it unknown."""
        driver: Any = connection.connection.dbapi_connection
        try:
            self._log_size = self._commit(lambda: _commit_and_measure(driver, self._log))
        except sqlite3.Error as error:
            if not _says(error, sqlite3.SQLITE_FULL) or driver.in_transaction:
                raise
            connection.rollback()  # finds nothing left to do
            return False
        connection.commit()  # finds nothing left to do
        self.commits += 1
        self.committed_at = time.monotonic()
        self._folded = False
        return True

    def _fold(self, connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        self._fold_next = time.monotonic() + FOLD_PAUSE
        try:
            self._folded = self._commit(lambda: fold(driver, wait=FOLD_WAIT))
        except sqlite3.Error:  # what stays in the log is as safe there
            logger.exception("The write-ahead log could not be folded in")
            return
        if self._folded:
            self._log_size = 0

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


def _commit_and_measure(driver: Any, log: Path) -> int:
    """Commit; how many bytes the write-ahead log has by then."""
    driver.commit()
    try:
        return log.stat().st_size
    except OSError:
        return 0


def _says(error: BaseException, code: int) -> bool:
    """Whether this is SQLite's ``code``, or one of its extended forms."""
    return int(getattr(getattr(error, "orig", error), "sqlite_errorcode", 0)) & 0xFF == code
