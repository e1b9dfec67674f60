"""The company's groups, departments and short codes, as lists; and all its lines."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.db.models import Department, Group, Line
from provserver.doorway import actor, house
from provserver.errors import NotFound
from provserver.services.organisation import departments, directory, short_codes
from provserver.services.organisation.departments import Contents
from provserver.services.organisation.groups import HUNT, KINDS
from provserver.services.organisation.short_codes import LIMIT, Entry
from provserver.web import presenting
from provserver.web.home import ALL
from provserver.web.listing import Listing

pages = Blueprint("directory", __name__)

GROUP_SORTS = {
    "name": lambda group: group.name.casefold(),
    "number": lambda group: group.number.zfill(32),
    "members": lambda group: len(group.members),
}
CODE_SORTS = {
    "code": lambda entry: entry.first.code.zfill(16),
    "number": lambda entry: entry.first.number,
    "name": lambda entry: entry.first.name.casefold(),
    "department": lambda entry: _place(entry.first).casefold(),
}
LINE_SORTS = {
    "name": lambda row: row[1].casefold(),
    "number": lambda row: row[2].zfill(32),
    "kind": lambda row: row[0],
    "department": lambda row: row[3].casefold(),
}
NONE = "–"
"""In a filter: what lies in no department."""


def _place(row: object) -> str:
    department: Department | None = getattr(row, "department", None)
    return department.name if department else ""


@pages.get("/groups/<kind>")
def groups(kind: str) -> ResponseReturnValue:
    """List the hunt groups or the pickup groups with their members."""
    if kind not in KINDS:
        raise NotFound("there is no such kind of group")
    listing = Listing("directory.groups", kind=kind)
    mine = [group for group in directory.groups(house(), actor()) if group.kind == kind]
    rows = listing.order([group for group in mine if _has(listing, group)], GROUP_SORTS)
    if listing.as_csv:
        head = [_("Name"), _("Pilot number") if kind == HUNT else _("Pickup code"), _("Members")]
        cells = ([group.name, group.number, " ".join(_extensions(group))] for group in rows)
        return presenting.table(f"{kind}-groups", head, cells)
    return render_template("groups.html", rows=listing.cut(rows), kind=kind, list=listing)


def _has(listing: Listing, group: Group) -> bool:
    people = (f"{member.line.extension} {member.line.shown_name}" for member in group.members)
    return listing.hold(group.name, group.number, *people)


def _extensions(group: Group) -> list[str]:
    return [member.line.extension for member in group.members]


@pages.get("/short-codes", endpoint="short_codes")
def list_codes() -> ResponseReturnValue:
    """List the short codes and ranges."""
    listing = Listing("directory.short_codes", ["department"])
    wanted = listing.asked["department"]
    department = None if not wanted else "" if wanted == NONE else wanted
    rows = listing.order(short_codes.find(house(), actor(), listing.wanted, department), CODE_SORTS)
    if listing.as_csv:
        head = [_("Short code"), _("Last short code"), _("Number"), _("Name"), _("Department")]
        return presenting.table("short-codes", head, (_code_cells(entry) for entry in rows))
    used = short_codes.count(house(), actor())
    given = {"departments": directory.departments(house(), actor()), "used": used, "limit": LIMIT, "none": NONE}
    return render_template("short_codes.html", rows=listing.cut(rows), list=listing, **given)


def _code_cells(entry: Entry) -> list[object]:
    first, last = entry.first, entry.last.code if entry.is_range else ""
    return [first.code, last, first.number, first.name, _place(first)]


@pages.get("/departments", endpoint="departments")
def list_departments() -> ResponseReturnValue:
    """List the departments, each under the one that it lies in."""
    rows = directory.departments(house(), actor())
    names = {row.id: row.name for row in rows}
    contents = departments.contents(house(), actor())
    tree = _tree(rows)
    if request.args.get("format") == "csv":
        head = [_("Name"), _("Lies in"), _("Operator's number"), _("Lines"), _("Phones"), _("Short codes")]
        cells = (_department_cells(row, names, contents) for row, _depth in tree)
        return presenting.table("departments", head, cells)
    return render_template("departments.html", tree=tree, names=names, contents=contents, empty_one=Contents())


def _department_cells(row: Department, names: dict[int, str], contents: dict[int, Contents]) -> list[object]:
    found = contents.get(row.id, Contents())
    parent = names.get(row.parent_id or 0, "")
    return [row.name, parent, row.operator_number, found.lines, found.phones, found.short_codes]


def _tree(rows: Sequence[Department]) -> list[tuple[Department, int]]:
    """Put each department below the one that it lies in, with how deep it lies."""
    known = {row.id for row in rows}
    found: list[tuple[Department, int]] = []
    waiting = [(row, 0) for row in reversed(rows) if row.parent_id not in known]
    while waiting:
        row, depth = waiting.pop()
        found.append((row, depth))
        waiting += [(inner, depth + 1) for inner in reversed(rows) if inner.parent_id == row.id]
    return found


@pages.get("/all-lines")
def all_lines() -> ResponseReturnValue:
    """List every line: extensions and hunt groups, as the guide's *All lines*."""
    listing = Listing("directory.all_lines", ["kind"])
    users = [("user", line.name, line.extension, _place(line)) for line in _lines()]
    hunts = [
        ("hunt", group.name, group.number, "") for group in directory.groups(house(), actor()) if group.kind == HUNT
    ]
    found = [row for row in users + hunts if listing.hold(row[1], row[2])]
    counts = {kind: sum(row[0] == kind for row in found) for kind in ("user", "hunt")}
    rows = listing.order([row for row in found if listing.asked["kind"] in {"", row[0]}], LINE_SORTS)
    if listing.as_csv:
        kinds = {"user": _("User"), "hunt": _("Hunt group")}
        head = [_("Kind"), _("Name"), _("Number"), _("Department")]
        return presenting.table("all-lines", head, ([kinds[row[0]], *row[1:]] for row in rows))
    return render_template("lines/all.html", rows=listing.cut(rows), list=listing, counts=counts)


def _lines() -> Sequence[Line]:
    return directory.find_lines(house(), actor(), limit=ALL)
