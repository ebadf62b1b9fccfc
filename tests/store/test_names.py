"""Nicknames that are held: no two that look alike, also of people from before that was asked."""
# ruff: noqa: RUF001 - look-alikes are what these tests are about

import eventlet
import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from chatweb.chat.errors import NicknameTaken
from chatweb.chat.nickname import nickname_key, nickname_looks
from chatweb.store import database as database_module
from chatweb.store.archive import SqlArchive
from chatweb.store.database import Database
from chatweb.store.native_reader import NativeReader
from tests.store.conftest import NOON


def test_a_name_that_looks_like_one_that_is_held_is_taken(room):
    room.person("Budi")

    with pytest.raises(NicknameTaken):
        room.person("Вudі")  # Cyrillic


def test_of_two_who_come_in_the_same_moment_with_look_alikes_one_gets_the_name(room, archive):
    names = ["Ilham", "lIham"]

    def comes(name):
        try:
            return room.person(name).nickname
        except NicknameTaken:
            return None

    both = [eventlet.spawn(comes, name) for name in names]

    assert {one.wait() for one in both} == {"Ilham", None}
    assert len(archive.search_people("ham", after=0, limit=9)) == 1


def test_a_new_name_frees_the_looks_of_the_old_one_and_holds_its_own(room, writer, ledger):
    ani = room.person("Ani")

    writer.keep(ledger.rename(ani.id, "Budi", "budi"))

    assert room.person("Аni").nickname == "Аni"
    with pytest.raises(NicknameTaken):
        room.person("Вudі")


def test_a_name_may_be_written_otherwise_by_who_holds_it(room, writer, ledger):
    ani = room.person("Ani")

    assert writer.keep(ledger.rename(ani.id, "ANI", "ani")).nickname == "ANI"


def test_the_looks_of_a_name_that_was_given_up_are_free(room, writer, ledger, archive):
    room.person("Ani", token_hash="t")
    writer.keep(ledger.end_session(archive.session("t").id, at=NOON))

    assert archive.looks_held(nickname_looks("Ani")) == set()
    assert room.person("Аni").nickname == "Аni"


def test_of_two_look_alikes_from_before_the_older_one_keeps_the_looks_and_both_their_names(tmp_path):
    app = Flask("chatweb")
    database = Database(app, tmp_path / "chatweb.db")
    with app.app_context():
        downgrade(directory=str(database_module.MIGRATIONS), revision="0002")
    with database.writer.begin() as connection:
        for name in ("Budi", "Вudі", "Аdmin"):
            connection.exec_driver_sql(
                "INSERT INTO person (nickname, nickname_key, created_at, last_seen_at) VALUES (?, ?, 1, 1)", (name, nickname_key(name))
            )
    with app.app_context():
        upgrade(directory=str(database_module.MIGRATIONS))

    archive = SqlArchive(database.reader, NativeReader(database.path))
    with database.reader.begin() as connection:
        held = dict(connection.exec_driver_sql("SELECT look, person.nickname FROM look JOIN person ON person.id = look.person").all())
    database.close()

    assert held["budi"] == "Budi"
    assert held["adrnin"] == "Admin"
    assert [archive.person_by_key(nickname_key(name)).nickname for name in ("budi", "вudі")] == ["Budi", "Вudі"]
