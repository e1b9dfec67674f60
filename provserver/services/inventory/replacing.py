"""A phone replaced by another one: what it carries moves over as far as the new model can, and the old one is released.

The same code tries a replacement and does it: what cannot move is what the rules of saving refuse.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

from provserver.db.joined import Joined
from provserver.db.models import Device
from provserver.db.queries import device_by_mac
from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import EMPTY, Key
from provserver.domain.mac import parse_mac
from provserver.domain.roles import Actor, Right
from provserver.domain.secret import Secret
from provserver.domain.settings import Scope, Value
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import FieldError, Invalid
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.editing import keys, settings
from provserver.services.house import House
from provserver.services.inventory import claims, devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.vendors.registry import find_model, model_of, vendors


@dataclass(frozen=True, slots=True)
class NewPhone:
    """The phone that takes the place; without maker and model it is of the same one."""

    mac: str
    vendor: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """One thing that does not move over: ``part`` is line, key, label, setting or parameter."""

    part: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a replacement does: the new phone, its address, and what moves and what cannot."""

    mac: str
    model: PhoneModel
    url: str
    lines: tuple[str, ...]
    keys: int
    settings: int
    lost: tuple[Lost, ...]


@dataclass(frozen=True, slots=True)
class _Old:
    """What the old phone carries."""

    device: Device
    lines: tuple[str, ...]
    department: str
    keys: Mapping[Slot, Key]
    settings: Mapping[str, Value]
    overrides: Mapping[str, Value]


def replace_device(house: House, actor: Actor, mac: str, new: NewPhone, *, dry_run: bool = False) -> Replaced:
    """Put a new phone in the place of one; a dry run tells what would move, and changes nothing.

    Lines, keys, settings, free parameters, department and description move over; token and generated passwords are
    new. Raises Invalid for wrong fields, Conflict where the new address is taken.
    """
    actor.require(Right.EDIT)
    with claims.noting(house, actor), house.database.transaction(discard=dry_run) as session:
        joined = replace(house, database=Joined(house.database, session))
        old = _read(joined, actor, mac)
        model = _model(old.device, new)
        lost = [
            Lost("line", extension, f"{model.title} takes at most {model.accounts}")
            for extension in old.lines[model.accounts :]
        ]
        lines = old.lines[: model.accounts]
        if _is_same(new.mac, old.device.mac):
            devices.remove_device(joined, actor, old.device.mac)
        wanted = NewDevice(new.mac, model.vendor, model.name, lines, old.device.description, old.department)
        added, url = devices.add_device(joined, actor, wanted)
        if added.mac != old.device.mac:
            devices.remove_device(joined, actor, old.device.mac)
        moved = _move_keys(joined, actor, added.mac, model, old, lost)
        carried = _move_settings(joined, actor, added.mac, model, old, lost)
        device = device_by_mac(session, actor, added.mac)
        before = {"mac": old.device.mac, "vendor": old.device.vendor, "model": old.device.model}
        after = {"mac": device.mac, "vendor": device.vendor, "model": device.model, "lost": [x.name for x in lost]}
        changes.commit(house, session, actor, Edit("device replaced", device.mac, before, after, device.id))
        return Replaced(device.mac, model, url, lines, moved, carried, tuple(lost))


def _is_same(new: str, mac: str) -> bool:
    try:
        return parse_mac(new) == mac
    except ValueError:
        return False


def _read(house: House, actor: Actor, mac: str) -> _Old:
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        lines = tuple(row.line.extension for row in device.lines)
    shown = keys.read_keys(house, actor, device.mac)
    departments = {row.id: row.name for row in directory.departments(house, actor)}
    values, overrides = settings.stored_values(house, actor, Scope.DEVICE.word, device.mac)
    filled = {slot: item.key for slot, item in shown.items() if item.key != EMPTY}
    return _Old(device, lines, departments.get(device.department_id or 0, ""), filled, values, overrides)


def _model(old: Device, new: NewPhone) -> PhoneModel:
    vendor = new.vendor or old.vendor
    if vendor not in vendors():
        raise Invalid.field("vendor", "one of " + ", ".join(vendors()))
    if not new.model:
        if vendor != old.vendor:
            raise Invalid.field("model", "missing")
        return model_of(old.vendor, old.model)
    model = find_model(vendor, new.model)
    if model is None:
        raise Invalid.field("model", f"no such model of {vendors()[vendor].rules.title} is known here")
    return model


def _move_keys(house: House, actor: Actor, mac: str, model: PhoneModel, old: _Old, lost: list[Lost]) -> int:
    """Set the old phone's keys on the new one, at the same places; return how many of them it has."""
    cleared: dict[str, object] = {}
    if KeyKind.LINE in model_of(old.device.vendor, old.device.model).kinds:
        given = {slot for slot, item in keys.read_keys(house, actor, mac).items() if item.key != EMPTY}
        cleared = {str(slot): asdict(EMPTY) for slot in given - old.keys.keys()}
    wanted = {str(slot): asdict(key) for slot, key in sorted(old.keys.items())}

    def refuse(error: FieldError) -> None:
        slot, _dot, field = error.field.rpartition(".") if _is_field(error.field) else (error.field, "", "")
        key = wanted.get(slot)
        if key is None:
            raise Invalid([error])
        if field == "label" and key["label"]:
            lost.append(Lost("label", slot, error.message))
            key["label"] = _shortened(str(key["label"]), model)
        else:
            del wanted[slot]
            lost.append(Lost("key", slot, error.message))

    _until_accepted(lambda: keys.set_keys(house, actor, mac, {**cleared, **wanted}), refuse)
    return len(wanted)


def _is_field(name: str) -> bool:
    return name.rpartition(".")[2] in {"kind", "target", "label", "line", "use_name_as_label", "locked"}


def _shortened(label: str, model: PhoneModel) -> str:
    """Cut a label to what the model keeps; one that was cut already is left out, its characters are at fault."""
    limit = model.label_limit
    return label[:limit].strip() if limit and len(label) > limit else ""


def _until_accepted(save: Callable[[], object], refuse: Callable[[FieldError], None]) -> None:
    """Save; take out what is refused, and save again until the rules accept what is left."""
    while True:
        try:
            save()
        except Invalid as problem:
            for error in {error.field: error for error in problem.fields}.values():
                refuse(error)
        else:
            return


def _move_settings(house: House, actor: Actor, mac: str, model: PhoneModel, old: _Old, lost: list[Lost]) -> int:
    """Set the old phone's own settings and parameters on the new one; return how many of them it has."""
    values = {name: _plain(value) for name, value in old.settings.items()}
    overrides = dict(old.overrides)
    if model.vendor != old.device.vendor:
        reason = f"a parameter of {vendors()[old.device.vendor].rules.title}"
        lost += [Lost("parameter", name, reason) for name in overrides]
        overrides = {}

    def refuse(error: FieldError) -> None:
        name = error.field.removeprefix("overrides.")
        part = overrides if name != error.field else values
        if name not in part:
            raise Invalid([error])
        del part[name]
        lost.append(Lost("setting" if part is values else "parameter", name, error.message))

    def save() -> None:
        if values or overrides:
            settings.set_values(house, actor, Scope.DEVICE.word, mac, {**values, "overrides": overrides})

    _until_accepted(save, refuse)
    return len(values) + len(overrides)


def _plain(value: Value) -> object:
    if isinstance(value, Secret):
        return value.reveal()
    return list(value) if isinstance(value, tuple) else value
