"""Administrators and users: who may sign in, with which role, unlocked and reset when they cannot."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.domain.roles import GIVES, Right, Role
from provserver.doorway import actor, house
from provserver.errors import Conflict
from provserver.services.access import linking, people
from provserver.services.access.people import Listed, NewPerson
from provserver.services.organisation import directory
from provserver.web import presenting
from provserver.web.home import ALL

pages = Blueprint("people", __name__, url_prefix="/people")


@pages.get("/")
def show() -> ResponseReturnValue:
    """List who may sign in."""
    wanted = request.args.get("q", "").strip()
    rows = people.find(house(), actor(), wanted)
    if request.args.get("format") == "csv":
        head = [_("Name"), _("Role"), _("Departments"), _("Extension"), _("Last signed in")]
        return presenting.table("people", head, (_cells(row) for row in rows))
    return render_template("people/list.html", rows=rows, wanted=wanted)


def _cells(row: Listed) -> list[object]:
    seen = presenting.exact(row.signed_in_at) if row.signed_in_at else ""
    return [row.name, presenting.word(row.role), ", ".join(row.departments), row.extension, seen]


@pages.get("/new")
def new() -> str:
    """Show the form for somebody new, for a line where the address names one."""
    values = {"name": "", "role": request.args.get("role", Role.USER.value)}
    return _form({**values, "departments": [], "extension": request.args.get("extension", "")[:16]}, {})


def _form(values: dict[str, object], errors: dict[str, str]) -> str:
    actor().require(Right.PEOPLE)
    return render_template("people/new.html", values=values, errors=errors, **_known())


def _known() -> dict[str, object]:
    return {
        "roles": GIVES.get(actor().role, ()),
        "departments": directory.departments(house(), actor()),
        "lines": directory.find_lines(house(), actor(), limit=ALL),
    }


def _values() -> dict[str, object]:
    given = request.form
    return {
        "name": given.get("name", "").strip(),
        "role": given.get("role", ""),
        "departments": given.getlist("departments"),
        "extension": given.get("extension", "").strip(),
    }


def _role(text: object) -> Role:
    return Role(str(text)) if text in set(Role) else Role.USER


@pages.post("/new")
def add() -> ResponseReturnValue:
    """Add somebody, and show their password this once."""
    values = _values()
    wanted = NewPerson(
        str(values["name"]), _role(values["role"]), tuple(request.form.getlist("departments")), str(values["extension"])
    )
    made: list[tuple[Listed, str]] = []
    problems = presenting.attempt(lambda: made.append(people.add(house(), actor(), wanted)))
    if problems:
        return _form(values, problems), 422
    person, password = made[0]
    return render_template("people/shown.html", person=person, password=password, link="", added=True)


@pages.get("/<name>")
def edit(name: str) -> str:
    """Show one of them."""
    person = people.get(house(), actor(), name)
    return _page(person, _current(person), {})


def _current(person: Listed) -> dict[str, object]:
    return {"role": person.role, "departments": person.departments, "extension": person.extension}


def _page(person: Listed, values: dict[str, object], errors: dict[str, str]) -> str:
    return render_template("people/edit.html", person=person, values=values, errors=errors, **_known())


@pages.post("/<name>")
def change(name: str) -> ResponseReturnValue:
    """Change role, departments and line."""
    values = _values()
    role = _role(values["role"])
    inside = request.form.getlist("departments") if role in {Role.DEPARTMENT_ADMIN, Role.READER} else []
    line = str(values["extension"]) if role is not Role.OPERATOR else ""
    problems = presenting.attempt(
        lambda: people.change(house(), actor(), name, role=role, departments=inside, extension=line)
    )
    if problems:
        return _page(people.get(house(), actor(), name), values, problems), 422
    flash(_("Saved."))
    return redirect(url_for("people.show"))


@pages.post("/<name>/unlock")
def unlock(name: str) -> ResponseReturnValue:
    """Unlock a profile."""
    people.unlock(house(), actor(), name)
    return _back(name, _("The profile %(name)s is unlocked.", name=name))


def _back(name: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("people.edit", name=name))


@pages.post("/<name>/password")
def reset(name: str) -> str:
    """Give somebody a new password, shown this once."""
    return _shown(name, password=people.reset_password(house(), actor(), name))


def _shown(name: str, password: str = "", link: str = "") -> str:
    person = people.get(house(), actor(), name)
    return render_template("people/shown.html", person=person, password=password, link=link, added=False)


@pages.post("/<name>/link")
def link(name: str) -> str:
    """Make a link by which somebody chooses a password."""
    return _shown(name, link=people.password_link(house(), actor(), name))


@pages.post("/<name>/sign-out")
def sign_out(name: str) -> ResponseReturnValue:
    """End all of somebody's sessions."""
    people.sign_out(house(), actor(), name)
    return _back(name, _("%(name)s is signed out everywhere.", name=name))


@pages.post("/<name>/second-factor")
def forget_second_factor(name: str) -> ResponseReturnValue:
    """Take a lost second factor away."""
    people.forget_second_factor(house(), actor(), name)
    return _back(name, _("The second factor of %(name)s is removed.", name=name))


@pages.post("/<name>/openid")
def link_provider(name: str) -> ResponseReturnValue:
    """Let somebody sign in with the OpenID provider under a name, or no more."""
    there = request.form.get("there", "").strip()
    problems = presenting.attempt(
        lambda: linking.link(house(), actor(), name, there) if there else linking.unlink(house(), actor(), name)
    )
    if problems:
        person = people.get(house(), actor(), name)
        return _page(person, {**_current(person), "there": there}, {"there": " ".join(problems.values())}), 422
    flash(_("Saved."))
    return redirect(url_for("people.edit", name=name))


@pages.post("/<name>/remove")
def remove(name: str) -> ResponseReturnValue:
    """Remove somebody."""
    try:
        people.remove(house(), actor(), name)
    except Conflict as error:
        flash(presenting.say(str(error)), "warning")
        return redirect(url_for("people.edit", name=name))
    flash(_("%(name)s is removed.", name=name))
    return redirect(url_for("people.show"))
