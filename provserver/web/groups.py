"""One hunt or pickup group: its pilot, its members in their order, its name (guide, the three tabs of a group)."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.errors import Conflict
from provserver.services.organisation import directory, groups
from provserver.services.organisation.groups import NewGroup
from provserver.web import presenting
from provserver.web.home import ALL

pages = Blueprint("groups", __name__, url_prefix="/groups/<any(hunt, pickup):kind>")


@pages.get("/new")
def new(kind: str) -> str:
    """Show the form for a group."""
    actor().require(Right.COMPANY)
    return render_template("groups/new.html", kind=kind, values={}, errors={})


@pages.post("/new")
def add(kind: str) -> ResponseReturnValue:
    """Add the group, and go on to its members."""
    values = {name: request.form.get(name, "") for name in ("name", "number")}
    problems = presenting.attempt(
        lambda: groups.add(house(), actor(), NewGroup(kind, values["name"], values["number"]))
    )
    if problems:
        return render_template("groups/new.html", kind=kind, values=values, errors=problems), 422
    flash(_("Added. Now choose its members."))
    return redirect(url_for("groups.show", kind=kind, name=values["name"].strip()))


@pages.get("/of/<name>")
def show(kind: str, name: str) -> str:
    """Show a group."""
    return _page(kind, name, {})


def _page(kind: str, name: str, errors: Mapping[str, str], typed: Mapping[str, str] | None = None) -> str:
    group = groups.get(house(), actor(), kind, name)
    lines = {line.extension: line for line in directory.find_lines(house(), actor(), limit=ALL)}
    inside = [member.line for member in group.members]
    others = [line for line in lines.values() if line.extension not in {one.extension for one in inside}]
    values = typed or {"name": group.name, "number": group.number}
    given = {"group": group, "inside": inside, "others": others, "values": values, "errors": errors}
    return render_template("groups/page.html", kind=kind, **given)


@pages.post("/of/<name>")
def change(kind: str, name: str) -> ResponseReturnValue:
    """Change name and number; what was typed stays where it is wrong."""
    values = {field: request.form.get(field, "") for field in ("name", "number")}
    problems = presenting.attempt(lambda: groups.change(house(), actor(), kind, name, values))
    if problems:
        return _page(kind, name, problems, values), 422
    flash(_("Saved. Keys that dial it follow."))
    return redirect(url_for("groups.show", kind=kind, name=values["name"].strip()))


@pages.post("/of/<name>/members")
def put_members(kind: str, name: str) -> ResponseReturnValue:
    """Save the members in their order; a button moves, adds or removes one of them first."""
    members = _moved(request.form.getlist("member"), request.form.get("move", ""))
    problems = presenting.attempt(lambda: groups.change(house(), actor(), kind, name, {"members": members}))
    if problems:
        return _page(kind, name, problems), 422
    flash(_("The members are saved."))
    return redirect(url_for("groups.show", kind=kind, name=name) + "#members")


def _moved(members: Sequence[str], move: str) -> list[str]:
    """Do what a button without a script asks for: ``up:203``, ``down:203``, ``remove:203`` or ``add:203``."""
    found = list(members)
    what, _colon, extension = move.partition(":")
    if what == "add":
        return [*found, extension]
    if extension not in found:
        return found
    place = found.index(extension)
    found.remove(extension)
    steps = {"up": max(0, place - 1), "down": place + 1}
    if what in steps:
        found.insert(steps[what], extension)
    return found


@pages.post("/of/<name>/remove")
def remove(kind: str, name: str) -> ResponseReturnValue:
    """Remove a group, emptying the keys that dial it where that was ticked."""
    try:
        groups.remove(house(), actor(), kind, name, release=request.form.get("release") == "1")
    except Conflict as error:
        flash(presenting.say(str(error).partition(": ")[2]), "warning")
        return redirect(url_for("groups.show", kind=kind, name=name))
    flash(_("Group %(name)s is removed.", name=name))
    return redirect(url_for("directory.groups", kind=kind))
