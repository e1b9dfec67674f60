"""How the house logs: one line an event, the sentence first, its facts after, never a secret."""

import json
import logging
import re
import sys
import time
from typing import Any

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SPELLED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Line(logging.Formatter):
    """Write ``time level logger: sentence {facts}``, facts as JSON.

    What ends a line, or moves a terminal's cursor, is spelled out, so that no value starts a line of its own; the
    lines of a traceback are indented. Times are UTC.
    """

    converter = staticmethod(time.gmtime)
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        facts: dict[str, Any] = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {record.getMessage()}"
        if facts:
            line += " " + json.dumps(facts, default=str, ensure_ascii=False)
        lines = [line]
        if record.exc_info:
            lines += [f"    {text}" for text in self.formatException(record.exc_info).split("\n")]
        return "\n".join(_BREAKS.sub(_spell, text) for text in lines)


def _spell(match: re.Match[str]) -> str:
    return _SPELLED.get(match[0], f"\\u{ord(match[0]):04x}")


def set_up(level: str) -> None:
    """Send the house's log to standard error, once."""
    root = logging.getLogger("provserver")
    root.setLevel(level)
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Line())
        root.addHandler(handler)
        root.propagate = False
