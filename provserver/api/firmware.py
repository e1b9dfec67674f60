"""Firmware images: added as they are streamed, listed, and removed while no phone should run them."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from flask import abort, request
from werkzeug.datastructures import FileStorage

from provserver.api import firmware_schemas as schemas
from provserver.api import paging
from provserver.api.calls import PREFIX, call, subject
from provserver.api.devices import moment
from provserver.api.guard import is_text
from provserver.api.schemas import Search, listed
from provserver.doorway import actor, house
from provserver.errors import Invalid
from provserver.services.inventory import firmware
from provserver.services.inventory.firmware import Known, NewImage
from provserver.storage import in_chunks

calls = subject("firmware", "Firmware images. A phone's channel is the name of the image that it should run.")

_RAW = "application/octet-stream"
_FORM = "multipart/form-data"


@call(calls, "GET", "/firmware", gives=listed(schemas.Image), query=[Search], problems=[422])
def list_firmware() -> tuple[object, dict[str, str]]:
    """List the company's images, or those whose name, maker, model or version holds ``q``."""
    return paging.sliced(firmware.images(house(), actor(), paging.search()), _shape)


@call(
    calls,
    "POST",
    "/firmware",
    takes=schemas.UPLOAD,
    content=_FORM,
    gives=schemas.Image,
    status=201,
    query=[schemas.NewImage],
    problems=[409, 413, 415, 422],
)
def add_firmware() -> tuple[object, dict[str, str]]:
    """Add an image: a form with the file, or the bytes alone with the rest in the address.

    The bytes alone are ``Content-Type: application/octet-stream``, with ``?name=&vendor=&models=&version=``;
    ``sha256`` is the one that the maker publishes, and may be left out.
    """
    if request.mimetype == _FORM:
        new, parts = _from_form(request.form, request.files.get("file"))
    elif request.mimetype == _RAW:
        new, parts = _described(request.args, ""), in_chunks(request.stream, request.content_length)  # type: ignore[arg-type]
    else:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send the image as {_FORM} or {_RAW}")
    row = firmware.add(house(), actor(), new, parts)
    known = firmware.image(house(), actor(), row.name)
    return _shape(known), {"Location": f"{PREFIX}/firmware/{row.id}"}


def _from_form(form: Mapping[str, str], file: FileStorage | None) -> tuple[NewImage, Iterable[bytes]]:
    if file is None or not file.filename:
        raise Invalid.field("file", "missing")
    return _described(form, file.filename), in_chunks(file.stream)  # type: ignore[arg-type]


def _described(given: Mapping[str, str], file_name: str) -> NewImage:
    values = {name: given.get(name, "") for name in ("name", "vendor", "models", "version", "sha256")}
    for name, value in values.items():
        if not is_text(value):
            raise Invalid.field(name, "characters that no phone can show")
    models = tuple(values["models"].replace(",", " ").split())
    return NewImage(values["name"] or file_name, values["vendor"], models, values["version"], values["sha256"])


@call(calls, "GET", "/firmware/<image>", gives=schemas.Image, problems=[404])
def get_firmware(image: str) -> object:
    """Give one image, by its number or its name."""
    return _shape(firmware.image(house(), actor(), image))


@call(calls, "DELETE", "/firmware/<image>", gives=None, status=204, problems=[404, 409])
def remove_firmware(image: str) -> None:
    """Remove an image that is chosen nowhere."""
    firmware.remove(house(), actor(), image)


def _shape(known: Known) -> dict[str, object]:
    row = known.row
    return {
        "id": row.id,
        "name": row.name,
        "vendor": row.vendor,
        "models": list(row.models),
        "version": row.version,
        "sha256": row.sha256,
        "size": row.size,
        "added_at": moment(row.added_at),
        "chosen_for": [place.text for place in known.chosen],
        "is_here": known.is_here,
    }
