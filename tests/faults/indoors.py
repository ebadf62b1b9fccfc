"""A whole chatweb in this process, on eventlet's hub and without a network: a client's texts are handed over as they are.

Everything is real but the transport: sessions, validation, the writer and its commits, the rooms of Socket.IO, JSON in
and out. A hundred times cheaper than a socket, so that a hundred thousand sequences can be tried.
"""

import json
from collections import deque
from pathlib import Path
from typing import Any
from unittest import mock

import eventlet
from engineio import packet as eio_packet
from flask_socketio import SocketIO
from werkzeug.test import Client, EnvironBuilder

from chatweb import app, passwords
from chatweb.config import load_settings
from chatweb.offload import NativeThread
from chatweb.store.space import Space
from tests.server import PASSWORD

PATIENCE = 20  # seconds for an answer
CHEAP = passwords.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # nobody guesses here


def _no_thread(self: NativeThread, **_options: Any) -> None:
    self._waiting = 0


def _in_turn(_self: NativeThread, call: Any, *arguments: Any) -> Any:
    """Stands for a native thread: the others have a turn before each call, and it costs no change of threads."""
    eventlet.sleep(0)
    return call(*arguments)


class House:
    """One chatweb on folders of its own."""

    def __init__(self, folder: Path) -> None:
        made: list[Any] = []
        self._threads = mock.patch.multiple(NativeThread, __init__=_no_thread, __call__=_in_turn, close=_no_thread)
        self._threads.start()

        def note(flask: Any, **named: Any) -> SocketIO:
            made[:] = [flask, SocketIO(flask, **named)]
            return made[1]

        environ = {"INSTANCE": str(folder / "instance"), "UPLOADS": str(folder / "uploads"), "LIMITS": "off", "ADMIN_PASSWORD": PASSWORD}
        settings = load_settings({f"CHATWEB_{name}": value for name, value in environ.items()})
        with (
            mock.patch.object(app, "SocketIO", note),
            mock.patch.object(passwords, "PASSWORD", CHEAP),
            mock.patch.object(Space, "watch"),  # it looks for as long as the process lives
        ):
            self.chatweb = app.create_app(settings, port=lambda: 1)
            self.chatweb.begin()
        self.flask, self.server = made[0], made[1].server
        self._client = Client(self.chatweb)

    def http(self, method: str, path: str, body: Any = None, *, token: str = "", **options: Any) -> Any:
        """The answer to a call, with a token or as somebody unknown."""
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **options.pop("headers", {})}
        client = options.pop("client", None) or Client(self.chatweb, use_cookies=False)
        return client.open(path, method=method, json=body, headers=headers, base_url="http://localhost", **options)

    def sign_in(self) -> "Panel":
        return Panel(self)

    def end(self) -> None:
        self.chatweb.lifecycle.end()
        self._threads.stop()


class Panel:
    """The administrator's calls."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._client = Client(house.chatweb)
        answer = house.http("POST", "/admin/api/session", {"password": PASSWORD}, client=self._client)
        assert answer.status_code == 201, answer.text
        self._csrf = {"X-CSRF-Token": answer.json["csrf_token"]}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self._house.http(method, f"/admin/api{path}", body, client=self._client, headers=self._csrf)


class Wire:
    """One connection of somebody with a token."""

    def __init__(self, house: House, token: str) -> None:
        eio = house.server.eio
        self._asked = 0
        self._acks: dict[int, Any] = {}
        self._texts: deque[str] = deque()
        self.heard: deque[tuple[str, Any]] = deque()
        builder = EnvironBuilder("/socket.io/", base_url="http://localhost", query_string={"EIO": "4", "transport": "polling"})
        before = set(eio.sockets)
        eio._handle_connect({**builder.get_environ(), "flask.app": house.flask}, lambda *_: None, "polling")
        self._socket = eio.sockets[next(iter(set(eio.sockets) - before))]
        self._hand_over("0" + json.dumps({"token": token}))
        self.welcome = self._wait_for_texts()

    @property
    def ended(self) -> bool:
        return self._socket.closed

    def asks(self, event: str, payload: Any) -> dict[str, Any]:
        """The ack of an ask."""
        self._asked += 1
        number = self._asked
        self._hand_over(f"2{number}{json.dumps([event, payload])}")
        with eventlet.Timeout(PATIENCE):
            while number not in self._acks:
                self.listens()
                if number not in self._acks:
                    assert not self.ended, f"{event} got no answer, and the connection has ended"
                    eventlet.sleep(0)
        return self._acks.pop(number)

    def listens(self) -> None:
        """Take what has come."""
        self._receive()
        while self._texts:
            text = self._texts.popleft()
            values = json.loads(text[text.index("[") :]) if "[" in text else None
            if text[0] == "3":
                self._acks[int(text[1 : text.index("[")])] = values[0]
            elif text[0] == "2":
                self.heard.append((values[0], values[1]))

    def breaks(self) -> None:
        """End without a goodbye."""
        self._socket.close(wait=False, abort=True)

    def _hand_over(self, text: str) -> None:
        if not self.ended:
            self._socket.take("4" + text)

    def _receive(self) -> None:
        while not self._socket.queue.empty():
            packet = self._socket.queue.get(block=False)
            if packet is not None and packet.packet_type == eio_packet.PING:
                self._socket.take("3")
            elif packet is not None and packet.packet_type == eio_packet.MESSAGE:
                self._texts.append(packet.data)

    def _wait_for_texts(self) -> str:
        with eventlet.Timeout(PATIENCE):
            while not self._texts:
                self._receive()
                eventlet.sleep(0)
        return self._texts.popleft()
