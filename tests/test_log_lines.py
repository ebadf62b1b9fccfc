"""Lines of the log, whatever strangers put into them."""

import io
import json
import logging

import pytest

from chatweb.log_lines import JsonLines, TextLines

FORGED = "x\n2026-01-01 00:00:00,000 INFO chatweb: admin signed in\r\x1b[2J\u2028\u202e\ud800"


@pytest.fixture
def log():
    """Logs to memory in one of the two forms."""

    def begin(form):
        logger, out = logging.Logger("chatweb.test"), io.StringIO()  # noqa: LOG001 - known to nobody else
        handler = logging.StreamHandler(out)
        handler.setFormatter(form)
        logger.addHandler(handler)
        return logger, out

    return begin


def fails(logger):
    try:
        raise ValueError(FORGED)
    except ValueError as error:
        logger.error("Fault %s", FORGED, exc_info=error)  # noqa: TRY400 - as faults.py logs


def test_a_line_of_json_is_one_line_and_says_what_was_logged(log):
    logger, out = log(JsonLines())

    logger.warning("refused %s", FORGED)
    fails(logger)

    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert out.getvalue().isascii()
    assert [line["level"] for line in lines] == ["WARNING", "ERROR"]
    assert lines[0]["message"] == f"refused {FORGED}"
    assert lines[1]["fault"].startswith("Traceback")


def test_a_line_of_text_is_one_line_and_steers_no_terminal(log):
    logger, out = log(TextLines())

    logger.warning("refused %s", FORGED)

    assert len(out.getvalue().splitlines()) == 1
    assert r"x\u000a2026" in out.getvalue()
    assert r"\u001b[2J" in out.getvalue()


def test_what_an_exception_says_begins_no_line_of_text(log):
    logger, out = log(TextLines())

    fails(logger)

    first, *others = out.getvalue().splitlines()
    assert "ERROR chatweb.test: Fault" in first
    assert others, "for this test to mean anything"
    assert [line for line in others if not line.startswith("    ")] == []
    assert "\x1b" not in out.getvalue()
