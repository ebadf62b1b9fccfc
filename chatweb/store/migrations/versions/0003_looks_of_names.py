"""What nicknames look like: no two people's may have one in common."""

import sqlalchemy as sa
from alembic import op

from chatweb.chat.nickname import nickname_looks

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    look = op.create_table(
        "look",
        sa.Column("look", sa.String(length=255), nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_look_person_person")),
        sa.PrimaryKeyConstraint("look", name=op.f("pk_look")),
    )
    op.create_index(op.f("ix_look_person"), "look", ["person"])
    person = sa.table("person", *map(sa.column, ["id", "nickname", "nickname_key"]))
    held: set[str] = set()
    # Of two people who look alike by now, the one who came first keeps the look, and both keep their names.
    for row in op.get_bind().execute(sa.select(person).where(person.c.nickname_key.is_not(None)).order_by(person.c.id)).all():
        new = nickname_looks(row.nickname) - held
        held |= new
        if new:
            op.bulk_insert(look, [{"look": one, "person": row.id} for one in sorted(new)])


def downgrade() -> None:
    op.drop_table("look")
