"""Hunt groups and pickup groups with their members."""

from urllib.parse import quote

from provserver.api import directory_schemas as shapes
from provserver.api import paging, schemas
from provserver.api.bodies import flag, load
from provserver.api.calls import PREFIX, call, subject
from provserver.db.models import Group
from provserver.doorway import actor, house
from provserver.services.organisation import directory, groups
from provserver.services.organisation.groups import NewGroup

calls = subject("groups", "Hunt groups with a pilot number, pickup groups with a code, and their members.")
_RULE = "/groups/<any(hunt, pickup):kind>/<name>"
_KIND = {"in": "path", "name": "kind", "required": True, "schema": {"type": "string", "enum": ["hunt", "pickup"]}}


@call(calls, "GET", "/groups", gives=schemas.listed(shapes.Group), query=[schemas.Search], problems=[422])
def list_groups() -> tuple[object, dict[str, str]]:
    """List hunt and pickup groups with their members."""
    return paging.searched(directory.groups(house(), actor()), _shape)


def _shape(group: Group) -> dict[str, object]:
    members = [member.line.extension for member in group.members]
    return {"kind": group.kind, "name": group.name, "number": group.number, "members": members}


@call(
    calls,
    "POST",
    "/groups",
    takes=shapes.NewGroup,
    gives=shapes.Group,
    status=201,
    problems=[400, 409, 413, 415, 422],
    example={"kind": "hunt", "name": "Sales", "number": "300", "members": ["201", "202"]},
)
def add_group() -> tuple[object, dict[str, str]]:
    """Add a group."""
    body = load(shapes.NewGroup())
    members = tuple(body.get("members") or ())
    added = groups.add(house(), actor(), NewGroup(body["kind"], body["name"], body.get("number") or "", members))
    return _shape(added), {"Location": f"{PREFIX}/groups/{added.kind}/{quote(added.name)}"}


@call(calls, "GET", _RULE, gives=shapes.Group, problems=[404], parameters=[_KIND])
def get_group(kind: str, name: str) -> object:
    """Give one group."""
    return _shape(groups.get(house(), actor(), kind, name))


@call(
    calls,
    "PATCH",
    _RULE,
    takes=shapes.GroupChange,
    gives=shapes.Group,
    problems=[400, 404, 409, 413, 415, 422],
    parameters=[_KIND],
    example={"members": ["202", "201", "203"]},
)
def change_group(kind: str, name: str) -> object:
    """Change a group's name, number or members; keys that dial a hunt group's number follow it."""
    return _shape(groups.change(house(), actor(), kind, name, load(shapes.GroupChange())))


@call(
    calls,
    "DELETE",
    _RULE,
    gives=None,
    status=204,
    query=[shapes.FreeKeys],
    problems=[404, 409, 422],
    parameters=[_KIND],
)
def remove_group(kind: str, name: str) -> None:
    """Remove a group; while keys dial a hunt group's number only with ``release=1``, which empties them."""
    groups.remove(house(), actor(), kind, name, release=flag("release"))
