"""The log as a file: plain text, CSV and JSON Lines, streamed whatever the size."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec

from chatweb import protocol
from chatweb.chat.activity import Activity
from chatweb.chat.ports import Clock, Ledger, Writer
from chatweb.store.log import Entry, Filter, Log
from chatweb.wording import Wording

FORMATS = {"txt": "text/plain", "csv": "text/csv", "jsonl": "application/x-ndjson"}
BOM = "\ufeff"  # without it, spreadsheets take UTF-8 for something else
# With these, full-width ones too, a cell of a spreadsheet begins a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_COLUMNS = ("time", "id", "from", "to", "scope", "kind", "message", "files", "edited", "deleted")


class Export:
    """Writes the log in one of three forms."""

    def __init__(self, log: Log, *, writer: Writer, ledger: Ledger, clock: Clock, wording: Wording) -> None:
        self._log = log
        self._writer = writer
        self._ledger = ledger
        self._clock = clock
        self._wording = wording

    def audit(self, form: str, filters: str, *, administrator: str, address: str) -> None:
        """Note who takes the log away, and which part of it."""
        detail = f"{form} {filters}".strip()[:1000]
        now = self._clock.now()
        # Noted first, so that it is kept when the audit is.
        self._writer.note(self._ledger.activity(Activity(at=now, kind="exported", address=address)))
        self._writer.keep(self._ledger.audit(administrator=administrator, address=address, action="exported", detail=detail, at=now))

    def file_name(self, form: str) -> str:
        """How the file is called where it is saved."""
        return f"chatweb-{datetime.fromtimestamp(self._clock.now() / 1000, UTC):%Y-%m-%d}.{form}"

    def stream(self, form: str, wanted: Filter) -> Iterator[str]:
        """All that is wanted, oldest first, in pieces."""
        return self._pieces(form, wanted, self._wording.say("room.lobby"))  # the words of this request, which ends before the stream

    def _pieces(self, form: str, wanted: Filter, lobby: str) -> Iterator[str]:
        write: Callable[[Entry, str], str] = {"txt": _as_text, "csv": _as_csv, "jsonl": _as_json}[form]
        if form == "csv":
            yield BOM + _csv_line(list(_COLUMNS))
        for page in self._log.all(wanted):
            yield "".join(write(entry, entry.to or lobby) for entry in page)


def _as_text(entry: Entry, to: str) -> str:
    message = entry.message
    time = datetime.fromtimestamp(message.sent_at / 1000).astimezone()
    said = " ".join([_escape(_said(entry)), *[f"[{_escape(file.name)}]" for file in message.attachments]]).strip()
    return f"[{time:%Y-%m-%d %H:%M:%S}] {message.sender.nickname} → {to}: {said}\n"


def _as_csv(entry: Entry, to: str) -> str:
    message = entry.message
    cells = [
        _iso(message.sent_at),
        str(message.id),
        message.sender.nickname,
        to,
        entry.scope,
        kind_of(entry),
        _said(entry),
        ", ".join(file.name for file in message.attachments),
        _iso(message.edited_at),
        _iso(message.deleted_at),
    ]
    return _csv_line([guard(cell) for cell in cells])


def _as_json(entry: Entry, _to: str) -> str:
    return msgspec.json.encode(told(entry)).decode() + "\n"


def told(entry: Entry) -> protocol.EntryReply:
    """A line of the log as it goes over the wire, with what it said before."""
    versions = [(version.body, version.until) for version in entry.versions]
    return protocol.entry(entry.message, scope=entry.scope, room_kind=entry.room_kind, to=entry.to, versions=versions)


def kind_of(entry: Entry) -> str:
    """text, image, file, voice, video or event."""
    if entry.message.kind == "event":
        return "event"
    return entry.message.attachments[0].kind if entry.message.attachments else "text"


def guard(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def _said(entry: Entry) -> str:
    event = entry.message.event
    return f"({event.name}) {event.value}".strip() if event is not None else entry.message.body


def _escape(text: str) -> str:
    """One line: line breaks, and the backslash that marks them, are escaped."""
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return escaped.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _iso(at: int | None) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().isoformat(timespec="seconds") if at else ""


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()
