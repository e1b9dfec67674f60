"""The reasons that the makers' tables give for what a phone lacks, found there for translation."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import IO

_TABLES = ("lacks", "refusals")


def clauses(reasons: Mapping[str, str]) -> list[str]:
    """Take reasons apart into the clauses that are translated, as ``presenting.say`` says them."""
    return [clause for reason in reasons.values() for clause in reason.split("; ")]


def extract(file: IO[bytes], *_: object, **__: object) -> Iterator[tuple[int, str, str, list[str]]]:
    """Give a ``models.toml``'s reasons to Babel, in its form: line, function, text, comments."""
    table = tomllib.load(file)
    for part in (table["vendor"], *table.get("models", {}).values()):
        for row in part.get("web_actions", ()):
            yield from ((1, "", clause, []) for clause in clauses({"lacks": row["lacks"]} if "lacks" in row else {}))
        for name in _TABLES:
            for clause in clauses(part.get(name, {})):
                yield 1, "", clause, []
