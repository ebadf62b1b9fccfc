"""Files with messages, edits and deletions, events of rooms, profile photos, mute and ban."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("width", BIG, nullable=True),
        sa.Column("height", BIG, nullable=True),
        sa.Column("thumbnail", sa.Boolean(), nullable=False),
        sa.Column("uploader", BIG, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["uploader"], ["person.id"], name=op.f("fk_attachment_uploader_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"])
    op.create_index(op.f("ix_attachment_uploader"), "attachment", ["uploader"])
    op.create_index(op.f("ix_attachment_created_at"), "attachment", ["created_at"])
    op.create_table(
        "message_attachment",
        sa.Column("message", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("attachment", BIG, nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_message_attachment_message_message")),
        sa.ForeignKeyConstraint(["attachment"], ["attachment.id"], name=op.f("fk_message_attachment_attachment_attachment")),
        sa.PrimaryKeyConstraint("message", "position", name=op.f("pk_message_attachment")),
    )
    op.create_index(op.f("ix_message_attachment_attachment"), "message_attachment", ["attachment"])
    op.create_table(
        "version",
        sa.Column("id", BIG, nullable=False),
        sa.Column("message", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_version_message_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
    )
    op.create_index(op.f("ix_version_message"), "version", ["message"])
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("event", sa.Text(), nullable=True))
        batch.add_column(sa.Column("deleted_by", sa.String(length=16), nullable=True))
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("avatar", BIG, nullable=True))
        batch.add_column(sa.Column("muted_until", BIG, nullable=True))
        batch.add_column(sa.Column("banned_until", BIG, nullable=True))
        batch.add_column(sa.Column("moderation_reason", sa.String(length=200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person") as batch:
        for column in ("avatar", "muted_until", "banned_until", "moderation_reason"):
            batch.drop_column(column)
    with op.batch_alter_table("message") as batch:
        batch.drop_column("event")
        batch.drop_column("deleted_by")
    for table in ("version", "message_attachment", "attachment"):
        op.drop_table(table)
