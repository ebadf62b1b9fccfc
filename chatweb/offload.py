"""Native threads beside the hub, and the way back.

A native thread runs one plain call at a time: no logging, no lock, queue or engine that monkey patching made green
(such a lock deadlocks between the two worlds). What it raises comes back to the caller as a value first.
"""

import _queue
import collections
import os
from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
from eventlet import event, hubs
from eventlet.patcher import original

from chatweb.chat.errors import Overloaded

T = TypeVar("T")

_start_native_thread = original("_thread").start_new_thread
_write = original("os").write
_read = original("os").read
native_waitpid = original("os").waitpid

spawn = eventlet.spawn
sleep = eventlet.sleep


class NativeThread:
    """Runs blocking calls one after another in a thread of the system; the green caller waits, the hub does not."""

    def __init__(self, *, queue: int | None = None) -> None:
        """``queue``: how many calls may wait before further ones are refused with ``overloaded``."""
        self._todo: _queue.SimpleQueue[Any] = _queue.SimpleQueue()
        self._done: collections.deque[Any] = collections.deque()
        self._waiting = 0
        self._limit = queue
        self._out, self._in = os.pipe()
        os.set_blocking(self._out, False)
        self._listener = hubs.get_hub().add("read", self._out, self._answer, lambda *_: None, lambda: None)
        _start_native_thread(self._run, ())

    def __call__(self, call: Callable[..., T], *arguments: object) -> T:
        """Run ``call(*arguments)`` in the native thread and wait for it.

        :raises Overloaded: when the queue is full.
        """
        if self._limit is not None and self._waiting >= self._limit:
            raise Overloaded(retry_after=2)
        answer = event.Event()
        self._waiting += 1
        self._todo.put((call, arguments, answer))
        try:
            value: T = answer.wait()
            return value
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the thread behind what waits; there is no call after it."""
        self._todo.put(None)

    @property
    def waiting(self) -> int:
        """How many calls wait or run."""
        return self._waiting

    def _run(self) -> None:
        while True:
            todo = self._todo.get()
            if todo is None:
                self._done.append(None)
                _write(self._in, b".")
                return
            call, arguments, answer = todo
            try:
                outcome: tuple[Any, BaseException | None] = (call(*arguments), None)
            except BaseException as error:  # noqa: BLE001 - a native thread's loop: handed back as a value
                outcome = (None, error)
            self._done.append((answer, outcome))
            _write(self._in, b".")

    def _answer(self, _descriptor: int) -> None:
        try:
            _read(self._out, 4096)
        except BlockingIOError:
            return
        while self._done:
            done = self._done.popleft()
            if done is None:
                hubs.get_hub().remove(self._listener)
                os.close(self._out)
                os.close(self._in)
                return
            answer, (value, error) = done
            if error is None:
                answer.send(value)
            else:
                answer.send_exception(error)
