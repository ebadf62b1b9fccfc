"""Alembic's way to our database: one transaction on the one connection that writes."""

from alembic import context
from flask import current_app

from chatweb.store.tables import Base

engine = current_app.extensions["migrate"].db.engines["writer"]

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
