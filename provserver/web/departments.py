"""One department: added, renamed, moved, given an operator, removed."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.errors import Conflict
from provserver.services.organisation import departments, directory
from provserver.web import presenting

pages = Blueprint("departments", __name__, url_prefix="/departments")
FIELDS = ("name", "parent", "operator_number")


@pages.get("/new")
def new() -> str:
    """Show the form for a department."""
    actor().require(Right.EDIT)
    return _form({"parent": request.args.get("parent", "")}, {})


def _form(values: Mapping[str, str], errors: Mapping[str, str], name: str = "", more: object = None) -> str:
    rows = [row for row in directory.departments(house(), actor()) if row.name != name]
    return render_template("department.html", rows=rows, values=values, errors=errors, name=name, contents=more)


@pages.post("/new")
def add() -> ResponseReturnValue:
    """Add a department."""
    values = {field: request.form.get(field, "") for field in FIELDS}
    do = presenting.attempt(lambda: directory.add_department(house(), actor(), *(values[field] for field in FIELDS)))
    if do:
        return _form(values, do), 422
    flash(_("Saved."))
    return redirect(url_for("directory.departments"))


@pages.get("/of/<path:name>")
def edit(name: str) -> str:
    """Show a department with what lies in it."""
    row, parent, contents = departments.get(house(), actor(), name)
    values = {"name": row.name, "parent": parent, "operator_number": row.operator_number}
    return _form(values, {}, name, contents)


@pages.post("/of/<path:name>")
def change(name: str) -> ResponseReturnValue:
    """Save a department; what was typed stays where it is wrong."""
    values = {field: request.form.get(field, "") for field in FIELDS}
    _row, _parent, contents = departments.get(house(), actor(), name)
    if problems := presenting.attempt(lambda: departments.change(house(), actor(), name, values)):
        return _form(values, problems, name, contents), 422
    flash(_("Saved."))
    return redirect(url_for("directory.departments"))


@pages.post("/remove/<path:name>")
def remove(name: str) -> ResponseReturnValue:
    """Remove a department, moving up what lies in it where that was ticked."""
    try:
        departments.remove(house(), actor(), name, release=request.form.get("release") == "1")
    except Conflict as error:
        flash(presenting.say(str(error)), "warning")
        return redirect(url_for("departments.edit", name=name))
    flash(_("Department %(name)s is removed.", name=name))
    return redirect(url_for("directory.departments"))
