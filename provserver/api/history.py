"""The audit: who changed what, when, from what to what."""

from flask import request

from provserver.api import paging, schemas
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.db.models import Change
from provserver.doorway import actor, house
from provserver.services import audit

calls = subject("changes", "Who changed what.")


@call(
    calls,
    "GET",
    "/changes",
    gives=schemas.listed(schemas.Change),
    query=[schemas.ChangeQuery],
    problems=[404, 422],
)
def list_changes() -> tuple[object, dict[str, str]]:
    """List changes, newest first: of the company, or of one phone."""
    mac = request.args.get("device") or None
    rows = audit.history(house(), actor(), mac, paging.limit() + 1, paging.cursor())
    return paging.page(rows, _shape, lambda row: row.id)


def _shape(row: Change) -> dict[str, object]:
    return {
        "id": row.id,
        "at": moment(row.at),
        "actor": row.actor,
        "what": row.what,
        "subject": row.subject,
        "before": row.before,
        "after": row.after,
    }
