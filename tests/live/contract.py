"""Walks through ``contract.json`` with python-socketio's client; ``contract.mjs`` does the same with npm's.

The language of the steps: ``$name`` in what is sent is replaced by what is known by that name; in what is expected it
must be equal to it, and is learnt where it is not known yet. ``"$*"`` is anything that is there, ``null`` is nothing
there, ``{"$some": x}`` a list with an ``x`` in it. Objects may have more members than expected, lists may not.
"""

import json
import threading
from pathlib import Path
from typing import Any

import requests
import socketio

STEPS = json.loads((Path(__file__).parent / "contract.json").read_text(encoding="utf-8"))
WAIT = 20  # seconds for something that must happen
SETTLE = "mark"  # asked without a payload: refused always, and answered after all that was told before


class Stranger:
    """Somebody with python-socketio's client."""

    def __init__(self, world: dict[str, Any], name: str) -> None:
        self._world = world
        self._name = name
        self._client: socketio.Client | None = None
        self._heard: list[tuple[str, Any]] = []
        self._refused: Any = None
        self._ended = False
        self._changed = threading.Condition()

    def connect(self, token: str | None = None) -> None:
        self._ended, self._refused = False, None
        token = token or self._world["names"][f"{self._name}.token"]
        headers = {"Authorization": f"Bearer {token}"}
        http = requests.Session()
        http.trust_env = False
        http.headers.update(headers)  # this library gives `headers` to the first polling request only
        self._client = client = socketio.Client(reconnection=False, http_session=http)
        client.on("*", self._note)
        client.on("connect_error", self._note_refusal)
        client.on("disconnect", self._note_end)
        client.connect(self._world["url"], headers=headers, auth={"token": token}, transports=self._world["transports"], wait_timeout=WAIT)
        assert client.transport() == self._world["travels"]

    def refused(self, token: str | None = None) -> Any:
        """Try to connect, and answer what the refusal carried."""
        try:
            self.connect(token)
        except socketio.exceptions.ConnectionError:
            self.hang_up()
            assert self._refused is not None, "the refusal carried nothing"
            return self._refused["data"]
        raise AssertionError("it was let in")

    def ask(self, event: str, payload: Any = ()) -> Any:
        return self._client.call(event, payload, timeout=WAIT)

    def hear(self, event: str, wanted: Any = lambda _payload: True) -> Any:
        """Wait for the next event of a name, or the next one that is wanted, and take it and those before it."""
        with self._changed:
            payload = self._changed.wait_for(lambda: self._take(event, wanted), timeout=WAIT)
        assert payload is not None, f"did not come; there are {self._heard}"
        return payload

    def left(self, event: str) -> list[Any]:
        """The events of a name that nobody has asked for."""
        with self._changed:
            return [payload for name, payload in self._heard if name == event]

    def ends(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._ended, timeout=WAIT), "the line was not ended"
        self.hang_up()

    def hang_up(self) -> None:
        if self._client is not None:
            self._client.disconnect()
            self._client.shutdown()
            self._client = None

    def _take(self, event: str, wanted: Any) -> Any:
        for at, (name, payload) in enumerate(self._heard):
            if name == event and wanted(payload):
                self._heard[: at + 1] = [one for one in self._heard[:at] if one[0] != event]
                return payload
        return None

    def _note(self, event: str, payload: Any = None, *_more: Any) -> None:
        with self._changed:
            self._heard.append((event, payload))
            self._changed.notify_all()

    def _note_refusal(self, data: Any = None) -> None:
        if isinstance(data, dict):
            self._refused = data

    def _note_end(self, *_reason: Any) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()


def walk(world: dict[str, Any]) -> None:
    """Take all steps; ``world`` has url, transports, travels, names and headers."""
    known = dict(world["names"])
    people = {name: Stranger(world, name) for name in ("ani", "budi", "cici")}
    for number, step in enumerate(STEPS):
        try:
            _take_step(step, world, people, known)
        except Exception as error:
            raise AssertionError(f"step {number}: {json.dumps(step, ensure_ascii=False)}: {error}") from error
    for person in people.values():
        person.hang_up()


def _take_step(step: dict[str, Any], world: dict[str, Any], people: dict[str, Stranger], known: dict[str, Any]) -> None:
    if "says" in step:
        return
    if "calls" in step:
        _call(step, world, known)
        return
    person = people[step["who"]]
    if "connects" in step:
        person.connect()
    elif "is_refused" in step:
        _match(person.refused(step.get("token")), step["is_refused"], known)
    elif "asks" in step:
        _match(person.ask(step["asks"], fill(step["with"], known)), step["answer"], known)
    elif "hears" in step:
        _match(person.hear(step["hears"]), step["like"], known)
    elif "comes_to_hear" in step:
        _match(person.hear(step["comes_to_hear"], lambda payload: differs(payload, step["like"], dict(known)) is None), step["like"], known)
    elif "heard_all" in step:
        if step.get("settles", True):
            assert person.ask(SETTLE)["ok"] is False
        assert person.left(step["heard_all"]) == []
    elif "is_ended" in step:
        person.ends()
    elif "hangs_up" in step:
        person.hang_up()
    else:
        raise AssertionError("nobody knows this step")


def _call(step: dict[str, Any], world: dict[str, Any], known: dict[str, Any]) -> None:
    path = "/".join(str(fill(part, known)) for part in step["path"].split("/"))
    with requests.Session() as http:
        http.trust_env = False
        headers = world["headers"][step["as"]]
        answer = http.request(step["calls"], world["url"] + path, headers=headers, json=fill(step.get("with"), known), timeout=WAIT)
    assert answer.status_code == step["status"], answer.text
    if "answer" in step:
        _match(answer.json(), step["answer"], known)


def _match(value: Any, expected: Any, known: dict[str, Any]) -> None:
    difference = differs(value, expected, known)
    assert difference is None, f"{difference}, in {json.dumps(value, ensure_ascii=False)}"


def fill(value: Any, known: dict[str, Any]) -> Any:
    """``value`` with what is known in place of names."""
    if isinstance(value, dict):
        return {str(fill(key, known)): fill(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [fill(one, known) for one in value]
    if isinstance(value, str) and value.startswith("$"):
        return known[value[1:]]
    return value


def differs(value: Any, expected: Any, known: dict[str, Any], at: str = "it") -> str | None:
    """Where ``value`` is not as expected, in words; None where it is. Learns names that were not known."""
    if isinstance(expected, str) and expected.startswith("$"):
        return None if expected == "$*" or known.setdefault(expected[1:], value) == value else f"{at} is not {known[expected[1:]]!r}"
    if isinstance(expected, dict):
        return _object_differs(value, expected, known, at)
    if isinstance(expected, list):
        if not isinstance(value, list) or len(value) != len(expected):
            return f"{at} is not a list of {len(expected)}"
        return next(filter(None, (differs(one, expected[i], known, f"{at}[{i}]") for i, one in enumerate(value))), None)
    return None if type(value) is type(expected) and value == expected else f"{at} is not {expected!r}"


def _object_differs(value: Any, expected: dict[str, Any], known: dict[str, Any], at: str) -> str | None:
    if "$some" in expected:
        return _differs_for_all(value, expected["$some"], known, at)
    if not isinstance(value, dict):
        return f"{at} is no object"
    return next(filter(None, (_member_differs(value, str(fill(key, known)), one, known, at) for key, one in expected.items())), None)


def _member_differs(value: dict[str, Any], key: str, expected: Any, known: dict[str, Any], at: str) -> str | None:
    if expected is None:
        return f"{at}.{key} should not be there" if key in value else None
    return differs(value[key], expected, known, f"{at}.{key}") if key in value else f"{at}.{key} is missing"


def _differs_for_all(values: Any, expected: Any, known: dict[str, Any], at: str) -> str | None:
    for value in values if isinstance(values, list) else ():
        learnt = dict(known)
        if differs(value, expected, learnt) is None:
            known.update(learnt)
            return None
    return f"{at} has none that is {expected!r}"
