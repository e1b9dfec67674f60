"""``name: value`` lines: Mitel, which was Aastra."""

import re
from collections.abc import Iterable

CONTENT_TYPE = "text/plain; charset=utf-8"

_LINE_ENDS_AND_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_REFUSED = re.compile(f'"|{_LINE_ENDS_AND_CONTROLS.pattern}')
_WANTS_CARE = re.compile(rf"#|\A\s|\s\Z|\A\Z|{_REFUSED.pattern}")
"""What makes a value other than itself: it is empty, wants quotes, or cannot stand at all."""


def cannot_carry(value: str) -> str | None:
    """Say why a value cannot stand on one line, or None where it can.

    A ``#`` begins a comment unless the value is quoted (administrator's guide 1.4.1, page D-18); no guide tells how
    a quote itself would be written inside quotes.
    """
    if not _REFUSED.search(value):
        return None
    if '"' in value:
        return "this phone takes double quotes around a value, so that none can stand in it"
    return "line ends and control characters would break the file"


def write(items: Iterable[tuple[str, str]], comment: str, prefix: str = "") -> bytes:
    """Write a comment and the lines, each name behind the prefix; a value that cannot be carried raises ValueError."""
    lines = [f"# {comment_text(comment)}"]
    for name, value in items:
        careful = _careful(name, value) if _WANTS_CARE.search(value) else f" {value}"
        lines.append(f"{prefix}{name}:{careful}")
    return ("\n".join(lines) + "\n").encode()


def _careful(name: str, value: str) -> str:
    if problem := cannot_carry(value):
        raise ValueError(f"{name}: {problem}")
    return f' "{value}"' if value else ""


def comment_text(text: str) -> str:
    """Make a text fit for a comment: on one line."""
    return _LINE_ENDS_AND_CONTROLS.sub(" ", text)
