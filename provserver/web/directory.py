"""The company's groups, departments and short codes, as lists."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.doorway import actor, house
from provserver.errors import NotFound
from provserver.services import directory
from provserver.web import presenting

pages = Blueprint("directory", __name__)


@pages.get("/groups/<kind>")
def groups(kind: str) -> ResponseReturnValue:
    """List the hunt groups or the pickup groups with their members."""
    if kind not in {"hunt", "pickup"}:
        raise NotFound("there is no such kind of group")
    rows = [group for group in directory.groups(house(), actor()) if group.kind == kind]
    if request.args.get("format") == "csv":
        cells = ([group.name, group.number, len(group.members)] for group in rows)
        return presenting.table(f"{kind}-groups", [_("Name"), _("Number"), _("Members")], cells)
    return render_template("groups.html", rows=rows, kind=kind)


@pages.get("/short-codes")
def short_codes() -> ResponseReturnValue:
    """List the short codes."""
    rows = directory.short_codes(house(), actor())
    if request.args.get("format") == "csv":
        cells = ([row.code, row.number, row.name] for row in rows)
        return presenting.table("short-codes", [_("Short code"), _("Number"), _("Name")], cells)
    return render_template("short_codes.html", rows=rows)


@pages.get("/departments")
def departments() -> str:
    """List the departments, each under the one that it lies in."""
    return _departments({}, "")


def _departments(errors: dict[str, str], name: str) -> str:
    rows = directory.departments(house(), actor())
    names = {row.id: row.name for row in rows}
    return render_template("departments.html", rows=rows, names=names, errors=errors, name=name)


@pages.post("/departments")
def add_department() -> ResponseReturnValue:
    """Add a department."""
    name, parent = request.form.get("name", ""), request.form.get("parent", "")
    problems = presenting.attempt(lambda: directory.add_department(house(), actor(), name, parent))
    if problems:
        return _departments(problems, name), 422
    flash(_("Saved."))
    return redirect(url_for("directory.departments"))
