"""The audit: who changed what, when, from what to what; of the company, a phone, a key, a setting or a line."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus

from flask import Response, request

from provserver.api import history_schemas as schemas
from provserver.api import paging, previewing
from provserver.api.bodies import flag, load
from provserver.api.calls import About, answer, call, subject
from provserver.api.devices import moment
from provserver.api.schemas import listed
from provserver.db.models import Change
from provserver.domain.moments import read_moment
from provserver.doorway import actor, house
from provserver.errors import Invalid
from provserver.services.history import audit, audit_chain, undoing
from provserver.services.history.audit import Wanted
from provserver.services.history.undoing import Undone
from provserver.services.house import House

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
        search=paging.search(),
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


@call(
    calls,
    "POST",
    "/changes/<int:number>/undo",
    gives=schemas.Undone,
    status=202,
    query=[schemas.UndoQuery],
    problems=[404, 409, 422],
)
def undo_change(number: int) -> Response:
    """Take one change back, as a new change that names it.

    409 where something was changed again since (``overwrite=1`` goes over it), 422 where a part cannot be taken back
    (``partly=1`` leaves it; a secret never can) or where what it was breaks a rule by now. Nothing is done by half.
    """
    partly, overwrite = flag("partly"), flag("overwrite")
    return _undone(lambda where: undoing.undo(where, actor(), number, partly=partly, overwrite=overwrite))


_ROLLING_BACK: About = {
    "takes": schemas.Rollback,
    "gives": schemas.Undone,
    "status": 202,
    "query": [schemas.RollbackQuery],
    "problems": [400, 404, 409, 413, 415, 422],
    "example": {"to": "2026-03-01T14:30:00Z"},
}


@call(calls, "POST", "/rollback", **_ROLLING_BACK)
def roll_back_company() -> Response:
    """Put everything in the company back to what it was at a moment, or before a change."""
    return _roll_back("")


@call(calls, "POST", "/devices/<mac>/rollback", **_ROLLING_BACK)
def roll_back_phone(mac: str) -> Response:
    """Put a phone's keys, own settings, lines and description back to what they were then, or before a change."""
    return _roll_back(mac)


def _roll_back(mac: str) -> Response:
    body, partly = load(schemas.Rollback()), flag("partly")
    number = body.get("change") or 0
    try:
        since = read_moment(body["to"]) if body.get("to") else None
    except ValueError as error:
        raise Invalid.field("to", str(error)) from error
    wanted = Wanted(device=mac, since=since)
    return _undone(lambda where: undoing.roll_back(where, actor(), wanted, number, partly=partly))


def _undone(do: Callable[[House], Undone]) -> Response:
    if flag("dry_run"):
        done, preview = previewing.attempt(do)
        return answer({**_shape_undone(done), "preview": preview}, HTTPStatus.OK)
    return answer(_shape_undone(do(house())), HTTPStatus.ACCEPTED)


def _shape_undone(done: Undone) -> dict[str, object]:
    return {
        "changes": [shape(row) for row in done.lines],
        "left": [asdict(one) for one in done.plan.left],
    }
