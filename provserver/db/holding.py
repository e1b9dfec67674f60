"""Phones' rows are locked in one order: a phone before its rendered files, and several phones by their ids."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.db.batches import batches
from provserver.db.models import Device

MILDLY = {"key_share": True}
"""How a phone's row is locked, here and wherever ``key_share`` stands: writers wait for each other, and rows that only
name the phone, such as a line of its log, are added meanwhile."""


def hold(session: Session, ids: Iterable[int]) -> list[int]:
    """Hold phones until the commit, before anything that hangs at them is written; give their ids in order.

    Whoever writes rendered files holds their phones first, so that nobody ever waits for a file and then for a phone
    while somebody else does it the other way round. SQLite has one writer, who needs none of this.
    """
    ordered = sorted(set(ids))
    if session.get_bind().dialect.name != "sqlite":
        for some in batches(ordered):
            query = select(Device.id).where(Device.id.in_(some)).order_by(Device.id)
            session.execute(query.with_for_update(key_share=True))
    return ordered
