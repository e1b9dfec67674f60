"""A phone's own password for its files, on the phone's page."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazily

from provserver.doorway import actor, house
from provserver.errors import Conflict, Unsupported
from provserver.services.enrolment import credentials
from provserver.web import presenting

STAGES = {
    "none": lazily("The phone's address alone opens its files."),
    "sending": lazily("The phone has not fetched it yet; nothing is asked until then."),
    "asking": lazily("The phone has it. When it next comes it is asked, and once it answered it gets nothing without."),
    "unanswered": lazily("The phone was asked and does not answer: it is served without a password."),
    "replacing": lazily("The phone shows the old one until it has the new one; both work."),
    "required": lazily("The phone shows it, and gets nothing without."),
}
"""Where a phone's own password for its files stands."""

pages = Blueprint("passwords", __name__, url_prefix="/phones/<mac>")


@pages.post("/password")
def change(mac: str) -> ResponseReturnValue:
    """Set, replace, take away or show a phone's password; a new one is shown this once."""
    what = request.form.get("do", "")
    if what == "clear":
        credentials.clear(house(), actor(), mac)
        flash(_("The phone is asked for no password any more."))
        return redirect(url_for("phone.show", mac=mac) + "#enrolment")
    try:
        username, password = _made(mac, what)
    except (Conflict, Unsupported) as error:
        flash(presenting.say(str(error)), "warning")
        return redirect(url_for("phone.show", mac=mac) + "#enrolment")
    given = {"username": username, "password": password, "again": what == "reveal"}
    return render_template(
        "phones/password.html", mac=mac, status=credentials.status(house(), actor(), mac), stages=STAGES, **given
    )


def _made(mac: str, what: str) -> tuple[str, str]:
    if what == "reveal":
        name, secret = credentials.reveal(house(), actor(), mac)
        return name, secret.reveal()
    return credentials.rotate(house(), actor(), mac) if what == "rotate" else credentials.put(house(), actor(), mac)
