"""One dispatcher: every event goes to its method by our own table of names, and is answered, whatever goes wrong in it."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import Namespace

from chatweb.chat.errors import ChatError
from chatweb.wording import Wording

Ack = dict[str, Any]

MALFORMED = "malformed"  # where an event goes that is not in the table


class Refusals:
    """Turns what a handler refuses into an ack, in the client's language; faults of ours are logged with an id."""

    def __init__(self, wording: Wording, fault: Callable[[BaseException], ChatError]) -> None:
        self._wording = wording
        self._fault = fault

    def ack(self, error: BaseException) -> Ack:
        """The ack of a refusal."""
        return {"ok": False, "error": self.describe(error)}

    def describe(self, error: BaseException) -> dict[str, Any]:
        """A refusal as it is told: code, one plain sentence, and where it helps the field and the wait."""
        refusal = error if isinstance(error, ChatError) else self._fault(error)
        known = {"field": refusal.field, "retry_after": refusal.retry_after}
        told = {"code": refusal.code, "detail": self._wording.explain(refusal)}
        return {**told, **{key: value for key, value in known.items() if value is not None}}


class Answering(Namespace):  # type: ignore[misc]
    """A namespace whose events are those of its table, each with a method ``on_NAME``."""

    asks: ClassVar[Sequence[str]]

    def __init__(self, namespace: str, refusals: Refusals) -> None:
        super().__init__(namespace)
        self._refusals = refusals

    def answer(self, environ: dict[str, Any], sid: str, event: object, sent: Sequence[object]) -> Any:
        """What a client's event is answered; it never raises.

        :param environ: the request that opened the connection.
        :param sent: what came with the event.
        """
        method = getattr(self, f"on_{event if event in self.asks else MALFORMED}")
        try:
            return self._run(environ, sid, method, *sent)
        except Refused as refused:
            return {"ok": False, "error": refused.error_args["data"]}

    def trigger_event(self, event: str, sid: str, *args: Any) -> None:
        """Take note that a connection came or went; the library alone calls this, events of clients don't come this way.

        :raises Refused: when it may not come.
        """
        if event == "connect":
            environ, auth = args
            self._run(environ, sid, self.on_connect, auth)
        elif event == "disconnect":
            environ = self.socketio.server.get_environ(sid, self.namespace)
            self._run(environ, sid, self.on_disconnect)

    def _run(self, environ: dict[str, Any], sid: str, method: Callable[..., Any], *args: object) -> Any:
        with environ["flask.app"].request_context(environ):
            request.sid = sid  # type: ignore[attr-defined]
            try:
                return method(*args)
            except Exception as error:  # noqa: BLE001 - the edge's last handler: what is asked and not answered is worse
                refused = self._refusals.describe(error)
                raise Refused(refused["code"], refused) from None
