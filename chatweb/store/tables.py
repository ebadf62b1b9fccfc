"""The rows that are kept. They never leave ``store/``; times are milliseconds since the Unix epoch, UTC."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all rows; its names of constraints are what migrations rely on."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        # A time in ms needs 64 bits; on SQLite every integer has them, and only INTEGER numbers its rows by itself.
        type_annotation_map={int: BigInteger().with_variant(Integer(), "sqlite")},
    )


class PersonRow(Base):
    """Somebody who has joined once; ``nickname_key`` is empty when the nickname has been given up.

    ``muted_until`` and ``banned_until`` are in the past, or empty, for everybody else; ``FOREVER`` has no end.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    nickname: Mapped[str] = mapped_column(String(32))
    nickname_key: Mapped[str | None] = mapped_column(String(640), unique=True)  # one character's compatible form may have 18
    role: Mapped[str | None] = mapped_column(String(16))
    locale: Mapped[str | None] = mapped_column(String(8))
    pin_hash: Mapped[str | None] = mapped_column(String(255))
    avatar: Mapped[int | None] = mapped_column(index=True)  # the id of an attachment
    muted_until: Mapped[int | None]
    banned_until: Mapped[int | None]
    moderation_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[int]
    last_seen_at: Mapped[int]


class LookRow(Base):
    """What a nickname that is held looks like (``chat.nickname_looks``): nobody else's may look like that."""

    __tablename__ = "look"
    look: Mapped[str] = mapped_column(String(255), primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class DeviceRow(Base):
    """A device that joined as a person; only a hash of its token is kept."""

    __tablename__ = "device"
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[int]
    revoked_at: Mapped[int | None]


class LinkRow(Base):
    """A one-time link that brings a further device in as the same person."""

    __tablename__ = "link"
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[int]
    used_at: Mapped[int | None]


class RoomRow(Base):
    """A room; ``pair`` is "SMALLER-LARGER" of the two people of a direct room."""

    __tablename__ = "room"
    __table_args__ = (CheckConstraint("kind IN ('lobby', 'open', 'private', 'direct')", name="kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(200))
    pair: Mapped[str | None] = mapped_column(String(40), unique=True)
    seq: Mapped[int]
    revision: Mapped[int]
    created_at: Mapped[int]


class MemberRow(Base):
    """Somebody in a room, and the ``seq`` up to which they have received and read."""

    __tablename__ = "member"
    room: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    joined_at: Mapped[int]
    received_seq: Mapped[int]
    read_seq: Mapped[int]


class MessageRow(Base):
    """A message; ``nickname`` is its sender's of that time. ``seq`` and ``revision`` are of its room, without gaps."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("room", "seq"),
        UniqueConstraint("sender", "client_id"),
        Index("ix_message_room_revision", "room", "revision", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int] = mapped_column(ForeignKey("room.id"))
    seq: Mapped[int]
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    sender: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nickname: Mapped[str] = mapped_column(String(32))
    client_id: Mapped[str | None] = mapped_column(String(36))
    body: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    event: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[int] = mapped_column(index=True)
    edited_at: Mapped[int | None]
    deleted_at: Mapped[int | None]
    deleted_by: Mapped[str | None] = mapped_column(String(16))


class VersionRow(Base):
    """What a message said before it was edited: for the administrator's log alone."""

    __tablename__ = "version"
    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    until: Mapped[int]


class AttachmentRow(Base):
    """A file that somebody sent; its content is kept under ``sha256``, its name is only shown."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    thumbnail: Mapped[bool]
    uploader: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[int] = mapped_column(index=True)


class MessageAttachmentRow(Base):
    """A file with a message, in the order that the sender chose."""

    __tablename__ = "message_attachment"
    message: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    attachment: Mapped[int] = mapped_column(ForeignKey("attachment.id"), index=True)


class ReactionRow(Base):
    """An emoji that somebody put under a message."""

    __tablename__ = "reaction"
    message: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    emoji: Mapped[str] = mapped_column(String(40), primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[int]


class MarkRow(Base):
    """At ``at`` somebody had received, or read, a room up to ``seq``: the times behind the receipts of a message."""

    __tablename__ = "mark"
    __table_args__ = (
        CheckConstraint("kind IN ('received', 'read')", name="kind"),
        Index("ix_mark_room_person_kind_seq", "room", "person", "kind", "seq"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int] = mapped_column(ForeignKey("room.id"))
    person: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(8))
    seq: Mapped[int]
    at: Mapped[int]


class ActivityRow(Base):
    """What happened: who came and went, moderation, the service."""

    __tablename__ = "activity"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(24))
    person: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    nickname: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)


class AuditRow(Base):
    """What an administrator did: who, when, from where."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(index=True)
    administrator: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(24))
    detail: Mapped[str] = mapped_column(Text)


class AdministratorRow(Base):
    """Somebody who may sign in to the panel."""

    __tablename__ = "administrator"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[int]


class AdminSessionRow(Base):
    """A browser that is signed in to the panel; only hashes of its secrets are kept."""

    __tablename__ = "admin_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    administrator: Mapped[int] = mapped_column(ForeignKey("administrator.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[int]
    expires_at: Mapped[int]


class FactRow(Base):
    """A fact of the whole instance: the service's state, its epoch, the pinned broadcast."""

    __tablename__ = "fact"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
