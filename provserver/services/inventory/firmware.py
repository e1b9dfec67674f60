"""Firmware images of a company: added, listed, removed while nobody needs them, and chosen for phones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.db.models import FirmwareImage
from provserver.db.queries import claiming, of_company, storing_images
from provserver.domain.firmware import Image, asked, image_name, image_version
from provserver.domain.roles import Actor, Right
from provserver.errors import Conflict, FieldError, Invalid, NotFound
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.editing.firmware_rules import Choice, choices
from provserver.services.house import House
from provserver.storage import Incomplete, NoRoom, Staged, TooLarge
from provserver.vendors.base import Vendor
from provserver.vendors.registry import find_model, get, vendors

LARGEST = 1024 * 1024 * 1024
"""Bytes of one image; the largest that phones with Android have are under half of it."""


@dataclass(frozen=True, slots=True)
class NewImage:
    """What is said of an image that is added; ``models`` are of one maker, in any spelling.

    ``sha256`` is what the maker publishes, where it does: a file that came otherwise is refused.
    """

    name: str
    vendor: str
    models: tuple[str, ...]
    version: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """An image with where it is chosen, and whether its file is in the store of this node."""

    row: FirmwareImage
    chosen: tuple[Choice, ...]
    is_here: bool


def add(house: House, actor: Actor, new: NewImage, parts: Iterable[bytes]) -> FirmwareImage:
    """Store an image as it arrives; raises Invalid naming the fields, Conflict where the name is taken."""
    actor.require(Right.COMPANY)
    image = _checked(new)
    with house.database.reading() as session:
        _claim(session, actor, image)
    with _received(house, parts, new.sha256) as staged, house.database.transaction() as session:
        storing_images(session)
        row = FirmwareImage(
            tenant_id=actor.tenant_id, name=image.name, asked=asked(image.name), vendor=image.vendor,
            models=list(image.models), version=image.version, sha256=staged.sha256, size=staged.size,
            added_at=house.clock(),
        )  # fmt: skip
        with claiming(session, _taken(image.name)):
            session.add(row)
        house.images.keep(staged)
        changes.commit(house, session, actor, Edit("firmware added", row.name, None, _facts(row)))
    return row


def _checked(new: NewImage) -> Image:
    errors: list[FieldError] = []
    texts = {"name": new.name, "version": new.version}
    for field, rule in (("name", image_name), ("version", image_version)):
        try:
            texts[field] = rule(texts[field])
        except ValueError as error:
            errors.append(FieldError(field, str(error)))
    maker = get(new.vendor)
    if maker is None:
        errors.append(FieldError("vendor", "one of " + ", ".join(vendors())))
        raise Invalid(errors)
    found = {name: find_model(new.vendor, name) for name in new.models}
    title = maker.rules.title
    errors += [
        FieldError("models", f"no such model of {title} is known here: {name}") for name in found if not found[name]
    ]
    if not found:
        errors.append(FieldError("models", "the models that the image is for"))
    if not errors and (problem := _misnamed(maker, texts["name"])):
        errors.append(FieldError("name", problem))
    if errors:
        raise Invalid(errors)
    models = tuple(dict.fromkeys(model.name for model in found.values() if model))
    return Image(texts["name"], maker.name, models, texts["version"], "", 0)


def _misnamed(maker: Vendor, name: str) -> str | None:
    """Say why the maker's phones could not ask for such a name, or None where they can."""
    pattern = maker.rules.firmware_file
    if pattern is None or pattern.fullmatch(name):
        return None
    return maker.rules.refusals["firmware-file"]


def _claim(session: Session, actor: Actor, image: Image) -> None:
    query = of_company(FirmwareImage, actor).where(FirmwareImage.asked == asked(image.name))
    if session.scalar(query) is not None:
        raise Conflict(_taken(image.name))


def _taken(name: str) -> str:
    return f"name: there is an image {name} already; give this one another name"


@contextmanager
def _received(house: House, parts: Iterable[bytes], sha256: str) -> Iterator[Staged]:
    """Take the bytes in, and forget them where they do not come to be kept."""
    try:
        staged = house.images.receive(parts, LARGEST)
    except (TooLarge, Incomplete, NoRoom) as error:
        raise Invalid.field("file", str(error)) from error
    try:
        if not staged.size:
            raise Invalid.field("file", "the file is empty")
        if sha256.strip().lower() not in {"", staged.sha256}:
            raise Invalid.field("sha256", f"the file that came has another one: {staged.sha256}")
        yield staged
    finally:
        house.images.discard(staged)


def _facts(row: FirmwareImage) -> dict[str, object]:
    return {
        "vendor": row.vendor,
        "models": list(row.models),
        "version": row.version,
        "sha256": row.sha256,
        "size": row.size,
    }


def images(house: House, actor: Actor, search: str = "") -> Sequence[Known]:
    """List the company's images by maker and name; ``search`` looks in name, maker, models and version."""
    actor.require(Right.READ)
    words = search.lower().split()
    with house.database.reading() as session:
        query = of_company(FirmwareImage, actor).order_by(FirmwareImage.vendor, FirmwareImage.asked)
        rows = [row for row in session.scalars(query) if all(word in _text(row) for word in words)]
        chosen = choices(session, actor)
    return [_known(house, row, chosen) for row in rows]


def _text(row: FirmwareImage) -> str:
    return f"{row.name} {row.vendor} {' '.join(row.models)} {row.version}".lower()


def _known(house: House, row: FirmwareImage, chosen: Mapping[str, list[Choice]]) -> Known:
    return Known(row, tuple(chosen.get(row.asked, ())), house.images.has(row.sha256))


def image(house: House, actor: Actor, name: str) -> Known:
    """Give one image by its name, in any case, or by its number; raises NotFound."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return _known(house, _find(session, actor, name), choices(session, actor))


def _find(session: Session, actor: Actor, name: str) -> FirmwareImage:
    query = of_company(FirmwareImage, actor)
    row = session.scalar(query.where(FirmwareImage.asked == asked(name)))
    if row is None and name.isascii() and name.isdigit() and len(name) < 10:
        row = session.scalar(query.where(FirmwareImage.id == int(name)))
    if row is None:
        raise NotFound(f"there is no firmware image {name} in this company")
    return row


def remove(house: House, actor: Actor, name: str) -> FirmwareImage:
    """Remove an image that is chosen nowhere; raises Conflict naming the places where it is.

    Its file goes when no company has the same content any more.
    """
    actor.require(Right.COMPANY)
    with house.database.transaction() as session:
        storing_images(session)
        row = _find(session, actor, name)
        if places := choices(session, actor).get(row.asked):
            raise Conflict(
                f"{row.name} is chosen for {', '.join(place.text for place in places)}; choose another there first"
            )
        session.delete(row)
        changes.commit(house, session, actor, Edit("firmware removed", row.name, _facts(row), None))
    with house.database.transaction() as session:
        storing_images(session)
        if session.scalar(select(FirmwareImage.id).where(FirmwareImage.sha256 == row.sha256).limit(1)) is None:
            house.images.remove(row.sha256)
    return row
