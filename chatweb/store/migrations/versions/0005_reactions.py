"""Reactions to messages."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reaction",
        sa.Column("message", BIG, nullable=False),
        sa.Column("emoji", sa.String(length=40), nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_reaction_message_message")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_reaction_person_person")),
        sa.PrimaryKeyConstraint("message", "emoji", "person", name=op.f("pk_reaction")),
    )


def downgrade() -> None:
    op.drop_table("reaction")
