"""Firmware: the images that there are, where each is chosen, and which phones run what."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.domain.roles import Right
from provserver.domain.settings import Scope
from provserver.doorway import actor, house
from provserver.errors import Invalid
from provserver.services.inventory import devices, firmware, firmware_choice
from provserver.services.inventory.firmware import NewImage
from provserver.services.inventory.fleet import Running, Wanted, wanted
from provserver.services.organisation import directory
from provserver.storage import in_chunks
from provserver.vendors.registry import model_of, vendors
from provserver.web import presenting

pages = Blueprint("firmware", __name__, url_prefix="/firmware-images")

FIELDS = ("vendor", "models", "version", "name")
BATCH = 1000
_FORM_AROUND = 1024 * 1024
"""Bytes that a form may put around the image."""


@dataclass(frozen=True, slots=True)
class Group:
    """Phones of one model that run one version and should run one image."""

    vendor: str
    model: str
    runs: str
    image: str
    version: str
    running: Running


def expect_image() -> None:
    """Let a large form in from somebody who may add an image; raises Forbidden or Unauthenticated."""
    actor().require(Right.COMPANY)
    request.max_content_length = firmware.LARGEST + _FORM_AROUND


@pages.get("")
def show() -> ResponseReturnValue:
    """Show the images, the choices and the phones."""
    if request.args.get("format") == "csv":
        head = [_("Maker"), _("Model"), _("They run"), _("They should run"), _("Version"), _("State"), _("Phones")]
        return presenting.table("firmware", head, (_cells(*row) for row in _groups(_fleet())))
    return _page({}, {})


def _page(errors: dict[str, str], typed: dict[str, str]) -> str:
    phones = _fleet()
    given = {"images": firmware.images(house(), actor()), "groups": _groups(phones), "places": _places(phones)}
    return render_template("firmware.html", errors=errors, typed=typed, **given)


def _places(phones: Sequence[Wanted]) -> list[tuple[str, str]]:
    """Give the places that can be picked, as ``scope:name`` with their words; a phone is typed."""
    found = [("tenant:", _("The whole company"))]
    for row in directory.departments(house(), actor()):
        found.append((f"department:{row.name}", _("Department %(name)s", name=row.name)))
    models = {(row.device.vendor, row.device.model) for row in phones}
    for vendor, model in sorted(models):
        title = f"{vendors()[vendor].rules.title} {model_of(vendor, model).title}"
        found.append((f"model:{vendor}/{model}", _("All %(model)s", model=title)))
    return found


def _fleet() -> list[Wanted]:
    found: list[Wanted] = []
    while True:
        batch = devices.find_devices(house(), actor(), limit=BATCH, after=found[-1].device.id if found else 0)
        found += wanted(house(), actor(), batch)
        if len(batch) < BATCH:
            return found


def _groups(phones: Sequence[Wanted]) -> list[tuple[Group, int]]:
    """Count phones by model, by what they run and by what they should run."""
    return sorted(Counter(_group(row) for row in phones).items(), key=lambda row: _order(row[0]))


def _group(row: Wanted) -> Group:
    name, version = (row.image.name, row.image.version) if row.image else ("", "")
    return Group(row.device.vendor, row.device.model, row.device.firmware, name, version, row.running)


def _order(group: Group) -> tuple[str, ...]:
    return group.vendor, group.model, group.image, group.runs


def _cells(group: Group, count: int) -> list[object]:
    maker = vendors()[group.vendor].rules.title
    state = presenting.word(group.running)
    return [maker, model_of(group.vendor, group.model).title, group.runs, group.image, group.version, state, count]


@pages.post("")
def add() -> ResponseReturnValue:
    """Add an image; a wrong field keeps what was typed, and the file is picked again."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    problems = presenting.attempt(lambda: _add(typed))
    if problems:
        return _page(problems, typed), 422
    flash(_("The image is stored. Choose below who runs it."))
    return redirect(url_for("firmware.show"))


def _add(typed: dict[str, str]) -> None:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid.field("file", "missing")
    models = tuple(typed["models"].replace(",", " ").split())
    new = NewImage(typed["name"] or file.filename, typed["vendor"], models, typed["version"])
    firmware.add(house(), actor(), new, in_chunks(file.stream))  # type: ignore[arg-type]


@pages.post("/choose")
def choose() -> ResponseReturnValue:
    """Choose an image for a place, or for one phone."""
    scope, place = _picked()
    name = request.form.get("image", "")
    problems = presenting.attempt(lambda: firmware_choice.choose(house(), actor(), scope, place, name))
    if problems:
        return _page({"choose": "; ".join(problems.values())}, dict(request.form.items())), 422
    flash(_("Saved. The phones below are brought up to date now."))
    return redirect(url_for("firmware.show"))


def _picked() -> tuple[str, str]:
    if phone := request.form.get("phone", "").strip():
        return Scope.DEVICE.word, phone
    scope, _colon, name = request.form.get("place", "tenant:").partition(":")
    return scope, name


@pages.post("/forget")
def forget() -> ResponseReturnValue:
    """Choose an image no more at one place."""
    scope, place, name = (request.form.get(field, "") for field in ("scope", "place", "image"))
    firmware_choice.forget(house(), actor(), scope, place, name)
    flash(_("Saved. The phones below are brought up to date now."))
    return redirect(url_for("firmware.show"))


@pages.post("/<int:number>/remove")
def remove(number: int) -> ResponseReturnValue:
    """Remove an image that is chosen nowhere."""
    row = firmware.remove(house(), actor(), str(number))
    flash(_("Image %(name)s is removed.", name=row.name))
    return redirect(url_for("firmware.show"))
