"""A phone's files for people's eyes: masked, or revealed to who may, which is audited."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from provserver.db.models import Device
from provserver.db.queries import device_by_mac
from provserver.domain.phone import Phone
from provserver.domain.roles import Actor, Right
from provserver.domain.secret import MASK
from provserver.errors import NotFound
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.rendering.origins import Origin, origin_of
from provserver.services.rendering.phonebooks import addressed
from provserver.services.rendering.profiles import Profiles
from provserver.services.rendering.renderings import files_of, masked_files
from provserver.vendors.base import File


@dataclass(frozen=True, slots=True)
class ShownParameter:
    """One parameter of a file: ``source`` is what it was made from, ``made_of`` what that is and where it is set."""

    name: str
    value: str
    source: str
    made_of: Origin


def read(house: House, actor: Actor, mac: str, file: str, *, reveal: bool = False) -> tuple[str, bytes]:
    """Give a file's content type and its bytes, as the phone gets it but for the masked secrets.

    ``reveal`` shows the secrets too; who looked is audited. Raises Forbidden without the right, and NotFound naming
    the files that there are.
    """
    actor.require(Right.REVEAL if reveal else Right.READ)
    if not reveal:
        with house.database.reading() as session:
            phone = _phone(house, session, actor, device_by_mac(session, actor, mac))
            found = _named(masked_files(phone), file)
            return found.content_type, found.body
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac)
        phone = _phone(house, session, actor, device)
        files = {item.name: item for item in files_of(phone)}
        found = _named(files, file)
        changes.commit(house, session, actor, Edit("file revealed", device.mac, None, found.name, device.id))
        return found.content_type, found.body


def parameters(house: House, actor: Actor, mac: str, file: str) -> list[ShownParameter]:
    """List a file's parameters in its own order, secrets masked, each with where it comes from."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        phone = _phone(house, session, actor, device)
    found = _named(masked_files(phone), file)
    phone = addressed(phone)
    return [
        ShownParameter(
            name, MASK if parameter.secret else parameter.value, parameter.source, origin_of(phone, device, parameter)
        )
        for name, parameter in found.parameters.items()
    ]


def _phone(house: House, session: Session, actor: Actor, device: Device) -> Phone:
    return Profiles(session, actor.tenant_id, house.config.base_url).resolve(device)


def _named(files: Mapping[str, File], name: str) -> File:
    found = files.get(name) or next((file for file in files.values() if file.name.lower() == name.lower()), None)
    if found is None:
        raise NotFound(f"this phone has no file {name}; it has " + ", ".join(sorted(files)))
    return found
