"""Short codes: one or a range added and edited; those chosen in the list moved or deleted."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.services.organisation import directory, short_codes
from provserver.services.organisation.short_codes import Entry
from provserver.web import presenting

pages = Blueprint("short_codes", __name__, url_prefix="/short-codes")
ONE = ("code", "number", "name", "department")
RANGE = ("first", "last", "number", "name", "department")


@pages.get("/new")
def new() -> str:
    """Show the form for a code, or with ``?range=1`` for a range."""
    actor().require(Right.COMPANY)
    return _form(RANGE if request.args.get("range") else ONE, {}, {})


def _form(
    fields: tuple[str, ...], values: Mapping[str, str], errors: Mapping[str, str], entry: Entry | None = None
) -> str:
    known = directory.departments(house(), actor())
    given = {"is_range": fields is RANGE, "values": values, "errors": errors, "departments": known}
    return render_template("short_code.html", entry=entry, **given)


@pages.post("/new")
def add() -> ResponseReturnValue:
    """Add a code or a range; what was typed stays where it is wrong."""
    fields = RANGE if "first" in request.form else ONE
    values = {name: request.form.get(name, "") for name in fields}
    if problems := presenting.attempt(lambda: short_codes.add(house(), actor(), values)):
        return _form(fields, values, problems), 422
    flash(_("Added."))
    return redirect(url_for("directory.short_codes"))


@pages.get("/of/<code>")
def edit(code: str) -> str:
    """Show a code, or the range that it belongs to."""
    entry = short_codes.get(house(), actor(), code)
    first = entry.first
    place = first.department.name if first.department else ""
    values = {"code": first.code, "first": first.code, "last": entry.last.code, "number": first.number}
    return _form(RANGE if entry.is_range else ONE, {**values, "name": first.name, "department": place}, {}, entry)


@pages.post("/of/<code>")
def change(code: str) -> ResponseReturnValue:
    """Save a code or range."""
    entry = short_codes.get(house(), actor(), code)
    fields = RANGE if entry.is_range else ONE
    values = {name: request.form.get(name, "") for name in fields}
    release = request.form.get("release") == "1"
    problems = presenting.attempt(lambda: short_codes.change(house(), actor(), code, values, release=release))
    if problems:
        return _form(fields, values, problems, entry), 422
    flash(_("Saved. Keys that dial it follow."))
    return redirect(url_for("directory.short_codes"))


@pages.post("/chosen")
def chosen() -> ResponseReturnValue:
    """Move or delete the codes that were ticked."""
    codes, counted = request.form.getlist("chosen"), [0]

    def do() -> None:
        if request.form.get("do") == "move":
            counted[0] = short_codes.move(house(), actor(), codes, request.form.get("department", ""))
        else:
            release = request.form.get("release") == "1"
            counted[0] = short_codes.remove(house(), actor(), codes, release=release)

    if problems := presenting.attempt(do):
        flash(" ".join(problems.values()), "warning")
    elif request.form.get("do") == "move":
        flash(ngettext("%(num)s short code is moved.", "%(num)s short codes are moved.", counted[0]))
    else:
        flash(ngettext("%(num)s short code is deleted.", "%(num)s short codes are deleted.", counted[0]))
    return redirect(url_for("directory.short_codes"))
