"""Moments as programs write and read them: ISO 8601, UTC."""

import re
from datetime import UTC, datetime, timedelta

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def write_moment(at: datetime) -> str:
    """Write a moment in UTC with six digits of a second and Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(text: str, *, end: bool = False) -> datetime:
    """Read a moment or a day, in UTC where no zone is given; a day is its start, or with ``end`` the next day's.

    Raises ValueError with what to do about it.
    """
    bare = text.strip()
    try:
        found = datetime.fromisoformat(bare)
    except ValueError as error:
        raise ValueError("a day or a moment, such as 2026-03-01 or 2026-03-01T14:30:00Z") from error
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware + timedelta(days=1) if end and _DAY.fullmatch(bare) else aware
