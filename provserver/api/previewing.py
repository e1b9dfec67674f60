"""What an edit would do, as programs read it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from provserver.api import paging
from provserver.api.devices import waits
from provserver.doorway import actor, house
from provserver.services.editing import previews
from provserver.services.editing.previews import Counts, PhonePreview, Preview
from provserver.services.house import House

T = TypeVar("T")


def attempt(do: Callable[[House], T]) -> tuple[T, dict[str, object]]:
    """Try an edit; give what it would answer, and what it would do to the page of phones that is asked for."""
    limit = min(paging.limit(previews.PAGE), previews.MOST)
    result, preview = previews.attempt(house(), actor(), do, after=paging.cursor(), limit=limit)
    return result, shape(preview)


def shape(preview: Preview) -> dict[str, object]:
    """Give a preview as plain data."""
    return {
        **_counts(preview.counts),
        "exact": preview.is_whole,
        "about": _counts(preview.about),
        "waits": waits(preview.waits),
        "models": [{"vendor": maker, "model": name, **_counts(one)} for (maker, name), one in preview.models.items()],
        "phones": [_phone(phone) for phone in preview.phones],
        "next": None if preview.next is None else str(preview.next),
    }


def _counts(counts: Counts) -> dict[str, object]:
    return asdict(counts)


def _phone(phone: PhonePreview) -> dict[str, object]:
    return {
        "mac": phone.mac,
        "vendor": phone.vendor,
        "model": phone.model,
        "description": phone.description,
        "lines": list(phone.lines),
        "restarts": list(phone.restarts),
        "may_restart": list(phone.may_restart),
        "problem": phone.problem,
        "files": [asdict(file) for file in phone.files],
    }
