"""The keys of a phone: read, checked against the rules, saved all or nothing."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.crypto import fingerprint
from provserver.db.models import Device, DeviceKey
from provserver.db.queries import device_by_mac
from provserver.domain.keys import EMPTY, NAMED_KINDS, Key, KeyPlan, shown_label
from provserver.domain.roles import Actor, Right
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Conflict, FieldError, Invalid
from provserver.services import changes
from provserver.services.changes import Edit, Saved
from provserver.services.editing.overrides import cannot_carry, vendors_for
from provserver.services.house import House
from provserver.services.rendering.profiles import Profiles, stored_plan
from provserver.vendors.registry import model_of

MAX_AT_ONCE = 1000
_FIELDS = {"kind", "target", "label", "line", "use_name_as_label", "locked"}


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key as typed, with the label that the phone shows."""

    key: Key
    shown: str


def read_keys(house: House, actor: Actor, mac: str) -> dict[Slot, ShownKey]:
    """Give every slot of the model in order, empty ones too."""
    actor.require(Right.USE)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        profiles = Profiles(session, actor.tenant_id, house.config.base_url)
        plan = stored_plan(session, device)
        model = model_of(device.vendor, device.model)
        keys = {slot: plan.slots.get(slot, EMPTY) for slot in model.slots + model.sidecar_slots}
        return {slot: ShownKey(key, shown_label(key, profiles.labels)) for slot, key in keys.items()}


def set_keys(
    house: House,
    actor: Actor,
    mac: str,
    edited: Mapping[str, object],
    *,
    dry_run: bool = False,
    expected: str | None = None,
) -> tuple[Device, list[Slot], Saved]:
    """Set some keys, all or nothing; raises Invalid naming every wrong field.

    ``edited`` maps slots as programs write them (``"3"``, ``"s1.5"``) to what the key should do. Returns the phone,
    the slots that really changed, and what that needs. A dry run, or no key at all, changes nothing and tells nobody.
    ``expected`` is the version that the editor has read; raises Conflict where the keys are no longer that. Who may
    only set keys finds locked ones closed.
    """
    actor.require(Right.KEYS)
    wanted = _read(edited)
    with house.database.transaction(discard=dry_run) as session:
        device = device_by_mac(session, actor, mac, lock=True)
        before = _expected_plan(session, device, expected)
        profiles = Profiles(session, actor.tenant_id, house.config.base_url)
        model = model_of(device.vendor, device.model)
        plan = before.apply(wanted).check(model, len(device.lines), profiles, wanted.keys())
        _check_carried(device.vendor, plan, wanted.keys())
        differing = sorted(slot for slot in wanted if plan.slots[slot] != before.slots.get(slot, EMPTY))
        if not differing:
            return device, [], Saved()
        _require_unlocked(actor, before, plan, differing)
        _store(session, device, plan, differing)
        edit = Edit("keys", device.mac, before.plain(differing), plan.plain(differing), device.id)
        return device, differing, changes.commit(house, session, actor, edit, [device])


def _require_unlocked(actor: Actor, before: KeyPlan, after: KeyPlan, slots: list[Slot]) -> None:
    """Raise Invalid where somebody who may not edit a phone would change a locked key, or lock one."""
    if actor.may(Right.EDIT):
        return
    locked = [slot for slot in slots if before.slots.get(slot, EMPTY).locked or after.slots[slot].locked]
    if locked:
        raise Invalid([FieldError(str(slot), "this key is locked; an administrator can change it") for slot in locked])


def _expected_plan(session: Session, device: Device, expected: str | None) -> KeyPlan:
    plan = stored_plan(session, device)
    if expected is not None and expected != version_of(plan):
        raise Conflict("somebody changed these keys since you read them; nothing was saved")
    return plan


def version_of(plan: KeyPlan) -> str:
    """Give a fingerprint of all keys as typed; the same keys have the same one."""
    filled = [[str(slot), asdict(key)] for slot, key in sorted(plan.slots.items()) if key != EMPTY]
    return fingerprint(json.dumps(filled).encode())


def _read(edited: Mapping[str, object]) -> dict[Slot, Key]:
    if len(edited) > MAX_AT_ONCE:
        raise Invalid.field("keys", f"at most {MAX_AT_ONCE} keys at once")
    keys: dict[Slot, Key] = {}
    errors: list[FieldError] = []
    for name, raw in edited.items():
        try:
            slot = Slot.parse(name)
            keys[slot] = read_key(name, raw)
        except ValueError as error:
            errors.append(FieldError(name[:20], str(error)))
        except Invalid as error:
            errors.extend(error.fields)
    if errors:
        raise Invalid(errors)
    return keys


def read_key(name: str, raw: object) -> Key:
    """Read one key from plain data; a missing field has its default, an unknown one is refused."""
    if not isinstance(raw, dict):
        raise Invalid.field(name, "an object with kind, target, label …")
    errors = [FieldError(f"{name}.{field}", "unknown field") for field in raw if field not in _FIELDS]
    kind = KeyKind.NONE
    try:
        kind = KeyKind(raw.get("kind", ""))
    except ValueError:
        errors.append(FieldError(f"{name}.kind", "one of " + ", ".join(KeyKind)))
    for field, kinds in (("target", str), ("label", str), ("use_name_as_label", bool), ("locked", bool)):
        if raw.get(field) is not None and not isinstance(raw[field], kinds):
            errors.append(FieldError(f"{name}.{field}", "a text" if kinds is str else "true or false"))
    line = raw.get("line")
    if line is not None and (not isinstance(line, int) or isinstance(line, bool)):
        errors.append(FieldError(f"{name}.line", "a number counted from 1"))
    if errors:
        raise Invalid(errors)
    named = raw.get("use_name_as_label")
    return Key(
        kind=kind,
        target=raw.get("target") or "",
        label=raw.get("label") or "",
        line=1 if line is None else line,
        use_name_as_label=(kind is KeyKind.BLF) if named is None else named and kind in NAMED_KINDS,
        locked=bool(raw.get("locked")),
    )


def _check_carried(vendor: str, plan: KeyPlan, slots: Collection[Slot]) -> None:
    """Raise Invalid where the maker's file cannot carry what somebody typed."""
    errors = [
        FieldError(f"{slot}.{field}", problem)
        for slot in sorted(slots)
        for field, text in (("target", plan.slots[slot].target), ("label", plan.slots[slot].label))
        if (problem := cannot_carry(vendors_for(vendor), text))
    ]
    if errors:
        raise Invalid(errors)


def _store(session: Session, device: Device, plan: KeyPlan, slots: list[Slot]) -> None:
    rows = session.scalars(select(DeviceKey).where(DeviceKey.device_id == device.id))
    stored = {Slot(row.module, row.number): row for row in rows}
    for slot in slots:
        key, row = plan.slots[slot], stored.get(slot)
        if row is None:
            session.add(DeviceKey(device_id=device.id, module=slot.module, number=slot.number, **asdict(key)))
        elif key == EMPTY:
            session.delete(row)
        else:
            for name, value in asdict(key).items():
                setattr(row, name, value)
    device.modules = max(device.modules, *(slot.module for slot in slots))
    session.flush()
