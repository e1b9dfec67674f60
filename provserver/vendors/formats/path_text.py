"""``path/of/a/name=value`` lines, and nothing else: AudioCodes."""

import re
from collections.abc import Iterable

CONTENT_TYPE = "text/plain; charset=utf-8"

_LINE_ENDS_AND_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def cannot_carry(value: str) -> str | None:
    """Say why a value cannot stand on one line, or None where it can; the format knows no quotes and no escapes."""
    if _LINE_ENDS_AND_CONTROLS.search(value):
        return "line ends and control characters would break the file"
    return None


def write(items: Iterable[tuple[str, str]]) -> bytes:
    """Write the lines, without any comment, for no source of the maker tells how one is written.

    A value that cannot be carried raises ValueError, so that nothing slips through.
    """
    lines: list[str] = []
    for name, value in items:
        if problem := cannot_carry(value):
            raise ValueError(f"{name}: {problem}")
        lines.append(f"{name}={value}\n")
    return "".join(lines).encode()
