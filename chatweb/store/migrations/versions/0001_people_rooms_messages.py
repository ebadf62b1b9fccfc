"""People, rooms, messages, activity, administrators: the first tables, with the lobby and the administrator in them."""

import secrets
import time

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('administrator',
        sa.Column('id', BIG, nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('password_hash', sa.String(length=255), nullable=False),
        sa.Column('created_at', BIG, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_administrator')),
        sa.UniqueConstraint('name', name=op.f('uq_administrator_name'))
    )
    op.create_table('audit',
        sa.Column('id', BIG, nullable=False),
        sa.Column('at', BIG, nullable=False),
        sa.Column('administrator', sa.String(length=60), nullable=False),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('action', sa.String(length=24), nullable=False),
        sa.Column('detail', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_index(op.f('ix_audit_at'), 'audit', ['at'], unique=False)
    op.create_table('fact',
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('value', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_fact'))
    )
    op.create_table('person',
        sa.Column('id', BIG, nullable=False),
        sa.Column('nickname', sa.String(length=32), nullable=False),
        sa.Column('nickname_key', sa.String(length=255), nullable=True),
        sa.Column('role', sa.String(length=16), nullable=True),
        sa.Column('locale', sa.String(length=8), nullable=True),
        sa.Column('pin_hash', sa.String(length=255), nullable=True),
        sa.Column('created_at', BIG, nullable=False),
        sa.Column('last_seen_at', BIG, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
        sa.UniqueConstraint('nickname_key', name=op.f('uq_person_nickname_key'))
    )
    op.create_table('room',
        sa.Column('id', BIG, nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('topic', sa.String(length=200), nullable=False),
        sa.Column('pair', sa.String(length=40), nullable=True),
        sa.Column('seq', BIG, nullable=False),
        sa.Column('revision', BIG, nullable=False),
        sa.Column('created_at', BIG, nullable=False),
        sa.CheckConstraint("kind IN ('lobby', 'open', 'private', 'direct')", name=op.f('ck_room_kind')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
        sa.UniqueConstraint('pair', name=op.f('uq_room_pair'))
    )
    op.create_table('activity',
        sa.Column('id', BIG, nullable=False),
        sa.Column('at', BIG, nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('person', BIG, nullable=True),
        sa.Column('nickname', sa.String(length=32), nullable=False),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('detail', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['person'], ['person.id'], name=op.f('fk_activity_person_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_activity'))
    )
    op.create_index(op.f('ix_activity_at'), 'activity', ['at'], unique=False)
    op.create_index(op.f('ix_activity_person'), 'activity', ['person'], unique=False)
    op.create_table('admin_session',
        sa.Column('id', BIG, nullable=False),
        sa.Column('administrator', BIG, nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('created_at', BIG, nullable=False),
        sa.Column('expires_at', BIG, nullable=False),
        sa.ForeignKeyConstraint(['administrator'], ['administrator.id'], name=op.f('fk_admin_session_administrator_administrator')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_admin_session')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_admin_session_token_hash'))
    )
    op.create_table('device',
        sa.Column('id', BIG, nullable=False),
        sa.Column('person', BIG, nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('user_agent', sa.String(length=400), nullable=False),
        sa.Column('created_at', BIG, nullable=False),
        sa.Column('revoked_at', BIG, nullable=True),
        sa.ForeignKeyConstraint(['person'], ['person.id'], name=op.f('fk_device_person_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_device_token_hash'))
    )
    op.create_index(op.f('ix_device_person'), 'device', ['person'], unique=False)
    op.create_table('link',
        sa.Column('id', BIG, nullable=False),
        sa.Column('person', BIG, nullable=False),
        sa.Column('secret_hash', sa.String(length=64), nullable=False),
        sa.Column('expires_at', BIG, nullable=False),
        sa.Column('used_at', BIG, nullable=True),
        sa.ForeignKeyConstraint(['person'], ['person.id'], name=op.f('fk_link_person_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_link')),
        sa.UniqueConstraint('secret_hash', name=op.f('uq_link_secret_hash'))
    )
    op.create_index(op.f('ix_link_person'), 'link', ['person'], unique=False)
    op.create_table('mark',
        sa.Column('id', BIG, nullable=False),
        sa.Column('room', BIG, nullable=False),
        sa.Column('person', BIG, nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('seq', BIG, nullable=False),
        sa.Column('at', BIG, nullable=False),
        sa.CheckConstraint("kind IN ('received', 'read')", name=op.f('ck_mark_kind')),
        sa.ForeignKeyConstraint(['person'], ['person.id'], name=op.f('fk_mark_person_person')),
        sa.ForeignKeyConstraint(['room'], ['room.id'], name=op.f('fk_mark_room_room')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mark'))
    )
    op.create_index('ix_mark_room_person_kind_seq', 'mark', ['room', 'person', 'kind', 'seq'], unique=False)
    op.create_table('member',
        sa.Column('room', BIG, nullable=False),
        sa.Column('person', BIG, nullable=False),
        sa.Column('joined_at', BIG, nullable=False),
        sa.Column('received_seq', BIG, nullable=False),
        sa.Column('read_seq', BIG, nullable=False),
        sa.ForeignKeyConstraint(['person'], ['person.id'], name=op.f('fk_member_person_person')),
        sa.ForeignKeyConstraint(['room'], ['room.id'], name=op.f('fk_member_room_room')),
        sa.PrimaryKeyConstraint('room', 'person', name=op.f('pk_member'))
    )
    op.create_index(op.f('ix_member_person'), 'member', ['person'], unique=False)
    op.create_table('message',
        sa.Column('id', BIG, nullable=False),
        sa.Column('room', BIG, nullable=False),
        sa.Column('seq', BIG, nullable=False),
        sa.Column('revision', BIG, nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('sender', BIG, nullable=False),
        sa.Column('nickname', sa.String(length=32), nullable=False),
        sa.Column('client_id', sa.String(length=36), nullable=True),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('reply_to', BIG, nullable=True),
        sa.Column('sent_at', BIG, nullable=False),
        sa.Column('edited_at', BIG, nullable=True),
        sa.Column('deleted_at', BIG, nullable=True),
        sa.ForeignKeyConstraint(['reply_to'], ['message.id'], name=op.f('fk_message_reply_to_message')),
        sa.ForeignKeyConstraint(['room'], ['room.id'], name=op.f('fk_message_room_room')),
        sa.ForeignKeyConstraint(['sender'], ['person.id'], name=op.f('fk_message_sender_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
        sa.UniqueConstraint('room', 'seq', name=op.f('uq_message_room_seq')),
        sa.UniqueConstraint('sender', 'client_id', name=op.f('uq_message_sender_client_id'))
    )
    op.create_index('ix_message_room_revision', 'message', ['room', 'revision'], unique=True)
    op.create_index(op.f('ix_message_sent_at'), 'message', ['sent_at'], unique=False)
    now = time.time_ns() // 1_000_000
    lobby = sa.table("room", *map(sa.column, ["kind", "name", "topic", "seq", "revision", "created_at"]))
    op.execute(lobby.insert().values(kind="lobby", name="", topic="", seq=0, revision=0, created_at=now))
    person = sa.table("person", *map(sa.column, ["nickname", "nickname_key", "role", "created_at", "last_seen_at"]))
    op.execute(person.insert().values(nickname="Admin", nickname_key="admin", role="admin", created_at=now, last_seen_at=now))
    fact = sa.table("fact", *map(sa.column, ["name", "value"]))
    op.execute(fact.insert().values(name="epoch", value=secrets.token_hex(8)))


def downgrade() -> None:
    op.drop_table("message")
    op.drop_table("member")
    op.drop_table("mark")
    op.drop_table("link")
    op.drop_table("device")
    op.drop_table("admin_session")
    op.drop_table("activity")
    op.drop_table("room")
    op.drop_table("person")
    op.drop_table("fact")
    op.drop_table("audit")
    op.drop_table("administrator")
