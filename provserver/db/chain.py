"""The history sealed as it is committed: each company's rows numbered without a gap, each bound to the one before.

It is done at the end of the transaction that made the edit, and not later by a worker: a row that waits for its seal
could be altered unseen. The lock on the company's head is taken last and held for the commit only, so that edits of one
company queue for milliseconds, those of two companies not at all, and nobody who holds it waits for anything else.
"""

from sqlalchemy import event, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, Session, object_session

from provserver.db.models import Change, ChangeHead
from provserver.db.upserting import insert_into
from provserver.domain.chain import FIELDS, START, digest

_UNSEALED = "companies with unsealed changes"


@event.listens_for(Change, "after_insert")
def _note(_mapper: Mapper[Change], _connection: Connection, row: Change) -> None:
    """Remember that there is something to seal, whoever wrote the row: none can be forgotten."""
    session = object_session(row)
    if session is not None:
        session.info.setdefault(_UNSEALED, set()).add(row.tenant_id)


def seal(session: Session) -> None:
    """Number and seal what this transaction adds to the history; call it right before the commit."""
    session.flush()
    for tenant_id in sorted(session.info.pop(_UNSEALED, ())):
        _seal(session, tenant_id)


def _seal(session: Session, tenant_id: int) -> None:
    query = select(Change).where(Change.tenant_id == tenant_id, Change.sequence.is_(None)).order_by(Change.id)
    as_stored = {"populate_existing": True}
    rows = session.scalars(query, execution_options=as_stored).all()
    if not rows:  # they were rolled back
        return
    sequence, last = _hold_head(session, tenant_id)
    for row in rows:
        sequence += 1
        row.sequence = sequence
        row.digest = last = digest(last, {name: getattr(row, name) for name in FIELDS})
    session.flush()
    here = update(ChangeHead).where(ChangeHead.tenant_id == tenant_id)
    session.execute(here.values(sequence=sequence, digest=last))


def _hold_head(session: Session, tenant_id: int) -> tuple[int, str]:
    """Take the company's head in hand until the commit; make it where there is none yet."""
    first = insert_into(session, ChangeHead).values(tenant_id=tenant_id, sequence=0, digest=START)
    session.execute(first.on_conflict_do_nothing())
    query = select(ChangeHead.sequence, ChangeHead.digest).where(ChangeHead.tenant_id == tenant_id)
    sequence, last = session.execute(query.with_for_update()).one()
    if sequence:
        return sequence, last
    # a head that was lost stops nobody; until the next change 'audit verify' tells of it
    newest = select(Change.sequence, Change.digest).where(Change.tenant_id == tenant_id, Change.sequence > 0)
    found = session.execute(newest.order_by(Change.sequence.desc()).limit(1)).one_or_none()
    return (found[0] or 0, found[1] or START) if found else (0, START)
