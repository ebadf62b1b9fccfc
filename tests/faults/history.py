"""What people saw of a chat, one entry for each ask, each thing told and each look at the end; it is all that a checker gets.

Each entry is a ``dict`` with a kind ``k``; times are monotonic seconds of one machine, ids are the server's:

- ``post``: a try to post: who, client_id, body, t0, t1, res (ok, refused, unknown); with ok: id, room, seq, revision
- ``change``: a try to edit or delete: who, id, body (None: deleted), t0, t1, res; with ok: room, revision
- ``member``: a try to enter or leave a room: who, room, on, t0, t1, res
- ``mark``: a try to note how far one has read: who, room, read, t0, t1, res
- ``joined``: a connection has joined: who, conn, t, rooms {room: revision}
- ``entered``: a connection was told of a room new to it: who, conn, room, revision, t
- ``told``: a message in some form: who, conn, via (live, early: before the ack of join, page: by HTTP or with the ack),
  room, id, seq, revision, sender, body, deleted, client_id, asked (when what it came with was asked for), t
- ``shown``: at the end, what a device shows of a room: who, room, messages {seq: (id, revision, body, deleted)}
- ``read``: at the end, how far somebody has read a room by a fresh join: who, room, read
- ``online``: at the end, whom somebody sees online, and who is: who, people, here
- ``kept``: at the end, a room of the archive: room, kind, seq, revision, people, messages (rows as dicts)
"""

import json
import threading
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class History:
    """Takes entries from many threads."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._lock = threading.Lock()

    def add(self, k: str, /, **values: Any) -> Entry:
        entry = {"k": k, **values}
        with self._lock:
            self.entries.append(entry)
        return entry

    def save(self, path: Path) -> None:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(entry) + "\n" for entry in self.entries)


def told_of(message: dict[str, Any]) -> Entry:
    """A message of the wire as an entry has it."""
    return {
        "room": message["room"],
        "id": message["id"],
        "seq": message["seq"],
        "revision": message["revision"],
        "sender": message["sender"]["id"],
        "body": message.get("body", ""),
        "deleted": "deleted_at" in message,
        "client_id": message.get("client_id"),
    }
