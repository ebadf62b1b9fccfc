"""Signing in to the panel: password, one-time set-up link, sessions with a CSRF token."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any

from flask import Request

from chatweb.admin.entrance import Entrance
from chatweb.chat.activity import Activity
from chatweb.chat.errors import Conflict, Forbidden, Invalid, Overloaded, Unauthenticated
from chatweb.chat.guesses import Attempts, Guesser
from chatweb.chat.limits import Guesses
from chatweb.chat.ports import Clock, Hasher, Ledger, Writer
from chatweb.store import administrators
from chatweb.store.administrators import OWNER, Administrators, AdminSession

SESSION_LASTS = 12 * 3600 * 1000  # ms
SET_UP_LASTS = 3600.0  # seconds that a set-up link can be used
PASSWORD_LENGTH = (8, 200)  # characters


class Accounts:
    """Who may steer: checks passwords and sessions of administrators."""

    def __init__(
        self,
        store: Administrators,
        *,
        writer: Writer,
        ledger: Ledger,
        clock: Clock,
        hasher: Hasher,
        key: bytes,
        token: Callable[[Request], str | None],
        entrance: Entrance,
    ) -> None:
        """``token`` finds the panel's token in a request."""
        self.entrance = entrance
        self._store = store
        self._writer = writer
        self._ledger = ledger
        self._clock = clock
        self._hasher = hasher
        self._key = key
        self._token = token
        self._attempts = Attempts(key, "password")
        self._secrets = Guesses()
        self._set_up: tuple[str, float] | None = None
        self._dummy = ""

    def open_set_up(self) -> str | None:
        """The secret of a one-time set-up link, while nobody may sign in yet; it is told to the terminal only."""
        if self._store.count():
            return None
        secret = secrets.token_urlsafe(32)
        self._set_up = (_hash(secret), self._clock.monotonic() + SET_UP_LASTS)
        return secret

    def set_password(self, password: str) -> None:
        """Give the first administrator this password, when it is not theirs already.

        :raises Invalid: naming ``password``, when it is shorter than 8 characters or longer than 200.
        """
        owner = self._store.find(OWNER)
        if owner is None or not self._hasher.verify(owner.password_hash, password):
            hashed = self._hasher.hash(_parse_password(password))
            self._writer.keep(administrators.set_password(OWNER, hashed, at=self._clock.now()))

    def set_up(self, secret: str, password: str, *, guesser: Guesser) -> tuple[str, str, str]:
        """Set the first password with the one-time link's secret, and sign in.

        :raises Forbidden: naming ``secret``, when it is wrong or over.
        :raises Conflict: when a password has been set already.
        """
        if self._store.count():
            raise Conflict("error.set_up_done")
        self._secrets.allow(guesser.address, now=self._clock.monotonic())
        expected, until = self._set_up or ("", 0.0)
        if self._clock.monotonic() > until or not hmac.compare_digest(expected, _hash(secret)):
            self._secrets.wrong(guesser.address, now=self._clock.monotonic())
            raise Forbidden("error.set_up", field="secret")
        hashed = self._hasher.hash(_parse_password(password))
        if self._set_up is None:  # used by somebody else while we hashed
            raise Conflict("error.set_up_done")
        link, self._set_up = self._set_up, None
        try:
            self._writer.keep(administrators.set_password(OWNER, hashed, at=self._clock.now()))
        except BaseException:  # nothing was kept: the one link there is must not be used up
            self._set_up = link
            raise
        return self.sign_in(None, password, guesser=guesser)

    def sign_in(self, name: str | None, password: str, *, guesser: Guesser) -> tuple[str, str, str]:
        """A session's token, its CSRF token, and the mark that the browser is known by from now on.

        :raises Forbidden: naming ``password``, when name or password is wrong; which of them is not told.
        :raises RateLimited: after wrong guesses, for a while that doubles.
        """
        address = guesser.address
        administrator = self._store.find(name)
        # A name that nobody has counts as the first administrator's: made-up names buy no further guesses.
        account, sealed = (administrator.name, administrator.password_hash) if administrator else (OWNER, "")
        ticket = self._attempts.begin(account, guesser, sealed=sealed, now=self._clock.monotonic())
        try:
            right = self._verify(administrator.password_hash if administrator else None, password, ahead=ticket.ahead)
        except Overloaded:
            self._attempts.unanswered(ticket)
            raise
        if not right or administrator is None:
            self._note("sign_in_failed", address)
            raise Forbidden("error.sign_in", field="password")
        self._attempts.right(ticket)
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        change = administrators.begin_session(
            administrator.id, token_hash=_hash(token), address=address, at=now, expires_at=now + SESSION_LASTS
        )
        self._writer.keep(change)
        self._writer.note(self._ledger.audit(administrator=administrator.name, address=address, action="signed_in", detail="", at=now))
        self._note("signed_in", address)
        return token, self.csrf_token(token), self._attempts.mark(account, sealed=sealed)

    def sign_out(self, session: AdminSession) -> None:
        """End a session."""
        self._writer.keep(administrators.end_session(session.id))

    def find(self, request: Request) -> AdminSession:
        """The session of a panel's request.

        :raises Unauthenticated: when there is none.
        :raises Forbidden: when it comes from where the panel can't be reached.
        """
        self.entrance.check(request)
        token = self._token(request)
        session = self._store.session(_hash(token), now=self._clock.now()) if token else None
        if session is None:
            raise Unauthenticated("error.admin_unauthenticated")
        return session

    def is_signed_in(self, request: Request) -> bool:
        """Whether a request comes from a panel."""
        try:
            self.find(request)
        except (Unauthenticated, Forbidden):
            return False
        return True

    def check_csrf(self, request: Request, token: str) -> None:
        """Let through only what the panel itself sent.

        :raises Forbidden: when the CSRF token is missing or wrong.
        """
        if not hmac.compare_digest(self.csrf_token(self._token(request) or "").encode(), token.encode("utf-8", "replace")):
            raise Forbidden("error.csrf")

    def acting(self, request: Any, csrf_token: str) -> str:
        """The administrator's name behind a request, with the CSRF token that it gave."""
        session = self.find(request)
        self.check_csrf(request, csrf_token)
        return session.administrator

    def csrf_token_of(self, request: Request) -> str:
        """The CSRF token that goes with a request's session."""
        return self.csrf_token(self._token(request) or "")

    def csrf_token(self, token: str) -> str:
        """The CSRF token that goes with a session's token."""
        return hmac.new(self._key, b"csrf\0" + token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def _verify(self, hashed: str | None, password: str, *, ahead: bool) -> bool:
        """Costs the same whether there is such an administrator or not."""
        if hashed is None:
            self._dummy = self._dummy or self._hasher.hash(secrets.token_urlsafe(16))
            self._hasher.verify(self._dummy, password)
            return False
        return self._hasher.verify(hashed, password, ahead=ahead)

    def _note(self, kind: str, address: str) -> None:
        self._writer.note(self._ledger.activity(Activity(at=self._clock.now(), kind=kind, address=address)))


def _parse_password(password: str) -> str:
    low, high = PASSWORD_LENGTH
    if not low <= len(password) <= high:
        raise Invalid("error.range_characters", field="password", low=low, high=high)
    return password


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
