"""PINs that somebody types on a phone: given on a page that shows them once, taken away."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.db.models import EnrolmentSecret
from provserver.domain.enrolment import USUAL_MINUTES
from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.errors import Unsupported
from provserver.services.enrolment import pins as service
from provserver.services.enrolment.windows import Wanted
from provserver.web import presenting

pages = Blueprint("pins", __name__)


@pages.post("/enrolment/pin")
def give() -> ResponseReturnValue:
    """Give a PIN to a department's phones that ask for one, or to all that were never seen."""
    form = request.form
    wanted = Wanted((), form.get("department", ""), form.get("never_seen") == "1", form.get("minutes", USUAL_MINUTES))
    return _give(wanted, None, url_for("enrolment.show") + "#pins")


@pages.post("/phones/<mac>/pin")
def give_one(mac: str) -> ResponseReturnValue:
    """Give one phone a PIN, or take it away."""
    service.of_phone(house(), actor(), mac)
    back = url_for("phone.show", mac=mac) + "#enrolment"
    if request.form.get("end"):
        service.take_away(house(), actor(), mac)
        flash(_("The PIN lets nobody in any more."))
        return redirect(back)
    minutes = request.form.get("minutes", USUAL_MINUTES)
    return _give(Wanted((mac,), minutes=minutes), request.form.get("pin", ""), back)


def _give(wanted: Wanted, pin: str | None, back: str) -> ResponseReturnValue:
    try:
        problems = presenting.attempt(lambda: _keep(*service.give(house(), actor(), wanted, pin)))
    except Unsupported as error:
        problems = {"": presenting.say(str(error))}
    if problems:
        flash("; ".join(problems.values()), "warning")
        return redirect(back)
    return redirect(url_for("pins.given"))


def _keep(pin: str, rows: Sequence[EnrolmentSecret]) -> None:
    session["new_pin"] = [pin, [row.device.mac for row in rows][:200], len(rows)]


@pages.get("/enrolment/pin")
def given() -> ResponseReturnValue:
    """Show a new PIN, this once, and how it is typed."""
    actor().require(Right.EDIT)
    kept = session.pop("new_pin", None)
    if not kept:
        return redirect(url_for("enrolment.show"))
    pin, macs, count = kept
    rows = [row for row in service.open_now(house(), actor()) if row.device.mac in set(macs)]
    printed = any(service.is_printed(row.device) for row in rows)
    return render_template("enrolment/pin.html", pin=pin, rows=rows, count=count, printed=printed)
