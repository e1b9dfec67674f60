"""The history as evidence: followed from its first line to its last, and given out whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, select

from provserver.db.models import Change, ChangeHead
from provserver.domain.chain import FIELDS, START, Break, Head, walk
from provserver.domain.moments import write_moment
from provserver.domain.roles import Actor, Right
from provserver.services.house import House

PAGE = 1000
"""Rows read at once."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What following a company's history found: how far it is whole, and what is broken first."""

    head: Head
    broken: Break | None = None


def verify(house: House, actor: Actor, expected: Head | None = None) -> Verified:
    """Follow a company's history; ``expected`` is an end that was written down elsewhere, earlier.

    The chain itself shows a line that was altered, removed or put in. That lines are gone from its very end, only the
    stored end can show; that somebody wrote all of it anew, only an end that was kept outside.
    """
    actor.require(Right.READ)
    stored, loose = _stored_end(house, actor)
    met = {0: START}
    head, broken = walk(_noted(_lines(house, actor), met))
    if broken is not None:
        return Verified(head, broken)
    if head.sequence < stored.sequence:
        return Verified(head, Break(head.sequence + 1, "this line and those behind it are missing"))
    later, _ = _stored_end(house, actor)
    if met[stored.sequence] != stored.digest or later.sequence < head.sequence:
        return Verified(head, Break(stored.sequence, "the stored end is not that of these lines"))
    if loose:
        return Verified(head, Break(head.sequence + 1, "a line was put in past the chain"))
    if expected is not None and met.get(expected.sequence) != expected.digest:
        return Verified(head, Break(expected.sequence, "whole, but not the history whose end was written down"))
    return Verified(head)


def _stored_end(house: House, actor: Actor) -> tuple[Head, int]:
    """Give a company's end as it is stored, and how many of its lines stand outside of the chain."""
    with house.database.reading() as session:
        row = session.get(ChangeHead, actor.tenant_id)
        outside = Change.sequence.is_(None) | (Change.sequence < 1)
        loose = session.scalar(select(func.count()).where(Change.tenant_id == actor.tenant_id, outside))
        return Head(row.sequence, row.digest) if row else Head(), loose or 0


def _noted(lines: Iterator[Mapping[str, object]], met: dict[int, str]) -> Iterator[Mapping[str, object]]:
    """Pass lines on, and note what each ends with."""
    for line in lines:
        met[cast(int, line["sequence"])] = str(line["digest"])
        yield line


def _lines(house: House, actor: Actor) -> Iterator[Mapping[str, object]]:
    """Read a company's lines in their order, in short transactions; what is added meanwhile comes along."""
    columns = [getattr(Change, name) for name in FIELDS]
    after = 0
    while True:
        with house.database.reading() as session:
            query = select(Change.id, *columns, Change.digest).where(
                Change.tenant_id == actor.tenant_id, Change.sequence > after
            )
            rows = session.execute(query.order_by(Change.sequence).limit(PAGE)).mappings().all()
        if not rows:
            return
        yield from (dict(row) for row in rows)
        after = rows[-1]["sequence"]


def export(house: House, actor: Actor) -> Iterator[dict[str, object]]:
    """Give every line in its order, as plain data with its digest: secrets are masked, as they are in the tables."""
    actor.require(Right.READ)
    for line in _lines(house, actor):
        yield {"id": line["id"], **{name: line[name] for name in FIELDS}, "at": _at(line), "digest": line["digest"]}


def _at(line: Mapping[str, object]) -> str:
    return write_moment(cast(datetime, line["at"]))
