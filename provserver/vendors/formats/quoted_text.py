"""``NAME="value"`` lines, each ended by CR and LF: Panasonic."""

import re
from collections.abc import Iterable

CONTENT_TYPE = "text/plain; charset=utf-8"

VALUE_BYTES = 500
"""A line has 537 bytes at most, its name 32 (KX-UT670 guide, section 5.2.1): longer ones are passed over."""

_LINE_ENDS_AND_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def cannot_carry(value: str) -> str | None:
    """Say why a value cannot stand between the quotes, or None where it can.

    No guide tells how a double quote would be written inside them.
    """
    if _LINE_ENDS_AND_CONTROLS.search(value):
        return "line ends and control characters would break the file"
    if '"' in value:
        return "this phone takes double quotes around a value, so that none can stand in it"
    if len(value.encode()) > VALUE_BYTES:
        return f"this phone passes over a value of more than {VALUE_BYTES} bytes"
    return None


def write(sections: Iterable[tuple[str, Iterable[tuple[str, str]]]], first_line: str) -> bytes:
    """Write the designated first line, then each section as a comment and its lines; the last line is empty.

    A value that cannot be carried raises ValueError, so that nothing slips through.
    """
    lines = [first_line]
    for comment, items in sections:
        lines.append(f"# {_LINE_ENDS_AND_CONTROLS.sub(' ', comment)}")
        for name, value in items:
            if problem := cannot_carry(value):
                raise ValueError(f"{name}: {problem}")
            lines.append(f'{name}="{value}"')
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
