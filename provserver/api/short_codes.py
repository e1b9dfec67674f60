"""Short codes, one by one and in ranges."""

from urllib.parse import quote

from flask import request

from provserver.api import directory_schemas as shapes
from provserver.api import paging, schemas
from provserver.api.bodies import flag, load
from provserver.api.calls import PREFIX, call, subject
from provserver.db.models import ShortCode
from provserver.doorway import actor, house
from provserver.services.organisation import short_codes
from provserver.services.organisation.short_codes import Entry

calls = subject("short-codes", "Codes that dial an outside number or a service code; at most 1000 of a company.")
_ADDING = [400, 409, 413, 415, 422]
_CHANGING = [400, 404, 409, 413, 415, 422]


@call(
    calls, "GET", "/short-codes", gives=schemas.listed(shapes.ShortCode), query=[shapes.CodeSearch], problems=[404, 422]
)
def list_short_codes() -> tuple[object, dict[str, str]]:
    """List the short codes, each of a range too; of one department where it is named."""
    found = short_codes.find(house(), actor(), paging.search(), request.args.get("department"))
    return paging.sliced([row for entry in found for row in entry.rows], _code)


def _code(row: ShortCode) -> dict[str, object]:
    place = row.department.name if row.department else None
    known = {"code": row.code, "number": row.number, "name": row.name, "department": place}
    return {**known, "range": row.range_first or None}


def _range(entry: Entry) -> dict[str, object]:
    first = entry.first
    place = first.department.name if first.department else None
    known = {"number": first.number, "name": first.name, "department": place}
    return {"first": first.code, "last": entry.last.code, **known}


@call(
    calls,
    "POST",
    "/short-codes",
    takes=shapes.NewShortCode,
    gives=shapes.ShortCode,
    status=201,
    problems=_ADDING,
    example={"code": "801", "number": "+390255501801", "name": "Courier"},
)
def add_short_code() -> tuple[object, dict[str, str]]:
    """Add one short code."""
    added = short_codes.add(house(), actor(), load(shapes.NewShortCode())).first
    return _code(added), {"Location": f"{PREFIX}/short-codes/{quote(added.code)}"}


@call(
    calls,
    "POST",
    "/short-codes/ranges",
    takes=shapes.NewRange,
    gives=shapes.Range,
    status=201,
    problems=_ADDING,
    example={"first": "810", "last": "819", "number": "+390255501810", "name": "Branch"},
)
def add_range() -> tuple[object, dict[str, str]]:
    """Add a range of short codes."""
    added = short_codes.add(house(), actor(), load(shapes.NewRange()))
    return _range(added), {"Location": f"{PREFIX}/short-codes/{added.first.code}"}


@call(calls, "GET", "/short-codes/<code>", gives=shapes.ShortCode, problems=[404])
def get_short_code(code: str) -> object:
    """Give one short code; ``range`` names the range that it belongs to."""
    return _of(code, short_codes.get(house(), actor(), code))


def _of(code: str, entry: Entry) -> dict[str, object]:
    return _code(next(row for row in entry.rows if row.code == code))


@call(
    calls,
    "PATCH",
    "/short-codes/<code>",
    takes=shapes.ShortCodeChange,
    gives=shapes.ShortCode,
    problems=_CHANGING,
    example={"name": "Post office"},
)
def change_short_code(code: str) -> object:
    """Change one short code; keys that dial it follow it to another code."""
    return _code(short_codes.change(house(), actor(), code, load(shapes.ShortCodeChange())).first)


@call(
    calls,
    "PATCH",
    "/short-codes/ranges/<first>",
    takes=shapes.RangeChange,
    gives=shapes.Range,
    query=[shapes.FreeKeys],
    problems=_CHANGING,
    example={"last": "829"},
)
def change_range(first: str) -> object:
    """Change a range as a whole; keys that dial a code which goes refuse that, or are emptied by ``release=1``."""
    body = load(shapes.RangeChange())
    return _range(short_codes.change(house(), actor(), first, body, release=flag("release")))


@call(
    calls,
    "DELETE",
    "/short-codes/<code>",
    gives=None,
    status=204,
    query=[shapes.FreeKeys],
    problems=[404, 409, 422],
)
def remove_short_code(code: str) -> None:
    """Delete a short code, or the whole range that it belongs to; keys that dial it refuse that, or are emptied."""
    short_codes.remove(house(), actor(), [code], release=flag("release"))


@call(
    calls,
    "POST",
    "/short-codes/actions/delete",
    takes=shapes.Codes,
    gives=shapes.Counted,
    query=[shapes.FreeKeys],
    problems=_CHANGING,
    example={"codes": ["801", "810"]},
)
def remove_short_codes() -> object:
    """Delete several short codes and ranges, all or nothing."""
    body = load(shapes.Codes())
    return {"codes": short_codes.remove(house(), actor(), body["codes"], release=flag("release"))}


@call(
    calls,
    "POST",
    "/short-codes/actions/move",
    takes=shapes.CodesMoved,
    gives=shapes.Counted,
    problems=_CHANGING,
    example={"codes": ["801", "810"], "department": "Milan"},
)
def move_short_codes() -> object:
    """Move several short codes and ranges to a department, all or nothing."""
    body = load(shapes.CodesMoved())
    return {"codes": short_codes.move(house(), actor(), body["codes"], body["department"] or "")}
