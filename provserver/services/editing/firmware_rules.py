"""Where firmware images are chosen, and which may be chosen where."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.db.models import Department, Device, FirmwareImage, Line, StoredValue
from provserver.db.queries import owned
from provserver.domain.firmware import Image, asked
from provserver.domain.hardware import Feature, PhoneModel
from provserver.domain.mac import format_mac
from provserver.domain.roles import Actor
from provserver.services.rendering.profiles import FIRMWARE, as_image, open_value
from provserver.vendors.registry import model_of, vendors


@dataclass(frozen=True, slots=True)
class Choice:
    """A place where an image is chosen: its scope's word, its name there, and both for people."""

    scope: str
    name: str
    text: str


def choices(session: Session, actor: Actor) -> dict[str, list[Choice]]:
    """Name the places where each image is chosen, by its name in lower case; a place that is gone needs nothing."""
    query = owned(StoredValue, actor).where(StoredValue.kind == "setting", StoredValue.name == FIRMWARE)
    found: dict[str, list[Choice]] = {}
    for value in session.scalars(query.order_by(StoredValue.id)):
        names = open_value(session, value)
        place = _place(session, value)
        if place is not None and isinstance(names, tuple):
            for name in names:
                found.setdefault(asked(name), []).append(place)
    return found


def _place(session: Session, value: StoredValue) -> Choice | None:
    if value.scope == "tenant":
        return Choice(value.scope, "", "the company")
    if value.scope == "model":
        return Choice(value.scope, value.place, f"model {value.place}")
    number = int(value.place)
    if value.scope == "department":
        department = session.get(Department, number)
        return Choice(value.scope, department.name, f"department {department.name}") if department else None
    if value.scope == "line":
        line = session.get(Line, number)
        return Choice(value.scope, line.extension, f"line {line.extension}") if line else None
    device = session.get(Device, number)
    return Choice(value.scope, device.mac, f"phone {format_mac(device.mac)}") if device else None


def not_choosable(session: Session, tenant_id: int, names: Sequence[str], place: str) -> str | None:
    """Say why images cannot be chosen at a place, or None where they can.

    ``place`` is ``vendor/model`` where all phones there are of one model, else empty. An image that does not belong to
    the model is refused; of several, no two may be for the same model.
    """
    keys = [asked(name) for name in names]
    query = select(FirmwareImage).where(FirmwareImage.tenant_id == tenant_id, FirmwareImage.asked.in_(keys))
    known = {row.asked: as_image(row) for row in session.scalars(query)}
    for name, key in zip(names, keys, strict=True):
        if key not in known:
            return f"there is no firmware image {name} in this company"
    chosen = [known[key] for key in keys]
    if place:
        return _misfit(chosen, model_of(*place.partition("/")[::2]))
    return next((lack for image in chosen if (lack := _of_no_use(image))), None) or _twice(chosen)


def _misfit(chosen: Sequence[Image], model: PhoneModel) -> str | None:
    if lack := lacks(model):
        return lack
    for image in chosen:
        if not image.fits(model):
            title = vendors()[image.vendor].rules.title
            return f"{image.name} is for {title} {', '.join(image.models)}, and not for {model.title}"
    return "one image at most, for phones of one model" if len(chosen) > 1 else None


def lacks(model: PhoneModel) -> str:
    """Say why a model cannot be told of an image; empty where it can."""
    return "" if Feature.FIRMWARE in model.supports else model.lacks[Feature.FIRMWARE]


def _of_no_use(image: Image) -> str:
    """Say why none of an image's models can be told of it; empty where one can."""
    models = [vendors()[image.vendor].models.get(name) for name in image.models]
    reasons = [lacks(model) for model in models if model]
    return reasons[0] if reasons and all(reasons) else ""


def _twice(chosen: Sequence[Image]) -> str | None:
    owners: dict[tuple[str, str], str] = {}
    for image in chosen:
        for name in image.models:
            other = owners.setdefault((image.vendor, name), image.name)
            if other != image.name:
                return f"{other} and {image.name} are both for {name}; choose one of them"
    return None
