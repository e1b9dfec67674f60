"""``name = value`` lines: Yealink and the makers that write as it does."""

import re
from collections.abc import Iterable

_LINE_ENDS_AND_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_FACTORY_VALUE = "%NULL%"

CONTENT_TYPE = "text/plain; charset=utf-8"


def cannot_carry(value: str) -> str | None:
    """Say why a value cannot stand on one line, or None where it can.

    The format knows no quotes and no escapes: a line end would start another parameter, and ``%NULL%`` means
    *factory value* (sheet: Yealink, section 3).
    """
    if _LINE_ENDS_AND_CONTROLS.search(value):
        return "line ends and control characters would break the file"
    if _FACTORY_VALUE in value.upper():
        return "%NULL% means the factory value to this phone; remove the parameter instead"
    return None


def legible(text: str) -> str:
    """Give a text for the display; one that holds ``%NULL%``, the word for *factory value*, loses its percent signs.

    Doors refuse it where it is typed; a name that came another way must not keep the phone from its file.
    """
    if "%" in text and _FACTORY_VALUE in text.upper():
        return text.replace("%", "")
    return text


def write(items: Iterable[tuple[str, str]], first_line: str, comment: str) -> bytes:
    """Write the lines; a value that cannot be carried raises ValueError, so that nothing slips through."""
    lines = [first_line, "# " + _LINE_ENDS_AND_CONTROLS.sub(" ", comment)]
    for name, value in items:
        problem = cannot_carry(value)
        if problem:
            raise ValueError(f"{name}: {problem}")
        lines.append(f"{name} = {value}")
    return ("\n".join(lines) + "\n").encode()
