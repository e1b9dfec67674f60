"""Phones: added, listed, described, changed, and removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, selectinload

from provserver.crypto import new_password
from provserver.db.models import Department, Device, DeviceKey, DeviceLine, DeviceToken, Line, StoredValue
from provserver.db.queries import (
    claiming,
    department_by_name,
    department_for,
    device_by_mac,
    holding,
    owned,
    require_within,
)
from provserver.db.session import keyring_of
from provserver.domain.hardware import PhoneModel
from provserver.domain.mac import parse_mac, part_of_mac
from provserver.domain.numbers import plain_text
from provserver.domain.roles import Actor, Right
from provserver.domain.secret import MASK, Secret
from provserver.domain.slots import KeyKind
from provserver.errors import FieldError, Invalid, Unsupported
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.editing import fitting, settings
from provserver.services.enrolment import tokens
from provserver.services.house import House
from provserver.services.inventory import claims, serials
from provserver.services.rendering.belongings import GENERATED
from provserver.services.rendering.profiles import seal_value, stored_plan
from provserver.sip.uri import TRANSPORTS, SipUri
from provserver.vendors.registry import find_model, get, model_of, vendors

DESCRIPTION_LIMIT = 100


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What is needed to add a phone; ``lines`` are extensions in the order of the phone's accounts."""

    mac: str
    vendor: str
    model: str
    lines: tuple[str, ...] = ()
    description: str = ""
    department: str = ""
    serial: str = ""


def add_device(house: House, actor: Actor, new: NewDevice) -> tuple[Device, str]:
    """Add a phone; return it with its provisioning URL, whose token is shown this once.

    Raises Invalid for wrong fields, and Conflict where the address is taken already.
    """
    actor.require(Right.EDIT)
    with claims.noting(house, actor), house.database.transaction() as session:
        model, mac = _checked(session, actor, new)
        device = Device(tenant_id=actor.tenant_id, mac=mac, vendor=model.vendor, model=model.name)
        device.modules, device.serial = 0, ""
        device.description = _description(new.description)
        device.department_id = department_for(session, actor, new.department)
        device.lines = _lines(session, actor, model, new.lines)
        with claiming(session, claims.REFUSED):
            session.add(device)
        require_within(session, actor, device)
        _line_keys(session, device, model)
        token = _equip(session, actor, device, house.clock())
        after = {"mac": mac, "vendor": model.vendor, "model": model.name, "lines": list(new.lines)}
        changes.commit(house, session, actor, Edit("device added", mac, None, after, device.id), [device])
        serials.put(house, session, actor, device, new.serial)
        return device, f"{house.config.base_url}/p/{token}/"


def _checked(session: Session, actor: Actor, new: NewDevice) -> tuple[PhoneModel, str]:
    errors: list[FieldError] = []
    mac = ""
    try:
        mac = parse_mac(new.mac)
    except ValueError as error:
        errors.append(FieldError("mac", str(error)))
    vendor = get(new.vendor)
    if vendor is None:
        errors.append(FieldError("vendor", "one of " + ", ".join(vendors())))
    model = find_model(new.vendor, new.model)
    if vendor is not None and model is None:
        errors.append(FieldError("model", f"no such model of {vendor.rules.title} is known here"))
    if errors or model is None:
        raise Invalid(errors)
    claims.require_free(session, actor, mac)
    return model, mac


def _description(text: str) -> str:
    try:
        return plain_text(text, DESCRIPTION_LIMIT)
    except ValueError as error:
        raise Invalid.field("description", str(error)) from error


def _lines(
    session: Session, actor: Actor, model: PhoneModel, extensions: Sequence[str], kept: Sequence[Line] = ()
) -> list[DeviceLine]:
    """Give the accounts of a phone; ``kept`` are lines that it has already, which may belong to others."""
    if len(extensions) > model.accounts:
        raise Invalid.field("lines", f"too many lines; {model.title} takes at most {model.accounts}")
    if len(set(extensions)) != len(extensions):
        raise Invalid.field("lines", "a line can be on a phone only once")
    rows = session.scalars(owned(Line, actor).where(Line.extension.in_(extensions)))
    found = {line.extension: line for line in (*kept, *rows)}
    missing = [extension for extension in extensions if extension not in found]
    if missing:
        raise Invalid([FieldError("lines", f"there is no extension {extension}") for extension in missing])
    return [
        DeviceLine(position=position, line=found[extension], line_id=found[extension].id)
        for position, extension in enumerate(extensions, start=1)
    ]


def _line_keys(session: Session, device: Device, model: PhoneModel) -> None:
    """Give each line a key of its own, first keys first, as a phone out of its box does."""
    if KeyKind.LINE not in model.kinds:
        return
    for row, slot in zip(device.lines, model.slots, strict=False):
        session.add(DeviceKey(device_id=device.id, module=0, number=slot.number, kind=KeyKind.LINE, line=row.position))


def _equip(session: Session, actor: Actor, device: Device, now: datetime) -> str:
    """Make the phone's token and its own passwords."""
    token = tokens.add_token(session, device, now)
    for name in ("admin_password", "user_password"):
        value = seal_value(session, Secret(_phone_password(device.vendor)))
        session.add(
            StoredValue(
                tenant_id=actor.tenant_id, scope=GENERATED, place=str(device.id), kind="setting", name=name,
                vendor="", sealed_value=value,
            )
        )  # fmt: skip
    session.flush()
    return token


def _phone_password(vendor: str) -> str:
    """Make a password that the maker's phones can hold; nine digits are below the 32 bits that some keep."""
    return new_password(9, digits=True) if vendors()[vendor].rules.password_digits else new_password()


def change_device(house: House, actor: Actor, mac: str, raw: Mapping[str, object]) -> Device:
    """Change what is known of a phone: ``description``, ``lines``, ``sip_address``, ``department``, ``serial``.

    ``firmware_channel`` is the name of the image chosen for this phone alone, None to inherit again.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        before: dict[str, object] = {}
        after: dict[str, object] = {}
        plan = stored_plan(session, device)
        for name, value in raw.items():
            if name == "serial":
                serials.put(house, session, actor, device, value)
                continue
            before[name], after[name] = _change(session, actor, device, name, value)
        fitting.note_keys(session, device, plan, before, after)
        if before != after:
            require_within(session, actor, device)
            edit = Edit("device", device.mac, before, after, device.id)
            changes.commit(house, session, actor, edit, [device])
        return device


def _change(session: Session, actor: Actor, device: Device, name: str, value: object) -> tuple[object, object]:
    if name == "description" and isinstance(value, str):
        before, device.description = device.description, _description(value)
        return before, device.description
    if name == "sip_address" and (value is None or isinstance(value, str)):
        before, device.sip_address = device.sip_address, _sip_address(value or "")
        return before, device.sip_address
    if name == "department" and (value is None or isinstance(value, str)):
        old = session.get(Department, device.department_id) if device.department_id else None
        device.department_id = department_by_name(session, actor, value, field="department").id if value else None
        return old.name if old else "", value or ""
    if name == "lines" and isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return _change_lines(session, actor, device, [str(item) for item in value])
    if name == "firmware_channel" and (value is None or isinstance(value, str)):
        return _firmware(session, actor, device, value)
    raise Invalid.field(name, "this cannot be changed, or not to a value of this kind")


def _firmware(session: Session, actor: Actor, device: Device, name: str | None) -> tuple[object, object]:
    try:
        return settings.put_firmware(session, actor, device, name)
    except Invalid as error:
        raise Invalid(FieldError("firmware_channel", item.message) for item in error.fields) from error


def _sip_address(text: str) -> str:
    if not text.strip():
        return ""
    try:
        uri = SipUri.parse(text.strip())
    except ValueError as error:
        raise Invalid.field("sip_address", str(error)) from error
    if uri.transport not in TRANSPORTS:
        raise Invalid.field("sip_address", "NOTIFYs are sent over udp, tcp or tls")
    return text.strip()


def _change_lines(session: Session, actor: Actor, device: Device, extensions: list[str]) -> tuple[object, object]:
    before = [row.line.extension for row in device.lines]
    if before == extensions:
        return before, extensions
    model = model_of(device.vendor, device.model)
    rows = _lines(session, actor, model, extensions, [row.line for row in device.lines])
    device.lines.clear()
    session.flush()
    device.lines.extend(rows)
    session.flush()
    fitting.fit_keys(session, device)
    if not before:
        _fill_line_keys(session, device, model)
    return before, extensions


def _fill_line_keys(session: Session, device: Device, model: PhoneModel) -> None:
    if session.scalar(select(DeviceKey.number).where(DeviceKey.device_id == device.id).limit(1)) is None:
        _line_keys(session, device, model)


def remove_device(house: House, actor: Actor, mac: str) -> None:
    """Remove a phone; its token opens nothing any more."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        near = StoredValue.scope.in_([GENERATED, "device"]) & (StoredValue.place == str(device.id))
        session.execute(delete(StoredValue).where(StoredValue.tenant_id == actor.tenant_id, near))
        before = {"mac": device.mac, "vendor": device.vendor, "model": device.model}
        session.delete(device)
        changes.commit(house, session, actor, Edit("device removed", device.mac, before, None))


def reveal_url(house: House, actor: Actor, mac: str) -> str:
    """Give a phone's provisioning URL once more; who looked is audited."""
    actor.require(Right.REVEAL)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac)
        query = select(DeviceToken).where(DeviceToken.device_id == device.id).order_by(DeviceToken.id.desc())
        row = session.scalars(query).first()
        if row is None:
            raise Unsupported("this phone has no token")
        token = keyring_of(session).open(row.sealed, "device token").decode()
        changes.commit(house, session, actor, Edit("address revealed", device.mac, None, MASK, device.id))
        return f"{house.config.base_url}/p/{token}/"


def find_devices(
    house: House, actor: Actor, search: str = "", limit: int = 100, after: int = 0, line: str = ""
) -> Sequence[Device]:
    """List phones by id; ``search`` looks in address, description, model, extension, names and labels."""
    actor.require(Right.USE)
    with house.database.reading() as session:
        query = owned(Device, actor).options(selectinload(Device.lines).selectinload(DeviceLine.line))
        with_line = select(DeviceLine.device_id).join(Line, Line.id == DeviceLine.line_id)
        if line:
            query = query.where(Device.id.in_(with_line.where(Line.extension == line)))
        for word in search.split():
            named = with_line.where(holding(word, Line.extension, Line.name, Line.display_name))
            found = [holding(word, Device.description, Device.model, Device.vendor), Device.id.in_(named)]
            if actor.may(Right.EDIT):
                found.append(holding(word, Device.serial))
            found.append(Device.id.in_(select(DeviceKey.device_id).where(holding(word, DeviceKey.label))))
            if digits := part_of_mac(word):
                found.append(Device.mac.contains(digits))
            query = query.where(or_(*found))
        return session.scalars(query.where(Device.id > after).order_by(Device.id).limit(limit)).all()
