"""Lines: listed, added, renamed; a name that changes reaches every phone that shows it."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from provserver.db.models import Line
from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.errors import Conflict, Invalid
from provserver.services.inventory import devices, giving_on
from provserver.services.organisation import directory, line_passwords
from provserver.services.organisation.directory import NewLine
from provserver.services.pushing import progress, registrations
from provserver.web import presenting
from provserver.web.home import ALL
from provserver.web.listing import Listing
from provserver.web.phones import put_errors

pages = Blueprint("lines", __name__, url_prefix="/lines")
EDITED = ("name", "display_name", "department")


SORTS = {
    "name": lambda line: line.name.casefold(),
    "extension": lambda line: line.extension.zfill(16),
    "shown": lambda line: line.shown_name.casefold(),
    "department": lambda line: _department(line).casefold(),
}


@pages.get("/")
def show() -> ResponseReturnValue:
    """List the lines; search, department, order and page are in the address."""
    listing = Listing("lines.show", ["department"])
    wanted = listing.asked["department"]
    found = directory.find_lines(house(), actor(), search=listing.wanted, limit=ALL)
    rows = listing.order([line for line in found if not wanted or _department(line) == wanted], SORTS)
    if listing.as_csv:
        return _csv(rows)
    shown = listing.cut(rows)
    phones = progress.phones_of_lines(house(), actor(), [line.extension for line in shown])
    given = {"rows": shown, "list": listing, "phones": phones, "departments": directory.departments(house(), actor())}
    given["present"] = registrations.presence(house(), actor(), [line.extension for line in shown])
    return render_template("lines/list.html", **given)


def _csv(rows: Sequence[Line]) -> ResponseReturnValue:
    phones = progress.phones_of_lines(house(), actor(), [line.extension for line in rows])
    head = [_("Extension"), _("Name"), _("Name shown in internal calls"), _("Department"), _("Phones")]
    cells = (
        [line.extension, line.name, line.shown_name, _department(line), len(phones.get(line.extension, ()))]
        for line in rows
    )
    return presenting.table("lines", head, cells)


def _department(line: Line) -> str:
    return line.department.name if line.department else ""


class LineForm(FlaskForm):  # type: ignore[misc]
    """What is needed to add a line; what stays empty is made or inherited."""

    extension = StringField(lazy_gettext("Extension"), [InputRequired(), Length(max=16)])
    name = StringField(lazy_gettext("Name"), [InputRequired(), Length(max=64)])
    display_name = StringField(lazy_gettext("Name shown in internal calls"), [Length(max=64)])
    department = StringField(lazy_gettext("Department"), [Length(max=100)])
    domain = StringField(lazy_gettext("SIP domain or registrar"), [Length(max=255)])


@pages.get("/new")
def new() -> str:
    """Show the form for a line."""
    actor().require(Right.EDIT)
    return _form(LineForm())


def _form(form: LineForm) -> str:
    return render_template("lines/new.html", form=form, departments=directory.departments(house(), actor()))


@pages.post("/new")
def add() -> ResponseReturnValue:
    """Add the line, and show its SIP password this once."""
    form = LineForm()
    if not form.validate():
        return _form(form), 422
    values = {field.name: field.data or "" for field in form if field.name != "csrf_token"}
    try:
        line, password = directory.add_line(house(), actor(), NewLine(**values))
    except (Invalid, Conflict) as error:
        put_errors(form, error)
        return _form(form), 422
    return render_template("lines/added.html", line=line, password=password)


@pages.get("/<extension>")
def edit(extension: str) -> str:
    """Show a line and the phones that follow its name."""
    line = directory.get_line(house(), actor(), extension)
    values = {"name": line.name, "display_name": line.display_name, "department": _department(line)}
    return _page(line, values, {})


def _page(line: Line, values: dict[str, str], errors: dict[str, str]) -> str:
    phones = progress.standings(house(), actor(), devices.find_devices(house(), actor(), line=line.extension))
    overlap = line_passwords.overlaps(house(), actor(), [line]).get(line.extension)
    registered = registrations.presence(house(), actor(), [line.extension])[line.extension]
    departments = directory.departments(house(), actor())
    given = {
        "phones": phones,
        "overlap": overlap,
        "departments": departments,
        "errors": errors,
        "registered": registered,
    }
    return render_template("lines/edit.html", line=line, values=values, **given)


@pages.get("/<extension>/individual")
def individual(extension: str) -> ResponseReturnValue:
    """Lead to where the line's own user sets keys and call services (guide, A8 and A81): the same page for both."""
    line = directory.get_line(house(), actor(), extension)
    macs = progress.phones_of_lines(house(), actor(), [line.extension]).get(line.extension, [])
    if len(macs) == 1:
        return redirect(url_for("configurator.show", mac=macs[0]))
    return redirect(url_for("phones.show", q=line.extension))


@pages.post("/<extension>")
def change(extension: str) -> ResponseReturnValue:
    """Rename a line; every phone that shows the name follows."""
    raw = {name: request.form.get(name, "") for name in EDITED}
    problems = presenting.attempt(lambda: directory.change_line(house(), actor(), extension, raw))
    if problems:
        return _page(directory.get_line(house(), actor(), extension), raw, problems), 422
    flash(_("Saved. Every phone that shows this name follows."))
    return redirect(url_for("lines.show"))


@pages.post("/<extension>/reconfigure")
def reconfigure(extension: str) -> ResponseReturnValue:
    """Give the line to a new user, wiping what the one before had set (guide, A11)."""
    name, in_calls = request.form.get("new_name", ""), request.form.get("in_calls") == "1"
    problems = presenting.attempt(lambda: giving_on.give_on(house(), actor(), extension, name, in_calls=in_calls))
    if problems:
        line = directory.get_line(house(), actor(), extension)
        values = {"name": line.name, "display_name": line.display_name, "department": _department(line)}
        return _page(line, {**values, "new_name": name}, {"new_name": problems.get("name", "")}), 422
    flash(_("The line is reconfigured: it belongs to %(name)s now.", name=name.strip()))
    return redirect(url_for("lines.edit", extension=extension))


@pages.post("/<extension>/password")
def renew_password(extension: str) -> str:
    """Give a line a new SIP password; its phones are told."""
    line, password = line_passwords.rotate(house(), actor(), extension)
    return _passwords(line, [password], renewed=True)


@pages.post("/<extension>/reveal")
def reveal(extension: str) -> str:
    """Show what the exchange has to accept; who looked stands in the history."""
    found = line_passwords.reveal(house(), actor(), extension)
    passwords = [found.current.reveal(), *(one.reveal() for one in found.old)]
    return _passwords(directory.get_line(house(), actor(), extension), passwords)


def _passwords(line: Line, passwords: list[str], *, renewed: bool = False) -> str:
    overlap = line_passwords.overlaps(house(), actor(), [line]).get(line.extension)
    return render_template("lines/passwords.html", line=line, passwords=passwords, overlap=overlap, renewed=renewed)


@pages.post("/<extension>/remove")
def remove(extension: str) -> ResponseReturnValue:
    """Remove a line, freeing the phones that carry or monitor it where that was ticked."""
    try:
        directory.remove_line(house(), actor(), extension, release=request.form.get("release") == "1")
    except Conflict as error:
        flash(presenting.say(str(error)), "warning")
        return redirect(url_for("lines.edit", extension=extension))
    flash(_("Line %(extension)s is removed.", extension=extension))
    return redirect(url_for("lines.show"))
