"""``SET NAME "value"`` lines: Avaya."""

import re
from collections.abc import Iterable

CONTENT_TYPE = "text/plain; charset=utf-8"

_LINE_ENDS_AND_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def cannot_carry(value: str) -> str | None:
    """Say why a value cannot stand between the quotes, or None where it can.

    Values are texts in double quotes (Installing and Administering Avaya J100, Contents of the settings file); no
    guide tells how a quote itself would be written inside them.
    """
    if _LINE_ENDS_AND_CONTROLS.search(value):
        return "line ends and control characters would break the file"
    if '"' in value:
        return "this phone takes double quotes around a value, so that none can stand in it"
    return None


def write(items: Iterable[tuple[str, str]], comment: str) -> bytes:
    """Write a comment and the lines; a value that cannot be carried raises ValueError."""
    lines = ["## " + _LINE_ENDS_AND_CONTROLS.sub(" ", comment)]
    for name, value in items:
        if problem := cannot_carry(value):
            raise ValueError(f"{name}: {problem}")
        lines.append(f'SET {name} "{value}"')
    return ("\n".join(lines) + "\n").encode()
