"""Everything that can be refused, each with its code of the wire contract.

An error carries a *wording* key and its parameters instead of a sentence: the edge that answers knows the language.
"""


class ChatError(Exception):
    """A refusal: nothing was stored, nothing was sent to anybody."""

    code = "internal"
    wording = "error.internal"

    def __init__(
        self,
        wording: str | None = None,
        *,
        field: str | None = None,
        retry_after: float | None = None,
        **params: object,
    ) -> None:
        self.wording = wording or self.wording
        self.field = field
        self.retry_after = retry_after
        self.params = params
        super().__init__(self.code, self.wording, field)


class Invalid(ChatError):
    code = "invalid"
    wording = "error.invalid"


class Unauthenticated(ChatError):
    code = "unauthenticated"
    wording = "error.unauthenticated"


class Forbidden(ChatError):
    code = "forbidden"
    wording = "error.forbidden"


class Banned(ChatError):
    code = "banned"
    wording = "error.banned"


class Muted(ChatError):
    """May read, may not write, until ``retry_after``."""

    code = "muted"
    wording = "error.muted"


class NotFound(ChatError):
    code = "not_found"
    wording = "error.not_found"


class NicknameTaken(ChatError):
    """Somebody else holds the nickname; ``suggestion`` is one that is free."""

    code = "nickname_taken"
    wording = "error.nickname_taken"

    def __init__(self, nickname: str, suggestion: str) -> None:
        super().__init__(field="nickname", nickname=nickname, suggestion=suggestion)
        self.suggestion = suggestion


class Conflict(ChatError):
    code = "conflict"
    wording = "error.conflict"


class TooLarge(ChatError):
    code = "too_large"
    wording = "error.too_large"


class UnsupportedMediaType(ChatError):
    code = "unsupported_media_type"
    wording = "error.unsupported_media_type"


class RateLimited(ChatError):
    code = "rate_limited"
    wording = "error.rate_limited"


class ServiceStopped(ChatError):
    code = "service_stopped"
    wording = "error.service_stopped"


class Overloaded(ChatError):
    code = "overloaded"
    wording = "error.overloaded"


class StorageFull(ChatError):
    code = "storage_full"
    wording = "error.storage_full"


class Internal(ChatError):
    """A fault of ours, logged with the id that the answer carries."""
