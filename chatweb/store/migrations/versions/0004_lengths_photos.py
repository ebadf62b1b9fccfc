"""Room for the longest key of a nickname, and a way from a photo to who wears it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.alter_column("nickname_key", existing_type=sa.String(length=255), type_=sa.String(length=640), existing_nullable=True)
    op.create_index(op.f("ix_person_avatar"), "person", ["avatar"])


def downgrade() -> None:
    op.drop_index(op.f("ix_person_avatar"), "person")
    with op.batch_alter_table("person") as batch:
        batch.alter_column("nickname_key", existing_type=sa.String(length=640), type_=sa.String(length=255), existing_nullable=True)
