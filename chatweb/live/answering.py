"""One dispatcher: every event goes to its method by our own table of names, and is answered, whatever goes wrong in it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import Namespace

from chatweb.chat.errors import ChatError
from chatweb.wording import Wording

Ack = dict[str, Any]

LANGUAGE = "chatweb.language"  # where a connection's language stands in the environ of the request that opened it
MALFORMED = "malformed"  # where an event goes that is not in the table


class Refusals:
    """Turns what a handler refuses into an ack, in the client's language; faults of ours are logged with an id."""

    def __init__(self, wording: Wording, fault: Callable[[BaseException], ChatError]) -> None:
        self._wording = wording
        self._fault = fault

    def language_of(self, environ: dict[str, Any]) -> str:
        """The language of a connection, by the request that opened it."""
        language: str | None = environ.get(LANGUAGE)
        if language is None:
            with opened_by(environ):
                language = environ[LANGUAGE] = self._wording.language
        return language

    def ack(self, error: BaseException, language: str) -> Ack:
        """The ack of a refusal."""
        return {"ok": False, "error": self.describe(error, language)}

    def describe(self, error: BaseException, language: str) -> dict[str, Any]:
        """A refusal as it is told: code, one plain sentence, and where it helps the field and the wait."""
        refusal = error if isinstance(error, ChatError) else self._fault(error)
        known = {"field": refusal.field, "retry_after": refusal.retry_after}
        told = {"code": refusal.code, "detail": self._wording.explain_in(language, refusal)}
        return {**told, **{key: value for key, value in known.items() if value is not None}}


class Answering(Namespace):  # type: ignore[misc]
    """A namespace whose events are those of its table, each with a method ``on_NAME``."""

    asks: ClassVar[Sequence[str]]

    def __init__(self, namespace: str, refusals: Refusals) -> None:
        super().__init__(namespace)
        self._refusals = refusals

    def answer(self, environ: dict[str, Any], sid: str, event: object, sent: Sequence[object]) -> Any:
        """What a client's event is answered; it never raises.

        There is no context of a request around it: making one costs more than most asks, and no session of Flask's
        belongs to a socket.

        :param environ: the request that opened the connection.
        :param sent: what came with the event.
        """
        method = getattr(self, f"on_{event if event in self.asks else MALFORMED}")
        try:
            return method(sid, *sent)
        except Exception as error:  # noqa: BLE001 - the edge's last handler: what is asked and not answered is worse
            return self._refusals.ack(error, self._refusals.language_of(environ))

    def trigger_event(self, event: str, sid: str, *args: Any) -> None:
        """Take note that a connection came or went; the library alone calls this, events of clients don't come this way.

        :raises Refused: when it may not come.
        """
        environ = args[0] if event == "connect" else self.socketio.server.get_environ(sid, self.namespace)
        with opened_by(environ):
            try:
                if event == "connect":
                    self.on_connect(sid, args[1])
                else:
                    self.on_disconnect(sid)
            except Exception as error:  # noqa: BLE001 - as above
                refused = self._refusals.describe(error, self._refusals.language_of(environ))
                raise Refused(refused["code"], refused) from None


@contextmanager
def opened_by(environ: dict[str, Any]) -> Iterator[None]:
    """The context of the request that opened a connection."""
    with environ["flask.app"].request_context(environ) as context:
        # Flask knows no such address, and its error about that holds the context, which holds the error: garbage that only
        # the collector finds, 160 connections of which stopped everybody for 46 ms.
        context.request.routing_exception = None
        yield
