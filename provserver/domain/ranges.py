"""Parts of a file that a request asks for: the Range header, by RFC 9110 section 14."""

import re
from dataclasses import dataclass

MOST_RANGES = 16
"""More than any phone asks for; a longer list is answered with the whole file."""

_LIST = re.compile(r"bytes=(.*)", re.IGNORECASE)
_ONE = re.compile(r"[ \t]*(?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})?|-(?P<suffix>[0-9]{1,18}))[ \t]*")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from ``first`` to ``last``, both counted in, from 0."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """Count its bytes."""
        return self.last - self.first + 1


def read_ranges(header: str, size: int) -> tuple[Span, ...] | None:
    """Read a Range header for a file of ``size`` bytes.

    None means that the whole file is answered: no range was asked for, or not in a form that counts, or so many or
    so large ones that the whole is less. An empty tuple means that none of the ranges lies in the file (416).
    """
    match = _LIST.fullmatch(header.strip())
    parts = match[1].split(",") if match else []
    ranges = [_ONE.fullmatch(part) for part in parts if part.strip()]
    if not ranges or len(ranges) > MOST_RANGES:
        return None
    spans: list[Span] = []
    for found in ranges:
        if found is None or (found["last"] and int(found["last"]) < int(found["first"])):
            return None
        if span := _within(found, size):
            spans.append(span)
    return None if sum(span.size for span in spans) > size else tuple(spans)


def _within(found: re.Match[str], size: int) -> Span | None:
    """Cut a range to the file; None where nothing of it is left."""
    if found["suffix"]:
        length = min(int(found["suffix"]), size)
        return Span(size - length, size - 1) if length else None
    first = int(found["first"])
    last = min(int(found["last"]) if found["last"] else size - 1, size - 1)
    return Span(first, last) if first <= last else None
