"""One phone: what it is, why it stands where it stands, its files, its history."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.db.models import Device
from provserver.domain.enrolment import USUAL_MINUTES
from provserver.domain.hardware import Feature, PhoneModel
from provserver.domain.mac import parse_mac
from provserver.domain.roles import Right
from provserver.domain.rollout import When
from provserver.doorway import actor, house
from provserver.errors import Conflict, NotFound, Unsupported
from provserver.services.delivery import rendered
from provserver.services.enrolment import credentials, knocks, pins, policies, tokens, windows
from provserver.services.guarding import alarms
from provserver.services.inventory import devices, serials
from provserver.services.organisation import directory
from provserver.services.pushing import progress, registrations
from provserver.services.pushing.progress import Standing
from provserver.services.steering import actions, waiting
from provserver.vendors.registry import model_of, vendors
from provserver.web import enrolment, origins, passwords, presenting
from provserver.web import history as history_pages
from provserver.web.drawing import Drawing, draw

pages = Blueprint("phone", __name__, url_prefix="/phones/<mac>")
pages.add_app_template_filter(origins.words, "origin_words")
ACTIONS = ("resync", "reboot", "factory-reset")


@pages.get("/")
def show(mac: str) -> str:
    """Show the phone."""
    standing, files = progress.standing(house(), actor(), mac)
    may_read = actor().may(Right.READ)
    given = {
        "files": files,
        "requests": progress.requests_of(house(), actor(), mac, limit=12) if may_read else [],
        "tries": progress.tellings_of(house(), actor(), mac, limit=6) if may_read else [],
        "registered": registrations.presence_of_phone(house(), actor(), mac),
        "enrolment": _enrolment(standing.device) if may_read else None,
    }
    return render_template("phones/page.html", **given, **_known(standing))


def _enrolment(device: Device) -> dict[str, object]:
    """Give what the page says of the phone's way in."""
    mac = device.mac
    window, now = windows.window_of(house(), actor(), mac), house().clock()
    knocked = knocks.knocks(house(), actor(), parse_mac(mac), limit=knocks.KEEP_PER_PHONE)
    return {
        "window": window,
        "open": windows.is_open(window, now),
        "now": now,
        "knocks": knocked,
        "alarms": alarms.alarms(house(), actor(), mac=mac),
        "tokens": tokens.tokens_of(house(), actor(), mac),
        "password": _password(mac),
        "shows": pins.of_phone(house(), actor(), mac),
        "serial": serials.shown(actor(), device),
        "ways": policies.policy(house(), actor()).ways,
        "no_pin": pins.lacks(device),
        "printed": pins.is_printed(device),
        "lengths": enrolment.LENGTHS,
        "usual": USUAL_MINUTES,
    }


_TONES = {"required": "current", "unanswered": "failed"}
"""The colour of a password's stage; the others are on their way."""


def _password(mac: str) -> dict[str, object]:
    """Give what the page says of the phone's own password."""
    status = credentials.status(house(), actor(), mac)
    stage = status.stage.value
    shown = {"tone": _TONES.get(stage, "waiting"), "says": passwords.STAGES[stage]}
    return {"row": status.row, "older": status.older, "lacking": status.lacking, **shown}


def _known(standing: Standing) -> dict[str, object]:
    """Give what every page of a phone shows in its head."""
    device = standing.device
    model = model_of(device.vendor, device.model)
    picture: Drawing = draw(model)
    return {
        "standing": standing,
        "device": device,
        "model": model,
        "maker": vendors()[device.vendor].rules,
        "picture": picture,
        "refused": {action: _refusal(model, action) for action in ACTIONS},
    }


def _refusal(model: PhoneModel, action: str) -> str:
    """Say why a phone cannot do something; empty where it can."""
    if Feature(action) in model.supports:
        return ""
    reason = model.lacks.get(action) or vendors()[model.vendor].rules.refusals.get(action, "")
    return presenting.say(reason) if reason else _("This model cannot.")


@pages.get("/added")
def added(mac: str) -> ResponseReturnValue:
    """Show a phone's new address, this once: that of a new phone, or one that takes the place of an old one."""
    actor().require(Right.EDIT)
    address, replaced = session.pop("new_address", ""), session.pop("address_replaced", "")
    if not address:
        return redirect(url_for("phone.show", mac=mac))
    standing, _files = progress.standing(house(), actor(), mac)
    return render_template("phones/added.html", address=address, replaced=replaced, **_known(standing))


@pages.post("/address")
def reveal(mac: str) -> str:
    """Show the phone's address once more; who looked stands in the history."""
    address = devices.reveal_url(house(), actor(), mac)
    standing, _files = progress.standing(house(), actor(), mac)
    return render_template("phones/added.html", address=address, again=True, **_known(standing))


@pages.post("/do/<action>")
def act(mac: str, action: str) -> ResponseReturnValue:
    """Have the phone do something, and go back to its page."""
    if action not in (*ACTIONS, "restart-now"):
        raise NotFound("there is no such action")
    try:
        if action == "restart-now":
            waiting.restart_now(house(), actor(), mac)
        else:
            idle = request.form.get("when") == When.IDLE.value
            actions.act(house(), actor(), mac, action, When.IDLE if idle else When.NOW)
        if request.form.get("when") == When.IDLE.value:
            flash(_("The phone restarts when it is in no call."))
        else:
            flash(_("%(action)s: the phone is told now.", action=presenting.word(action)))
    except (Conflict, Unsupported) as error:
        flash(presenting.say(str(error)), "warning")
    back = request.form.get("back") == "list"
    return redirect(url_for("phones.show") if back else url_for("phone.show", mac=mac))


@pages.get("/edit")
def edit(mac: str) -> str:
    """Show what can be changed of a phone beside its keys and settings."""
    actor().require(Right.EDIT)
    standing, _files = progress.standing(house(), actor(), mac)
    device = standing.device
    values = {
        "description": device.description,
        "lines": ", ".join(row.line.extension for row in device.lines),
        "serial": device.serial,
        "sip_address": device.sip_address,
    }
    return render_template("phones/edit.html", values=values, errors={}, known=_lines(), **_known(standing))


def _lines() -> object:
    return directory.find_lines(house(), actor(), limit=2000)


@pages.post("/edit")
def change(mac: str) -> ResponseReturnValue:
    """Change description, lines and where the phone is told; a wrong field keeps what was typed."""
    values = {name: request.form.get(name, "") for name in ("description", "lines", "serial", "sip_address")}
    raw: dict[str, object] = {**values, "lines": values["lines"].replace(",", " ").split()}
    problems = presenting.attempt(lambda: devices.change_device(house(), actor(), mac, raw))
    if not problems:
        flash(_("Saved."))
        return redirect(url_for("phone.show", mac=mac))
    standing, _files = progress.standing(house(), actor(), mac)
    page = render_template("phones/edit.html", values=values, errors=problems, known=_lines(), **_known(standing))
    return page, 422


@pages.get("/files/<file>")
def file(mac: str, file: str) -> str:
    """Show a file: its parameters with where each comes from, and the file itself, secrets masked."""
    standing, files = progress.standing(house(), actor(), mac)
    wanted = request.args.get("q", "").strip()
    parameters = rendered.parameters(house(), actor(), mac, file)
    found = [row for row in parameters if _matches(wanted, f"{row.name} {row.value} {row.source} {origins.words(row)}")]
    _kind, body = rendered.read(house(), actor(), mac, file)
    links = {row.name: origins.link(standing.device.mac, row) for row in found}
    given = {"file": file, "files": files, "parameters": found, "total": len(parameters), "links": links}
    text = body.decode("utf-8", "replace")
    return render_template("phones/file.html", wanted=wanted, text=text, **given, **_known(standing))


def _matches(wanted: str, text: str) -> bool:
    return all(part in text.lower() for part in wanted.lower().split())


@pages.get("/history")
def history(mac: str) -> ResponseReturnValue:
    """Show what was changed of this phone, of one of its keys or settings, by whom, from what to what."""
    found = history_pages.find(mac)
    if request.args.get("format") == "csv":
        return history_pages.csv(found)
    standing, _files = progress.standing(house(), actor(), mac)
    return render_template("phones/history.html", **history_pages.given(found), **_known(standing))
