"""``Name=value`` lines under ``[section]`` heads, in ISO 8859-1: Thomson, which became Technicolor."""

import re
from collections.abc import Iterable

CONTENT_TYPE = "text/plain; charset=iso-8859-1"

ENCODING = "iso-8859-1"
"""As Wazo writes these files (wazo_technicolor, ``_ENCODING``)."""

_LINE_ENDS_AND_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_REFUSED = re.compile("[\x00-\x1f\x7f-\x9f]|[^\x00-\xff]")


def cannot_carry(value: str) -> str | None:
    """Say why a value cannot stand on one line, or None where it can; the format knows no quotes and no escapes."""
    if not (refused := _REFUSED.search(value)):
        return None
    if _LINE_ENDS_AND_CONTROLS.search(value):
        return "line ends and control characters would break the file"
    return f"this phone reads Western European letters only, and has no {refused[0]!r}"


def write(items: Iterable[tuple[str, str]]) -> bytes:
    """Write ``section.Name`` and value pairs, each section once and in the order of its first name.

    A value that cannot be carried raises ValueError, so that nothing slips through.
    """
    sections: dict[str, list[str]] = {}
    for name, value in items:
        if problem := cannot_carry(value):
            raise ValueError(f"{name}: {problem}")
        section, _, own = name.partition(".")
        sections.setdefault(section, []).append(f"{own}={value}")
    return (
        "\n\n".join("\n".join([f"[{section}]", *lines]) for section, lines in sections.items()).encode(ENCODING) + b"\n"
    )
