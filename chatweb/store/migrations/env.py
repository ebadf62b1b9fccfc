"""Alembic's way to our database: one transaction on the one connection that writes."""

from alembic import context
from flask import current_app

from chatweb.store.connections import BrokenReferences, prepared
from chatweb.store.tables import Base

engine = current_app.extensions["migrate"].db.engines["writer"]

with engine.connect() as connection:
    driver = connection.connection.dbapi_connection
    # A table that is made anew is dropped in between, and must not take what points at it along.
    prepared(driver, {"foreign_keys": ("OFF", 0)})
    try:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True, transactional_ddl=True
        )
        with context.begin_transaction():
            context.run_migrations()
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:  # nothing of it stays then
                raise BrokenReferences(len(broken))
    finally:
        connection.rollback()
        prepared(driver, {"foreign_keys": ("ON", 1)})
