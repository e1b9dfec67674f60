"""How the house logs: one line an event, the sentence first, its facts after, never a secret."""

import json
import logging
import sys
from typing import Any

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Line(logging.Formatter):
    """Write ``time level logger: sentence {facts}``; facts are JSON, so no value can start a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        facts: dict[str, Any] = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        text = record.getMessage().replace("\n", "\\n").replace("\r", "\\r")
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {text}"
        if facts:
            line += " " + json.dumps(facts, default=str, ensure_ascii=False)
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def set_up(level: str) -> None:
    """Send the house's log to standard error, once."""
    root = logging.getLogger("provserver")
    root.setLevel(level)
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Line())
        root.addHandler(handler)
        root.propagate = False
