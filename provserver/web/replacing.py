"""A phone replaced by another: what moves over and what cannot is shown first."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.services.inventory import replacing
from provserver.services.inventory.replacing import NewPhone, Replaced
from provserver.services.pushing import progress
from provserver.vendors.registry import model_of
from provserver.web import presenting

pages = Blueprint("replacing", __name__, url_prefix="/phones/<mac>/replace")


@pages.get("")
def show(mac: str) -> str:
    """Ask for the new phone."""
    actor().require(Right.EDIT)
    return _page(mac, {}, {}, None)


def _page(mac: str, values: dict[str, str], errors: dict[str, str], tried: Replaced | None) -> str:
    device = progress.state(house(), actor(), mac).device
    same = f"{device.vendor}/{device.model}"
    given = {"values": {"model": same, **values}, "errors": errors, "tried": tried}
    return render_template("phones/replace.html", device=device, model=model_of(device.vendor, device.model), **given)


@pages.post("")
def replace(mac: str) -> ResponseReturnValue:
    """Show what would move over, or with ``do=replace`` do it and show the new address this once."""
    values = {name: request.form.get(name, "") for name in ("mac", "model")}
    vendor, _slash, model = values["model"].partition("/")
    new, dry_run = NewPhone(values["mac"], vendor, model), request.form.get("do") != "replace"
    found: list[Replaced] = []
    problems = presenting.attempt(
        lambda: found.append(replacing.replace_device(house(), actor(), mac, new, dry_run=dry_run))
    )
    if problems:
        errors = {("model" if name == "vendor" else name): text for name, text in problems.items()}
        return _page(mac, values, errors, None), 422
    if dry_run:
        return _page(mac, values, {}, found[0])
    session["new_address"] = found[0].url
    return redirect(url_for("phone.added", mac=found[0].mac))
