"""Titles that group the parameters of a file for people; a phone reads past them."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

FREE = "Free parameters"


def grouped(pairs: Iterable[tuple[str, str]], title_of: Callable[[str], str]) -> dict[str, list[tuple[str, str]]]:
    """Gather names with their values under their titles; both keep the order in which they came."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, value in pairs:
        groups.setdefault(title_of(name), []).append((name, value))
    return groups


def sorter(sections: Sequence[tuple[re.Pattern[str], str]]) -> Callable[[str], str]:
    """Give the function that finds a parameter's title: of the first pattern that fits, with the number it names."""

    @lru_cache(maxsize=16384)
    def title_of(name: str) -> str:
        for pattern, title in sections:
            if match := pattern.match(name):
                number = next((group for group in match.groupdict().values() if group), "")
                return f"{title} {number}".strip()
        return FREE

    return title_of
