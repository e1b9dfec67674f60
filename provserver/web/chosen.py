"""Phones or lines that were ticked in their lists: the same done to all of them, and what came of it."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from provserver.domain.mac import format_mac
from provserver.domain.roles import Right
from provserver.domain.slots import KeyKind
from provserver.doorway import actor, house
from provserver.errors import Invalid, NotFound
from provserver.services.inventory import together
from provserver.services.inventory.together import Outcome
from provserver.services.organisation import directory
from provserver.services.pushing import progress
from provserver.vendors.registry import model_of
from provserver.web import presenting, words

pages = Blueprint("chosen", __name__)
KEY_FIELDS = ("slot", "kind", "target", "label")


@pages.post("/phones/chosen")
def phones() -> ResponseReturnValue:
    """Do at once what needs no more words; ask first for what does."""
    macs, what = request.form.getlist("chosen"), request.form.get("do", "")
    actor().require(Right.EDIT)
    if not macs:
        flash(_("Choose at least one."), "warning")
        return redirect(url_for("phones.show"))
    if what in {"resync", "reboot"}:
        return _tell(together.act(house(), actor(), macs, what), "phones.show")
    if what == "move":
        return _tell(together.move_phones(house(), actor(), macs, request.form.get("department", "")), "phones.show")
    if what in {"remove", "key"}:
        return _ask_phones(macs, what, {"kind": KeyKind.BLF.value}, {})
    raise NotFound("there is no such action")


def _ask_phones(macs: Sequence[str], what: str, values: dict[str, str], errors: dict[str, str]) -> str:
    rows = [progress.state(house(), actor(), mac) for mac in macs]
    slots = min((len(model_of(row.device.vendor, row.device.model).slots) for row in rows), default=0)
    kinds = [(kind, words.KINDS[kind]) for kind in KeyKind if kind is not KeyKind.LINE]
    given = {"rows": rows, "what": what, "values": values, "errors": errors, "kinds": kinds, "slots": slots}
    return render_template("phones/chosen.html", **given)


@pages.post("/phones/chosen/remove")
def remove_phones() -> ResponseReturnValue:
    """Remove the phones; the page asked first."""
    return _tell(together.remove_phones(house(), actor(), request.form.getlist("chosen")), "phones.show")


@pages.post("/phones/chosen/key")
def set_key() -> ResponseReturnValue:
    """Set one key on all of the phones; where all refuse it, what was typed stays."""
    macs = request.form.getlist("chosen")
    values = {name: request.form.get(name, "").strip() for name in KEY_FIELDS}
    key: dict[str, object] = {name: values[name] for name in ("kind", "target", "label")}
    key["use_name_as_label"] = request.form.get("use_name_as_label") == "1"
    try:
        outcome = together.set_key(house(), actor(), macs, values["slot"], key)
    except Invalid as error:
        return _ask_phones(macs, "key", values, {"": presenting.say(str(error))}), 422
    if outcome.done:
        return _tell(outcome, "phones.show")
    reasons = dict.fromkeys(reason for _mac, reason in outcome.refused)
    return _ask_phones(macs, "key", values, {"": " ".join(presenting.say(reason) for reason in reasons)}), 422


@pages.post("/lines/chosen")
def lines() -> ResponseReturnValue:
    """Move or remove the lines that were ticked."""
    chosen, what = request.form.getlist("chosen"), request.form.get("do", "")
    actor().require(Right.EDIT)
    if not chosen:
        flash(_("Choose at least one."), "warning")
        return redirect(url_for("lines.show"))
    if what == "move":
        return _tell(together.move_lines(house(), actor(), chosen, request.form.get("department", "")), "lines.show")
    if what == "ask":
        rows = [directory.get_line(house(), actor(), extension) for extension in chosen]
        return render_template("lines/chosen.html", rows=rows)
    if what == "remove":
        release = request.form.get("release") == "1"
        return _tell(together.remove_lines(house(), actor(), chosen, release=release), "lines.show")
    raise NotFound("there is no such action")


def _tell(outcome: Outcome, endpoint: str) -> ResponseReturnValue:
    """Go back to the list, with how many it worked for and why not for the others."""
    if outcome.done:
        flash(ngettext("Done for %(num)s.", "Done for %(num)s.", len(outcome.done)))
    reasons: dict[str, list[str]] = {}
    for name, reason in outcome.refused:
        shown = format_mac(name) if len(name) == 12 else name
        reasons.setdefault(reason, []).append(shown)
    for reason, names in reasons.items():
        more = " …" if len(names) > 5 else ""
        flash(f"{', '.join(names[:5])}{more}: {presenting.say(reason)}", "warning")
    return redirect(url_for(endpoint))
