"""What lines are sorted into and called by: departments, groups, short codes, and one list to pick from."""

from provserver.api import line_schemas, paging, schemas
from provserver.api.bodies import load
from provserver.api.calls import call, subject
from provserver.doorway import actor, house
from provserver.services import directory, picker

calls = subject("directory", "Departments, groups, short codes, and whom a key can point at.")


@call(calls, "GET", "/departments", gives=schemas.listed(line_schemas.Department), query=[schemas.Page], problems=[422])
def list_departments() -> tuple[object, dict[str, str]]:
    """List the departments by name."""
    rows = directory.departments(house(), actor())
    names = {row.id: row.name for row in rows}
    return paging.sliced(rows, lambda row: {"name": row.name, "parent": names.get(row.parent_id or 0)})


@call(
    calls,
    "POST",
    "/departments",
    takes=line_schemas.NewDepartment,
    gives=line_schemas.Department,
    status=201,
    problems=[400, 409, 413, 415, 422],
    example={"name": "Sales"},
)
def add_department() -> object:
    """Add a department."""
    body = load(line_schemas.NewDepartment())
    parent = body.get("parent") or ""
    added = directory.add_department(house(), actor(), body["name"], parent)
    return {"name": added.name, "parent": parent or None}


@call(calls, "GET", "/groups", gives=schemas.listed(line_schemas.Group), query=[schemas.Page], problems=[422])
def list_groups() -> tuple[object, dict[str, str]]:
    """List hunt and pickup groups with their members."""
    return paging.sliced(
        directory.groups(house(), actor()),
        lambda group: {
            "kind": group.kind,
            "name": group.name,
            "number": group.number,
            "members": [member.line.extension for member in group.members],
        },
    )


@call(calls, "GET", "/short-codes", gives=schemas.listed(line_schemas.ShortCode), query=[schemas.Page], problems=[422])
def list_short_codes() -> tuple[object, dict[str, str]]:
    """List the short codes."""
    rows = directory.short_codes(house(), actor())
    return paging.sliced(rows, lambda row: {"code": row.code, "number": row.number, "name": row.name})


@call(calls, "GET", "/directory", gives=schemas.listed(line_schemas.Choice), query=[schemas.Search], problems=[422])
def pick() -> tuple[object, dict[str, str]]:
    """List whom and what a key can point at: people, groups, short codes and service codes."""
    rows = picker.choices(house(), actor(), paging.search())
    return paging.sliced(rows, lambda row: {"kind": row.kind, "number": row.number, "name": row.name})
