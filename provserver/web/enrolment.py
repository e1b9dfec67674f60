"""First contacts: what the company allows, the windows that are open, and what was seen on the network."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from provserver.domain.enrolment import LONGEST_MINUTES, USUAL_MINUTES, Way
from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.errors import Conflict, Unsupported
from provserver.services.enrolment import knocks, pins, policies, tokens, windows
from provserver.services.enrolment.windows import Wanted
from provserver.services.guarding import alarms, sources
from provserver.services.inventory import claims
from provserver.services.network import neighbours
from provserver.services.network import seen as listening
from provserver.services.organisation import directory
from provserver.web import presenting, words

pages = Blueprint("enrolment", __name__)
PER_PAGE = 200
LENGTHS = (10, 30, 60, 240, 1440)
"""Minutes that the forms offer."""


@pages.get("/enrolment")
def show() -> str:
    """Show the windows that are open, the form to open more, and the company's policy."""
    return _page({}, {})


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "enrolment/page.html",
        rows=windows.open_now(house(), actor()),
        pins=pins.open_now(house(), actor()),
        policy=policies.policy(house(), actor()),
        departments=directory.departments(house(), actor()),
        ways=[(way, words.WAYS[way], words.WAY_HELP[way]) for way in Way],
        lengths=LENGTHS,
        usual=USUAL_MINUTES,
        now=house().clock(),
        typed=typed,
        errors=errors,
    )


@pages.post("/enrolment")
def open_many() -> ResponseReturnValue:
    """Open windows for the phones that were ticked, a department's, or all that were never seen."""
    form = request.form
    wanted = Wanted(
        tuple(form.getlist("chosen")),
        form.get("department", ""),
        form.get("never_seen") == "1",
        form.get("minutes", str(USUAL_MINUTES)),
    )
    errors = presenting.attempt(lambda: _open(wanted))
    if not errors:
        return redirect(url_for("enrolment.show"))
    if form.get("back") == "list":
        flash("; ".join(errors.values()), "warning")
        return redirect(url_for("phones.show"))
    return _page(form.to_dict(), errors), 422


def _open(wanted: Wanted) -> None:
    try:
        opened = windows.open_windows(house(), actor(), wanted)
    except Unsupported as error:
        flash(presenting.say(str(error)), "warning")
        return
    flash(ngettext("%(num)s window is open. Start the phone now.", "%(num)s windows are open.", len(opened)))


@pages.post("/enrolment/policy")
def decide() -> ResponseReturnValue:
    """Change which first contacts carry secrets."""
    locks = request.form.get("lock_on_alarm") == "1"
    policies.set_policy(house(), actor(), {"ways": request.form.getlist("ways"), "lock_on_alarm": locks})
    flash(_("Saved. It counts from now on."))
    return redirect(url_for("enrolment.show"))


@pages.post("/phones/<mac>/window")
def open_one(mac: str) -> ResponseReturnValue:
    """Open a window for one phone, or close it."""
    if request.form.get("close"):
        windows.close_window(house(), actor(), mac)
        flash(_("The window is closed."))
        return redirect(url_for("phone.show", mac=mac))
    minutes = request.form.get("minutes", str(USUAL_MINUTES))
    wanted = Wanted((mac,), minutes=minutes, address=request.form.get("address", ""))
    for sentence in presenting.attempt(lambda: _open(wanted)).values():
        flash(sentence, "warning")
    return redirect(url_for("phone.show", mac=mac) + "#enrolment")


@pages.post("/phones/<mac>/replace-address")
def replace(mac: str) -> ResponseReturnValue:
    """Give a phone a new address, or end old ones; the new one is shown this once where nobody tells the phone."""
    what = request.form.get("revoke", "")
    if what == "old":
        tokens.revoke_old(house(), actor(), mac)
        flash(_("Only its newest address opens its files now."))
        return redirect(url_for("phone.show", mac=mac) + "#enrolment")
    try:
        session["new_address"] = tokens.rotate(house(), actor(), mac, revoke=what == "all")
        session["address_replaced"] = "at once" if what == "all" else "by itself"
    except Conflict as error:
        flash(presenting.say(str(error)), "warning")
        return redirect(url_for("phone.show", mac=mac) + "#enrolment")
    return redirect(url_for("phone.added", mac=mac))


@pages.post("/phones/<mac>/<any(lock, unlock):what>")
def lock(mac: str, what: str) -> ResponseReturnValue:
    """Lock a phone, or unlock it."""
    alarms.set_lock(house(), actor(), mac, locked=what == "lock")
    flash(_("The phone is locked: it gets nothing.") if what == "lock" else _("The phone is unlocked."))
    return redirect(url_for("phone.show", mac=mac) + "#enrolment")


@pages.get("/alarms")
def ringing() -> str:
    """Show the alarms."""
    everything = request.args.get("all") == "1"
    rows = alarms.alarms(house(), actor(), everything=everything)
    wanted = claims.claims(house(), actor()) if actor().may(Right.OPERATE) else []
    given = {"sources": sources.sources(house(), actor()), "claims": wanted, "now": house().clock()}
    return render_template("enrolment/alarms.html", rows=rows, everything=everything, **given)


@pages.post("/sources/lift")
def lift() -> ResponseReturnValue:
    """Let a source of guesses off."""
    sources.lift(house(), actor(), request.form.get("source", ""))
    flash(_("It counts from nothing again."))
    return redirect(url_for("enrolment.ringing"))


@pages.post("/alarms/<int:number>")
def acknowledge(number: int) -> ResponseReturnValue:
    """Say that somebody looked at an alarm."""
    alarms.acknowledge(house(), actor(), number)
    return redirect(url_for("enrolment.ringing"))


@pages.get("/seen")
def seen() -> str:
    """Show what asked by a phone's address and got nothing, with what can be done about it."""
    before = request.args.get("before", 0, type=int)
    rows = knocks.knocks(house(), actor(), limit=PER_PAGE + 1, after=before)
    following = rows[PER_PAGE - 1].knock.id if len(rows) > PER_PAGE else 0
    rows = sorted(rows[:PER_PAGE], key=lambda row: row.knock.last_at, reverse=True)
    rows.sort(key=lambda row: (row.device is None, not row.knock.model))  # phones that somebody waits for come first
    heard = [] if before else [one for one in listening.seen(house(), actor()) if neighbours.Way.HTTP not in one.ways]
    return render_template(
        "enrolment/seen.html",
        rows=rows,
        following=following,
        longest=LONGEST_MINUTES,
        heard=heard[:PER_PAGE],
        ways=words.WAYS_SEEN,
    )


@pages.post("/seen/<int:number>/<any(approve, forget):what>")
def answer(number: int, what: str) -> ResponseReturnValue:
    """Let a phone in that knocked, or take the knock off the list."""
    if what == "forget":
        knocks.forget(house(), actor(), number)
        flash(_("It comes back when the phone asks again."))
        return redirect(url_for("enrolment.seen"))
    try:
        window = knocks.approve(house(), actor(), number)
    except Unsupported as error:
        flash(presenting.say(str(error)), "warning")
        return redirect(url_for("enrolment.seen"))
    flash(_("It may come in from %(address)s now. Start it again, or wait until it asks.", address=window.address))
    return redirect(url_for("phone.show", mac=window.device.mac) + "#enrolment")
