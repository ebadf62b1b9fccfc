"""Somebody who posts, corrects and sends files, and notes what was asked and what was acked."""

import hashlib
import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from tests.wire import LOBBY, Line, draft

WAIT = 30  # seconds


class Refused(Exception):
    """The server has answered, and said no."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.code = error["code"]


def send_file(port: int, token: str, content: bytes, name: str) -> dict[str, Any]:
    """Send a file; what the server answers.

    :raises Refused: with its code; OSError or HTTPException where there is no answer.
    """
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={boundary}"}
        line.request("POST", "/api/attachments", body, headers)
        reply = line.getresponse()
        answer = json.loads(reply.read())
    finally:
        line.close()
    if reply.status != 201:
        raise Refused(answer)
    return answer


class Busy:
    """One of several people who are at it at once."""

    def __init__(self, port: int, person: int, token: str, *, seed: int, note: Callable[..., None]) -> None:
        self._port, self._person, self._token = port, person, token
        self._chance = random.Random(seed)
        self._note = note
        self._line = Line(port, token)
        self._line.join()
        self._own: list[dict[str, Any]] = []
        self._enough = False
        self.fault: Exception | None = None

    def talk(self, words: int) -> None:
        try:
            for number in range(words):
                if self._enough:
                    return
                what = self._chance.random()
                if what < 0.3 and self._own:
                    self._edit()
                elif what < 0.5:
                    self._post(f"berkas {number}", self._send_file())
                else:
                    self._post(f"kata {number} " + "x" * self._chance.choice([5, 40, 900]))
        except Exception as error:
            self.fault = error

    def hang_up(self) -> None:
        self._line.breaks()

    def finish(self) -> None:
        """Ask for nothing new."""
        self._enough = True

    def _insist(self, ask: Callable[[], Any]) -> Any:
        """Ask; what has no answer is the test's end here."""
        return ask()

    def _post(self, body: str, files: list[int] | None = None) -> None:
        asked = draft(f"{body} {self._chance.randrange(10**6)}")
        if files:
            asked["attachments"] = files
        self._note(kind="asks", sender=self._person, client_id=asked["client_id"], body=asked["body"])
        reply = self._insist(lambda: self._line.asks("post_message", asked))
        assert reply["ok"], reply
        self._acked(reply["message"])
        self._own.append(reply["message"])

    def _edit(self) -> None:
        message = self._chance.choice(self._own)
        body = f"lebih baik {self._chance.randrange(10**9)}"
        self._note(kind="asks_edit", id=message["id"], body=body)
        reply = self._insist(lambda: self._line.asks("edit_message", {"id": message["id"], "body": body}))
        assert reply["ok"], reply
        self._acked(reply["message"])

    def _send_file(self) -> list[int]:
        # Some files are the same for all, and sent by several at once: they are kept once.
        size = self._chance.choice([10, 5_000, 40_000])
        content = self._chance.randbytes(size) if self._chance.random() < 0.7 else f"sama {self._chance.randrange(8)}".encode() * 300
        kept = self._insist(lambda: send_file(self._port, self._token, content, "berkas.bin"))
        self._note(kind="file", id=kept["id"], sha256=hashlib.sha256(content).hexdigest())
        return [kept["id"]]

    def _acked(self, message: dict[str, Any]) -> None:
        fields = {name: message[name] for name in ("id", "room", "seq", "revision", "client_id", "body")}
        self._note(kind="acked", message={**fields, "files": [one["id"] for one in message.get("attachments", ())]})
        assert message["room"] == LOBBY


class Stubborn(Busy):
    """Somebody who asks again, as it was asked, when the server was killed before it answered."""

    def __init__(self, *options: Any, serving: threading.Event, **more: Any) -> None:
        super().__init__(*options, **more)
        self._serving = serving
        self.waits = False  # for an answer
        self.asked_again = 0

    def _insist(self, ask: Callable[[], Any]) -> Any:
        while True:
            try:
                self.waits = True
                return ask()
            except (OSError, http.client.HTTPException):
                self._come_back()
                self.asked_again += 1
            finally:
                self.waits = False

    def _come_back(self) -> None:
        self._line.breaks()
        until = time.monotonic() + 2 * WAIT
        while time.monotonic() < until:
            if not self._serving.wait(1):
                continue
            try:
                self._line = Line(self._port, self._token)
                self._line.join()
            except OSError:  # it was killed again
                self._line.breaks()
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("the server has not come back")
