"""Parameters as attributes of grouped elements: Poly."""

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import quoteattr

CONTENT_TYPE = "application/xml; charset=utf-8"

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_LINE_ENDS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def cannot_carry(value: str) -> str | None:
    """Say why a value cannot stand in an XML 1.0 attribute, or None where it can."""
    return "XML cannot carry control characters" if _ILLEGAL.search(value) else None


def attribute(value: str) -> str:
    """Quote and escape one attribute value; raises ValueError where XML cannot carry it."""
    if value.isidentifier() or value.isalnum():  # nothing in it to escape
        return f'"{value}"'
    problem = cannot_carry(value)
    if problem:
        raise ValueError(problem)
    return quoteattr(value, _LINE_ENDS)


def write(root: str, groups: Mapping[str, Iterable[tuple[str, str]]], comment: str) -> bytes:
    """Write one element a group, one attribute a line; empty groups are left out."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        f"<!-- {comment_text(comment)} -->",
        f"<{root}>",
    ]
    for element, items in groups.items():
        rows = [f"    {name}={attribute(value)}" for name, value in items]
        if rows:
            lines += [f"  <{element}", *rows[:-1], f"{rows[-1]}/>"]
    lines.append(f"</{root}>\n")
    return "\n".join(lines).encode()


def comment_text(text: str) -> str:
    """Make a text fit for a comment: without what would end it, or what XML cannot carry."""
    return re.sub("-(?=-)", "- ", _ILLEGAL.sub(" ", text)).removesuffix("-")
