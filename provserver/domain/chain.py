"""The chain that holds the history together: what a line of it says, bound to everything before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from provserver.domain.moments import write_moment

START = "0" * 64
"""What stands before a company's first line."""
FIELDS = ("sequence", "at", "actor", "what", "subject", "before", "after", "undoes")
"""What a line's digest covers; not its phone's number in the tables, which is forgotten with the phone."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a company's history: how many lines there are, and the digest of the last."""

    sequence: int = 0
    digest: str = START

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read what ``str`` writes; raises ValueError."""
        number, _, digest = text.strip().partition(":")
        if not number.isascii() or not number.isdigit() or len(digest) != len(START):
            raise ValueError("a number and 64 hexadecimal digits, as 'audit verify' prints them")
        return cls(int(number), digest.lower())


def digest(previous: str, line: Mapping[str, object]) -> str:
    """Give the SHA-256 of a line and of the digest before it, in hexadecimal.

    What is hashed is the digest before, a line end, and the line's ``FIELDS`` as JSON with sorted names, without
    blanks, in UTF-8; ``at`` is in UTC with microseconds. So an exported history can be checked by any other program.
    """
    facts = {name: _plain(line[name]) for name in FIELDS}
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _plain(value: object) -> object:
    return write_moment(value) if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True)
class Break:
    """Where a history is not what was written: the first line that tells, by its number, and why."""

    sequence: int
    reason: str


def walk(lines: Iterable[Mapping[str, object]]) -> tuple[Head, Break | None]:
    """Follow lines in the order of their numbers, from the first on; give the end reached, and what is broken."""
    head = Head()
    for line in lines:
        number = line["sequence"]
        if number != head.sequence + 1:
            return head, Break(head.sequence + 1, "this line is missing, or stands elsewhere")
        if line["digest"] != digest(head.digest, line):
            return head, Break(head.sequence + 1, "this line, or its place behind the one before, was altered")
        head = Head(head.sequence + 1, str(line["digest"]))
    return head, None
