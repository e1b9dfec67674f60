"""Long lists by pages: ``?limit=&cursor=``, and what to look for in ``?q=``."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request

from provserver.domain.mac import part_of_mac
from provserver.errors import Invalid

DEFAULT = 100
MOST = 500
_LONGEST_SEARCH = 100
T = TypeVar("T")


def limit(default: int = DEFAULT) -> int:
    """Read how many items a page may hold."""
    text = request.args.get("limit")
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST and len(text) < 9):
        raise Invalid.field("limit", f"a whole number from 1 to {MOST}")
    return int(text)


def cursor() -> int:
    """Read where to go on, as the page before said in ``next``."""
    text = request.args.get("cursor", "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Invalid.field("cursor", "what the page before gave as next")
    return int(text)


def search() -> str:
    """Read what to look for."""
    text = request.args.get("q", "").strip()
    if len(text) > _LONGEST_SEARCH:
        raise Invalid.field("q", f"at most {_LONGEST_SEARCH} characters")
    return text


def page(rows: Sequence[T], shape: Callable[[T], object], place: Callable[[T], int]) -> tuple[Any, dict[str, str]]:
    """Give a page of rows that were read with one more than fit; ``place`` gives what the next page goes on from."""
    size = limit()
    kept = rows[:size]
    following = str(place(kept[-1])) if len(rows) > size else None
    return {"items": [shape(row) for row in kept], "next": following}, link(following)


def sliced(rows: Sequence[T], shape: Callable[[T], object]) -> tuple[Any, dict[str, str]]:
    """Give a page of a list that is short enough to be read whole; its cursor counts items."""
    start, size = cursor(), limit()
    following = str(start + size) if len(rows) > start + size else None
    return {"items": [shape(row) for row in rows[start : start + size]], "next": following}, link(following)


def searched(rows: Sequence[T], shape: Callable[[T], object]) -> tuple[Any, dict[str, str]]:
    """Give a page of what holds each word looked for, of a list that is short enough to be read whole."""
    words = search().lower().split()
    found = [shape(row) for row in rows]
    return sliced([item for item in found if all(_holds(item, word) for word in words)], lambda item: item)


def _holds(item: object, word: str) -> bool:
    """Tell whether one of an item's texts holds a word; addresses in any spelling."""
    if isinstance(item, dict):
        return any(_holds(value, word) for value in item.values())
    if isinstance(item, list | tuple):
        return any(_holds(value, word) for value in item)
    return isinstance(item, str) and (word in item.lower() or (part_of_mac(word) or word) in item)


def link(following: str | None) -> dict[str, str]:
    """Give the Link header to the next page, or none after the last."""
    if following is None:
        return {}
    query = urlencode({**request.args.to_dict(), "cursor": following})
    return {"Link": f'<{request.path}?{query}>; rel="next"'}
