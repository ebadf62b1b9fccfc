"""The database: its two connections, its tables through migrations, and what is refused untouched."""

import errno
import os
import shutil
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError, OperationalError

from chatweb.store import connections
from chatweb.store import database as database_module
from chatweb.store.connections import PRAGMAS, READS, DatabaseError, open_to_read, open_to_write
from chatweb.store.database import Database, check_version, head, open_stopped
from chatweb.store.tables import Base

HEAD = head()  # of the code, before a test adds a revision
SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("added", sa.Column("id", sa.Integer(), primary_key=True))
    {more}


def downgrade():
    op.drop_table("added")
"""


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def tables(path):
    connection = sqlite3.connect(path)
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return found


def version(path):
    connection = sqlite3.connect(path)
    (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    return found


def make(path):
    """A database as a run of chatweb leaves it."""
    Database(Flask("chatweb"), path).close()
    return path


@pytest.fixture
def second_revision(tmp_path, monkeypatch):
    """Lets the code know a second revision of the tables."""

    def write(more=""):
        folder = tmp_path / "migrations"
        shutil.copytree(database_module.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "9000_added.py").write_text(SECOND.format(more=more, head=HEAD))
        monkeypatch.setattr(database_module, "MIGRATIONS", folder)

    return write


# Connections


@pytest.mark.parametrize("which", ["reader", "writer"])
def test_every_pragma_is_in_force_on_both_connections(database, which):
    with getattr(database, which).connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in [*PRAGMAS, "query_only"]}

    waits = {"reader": 50, "writer": 0}  # ms for which the hub may stand still
    expected = {name: expected for name, (_, expected) in PRAGMAS.items()}
    assert {**expected, "busy_timeout": waits[which], "query_only": int(which == "reader")} == found


def test_every_pragma_is_in_force_on_a_connection_of_a_native_thread(database):
    connection = open_to_read(database.path)
    found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in [*PRAGMAS, *READS]}
    connection.close()

    assert {name: expected for name, (_, expected) in {**PRAGMAS, **READS}.items()} == found


@pytest.mark.parametrize("which", [open_to_write, open_to_read])
def test_a_pragma_that_sqlite_does_not_take_is_an_error(database, which, monkeypatch):
    monkeypatch.setitem(connections.PRAGMAS, "synchronous", ("EXTRA", 2))  # it says 3 then

    with pytest.raises(DatabaseError, match=r"SQLite refuses synchronous = 2 \(it says 3\)"):
        which(database.path)


def test_a_pragma_that_is_not_in_force_keeps_it_from_starting(tmp_path, monkeypatch):
    monkeypatch.setitem(connections.PRAGMAS, "mmap_size", ("4096", 0))

    with pytest.raises(DatabaseError, match="SQLite refuses mmap_size = 0"):
        make(tmp_path / "chatweb.db")


@pytest.mark.parametrize("how", ["asked to", "the last to close"])
def test_a_reader_never_checkpoints(tmp_path, database, how):
    with database.writer.begin() as connection:
        connection.exec_driver_sql("INSERT INTO fact VALUES ('a', 'b')")
    crashed = shutil.copytree(tmp_path, tmp_path / "crashed")  # as a power cut leaves it: the log is not folded in
    before = {name: content for name, content in contents(crashed).items() if "shm" not in name}
    reader = open_to_read(crashed / "chatweb.db")

    if how == "asked to":
        with pytest.raises(sqlite3.OperationalError):
            reader.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    found = reader.execute("SELECT value FROM fact WHERE name = 'a'").fetchone()
    reader.close()

    assert found == ("b",)
    assert before["chatweb.db-wal"], "for this test to mean anything"
    assert before == {name: content for name, content in contents(crashed).items() if "shm" not in name}


@pytest.mark.parametrize("statement", ["INSERT INTO fact VALUES ('a', 'b')", "DROP TABLE fact", "PRAGMA user_version = 7"])
def test_the_reader_cant_write(database, statement):
    with database.reader.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.exec_driver_sql(statement)


def test_tables_that_are_made_in_a_transaction_go_with_it(database):
    with database.writer.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE half_made (id INTEGER)")
        connection.rollback()

    assert "half_made" not in tables(database.path)


def test_rows_point_at_rows_that_are_there(database):
    with database.writer.connect() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql("INSERT INTO member VALUES (1, 99, 0, 0, 0)")


def test_closing_folds_the_log_into_the_file(tmp_path):
    make(tmp_path / "chatweb.db")

    assert [path.name for path in tmp_path.iterdir()] == ["chatweb.db"]


def test_a_folder_of_any_name_can_hold_the_database(tmp_path):
    folder = tmp_path / "apa? 100% #1 & ü"
    folder.mkdir()

    make(folder / "chatweb.db")

    assert [path.name for path in folder.iterdir()] == ["chatweb.db"]
    assert check_version(folder / "chatweb.db") == head()


# Migrations


def test_a_fresh_database_has_exactly_the_tables_of_the_code(database):
    with database.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


@pytest.mark.parametrize("table", ["room", "mark"])
def test_a_kind_that_is_not_in_the_code_cant_be_kept(database, table):
    values = {"room": "9, 'club', '', '', NULL, 0, 0, 0", "mark": "9, 1, 1, 'seen', 1, 1"}[table]

    with database.writer.connect() as connection, pytest.raises(IntegrityError, match=f"ck_{table}_kind"):
        connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({values})")


def test_a_fresh_database_has_the_lobby_and_the_administrator(database, archive):
    assert archive.lobby().kind == "lobby"
    assert archive.administrator().nickname == "Admin"
    assert len(archive.fact("epoch")) == 16


def test_the_way_down_and_up_again_works(tmp_path):
    app = Flask("chatweb")
    database = Database(app, tmp_path / "chatweb.db")

    with app.app_context():
        downgrade(directory=str(database_module.MIGRATIONS), revision="base")
        down = tables(database.path)
        upgrade(directory=str(database_module.MIGRATIONS))
    database.close()

    assert {"alembic_version"} == down
    assert {*Base.metadata.tables, "alembic_version"} == tables(database.path)


def test_opening_again_changes_nothing(tmp_path):
    path = make(tmp_path / "chatweb.db")
    before = path.read_bytes()

    make(path)

    assert path.read_bytes() == before


def test_a_copy_is_made_before_a_migration(tmp_path, second_revision):
    (tmp_path / "data").mkdir()
    path = make(tmp_path / "data" / "chatweb.db")
    second_revision()

    make(path)

    copy = path.with_name("chatweb.db.before-9000")
    assert (version(path), version(copy)) == ("9000", HEAD)
    assert "added" in tables(path)
    assert {*Base.metadata.tables, "alembic_version"} == tables(copy)


def test_no_copy_is_made_of_a_fresh_database(tmp_path, second_revision):
    (tmp_path / "data").mkdir()
    second_revision()

    make(tmp_path / "data" / "chatweb.db")

    assert [path.name for path in (tmp_path / "data").iterdir()] == ["chatweb.db"]


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path, second_revision):
    (tmp_path / "data").mkdir()
    path = make(tmp_path / "data" / "chatweb.db")
    second_revision(more='op.execute("INSERT INTO nowhere VALUES (1)")')

    with pytest.raises(DatabaseError, match=r"chatweb\.db can't be used: .*nowhere"):
        make(path)

    assert version(path) == HEAD
    assert "added" not in tables(path)


def test_a_migration_that_leaves_rows_without_what_they_point_at_is_undone(tmp_path, second_revision, monkeypatch):
    (tmp_path / "data").mkdir()
    path = make(tmp_path / "data" / "chatweb.db")
    second_revision(more='op.execute("INSERT INTO member VALUES (1, 99, 0, 0, 0)")')

    with pytest.raises(DatabaseError, match="damaged: 1 rows point"):
        make(path)
    undone = version(path)
    monkeypatch.undo()
    make(path)  # with the code of before it goes on

    assert undone == version(path) == HEAD
    assert "added" not in tables(path)


def test_the_newest_copies_before_migrations_are_kept(tmp_path, second_revision):
    (tmp_path / "data").mkdir()
    path = make(tmp_path / "data" / "chatweb.db")
    for number in range(4):
        old = path.with_name(f"chatweb.db.before-000{number}")
        old.write_bytes(b"old")
        os.utime(old, (number, number))
    second_revision()

    make(path)

    kept = sorted(one.name for one in path.parent.iterdir())
    assert kept == ["chatweb.db", *(f"chatweb.db.before-{one}" for one in ("0002", "0003", "9000"))]


def test_a_copy_that_cant_be_made_leaves_the_database_as_it_was(tmp_path, second_revision, monkeypatch):
    (tmp_path / "data").mkdir()
    path = make(tmp_path / "data" / "chatweb.db")
    before = contents(path.parent)
    second_revision()

    def full(_path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(database_module, "sync", full)
    with pytest.raises(DatabaseError, match=r"chatweb\.db can't be used: .*No space left"):
        make(path)

    assert contents(path.parent) == before


# What is refused


def test_a_database_of_a_newer_version_is_refused_and_untouched(tmp_path):
    path = make(tmp_path / "chatweb.db")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = contents(tmp_path)

    with pytest.raises(DatabaseError, match=r"newer version of chatweb \(9999\)"):
        make(path)

    assert contents(tmp_path) == before


@pytest.mark.parametrize("content", [b"not a database, but long enough to be read as one " * 100, b"x"])
def test_what_is_no_database_is_refused_and_untouched(tmp_path, content):
    path = tmp_path / "chatweb.db"
    path.write_bytes(content)

    with pytest.raises(DatabaseError, match="not a database of chatweb"):
        make(path)

    assert contents(tmp_path) == {"chatweb.db": content}


def test_a_database_of_another_program_is_refused_and_untouched(tmp_path):
    path = tmp_path / "chatweb.db"
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    before = contents(tmp_path)

    with pytest.raises(DatabaseError, match="not a database of chatweb"):
        make(path)

    assert contents(tmp_path) == before


def test_a_place_that_cant_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(DatabaseError, match=r"can't be used"):
        make(tmp_path / "file" / "chatweb.db")


def test_a_damaged_database_is_refused(tmp_path):
    path = make(tmp_path / "chatweb.db")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("INSERT INTO member VALUES (1, 99, 0, 0, 0)")
    connection.close()

    with pytest.raises(DatabaseError, match="damaged"):
        make(path)


def test_a_command_line_opens_only_a_database_of_this_version(tmp_path):
    path = make(tmp_path / "chatweb.db")

    with open_stopped(path) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 1
    with pytest.raises(DatabaseError, match="is not there"), open_stopped(tmp_path / "absent.db"):
        pass
