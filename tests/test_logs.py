"""The log: one line an event, whatever a stranger puts into it."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provserver.domain.secret import Secret
from provserver.logs import Line

HEAD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z (?P<level>[A-Z]+) (?P<name>[a-z.]+): (?P<rest>.*)")
BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029"]
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from(["\n", "\r", "\x1b", "\0", '"', "{", "}"])), max_size=60)


def written(message: str, *args: object, facts: Mapping[str, Any] | None = None) -> str:
    """Give the line of an event."""
    logger = logging.getLogger("provserver.test")
    record = logger.makeRecord(logger.name, logging.WARNING, __file__, 1, message, args, None, extra=facts)
    return Line().format(record)


def failed(error: Exception) -> str:
    """Give the lines of an event with an error."""
    try:
        raise error
    except Exception as caught:  # noqa: BLE001  any will do
        info = (type(caught), caught, caught.__traceback__)
    logger = logging.getLogger("provserver.test")
    return Line().format(logger.makeRecord(logger.name, logging.ERROR, __file__, 1, "it broke", (), info))


def test_an_event_is_a_sentence_and_its_facts() -> None:
    match = HEAD.fullmatch(written("phone %s was told", "0004f2aabbcc", facts={"status": 200, "who": "Nicolò"}))
    assert match
    assert (match["level"], match["name"]) == ("WARNING", "provserver.test")
    assert match["rest"] == 'phone 0004f2aabbcc was told {"status": 200, "who": "Nicolò"}'


def test_an_event_without_facts_is_a_sentence() -> None:
    match = HEAD.fullmatch(written("ready"))
    assert match
    assert match["rest"] == "ready"


@pytest.mark.parametrize("end", BREAKS, ids=[repr(end) for end in BREAKS])
def test_no_line_end_starts_another_event(end: str) -> None:
    forged = f"x{end}2026-01-01 00:00:00,000 INFO provserver: somebody signed in"
    for line in (written(forged), written("agent %s", forged), written("agent", facts={"agent": forged})):
        assert len(line.splitlines()) == 1
        assert HEAD.fullmatch(line)


def test_a_line_end_is_spelled_out() -> None:
    assert written("a\nb\rc").endswith(r": a\nb\rc")
    assert written("a\x1b[2Jb").endswith(r": a\u001b[2Jb"), "nothing moves the cursor of who reads the log"


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_facts_are_json_whatever_they_hold(message: str, fact: str) -> None:
    line = written("%s", message, facts={"fact": fact, "deep": {"list": [fact, 1, None]}})
    assert len(line.splitlines()) == 1
    match = HEAD.fullmatch(line)
    assert match
    start = match["rest"].rindex('{"fact": ')
    assert json.loads(match["rest"][start:]) == {"fact": fact, "deep": {"list": [fact, 1, None]}}


def test_a_fact_that_json_does_not_know_is_written_as_text() -> None:
    line = written("saved", facts={"password": Secret("hunter2"), "raw": b"x\n", "kinds": {"a"}})
    assert "hunter2" not in line
    facts = json.loads(line[line.index('{"password"') :])
    assert facts == {"password": "Secret(…)", "raw": "b'x\\n'", "kinds": "{'a'}"}


def test_a_traceback_follows_indented_so_that_no_error_forges_an_event() -> None:
    first, *rest = failed(ValueError("bad\n2026-01-01 00:00:00,000 INFO provserver: forged\rx")).splitlines()
    assert HEAD.fullmatch(first)
    assert rest[0] == "    Traceback (most recent call last):"
    assert any("ValueError: bad" in line for line in rest)
    assert all(line.startswith("    ") for line in rest)


def test_the_log_goes_to_standard_error_once() -> None:
    program = (
        "import logging\n"
        "from provserver.logs import set_up\n"
        "set_up('INFO'); set_up('WARNING')\n"
        "log = logging.getLogger('provserver.x')\n"
        "log.info('quiet'); log.warning('loud\\n', extra={'mac': '0004f2aabbcc'})\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.endswith('WARNING provserver.x: loud\\n {"mac": "0004f2aabbcc"}\n')
