"""A list as its address asks for it: search, filters, order and page are all in the address, and so in every link."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request, url_for

PER_PAGE = 100
T = TypeVar("T")
Sorts = Mapping[str, Callable[[Any], Any]]


class Listing:
    """One list; templates ask it for addresses (``templates/lists.html``).

    ``filters`` names what may narrow it beside the search; ``path`` fills the address of its endpoint.
    """

    def __init__(self, endpoint: str, filters: Sequence[str] = (), **path: Any) -> None:
        self.base = url_for(endpoint, **path)
        self.asked = {name: request.args.get(name, "").strip() for name in ("q", "sort", *filters)}
        self.page = max(1, request.args.get("page", 1, type=int))
        self.pages = 1
        self.total = 0

    @property
    def wanted(self) -> str:
        """Give the words of the search."""
        return self.asked["q"]

    @property
    def as_csv(self) -> bool:
        """Tell whether the list is wanted as a table for a spreadsheet."""
        return request.args.get("format") == "csv"

    @property
    def is_narrowed(self) -> bool:
        """Tell whether a search or filter leaves something out."""
        return any(value for name, value in self.asked.items() if name != "sort")

    def address(self, **other: object) -> str:
        """Give the address of the same list with something changed; what is empty is left out."""
        query = {name: value for name, value in {**self.asked, **other}.items() if value}
        return self.base + (f"?{urlencode(query)}" if query else "")

    def hold(self, *texts: object) -> bool:
        """Tell whether every word of the search stands in one of these texts."""
        text = " ".join(str(one) for one in texts).casefold()
        return all(word in text for word in self.wanted.casefold().split())

    def order(self, rows: Sequence[T], sorts: Sorts) -> list[T]:
        """Put rows in the order that is asked for, or leave them in theirs."""
        asked = self.asked["sort"]
        key = sorts.get(asked.removeprefix("-"))
        return sorted(rows, key=key, reverse=asked.startswith("-")) if key else list(rows)

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        """Give the rows of the page that is asked for."""
        self.total = len(rows)
        self.pages = max(1, -(-len(rows) // PER_PAGE))
        start = (min(self.page, self.pages) - 1) * PER_PAGE
        return rows[start : start + PER_PAGE]
