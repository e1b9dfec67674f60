"""The list of phones, its CSV, and adding or removing one."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from provserver.db.models import Department, Device, EnrolmentWindow
from provserver.domain.mac import format_mac
from provserver.domain.roles import Right
from provserver.domain.state import State
from provserver.doorway import actor, fields_of, house
from provserver.errors import Conflict, Invalid, Unsupported
from provserver.services.enrolment import windows
from provserver.services.enrolment.windows import Wanted
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.pushing.progress import Standing
from provserver.vendors.registry import model_of, vendors
from provserver.web import fleet, presenting
from provserver.web.home import ALL

pages = Blueprint("phones", __name__, url_prefix="/phones")
PER_PAGE = 100

SORTS = {
    "model": lambda row: (row.device.vendor, row.device.model, row.device.mac),
    "line": lambda row: [line.line.extension.zfill(16) for line in row.device.lines],
    "who": lambda row: [line.line.shown_name.casefold() for line in row.device.lines],
    "state": lambda row: list(State).index(row.state),
    "mac": lambda row: row.device.mac,
    "seen": lambda row: row.device.last_seen.timestamp() if row.device.last_seen else 0.0,
}


@pages.get("/")
def show() -> ResponseReturnValue:
    """List the phones that the address asks for: search, department, state, order and page are all in it."""
    asked = {name: request.args.get(name, "") for name in ("q", "department", "state", "sort")}
    departments = directory.departments(house(), actor()) if actor().may(Right.READ) else []
    found = _inside(fleet.standings(asked["q"]), asked["department"], departments)
    states = Counter(row.state for row in found)
    rows = _chosen(found, asked["state"], asked["sort"])
    if request.args.get("format") == "csv":
        return _csv(rows)
    page = max(1, request.args.get("page", 1, type=int))
    start = (page - 1) * PER_PAGE
    shown = {name: value for name, value in asked.items() if value}
    return render_template(
        "phones/list.html",
        rows=rows[start : start + PER_PAGE],
        total=len(rows),
        everything=len(found),
        states=states,
        asked=asked,
        page=page,
        departments=departments,
        pages=-(-len(rows) // PER_PAGE),
        address=lambda **other: _address(shown, other),
        windows={window.device_id: window for window in _windows()},
        now=house().clock(),
    )


def _inside(found: list[Standing], wanted: str, departments: Sequence[Department]) -> list[Standing]:
    """Give the phones of a department: those in it themselves, or by their first line (as in profiles)."""
    if not wanted:
        return found
    ids = {row.id for row in departments if row.name == wanted}
    return [row for row in found if _place(row.device) in ids]


def _place(device: Device) -> int | None:
    if device.department_id is not None:
        return device.department_id
    return device.lines[0].line.department_id if device.lines else None


def _windows() -> Sequence[EnrolmentWindow]:
    return windows.open_now(house(), actor()) if actor().may(Right.READ) else []


def _address(shown: dict[str, str], other: dict[str, object]) -> str:
    query = {name: value for name, value in {**shown, **other}.items() if value}
    return url_for("phones.show") + (f"?{urlencode(query)}" if query else "")


def _chosen(found: Sequence[Standing], state: str, sort: str) -> list[Standing]:
    rows = [row for row in found if not state or row.state == state]
    order = SORTS.get(sort.removeprefix("-"))
    return sorted(rows, key=order, reverse=sort.startswith("-")) if order else rows


def _csv(rows: Sequence[Standing]) -> ResponseReturnValue:
    head = [_("Maker"), _("Model"), _("Line"), _("Who"), _("MAC address"), _("State"), _("Last seen"), _("Description")]
    return presenting.table("phones", head, (_cells(row) for row in rows))


def _cells(row: Standing) -> list[object]:
    device = row.device
    lines = [entry.line for entry in device.lines]
    return [
        vendors()[device.vendor].rules.title,
        model_of(device.vendor, device.model).title,
        ", ".join(line.extension for line in lines),
        ", ".join(line.shown_name for line in lines),
        format_mac(device.mac),
        presenting.word(row.state),
        presenting.exact(device.last_seen) if device.last_seen else "",
        device.description,
    ]


class PhoneForm(FlaskForm):  # type: ignore[misc]
    """What is needed to add a phone; the rules are the domain's."""

    mac = StringField(lazy_gettext("MAC address"), [InputRequired(), Length(max=40)])
    model = StringField(lazy_gettext("Model"), [InputRequired(), Length(max=80)])
    lines = StringField(lazy_gettext("Lines"), [Length(max=400)])
    description = StringField(lazy_gettext("Description"), [Length(max=100)])
    serial = StringField(lazy_gettext("Serial number"), [Length(max=60)])
    enrol = StringField(lazy_gettext("Address"), [Length(max=64)])


@pages.get("/new")
def new() -> str:
    """Show the form for a phone."""
    actor().require(Right.EDIT)
    return _form(PhoneForm(request.args, meta={"csrf": False}))


def _form(form: PhoneForm) -> str:
    return render_template("phones/new.html", form=form, lines=directory.find_lines(house(), actor(), limit=ALL))


@pages.post("/new")
def add() -> ResponseReturnValue:
    """Add the phone, and show its address this once."""
    form = PhoneForm()
    if not form.validate():
        return _form(form), 422
    vendor, _slash, model = form.model.data.partition("/")
    lines = tuple(part for part in (form.lines.data or "").replace(",", " ").split() if part)
    wanted = NewDevice(
        form.mac.data, vendor, model, lines, form.description.data or "", serial=form.serial.data or ""
    )  # fmt: skip
    try:
        device, address = devices.add_device(house(), actor(), wanted)
    except (Invalid, Conflict) as error:
        put_errors(form, error, {"vendor": "model"})
        return _form(form), 422
    session["new_address"] = address
    if form.enrol.data:
        _let_in(device.mac, form.enrol.data)
    return redirect(url_for("phone.added", mac=device.mac))


def _let_in(mac: str, address: str) -> None:
    """Open a window for a new phone, where it knocked from; the phone is added even where none can be opened."""
    try:
        windows.open_windows(house(), actor(), Wanted((mac,), address=address))
        flash(_("It may come in from %(address)s now. Start it again, or wait until it asks.", address=address))
    except (Invalid, Unsupported) as error:
        flash(presenting.say(str(error)), "warning")


def put_errors(form: FlaskForm, error: Invalid | Conflict, other: dict[str, str] | None = None) -> None:
    """Put the house's errors at the fields of a form; what no field carries stands at the first."""
    fields = list(form)
    for problem in fields_of(error):
        name = (other or {}).get(problem.field, problem.field)
        field = next((item for item in fields if item.name == name), fields[0])
        field.errors = [*field.errors, presenting.say(problem.message)]
    if not fields_of(error):
        fields[0].errors = [*fields[0].errors, presenting.say(str(error))]


@pages.post("/<mac>/remove")
def remove(mac: str) -> ResponseReturnValue:
    """Remove a phone; the page asked first."""
    devices.remove_device(house(), actor(), mac)
    flash(_("Phone %(mac)s is removed. Its address opens nothing any more.", mac=format_mac(mac)))
    return redirect(url_for("phones.show"))
