"""``name=value`` lines under ``[section]`` headings, in Latin-1: Technicolor, which was Thomson."""

import re
from collections.abc import Iterable, Mapping

CONTENT_TYPE = "text/plain; charset=iso-8859-1"
ENCODING = "iso-8859-1"

_LINE_ENDS_AND_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_LATIN = re.compile("[^\x00-\xff]")


def cannot_carry(value: str) -> str | None:
    """Say why a value cannot stand on one line, or None where it can; the format knows no quotes and no escapes."""
    if _LINE_ENDS_AND_CONTROLS.search(value):
        return "line ends and control characters would break the file"
    if _NOT_LATIN.search(value):
        return "this phone reads western European letters (Latin-1) only"
    return None


def write(sections: Mapping[str, Iterable[tuple[str, str]]]) -> bytes:
    """Write each section under its heading, without a comment: no source tells how one would begin.

    A value that cannot be carried raises ValueError, so that nothing slips through.
    """
    lines: list[str] = []
    for section, items in sections.items():
        lines += [""] * bool(lines) + [f"[{section}]"]
        for name, value in items:
            if problem := cannot_carry(value):
                raise ValueError(f"{section}.{name}: {problem}")
            lines.append(f"{name}={value}")
    return ("\n".join(lines) + "\n").encode(ENCODING)
