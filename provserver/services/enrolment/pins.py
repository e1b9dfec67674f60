"""PINs: given by an admin for a time, typed by a technician on a phone that asks for one, good once for each phone.

Some phones ask nobody: they show what is printed on them. For those the PIN is that text, and an admin enters it.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from provserver.crypto import new_password
from provserver.db.models import Device, DeviceLine, EnrolmentSecret
from provserver.db.queries import device_by_mac, owned
from provserver.domain.enrolment import PIN_DIGITS, Way, read_pin
from provserver.domain.hardware import Feature
from provserver.domain.roles import Actor, Right
from provserver.errors import Invalid, Unsupported
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.enrolment import enrolment_secrets, policies, windows
from provserver.services.enrolment.windows import Wanted
from provserver.services.house import House
from provserver.vendors.registry import model_of, vendors

PRINTED = "printed"


def lacks(device: Device) -> str:
    """Say why a phone can be given no PIN; nothing where it can."""
    model = model_of(device.vendor, device.model)
    return "" if Feature.PIN in model.supports else f"{model.title}: {model.lacks[Feature.PIN]}"


def is_printed(device: Device) -> bool:
    """Tell whether the PIN of a phone is what stands on it."""
    return vendors()[device.vendor].rules.pin == PRINTED


def give(house: House, actor: Actor, wanted: Wanted, pin: object = None) -> tuple[str, Sequence[EnrolmentSecret]]:
    """Give phones a PIN, made up where none is given; return it, shown this once, and what each phone has now.

    Of a department or of phones that were never seen those are taken that ask for one. Raises Invalid for wrong fields,
    and Unsupported where the company counts no PINs, or a phone that was named asks for none.
    """
    actor.require(Right.EDIT)
    length, address = windows.checked(wanted)
    typed = _read(pin)
    if address:
        raise Invalid.field("address", "a PIN is for whoever types it")
    with house.database.transaction() as session:
        if Way.PIN not in policies.policy_of(session, actor.tenant_id).ways:
            raise Unsupported("the company's policy counts no PINs; change the policy first")
        devices = _asking(windows.chosen(session, actor, wanted), named=bool(wanted.macs))
        if any(is_printed(device) for device in devices) and (not typed or len(devices) > 1):
            raise Invalid.field(
                "pin", "these phones show what is printed on them, such as the MAC-ID: enter it, for one phone"
            )
        text, now = typed or new_password(PIN_DIGITS, digits=True), house.clock()
        for device in devices:
            fresh = EnrolmentSecret(kind=Way.PIN.value, opened_at=now, opened_by=actor.name, deadline=now + length)
            enrolment_secrets.put(session, device, fresh, text)
            after = {"until": (now + length).isoformat(timespec="seconds")}
            changes.commit(house, session, actor, Edit("PIN given", device.mac, None, after, device.id))
        ids = [device.id for device in devices]
        return text, session.scalars(_listing(actor).where(EnrolmentSecret.device_id.in_(ids))).all()


def _read(pin: object) -> str:
    if pin is None or pin == "":
        return ""
    try:
        return read_pin(str(pin))
    except ValueError as error:
        raise Invalid.field("pin", str(error)) from error


def _asking(devices: Sequence[Device], *, named: bool) -> Sequence[Device]:
    lacking = [reason for device in devices if (reason := lacks(device))]
    asking = [device for device in devices if not lacks(device)]
    if (named and lacking) or not asking:
        raise Unsupported(lacking[0] if lacking else "there is no such phone that asks for a PIN")
    return asking


def take_away(house: House, actor: Actor, mac: str) -> None:
    """End a phone's PIN; it is all the same where it has none."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        if enrolment_secrets.end(session, device, Way.PIN, house.clock(), enrolment_secrets.TAKEN_AWAY):
            changes.commit(house, session, actor, Edit("PIN taken away", device.mac, None, None, device.id))


def open_now(house: House, actor: Actor) -> Sequence[EnrolmentSecret]:
    """List the PINs that are good now, without the PINs, the first to end first."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        good = EnrolmentSecret.open_mac.is_not(None), ~windows.is_over(EnrolmentSecret, house.clock())
        query = _listing(actor).where(*good).order_by(EnrolmentSecret.deadline, EnrolmentSecret.device_id)
        return session.scalars(query).all()


def of_phone(house: House, actor: Actor, mac: str) -> Mapping[str, EnrolmentSecret]:
    """Give what a phone may show, or last could, by its kind: ``serial``, ``pin``."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        mine = select(EnrolmentSecret).where(EnrolmentSecret.device_id == device.id)
        return {row.kind: row for row in session.scalars(mine)}


def _listing(actor: Actor) -> Select[EnrolmentSecret]:
    lines = selectinload(EnrolmentSecret.device).selectinload(Device.lines).selectinload(DeviceLine.line)
    return owned(EnrolmentSecret, actor).where(EnrolmentSecret.kind == Way.PIN.value).options(lines)
