"""Lines of the log: what strangers sent stands in them, and must neither end one nor steer a terminal."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

# C0 and C1, separators of lines, what turns the direction of writing, and what no UTF-8 can carry.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class JsonLines(logging.Formatter):
    """An object a line, in ASCII: for supervisors, containers and whatever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line)


class TextLines(logging.Formatter):
    """For people at a terminal: the same on one line, a traceback indented below it; nothing in them begins a line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line without the traceback."""
        record.message = _escaped(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """The traceback, so that what an exception says can't pass for a line of the log."""
        return "\n".join(f"    {_escaped(line)}" for line in super().formatException(ei).split("\n"))  # type: ignore[arg-type]


def begin_log(level: str, form: str) -> None:
    """Log to standard error: as JSON, or as text where somebody reads along (``auto``)."""
    is_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines() if is_text else JsonLines())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(level=level.upper(), handlers=[handler])


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
