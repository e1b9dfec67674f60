"""Long lists in pieces: a database takes only so many values in one statement."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.db.models import Device

SIZE = 500

Item = TypeVar("Item")


def batches(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    """Give the items in their order, at most 500 at a time."""
    return (items[start : start + SIZE] for start in range(0, len(items), SIZE))


def phones_among(session: Session, macs: Iterable[str]) -> set[str]:
    """Tell which of these addresses are phones that somebody has added, in any company."""
    found = set[str]()
    for some in batches(sorted(set(macs))):
        found |= set(session.scalars(select(Device.mac).where(Device.mac.in_(some))))
    return found
