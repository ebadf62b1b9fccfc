"""What a house in this process shows of its end."""

import eventlet

from chatweb import lifecycle
from tests.faults.indoors import House


def test_nothing_ticks_any_more_when_the_database_is_closed(tmp_path, caplog):
    house = House(tmp_path)
    eventlet.sleep(1.2 * lifecycle.TICK)  # each second tick reads

    house.end()
    (tmp_path / "instance" / "chatweb.db").unlink()  # who opens it again is caught
    eventlet.sleep(1.2 * lifecycle.TICK)

    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_what_cant_be_ended_keeps_nothing_behind_it_open(tmp_path, caplog):
    house = House(tmp_path)

    def fail():
        raise RuntimeError("a queue is full")

    house.chatweb.lifecycle.on_end.insert(0, fail)
    house.end()

    assert "could not be ended in order" in caplog.text
    assert not (tmp_path / "instance" / "chatweb.db-wal").exists(), "the last connection that closes folds the log in"
