"""Registrations as programs read them."""

from collections.abc import Iterable

from provserver.domain.presence import Presence
from provserver.services.pushing.registrations import Present


def registration(presence: Presence, contacts: Iterable[Present]) -> dict[str, object]:
    """Write whether something is registered, and where."""
    return {"state": presence.value, "contacts": [_contact(row) for row in contacts]}


def _contact(row: Present) -> dict[str, object]:
    return {
        "extension": row.extension,
        "contact": row.contact,
        "address": row.address,
        "user_agent": row.user_agent,
        "since": row.since.isoformat().replace("+00:00", "Z"),
        "engine": row.engine,
    }
