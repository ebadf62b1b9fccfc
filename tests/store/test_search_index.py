"""The index of the search follows what is kept, loses nothing, and can be thrown away."""

import os
import sqlite3
import time

import pytest

from chatweb.chat.query import parse_query
from chatweb.store.checkup import _search
from chatweb.store.search import Search, Wanted
from tests.store.conftest import LOBBY, NOON


@pytest.fixture
def make_search(database, tmp_path):
    made = []

    def make():
        made.append(Search(database.path, tmp_path / "search.db"))
        return made[-1]

    yield make
    for search in made:
        search.close()


@pytest.fixture
def search(make_search):
    return make_search()


def follow(search):
    """Let the index take in everything."""
    for _ in range(100):
        if not search.follow():
            return
    raise AssertionError("it never ends")


def found(search, reader, query, **more):
    return search.find(Wanted(reader=reader.id, words=parse_query(query), **more))[0]


def ids(*posted):
    return [one.message.id for one in reversed(posted)]


BODIES = ["Rapat besok di ruang guru", "rapatnya batal", "Café déjà vu", "日本語の授業", 'kata "kutip" dan -x b:c *', "nomor 12"]


ASKED = [
    ("rapat", [0, 1]),
    ("RAPAT besok", [0]),
    ("apat", [0, 1]),
    ("atny", [1]),
    ("ra", [0, 1]),
    ("r", [0, 1]),
    ("pa", []),
    ("cafe", [2]),
    ("DÉJÀ", [2]),
    ("本語の", [3]),
    ("日本", [3]),
    ('"kutip"', [4]),
    ("-x", [4]),
    ("b:c", [4]),
    ("b:", [4]),
    ("*", [4]),
    ('"', [4]),
    ("AND", []),
    ("NEAR(", []),
    ("kata OR rapat", []),
    ("12", [5]),
    ("tidak ada", []),
]


@pytest.fixture(params=["indexed", "not yet indexed", "half"])
def posted(request, search, room):
    """Messages that the index has, has not, or has in part."""
    ani = room.person()
    made = []
    for number, body in enumerate(BODIES):
        made.append(room.posts(ani, body))
        if request.param == "half" and number == 2:
            follow(search)
    if request.param == "indexed":
        follow(search)
    return ani, made


def test_words_beginnings_and_parts_are_found_whether_the_index_has_them_or_not(search, posted):
    ani, made = posted

    answers = {query: found(search, ani, query) for query, _ in ASKED}

    assert answers == {query: ids(*[made[at] for at in which]) for query, which in ASKED}


def test_no_text_at_all_raises(search, room):
    ani = room.person()
    room.posts(ani, "halo")
    follow(search)

    for query in ['"', '""', "a*", "^a", "-", "(", "a AND", "NOT", "{a}", "\x00", "%", "_", "\\", "'", "﷽" * 20, "a" * 100]:
        found(search, ani, query)

    assert not search._anew, "what raised was taken for a damaged index"


@pytest.mark.parametrize("indexed", [True, False])
def test_what_was_taken_back_or_changed_leaves_at_once(search, room, writer, ledger, indexed):
    ani = room.person()
    gone, edited = room.posts(ani, "rahasia satu"), room.posts(ani, "rahasia dua")
    follow(search)
    assert found(search, ani, "rahasia") == ids(gone, edited)

    writer.keep(ledger.delete_message(gone.message.id, by="sender", at=NOON))
    writer.keep(ledger.edit_message(edited.message.id, "terbuka", at=NOON))
    if indexed:
        follow(search)

    assert found(search, ani, "rahasia") == []
    assert found(search, ani, "terbuka") == ids(edited)


def test_what_was_deleted_is_in_the_file_no_more(search, room, writer, ledger, tmp_path):
    ani = room.person()
    gone = room.posts(ani, "kata sandi hiu")
    follow(search)

    writer.keep(ledger.delete_message(gone.message.id, by="sender", at=NOON))
    follow(search)

    with sqlite3.connect(tmp_path / "search.db") as index:
        assert index.execute("SELECT count(*) FROM doc").fetchone() == (0,)
    index.close()


@pytest.mark.parametrize("indexed", [True, False])
def test_a_private_word_is_found_by_its_members_alone(search, room, indexed):
    ani, budi, cici = (room.person() for _ in range(3))
    private = room.posts(ani, "surprise untuk cici", person=budi.id)
    if indexed:
        follow(search)

    assert found(search, budi, "surprise") == ids(private)
    assert found(search, cici, "surprise") == []


def test_filters_and_pages(search, room):
    ani, budi = room.person(), room.person()
    made = [room.posts(ani if number % 2 else budi, f"halo {number}") for number in range(30)]
    direct = room.posts(ani, "halo berdua", person=budi.id)
    follow(search)

    page, more = search.find(Wanted(reader=ani.id, words=("halo",), room=LOBBY, limit=20))
    rest = search.find(Wanted(reader=ani.id, words=("halo",), room=LOBBY, limit=20, before=page[-1]))

    assert (page + rest[0], more, rest[1]) == (ids(*made), True, False)
    assert found(search, budi, "halo", person=ani.id, limit=50) == ids(*made[1::2], direct)
    assert found(search, budi, "halo", room=direct.message.room) == ids(direct)
    assert found(search, ani, "", room=direct.message.room, kind="text") == ids(direct)
    assert found(search, ani, "halo", kind="image") == []


def test_an_index_that_was_cut_off_goes_on_where_it_was(make_search, room):
    ani = room.person()
    first = make_search()
    room.posts_many(ani, 700)
    assert first.follow(), "for this test to mean anything: one step of two"
    first._writing(first._index._index.interrupt)

    second = make_search()
    follow(second)

    with sqlite3.connect(second._index._path) as index:
        assert index.execute("SELECT count(*), count(DISTINCT id) FROM doc").fetchone() == (700, 700)
    index.close()
    assert len(search_all(second, ani, "699")) == 1


def search_all(search, reader, query):
    return found(search, reader, query, limit=50)


@pytest.mark.parametrize("harm", ["rubbish", "middle", "empty", "another chat"])
def test_a_damaged_index_is_made_anew_and_nothing_is_missed_meanwhile(make_search, room, tmp_path, harm):
    ani = room.person()
    first = make_search()
    kept = [room.posts(ani, f"halo dunia {number}") for number in range(200)]
    follow(first)
    first.close()
    damage(tmp_path / "search.db", harm)

    second = make_search()
    assert found(second, ani, "dunia", limit=50) == ids(*kept[150:])
    follow(second)

    assert found(second, ani, "dunia", limit=50) == ids(*kept[150:])
    assert list(_search(tmp_path / "search.db")) == []


def damage(path, harm):
    if harm == "rubbish":
        path.write_bytes(os.urandom(10_000))
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "middle":
        with path.open("r+b") as file:
            file.seek(4096 * 4)
            file.write(os.urandom(path.stat().st_size - 4096 * 5))
    else:
        with sqlite3.connect(path) as index:
            index.execute("UPDATE epoch SET value = 'lain'")
            index.execute("UPDATE cursor SET revision = revision + 1000")
        index.close()


def test_a_check_finds_an_index_that_says_something_else_than_its_text(search, room, tmp_path):
    room.posts(room.person(), "halo dunia")
    follow(search)
    assert list(_search(tmp_path / "search.db")) == []

    with sqlite3.connect(tmp_path / "search.db") as index:
        index.execute("UPDATE doc SET text = 'lain sekali'")
    index.close()

    assert [finding.kind for finding in _search(tmp_path / "search.db")] == ["search"]


def test_ten_thousand_messages_are_taken_in_and_found_in_time(search, room):
    ani = room.person()
    for _ in range(10):
        room.posts_many(ani, 1000)
    began = time.monotonic()
    follow(search)
    took = time.monotonic() - began

    began = time.monotonic()
    assert len(found(search, ani, "99", limit=50)) == 50
    assert took < 25
    assert time.monotonic() - began < 2
