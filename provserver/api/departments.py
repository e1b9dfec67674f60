"""Departments: what lines, phones and short codes are sorted into."""

from urllib.parse import quote

from provserver.api import directory_schemas as shapes
from provserver.api import paging, schemas
from provserver.api.bodies import flag, load
from provserver.api.calls import PREFIX, call, subject
from provserver.db.models import Department
from provserver.doorway import actor, house
from provserver.services.organisation import departments, directory

calls = subject("departments", "Departments, in one another, with settings and an operator of their own.")
_CHANGING = [400, 404, 409, 413, 415, 422]


@call(calls, "GET", "/departments", gives=schemas.listed(shapes.Department), query=[schemas.Search], problems=[422])
def list_departments() -> tuple[object, dict[str, str]]:
    """List the departments by name."""
    rows = directory.departments(house(), actor())
    names = {row.id: row.name for row in rows}
    return paging.searched(rows, lambda row: _shape(row, names.get(row.parent_id or 0, "")))


def _shape(row: Department, parent: str) -> dict[str, object]:
    return {"name": row.name, "parent": parent or None, "operator_number": row.operator_number}


@call(
    calls,
    "POST",
    "/departments",
    takes=shapes.NewDepartment,
    gives=shapes.Department,
    status=201,
    problems=[400, 409, 413, 415, 422],
    example={"name": "Sales"},
)
def add_department() -> tuple[object, dict[str, str]]:
    """Add a department."""
    body = load(shapes.NewDepartment())
    parent = body.get("parent") or ""
    added = directory.add_department(house(), actor(), body["name"], parent, body.get("operator_number") or "")
    return _shape(added, parent), {"Location": f"{PREFIX}/departments/{quote(added.name)}"}


@call(calls, "GET", "/departments/<path:name>", gives=shapes.Department, problems=[404])
def get_department(name: str) -> object:
    """Give one department."""
    return _one(name)


def _one(name: str) -> dict[str, object]:
    row, parent, _contents = departments.get(house(), actor(), name)
    return _shape(row, parent)


@call(
    calls,
    "PATCH",
    "/departments/<path:name>",
    takes=shapes.DepartmentChange,
    gives=shapes.Department,
    problems=_CHANGING,
    example={"operator_number": "9"},
)
def change_department(name: str) -> object:
    """Rename a department, move it into another one, or give it an operator's number."""
    changed = departments.change(house(), actor(), name, load(shapes.DepartmentChange()))
    return _one(changed.name)


@call(
    calls,
    "DELETE",
    "/departments/<path:name>",
    gives=None,
    status=204,
    query=[shapes.HandUp],
    problems=[404, 409, 422],
)
def remove_department(name: str) -> None:
    """Remove a department with its settings; what lies in it refuses that, or with ``release=1`` moves up."""
    departments.remove(house(), actor(), name, release=flag("release"))
