"""Changes of people: sessions of their devices, nickname, PIN, language."""

import math
from collections.abc import Callable

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from chatweb.chat.errors import Banned, Invalid, NicknameTaken
from chatweb.chat.nickname import nickname_looks
from chatweb.chat.person import FOREVER, Device, Person, Session
from chatweb.store import lookups, rows, tables

USER_AGENT_KEPT = 400  # characters

_person: Table = tables.PersonRow.__table__  # type: ignore[assignment]
_attachment: Table = tables.AttachmentRow.__table__  # type: ignore[assignment]
_device: Table = tables.DeviceRow.__table__  # type: ignore[assignment]
_link: Table = tables.LinkRow.__table__  # type: ignore[assignment]
_look: Table = tables.LookRow.__table__  # type: ignore[assignment]
_room: Table = tables.RoomRow.__table__  # type: ignore[assignment]


class PersonLedger:
    """Who is who, and on which devices."""

    def begin_session(
        self, nickname: str, key: str, device: Device, *, token_hash: str, pin_hash: str | None, locale: str | None, at: int
    ) -> Callable[[Connection], Session]:
        """Keep a new person with their first device, as a member of the lobby from now on.

        :raises NicknameTaken: when somebody else holds the name by now.
        """

        def change(connection: Connection) -> Session:
            _check_free(connection, nickname, key, holder=None)
            values = {
                "nickname": nickname,
                "nickname_key": key,
                "locale": locale,
                "pin_hash": pin_hash,
                "created_at": at,
                "last_seen_at": at,
            }
            person = connection.execute(insert(_person).values(values).returning(*_person.c)).one()
            _hold_looks(connection, person.id, nickname)
            lobby = connection.execute(select(_room).where(_room.c.kind == "lobby")).one()
            lookups.add_member(connection, lobby.id, person.id, at=at, seq=lobby.seq)
            return Session(_add_device(connection, person.id, device, token_hash, at), rows.person(person))

        return change

    def resume_person(self, person: int, device: Device, *, token_hash: str, at: int) -> Callable[[Connection], Session]:
        """Keep a further device of somebody.

        :raises Banned: when they are by now.
        """

        def change(connection: Connection) -> Session:
            return Session(_add_device(connection, person, device, token_hash, at), lookups.find_person(connection, person))

        return change

    def make_link(self, person: int, *, secret_hash: str, expires_at: int) -> Callable[[Connection], None]:
        """Keep a one-time link that brings a further device in."""

        def change(connection: Connection) -> None:
            connection.execute(insert(_link).values(person=person, secret_hash=secret_hash, expires_at=expires_at))

        return change

    def redeem_link(self, secret_hash: str, device: Device, *, token_hash: str, at: int) -> Callable[[Connection], Session | None]:
        """Use a link up; None when there is no such link, or it is used or over.

        :raises Banned: when the person who made it is by now.
        """

        def change(connection: Connection) -> Session | None:
            usable = (_link.c.secret_hash == secret_hash) & _link.c.used_at.is_(None) & (_link.c.expires_at > at)
            person = connection.scalar(update(_link).where(usable).values(used_at=at).returning(_link.c.person))
            if person is None:
                return None
            return Session(_add_device(connection, person, device, token_hash, at), lookups.find_person(connection, person))

        return change

    def rename(self, person: int, nickname: str, key: str) -> Callable[[Connection], Person]:
        """Give somebody another nickname.

        :raises NicknameTaken: when somebody else holds it.
        """

        def change(connection: Connection) -> Person:
            _check_free(connection, nickname, key, holder=person)
            _hold_looks(connection, person, nickname)
            return _change_person(connection, person, nickname=nickname, nickname_key=key)

        return change

    def set_pin(self, person: int, pin_hash: str) -> Callable[[Connection], Person]:
        """Keep the hash of somebody's PIN."""
        return lambda connection: _change_person(connection, person, pin_hash=pin_hash)

    def set_locale(self, person: int, locale: str) -> Callable[[Connection], Person]:
        """Keep somebody's language."""
        return lambda connection: _change_person(connection, person, locale=locale)

    def set_avatar(self, person: int, avatar: int | None) -> Callable[[Connection], Person]:
        """Keep somebody's profile photo, or that they have none.

        :raises Invalid: naming ``avatar``, when the sweeper has taken it by now.
        """

        def change(connection: Connection) -> Person:
            if avatar is not None and connection.scalar(select(_attachment.c.id).where(_attachment.c.id == avatar)) is None:
                raise Invalid("error.avatar", field="avatar")
            return _change_person(connection, person, avatar=avatar)

        return change

    def mute(self, person: int, *, until: int, reason: str) -> Callable[[Connection], Person]:
        """Let somebody read but not write until a time (ms since the epoch); 0 lifts it."""
        return lambda connection: _change_person(connection, person, muted_until=until, moderation_reason=reason)

    def ban(self, person: int, *, until: int, reason: str, at: int) -> Callable[[Connection], Person]:
        """Keep somebody out until a time (ms since the epoch) and end their sessions; 0 lifts it."""

        def change(connection: Connection) -> Person:
            if until > at:
                connection.execute(update(_device).where(_device.c.person == person, _device.c.revoked_at.is_(None)).values(revoked_at=at))
            return _change_person(connection, person, banned_until=until, moderation_reason=reason)

        return change

    def end_session(self, session: int, *, at: int) -> Callable[[Connection], bool]:
        """End a device's session, and the links that wait; true when it was the last one and, without a PIN, the nickname is free again."""

        def change(connection: Connection) -> bool:
            ended = update(_device).where(_device.c.id == session, _device.c.revoked_at.is_(None)).values(revoked_at=at)
            person = connection.scalar(ended.returning(_device.c.person))
            if person is None:
                return False
            # Whoever is signed out may have made one, and would be back by it.
            connection.execute(update(_link).where(_link.c.person == person, _link.c.used_at.is_(None)).values(used_at=at))
            left = connection.scalar(select(func.count()).where(_device.c.person == person, _device.c.revoked_at.is_(None)))
            if left:
                return False
            freed = update(_person).where(_person.c.id == person, _person.c.pin_hash.is_(None)).values(nickname_key=None)
            if connection.execute(freed).rowcount == 0:
                return False
            connection.execute(delete(_look).where(_look.c.person == person))
            return True

        return change

    def seen(self, person: int, *, at: int) -> Callable[[Connection], None]:
        """Note when somebody was last here."""

        def change(connection: Connection) -> None:
            connection.execute(update(_person).where(_person.c.id == person).values(last_seen_at=at))

        return change


def _check_free(connection: Connection, nickname: str, key: str, *, holder: int | None) -> None:
    """Let a name through that nobody but ``holder`` has, nor one that looks like it.

    A person from before there were looks may share one with somebody older (migration 0003), so the key is asked as well.
    """
    same = select(_person.c.id).where(_person.c.nickname_key == key)
    alike = select(_look.c.person).where(_look.c.look.in_(nickname_looks(nickname)))
    if {row[0] for row in connection.execute(same.union(alike))} - {holder}:
        raise NicknameTaken(nickname, "")


def _hold_looks(connection: Connection, person: int, nickname: str) -> None:
    connection.execute(delete(_look).where(_look.c.person == person))
    connection.execute(insert(_look), [{"look": look, "person": person} for look in sorted(nickname_looks(nickname))])


def _change_person(connection: Connection, person: int, **values: object) -> Person:
    return rows.person(connection.execute(update(_person).where(_person.c.id == person).values(**values).returning(*_person.c)).one())


def _add_device(connection: Connection, person: int, device: Device, token_hash: str, at: int) -> int:
    banned_until = connection.scalar(select(_person.c.banned_until).where(_person.c.id == person)) or 0
    if banned_until > at:
        raise Banned(retry_after=math.ceil((banned_until - at) / 1000) if banned_until != FOREVER else None)
    if connection.scalar(select(_device.c.id).where(_device.c.token_hash == token_hash)) is not None:
        raise Invalid("error.client_id_used", field="client_id")  # of a device that has left, or came in the same moment
    values = {
        "person": person,
        "token_hash": token_hash,
        "address": device.address,
        "user_agent": device.user_agent[:USER_AGENT_KEPT],
        "created_at": at,
    }
    row_id: int = connection.execute(insert(_device).values(values)).inserted_primary_key[0]  # type: ignore[index]
    return row_id
