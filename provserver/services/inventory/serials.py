"""Serial numbers of phones: part of the inventory, and what a new phone may show at its first contact."""

from sqlalchemy.orm import Session

from provserver.db.models import Device, EnrolmentSecret
from provserver.db.queries import device_by_mac
from provserver.domain.enrolment import Way, read_serial
from provserver.domain.hardware import Feature
from provserver.domain.roles import Actor, Right
from provserver.domain.secret import MASK
from provserver.errors import Invalid
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.enrolment import enrolment_secrets
from provserver.services.house import House
from provserver.vendors.registry import model_of, vendors

SHOWN = 3
"""Characters that everybody may see; with all of them, and a policy that counts them, one gets a new phone's files."""


def put(house: House, session: Session, actor: Actor, device: Device, text: object) -> None:
    """Write a phone's serial number down, or take it away, inside a transaction; raises Invalid.

    It counts at first contacts, where the company wants that, until the phone has come by its token.
    """
    try:
        serial = read_serial(text if isinstance(text, str) else "" if text is None else "?")
    except ValueError as error:
        raise Invalid.field("serial", str(error)) from error
    if serial == device.serial:
        return
    before, device.serial = device.serial, serial
    enrolment_secrets.end(session, device, Way.SERIAL, house.clock(), enrolment_secrets.TAKEN_AWAY)
    if serial and Feature.SERIAL in model_of(device.vendor, device.model).supports:
        fresh = EnrolmentSecret(kind=Way.SERIAL.value, opened_at=house.clock(), opened_by=actor.name)
        enrolment_secrets.put(session, device, fresh, serial)
    edit = Edit("serial number", device.mac, MASK if before else "", MASK if serial else "", device.id)
    changes.commit(house, session, actor, edit)


def shown(actor: Actor, device: Device) -> str:
    """Give a phone's serial number to who may change it, and its end to everybody else."""
    if actor.may(Right.EDIT) or not device.serial:
        return device.serial
    return f"…{device.serial[-SHOWN:]}"


def of_phone(house: House, actor: Actor, mac: str) -> str:
    """Give a phone's serial number, as far as the actor may see it."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return shown(actor, device_by_mac(session, actor, mac))


def macros() -> dict[str, tuple[str, str]]:
    """Give, by makers, what an admin writes into the address that new phones get: a part of the query, and a macro."""
    return {
        vendor.rules.title: (vendor.rules.serial.query, vendor.rules.serial.macro)
        for vendor in vendors().values()
        if vendor.rules.serial
    }
