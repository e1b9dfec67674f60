"""The audit: who changed what, when, from what to what; of the company, a phone, a key, a setting or a line."""

from datetime import datetime

from flask import request

from provserver.api import history_schemas as schemas
from provserver.api import paging
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.api.schemas import listed
from provserver.db.models import Change
from provserver.domain.moments import read_moment
from provserver.doorway import actor, house
from provserver.errors import Invalid
from provserver.services import audit, audit_chain
from provserver.services.audit import Wanted

calls = subject("changes", "Who changed what, and how to take it back.")

_TEXTS = ("device", "key", "setting", "line", "what", "by")


@call(
    calls,
    "GET",
    "/changes",
    gives=listed(schemas.Change),
    query=[schemas.ChangeQuery],
    problems=[404, 422],
)
def list_changes() -> tuple[object, dict[str, str]]:
    """List changes, newest first: of the company, or of one phone, key, setting or line."""
    wanted = Wanted(
        **{name: request.args.get(name, "").strip() for name in _TEXTS},
        since=_moment("since"),
        until=_moment("until", end=True),
    )
    rows = audit.history(house(), actor(), limit=paging.limit() + 1, before=paging.cursor(), wanted=wanted)
    return paging.page(rows, shape, lambda row: row.id)


@call(calls, "GET", "/changes/<int:number>", gives=schemas.Change, problems=[404])
def get_change(number: int) -> object:
    """Give one change."""
    return shape(audit.change(house(), actor(), number))


@call(calls, "GET", "/audit", gives=schemas.Audit)
def verify_audit() -> object:
    """Follow the company's history from its first change to its last; it may take seconds where there are many.

    Write ``head`` down elsewhere: compared with it, ``provserver audit verify`` also sees a history that was written
    anew.
    """
    found = audit_chain.verify(house(), actor())
    broken = found.broken and {"sequence": found.broken.sequence, "reason": found.broken.reason}
    return {"changes": found.head.sequence, "head": str(found.head), "intact": broken is None, "broken": broken}


def _moment(name: str, *, end: bool = False) -> datetime | None:
    text = request.args.get(name, "")
    try:
        return read_moment(text, end=end) if text.strip() else None
    except ValueError as error:
        raise Invalid.field(name, str(error)) from error


def shape(row: Change) -> dict[str, object]:
    """Give a change as programs see it."""
    return {
        "id": row.id,
        "at": moment(row.at),
        "actor": row.actor,
        "what": row.what,
        "subject": row.subject,
        "before": row.before,
        "after": row.after,
        "undoes": row.undoes or [],
        "sequence": row.sequence,
        "digest": row.digest,
    }
