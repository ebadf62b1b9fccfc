"""How people come in and stay themselves: nickname, PIN, link, device."""

import hashlib
import hmac
import math
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from chatweb.chat.errors import Banned, Forbidden, Invalid, NicknameTaken, NotFound, Overloaded, Unauthenticated
from chatweb.chat.guesses import Attempts, Guesser
from chatweb.chat.limits import Rate
from chatweb.chat.nickname import NICKNAME_LENGTH, ReservedNames, nickname_key, nickname_looks, parse_nickname
from chatweb.chat.person import FOREVER, PIN_LENGTH, Device, KnownDevice, Person, Session
from chatweb.chat.ports import Change, Ports
from chatweb.chat.service import ChatService

LINK_LASTS = 10 * 60 * 1000  # ms
ANSWER_KEPT = 10 * 60 * 1000  # ms within which a lost answer is given again to who knows the client_id
TOKEN_BYTES = 32
SUGGESTIONS = 99
_PIN_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Begun:
    """A session with the token that its device alone knows; ``created`` unless it was there before."""

    session: Session
    token: str
    created: bool = True


def hash_token(token: str) -> str:
    """What the store keeps of a token: SHA-256, as the token itself is random."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Sessions:
    """Begins, resumes and ends the sessions of devices."""

    def __init__(self, ports: Ports, chat: ChatService, *, key: bytes, arrivals: Rate, reserved: ReservedNames | None = None) -> None:
        """
        :param key: the instance's secret, of which tokens for a ``client_id`` are derived.
        :param arrivals: how many sessions an address may begin.
        :param reserved: names that nobody may take; those of the panel at least.
        """
        self._archive = ports.archive
        self._ledger = ports.ledger
        self._writer = ports.writer
        self._fanout = ports.fanout
        self._clock = ports.clock
        self._hasher = ports.hasher
        self._chat = chat
        self._key = key
        self._arrivals = arrivals
        self._attempts = Attempts(key, "pin")
        self._reserved = reserved or ReservedNames()

    def find(self, token: str | None) -> Session:
        """The session of a device's token.

        :raises Unauthenticated: when there is none, or it was revoked.
        :raises Banned: when its person is banned.
        """
        session = self._archive.session(hash_token(token)) if token else None
        if session is None:
            self._check_not_banned(token)
            raise Unauthenticated
        return session

    def begin(
        self,
        nickname: str,
        device: Device,
        *,
        pin: str | None,
        client_id: str | None,
        locale: str | None,
        current: tuple[Session, str] | None,
        old_token: str | None = None,
        guesser: Guesser | None = None,
    ) -> Begun:
        """Come in under a nickname: one's own, a free one, or, with its PIN, one that is held.

        :param current: the session and token that the device has already; who comes in under another name leaves it.
        :param guesser: where a PIN comes from; without one, the address alone is known.
        :raises NicknameTaken: with a suggestion, when somebody else holds it, or one that looks like it.
        :raises Forbidden: naming ``pin``, when the PIN is wrong.
        :raises Banned: when the device or the person is banned.
        """
        self._chat.check_running()
        name = self._parse_or_held(nickname)
        secret = parse_pin(pin) if pin is not None else None
        self._arrivals.take(device.address, now=self._clock.monotonic())
        again = self._again(client_id, name)
        if again is not None:
            return again
        self._check_not_banned(old_token)
        holder = self._archive.person_by_key(nickname_key(name))
        if holder is None:
            self._reserved.check(name)
            return self._leaving(current, device, self._begin_new(name, device, secret, client_id, locale))
        if current is not None and current[0].person.id == holder.id:
            return Begun(*current, created=False)
        if secret is None or not holder.has_pin:
            raise self._taken(name)
        self._check_pin(holder, secret, guesser or Guesser(device.address))
        self._refuse_banned(holder)
        begun = self._keep(
            client_id, name, lambda token: self._ledger.resume_person(holder.id, device, token_hash=token, at=self._clock.now())
        )
        return self._leaving(current, device, begun)

    def _parse_or_held(self, nickname: str) -> str:
        """A name that may be taken, or one that somebody holds from before the rules got stricter: they come back with their PIN."""
        try:
            return parse_nickname(nickname)
        except Invalid:
            plain = nickname[: 2 * NICKNAME_LENGTH].encode("utf-8", "replace").decode()
            holder = self._archive.person_by_key(nickname_key(plain))
            if holder is None:
                raise
            return holder.nickname

    def _leaving(self, current: tuple[Session, str] | None, device: Device, begun: Begun) -> Begun:
        """A device is one person's: the session before would hold its name with a token that nobody has any more."""
        if current is not None and current[0].id != begun.session.id:
            self.end(current[0], device)
        return begun

    def redeem(self, link: str, device: Device, *, current: tuple[Session, str] | None = None) -> Begun:
        """Come in as the person who made a one-time link.

        :raises Forbidden: when the link is unknown, used or over.
        """
        self._chat.check_running()
        self._arrivals.take(device.address, now=self._clock.monotonic())
        token = secrets.token_urlsafe(TOKEN_BYTES)
        change = self._ledger.redeem_link(hash_token(link), device, token_hash=hash_token(token), at=self._clock.now())
        session = self._writer.keep(change)
        if session is None:
            raise Forbidden("error.link", field="link")
        return self._leaving(current, device, Begun(session, token))

    def _check_not_banned(self, token: str | None) -> None:
        holder = self._archive.banned_holder(hash_token(token), now=self._clock.now()) if token else None
        if holder is not None:
            self._refuse_banned(holder)

    def _refuse_banned(self, person: Person) -> None:
        left = person.banned_until - self._clock.now()
        if left > 0:
            raise Banned(retry_after=math.ceil(left / 1000) if person.banned_until != FOREVER else None)

    def make_link(self, person: Person) -> tuple[str, int]:
        """A one-time secret that brings a further device in, and when it is over (ms since the epoch)."""
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        expires_at = self._clock.now() + LINK_LASTS
        self._writer.keep(self._ledger.make_link(person.id, secret_hash=hash_token(secret), expires_at=expires_at))
        return secret, expires_at

    def change(
        self,
        person: Person,
        *,
        nickname: str | None,
        pin: str | None,
        locale: str | None,
        avatar: int | None = None,
        no_avatar: bool = False,
    ) -> Person:
        """Change what is one's own: all of it, or, where one part is refused, nothing."""
        name = parse_nickname(nickname) if nickname is not None else None
        secret = parse_pin(pin) if pin is not None else None
        if locale is not None and locale not in {"id", "en"}:
            raise Invalid("error.one_of", field="locale", names="id, en")
        if avatar is not None:
            self._check_photo(person, avatar)
        shown: list[Change[Person]] = []  # to everybody
        own: list[Change[Person]] = []
        if avatar is not None or no_avatar:
            shown.append(self._ledger.set_avatar(person.id, avatar))
        if name is not None and name != person.nickname:
            self._reserved.check(name)
            shown.append(self._ledger.rename(person.id, name, nickname_key(name)))
        if secret is not None:
            own.append(self._ledger.set_pin(person.id, self._hasher.hash(secret)))
        if locale is not None and locale != person.locale:
            own.append(self._ledger.set_locale(person.id, locale))
        if not shown + own:
            return person
        try:
            return self._writer.keep(
                lambda connection: [change(connection) for change in shown + own][-1],
                then=lambda changed: self._fanout.people_changed(changed=[changed]) if shown else None,
            )
        except NicknameTaken as taken:
            raise self._taken(name or "") from taken

    def end(self, session: Session, device: Device) -> None:
        """Leave for good on this device; what was said stays. A name without a PIN is free with its last device."""
        self._writer.keep(self._ledger.end_session(session.id, at=self._clock.now()))
        for connection in self._fanout.end_session(session.id, reason="left", wording="ended.left"):
            self._chat.leave(connection, session.person, device)

    def devices(self, person: Person) -> list[KnownDevice]:
        """The devices that somebody is in with, the newest first."""
        return self._archive.devices(person.id)

    def sign_out(self, person: Person, session: int, device: Device) -> None:
        """End the session of one of somebody's devices.

        :raises NotFound: when they have no such device.
        """
        if session not in {known.id for known in self._archive.devices(person.id)}:
            raise NotFound
        self._writer.keep(self._ledger.end_session(session, at=self._clock.now()))
        for connection in self._fanout.end_session(session, reason="revoked", wording="ended.revoked"):
            self._chat.leave(connection, person, device)

    def _check_photo(self, person: Person, avatar: int) -> None:
        """Let a photo through.

        :raises Invalid: naming ``avatar``, unless it is a picture of one's own.
        """
        try:
            photo = self._archive.attachment_for(person.id, avatar)
        except NotFound:
            raise Invalid("error.avatar", field="avatar") from None
        if photo.uploader != person.id or not photo.thumbnail:
            raise Invalid("error.avatar", field="avatar")

    def _begin_new(self, name: str, device: Device, pin: str | None, client_id: str | None, locale: str | None) -> Begun:
        pin_hash = self._hasher.hash(pin) if pin is not None else None

        def change(token: str) -> Callable[..., Session]:
            return self._ledger.begin_session(
                name, nickname_key(name), device, token_hash=token, pin_hash=pin_hash, locale=locale, at=self._clock.now()
            )

        try:
            begun = self._keep(client_id, name, change)
        except NicknameTaken as taken:  # by somebody who came in the same moment
            again = self._again(client_id, name)
            if again is not None:
                return again
            raise self._taken(name) from taken
        if self._archive.lobby().notes_receipts:  # who counts who has read it must know how many there are
            self._writer.when_settled(lambda: self._fanout.room_changed(self._archive.lobby()))
        return begun

    def _keep(self, client_id: str | None, name: str, change: Callable[[str], Callable[..., Session]]) -> Begun:
        token = self._token_for(client_id, name) if client_id is not None else secrets.token_urlsafe(TOKEN_BYTES)
        try:
            return Begun(self._writer.keep(change(hash_token(token))), token)
        except Invalid:  # the same was asked twice at once, and the other one came first
            again = self._again(client_id, name)
            if again is None:
                raise
            return again

    def _again(self, client_id: str | None, name: str) -> Begun | None:
        """The answer that was lost, for ten minutes."""
        if client_id is None:
            return None
        token = self._token_for(client_id, name)
        session = self._archive.session(hash_token(token))
        if session is None:
            return None
        if self._clock.now() - self._archive.session_made_at(session.id) > ANSWER_KEPT:
            raise Invalid("error.client_id_used", field="client_id")
        return Begun(session, token)

    def _token_for(self, client_id: str, name: str) -> str:
        return hmac.new(self._key, f"session\0{client_id}\0{nickname_key(name)}".encode(), hashlib.sha256).hexdigest()

    def mark_browser(self, person: Person) -> str:
        """What a browser is given that knew somebody's PIN, or set it; empty for people without one."""
        hashed = self._archive.pin_hash(person.id)
        return self._attempts.mark(person.id, sealed=hashed) if hashed is not None else ""

    def _check_pin(self, holder: Person, pin: str, guesser: Guesser) -> None:
        hashed = self._archive.pin_hash(holder.id)
        ticket = self._attempts.begin(holder.id, guesser, sealed=hashed or "", now=self._clock.monotonic())
        try:
            right = hashed is not None and self._hasher.verify(hashed, pin, ahead=ticket.ahead)
        except Overloaded:
            self._attempts.unanswered(ticket)
            raise
        if not right:
            raise Forbidden("error.pin", field="pin")
        self._attempts.right(ticket)

    def _taken(self, name: str) -> NicknameTaken:
        stem = _stem(name)
        looks = {f"{stem} {number}": nickname_looks(f"{stem} {number}") for number in range(2, SUGGESTIONS + 1)}
        held = self._archive.looks_held(frozenset().union(*looks.values()))
        return NicknameTaken(name, next((one for one, look in looks.items() if not look & held), "") if stem else "")


def _stem(name: str) -> str:
    """As much of a name as leaves room for a number; cut where it stays a name, not in the middle of an emoji."""
    for length in range(min(len(name), NICKNAME_LENGTH - 3), 0, -1):
        stem = name[:length].rstrip()
        try:
            return stem if stem == parse_nickname(f"{stem} {SUGGESTIONS}")[:-3] else ""
        except Invalid:
            continue
    return ""


def parse_pin(pin: str) -> str:
    """A PIN as it is hashed.

    :raises Invalid: naming ``pin``, when it has fewer than 4 or more than 64 characters, or control characters.
    """
    low, high = PIN_LENGTH
    if not low <= len(pin) <= high:
        raise Invalid("error.range_characters", field="pin", low=low, high=high)
    if _PIN_CHARACTERS.search(pin):
        raise Invalid("error.body_characters", field="pin")
    return pin
