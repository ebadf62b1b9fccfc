"""People as programs: strangers to our code, with python-socketio's own client."""

import threading
import uuid
from typing import Any

import requests
import socketio

WAIT = 15  # seconds for something that must happen


class Person:
    """Somebody with a session, who asks and hears over one connection at a time."""

    def __init__(self, url: str, nickname: str | None = None, **more: Any) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.nickname = nickname or f"Orang {uuid.uuid4().hex[:8]}"
        reply = self.post("/api/session", {"nickname": self.nickname, **more})
        assert reply.status_code in {200, 201}, reply.text
        self.token = reply.json()["token"]
        self.id = reply.json()["person"]["id"]
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        self.client: socketio.Client | None = None
        self.events: list[tuple[str, Any]] = []
        self._changed = threading.Condition()

    def connect(self, transports: tuple[str, ...] = ("websocket",)) -> "Person":
        """Open a socket; it hears nothing before it joins."""
        # Polling requests carry the same Authorization as the first one: python-socketio repeats headers of a session only.
        self.client = socketio.Client(reconnection=False, http_session=self.http)
        self.client.on("*", self._note)
        self.client.on("disconnect", lambda *_: self._note("disconnected", None))
        headers = {"Authorization": f"Bearer {self.token}"}
        self.client.connect(self.url, auth={"token": self.token}, headers=headers, transports=list(transports), wait_timeout=WAIT)
        return self

    def join(self, cursors: dict[str, int] | None = None, **options: Any) -> dict[str, Any]:
        """Connect where there is no connection yet, and join."""
        if self.client is None or not self.client.connected:
            self.connect(**options)
        reply = self.asks("join", {"cursors": cursors} if cursors is not None else {})
        assert reply["ok"], reply
        return reply

    def asks(self, event: str, *payload: Any) -> dict[str, Any]:
        assert self.client is not None
        return self.client.call(event, payload if len(payload) != 1 else payload[0], timeout=WAIT)

    def says(self, body: str, *, room: int | None = None, person: int | None = None, client_id: str | None = None) -> dict[str, Any]:
        """Post a message and answer it as it was acked."""
        to = {"person": person} if person else {"room": room or 1}
        reply = self.asks("post_message", {"client_id": client_id or str(uuid.uuid4()), "to": to, "body": body})
        assert reply["ok"], reply
        return reply["message"]

    def hears(self, event: str, *, where: Any = lambda _payload: True) -> Any:
        """Wait for an event; one that was heard before counts too."""
        with self._changed:
            found = self._changed.wait_for(lambda: [p for e, p in self.events if e == event and where(p)], timeout=WAIT)
            assert found, f"{self.nickname} did not hear {event}, but {[e for e, _ in self.events]}"
            return found[0]

    def heard(self, event: str) -> list[Any]:
        """The payloads of an event up to now."""
        with self._changed:
            return [payload for name, payload in self.events if name == event]

    def settles(self) -> None:
        """Wait until all that was told before has been heard: what is asked next is answered after it."""
        self.asks("mark", {"room": 1})

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.http.get(self.url + path, timeout=WAIT, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.http.post(self.url + path, json=body, timeout=WAIT, **options)

    def patch(self, path: str, body: Any) -> requests.Response:
        return self.http.patch(self.url + path, json=body, timeout=WAIT)

    def delete(self, path: str) -> requests.Response:
        return self.http.delete(self.url + path, timeout=WAIT)

    def hangs_up(self) -> None:
        if self.client is not None:
            self.client.disconnect()
            self.client.shutdown()
            self.client = None
        self.http.close()

    def _note(self, event: str, payload: Any = None, *_more: Any) -> None:
        with self._changed:
            self.events.append((event, payload))
            self._changed.notify_all()


class Administrator:
    """The panel as a program: HTTP calls, and the namespace `/admin`."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        reply = self.http.post(f"{url}/admin/api/session", json={"password": password}, timeout=WAIT)
        assert reply.status_code == 201, reply.text
        self.csrf_token = reply.json()["csrf_token"]
        self.http.headers["X-CSRF-Token"] = self.csrf_token
        self.client: socketio.Client | None = None
        self.events: list[tuple[str, Any]] = []
        self._changed = threading.Condition()

    def listens(self) -> "Administrator":
        self.client = socketio.Client(reconnection=False)
        self.client.on("*", self._note, namespace="/admin")
        cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        self.client.connect(
            self.url,
            auth={"csrf_token": self.csrf_token},
            headers={"Cookie": cookie},
            namespaces=["/admin"],
            transports=["websocket"],
            wait_timeout=WAIT,
        )
        return self

    def asks(self, event: str, payload: Any) -> dict[str, Any]:
        assert self.client is not None
        return self.client.call(event, payload, namespace="/admin", timeout=WAIT)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.http.request(method, f"{self.url}/admin/api{path}", json=body, timeout=WAIT, **options)

    def get(self, path: str, **options: Any) -> Any:
        reply = self.call("GET", path, **options)
        assert reply.status_code == 200, reply.text
        return reply.json()

    hears = Person.hears
    heard = Person.heard
    hangs_up = Person.hangs_up
    nickname = "Admin"
    _note = Person._note
