"""Settings and makers' own parameters, read and set at every scope, each with where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from provserver.db.models import Department, Device, DeviceLine, Line, StoredValue
from provserver.db.queries import claiming, department_by_name, device_by_mac, line_by_extension, of_company
from provserver.domain.roles import Actor, Right
from provserver.domain.secret import MASK, Secret
from provserver.domain.settings import Effective, Scope, Setting, Value
from provserver.domain.vocabulary import SETTINGS
from provserver.errors import FieldError, Invalid, NotFound
from provserver.services import changes
from provserver.services.changes import Edit, Saved
from provserver.services.editing import abilities, firmware_rules, setting_lacks
from provserver.services.editing.overrides import cannot_carry, check_override, vendors_for
from provserver.services.editing.setting_rights import is_a_users, require_right
from provserver.services.house import House
from provserver.services.rendering.profiles import FIRMWARE, Profiles, open_value, seal_value
from provserver.vendors.registry import find_model

ELSEWHERE = "it is set for a model or a phone, because each maker has its own language for it"


@dataclass(frozen=True, slots=True)
class Place:
    """Where values are set: the scope, its key in the table, its name, its maker and the phones below it."""

    scope: Scope
    key: str
    name: str
    vendor: str
    devices: Select[int]
    device: Device | None = None

    @property
    def model(self) -> str:
        """Give maker and model where all phones of the place are of one, else nothing."""
        if self.device is not None:
            return f"{self.device.vendor}/{self.device.model}"
        return self.key if self.scope is Scope.MODEL else ""


@dataclass(frozen=True, slots=True)
class Patch:
    """Values to set at one place, checked; a None setting is inherited again, a None override removes."""

    settings: Mapping[str, Value] = field(default_factory=dict)
    overrides: Mapping[str, str | None] = field(default_factory=dict)
    unset: tuple[str, ...] = ()


def effective(house: House, actor: Actor, mac: str) -> tuple[dict[str, Effective], dict[str, Effective]]:
    """Give a phone's settings and free parameters as they take effect, with their origin.

    Who may only use the phone is given its call services.
    """
    actor.require(Right.USE)
    with house.database.reading() as session:
        phone = Profiles(session, actor.tenant_id, house.config.base_url).resolve(device_by_mac(session, actor, mac))
    if not actor.may(Right.READ):
        return {name: value for name, value in phone.settings.items() if is_a_users(name)}, {}
    return dict(phone.settings), dict(phone.overrides)


def masked(value: Value) -> Any:
    """Give a setting as people may see it: plain data, a secret as dots."""
    return MASK if isinstance(value, Secret) else list(value) if isinstance(value, tuple) else value


def masked_override(name: str, value: Value) -> Any:
    """Give a free parameter as people may see it: a name under which any maker keeps a secret as dots."""
    return _shown(Place(Scope.DEFAULT, "", "", "", select(Device.id)), "override", name, value)


def stored_values(house: House, actor: Actor, scope: str, name: str = "") -> tuple[dict[str, Value], dict[str, Value]]:
    """Give what is set at one place itself: settings and overrides."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        rows = _rows(session, actor, find_place(session, actor, scope, name))
        opened = [(row.kind, row.name, open_value(session, row)) for row in rows]
    return (
        {name: value for kind, name, value in opened if kind == "setting"},
        {name: value for kind, name, value in opened if kind == "override"},
    )


def set_values(
    house: House, actor: Actor, scope: str, name: str, raw: Mapping[str, object], *, dry_run: bool = False
) -> Saved:
    """Set values at one place; a phone's own are rendered at once, wider ones mark the phones below.

    ``raw`` maps setting names to values (None inherits again), with two names of its own: ``overrides`` maps the
    maker's parameters to a value, or to None for *leave it out of the file*, and ``unset`` lists parameters whose
    override goes away. Raises Invalid naming every wrong field.
    """
    require_right(actor, scope, raw)
    with house.database.transaction(discard=dry_run) as session:
        place = find_place(session, actor, scope, name, lock=True)
        with claiming(session, "somebody saved the same here at this moment; look at it, and save again"):
            before, after = _store(session, actor, place, _read(session, actor, place, raw))
        if before == after:
            return Saved()
        device_id = place.device.id if place.device else None
        edit = Edit("settings", f"{place.scope.word} {place.name}".strip(), before, after, device_id)
        if place.device is not None:
            saved = changes.commit(house, session, actor, edit, [place.device])
        else:
            saved = changes.commit(house, session, actor, edit, wide=place.devices)
        return replace(saved, values=_named(before, after))


def _named(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the settings and overrides that an edit changed."""
    overrides = before.get("overrides", {}).keys() | after.get("overrides", {}).keys()
    return (*(name for name in after if name != "overrides"), *sorted(overrides))


def find_place(session: Session, actor: Actor, scope: str, name: str, *, lock: bool = False) -> Place:
    """Find a place by its scope's word and its name; raises NotFound."""
    mine = of_company(Device, actor).with_only_columns(Device.id)
    if scope == Scope.TENANT.word:
        return Place(Scope.TENANT, "", "", "", mine)
    if scope == Scope.DEPARTMENT.word:
        department = department_by_name(session, actor, name)
        return Place(Scope.DEPARTMENT, str(department.id), name, "", _in_department(session, department, mine))
    if scope == Scope.MODEL.word:
        model = find_model(*name.partition("/")[::2])
        if model is None:
            raise NotFound(f"there is no model {name}; write it as maker/model")
        key = f"{model.vendor}/{model.name}"
        same = mine.where(Device.vendor == model.vendor, Device.model == model.name)
        return Place(Scope.MODEL, key, key, model.vendor, same)
    if scope == Scope.LINE.word:
        line = line_by_extension(session, actor, name)
        with_line = mine.join(DeviceLine, DeviceLine.device_id == Device.id).where(DeviceLine.line_id == line.id)
        return Place(Scope.LINE, str(line.id), name, "", with_line)
    if scope == Scope.DEVICE.word:
        device = device_by_mac(session, actor, name, lock=lock)
        return _of_device(device)
    raise NotFound(f"there is no scope {scope}; it is tenant, department, model, line or device")


def _of_device(device: Device) -> Place:
    own = select(Device.id).where(Device.id == device.id)
    return Place(Scope.DEVICE, str(device.id), device.mac, device.vendor, own, device)


def put_firmware(session: Session, actor: Actor, device: Device, name: str | None) -> tuple[object, object]:
    """Choose an image for one phone inside the caller's transaction; return what was chosen, and what is.

    None inherits again, and an empty name keeps the phone as it is, whatever wider places choose.
    """
    place = _of_device(device)
    before, after = _store(session, actor, place, _read(session, actor, place, {FIRMWARE: name}))
    return before.get(FIRMWARE), after.get(FIRMWARE)


def _in_department(session: Session, department: Department, mine: Select[int]) -> Select[int]:
    rows = session.scalars(select(Department).where(Department.tenant_id == department.tenant_id)).all()
    inside = {department.id}
    while found := {row.id for row in rows if row.parent_id in inside} - inside:
        inside |= found
    lines = select(DeviceLine.device_id).join(Line, Line.id == DeviceLine.line_id).where(Line.department_id.in_(inside))
    return mine.where(Device.department_id.in_(inside) | (Device.department_id.is_(None) & Device.id.in_(lines)))


def _read(session: Session, actor: Actor, place: Place, raw: Mapping[str, object]) -> Patch:
    errors: list[FieldError] = []
    settings: dict[str, Value] = {}
    for name, value in raw.items():
        if name in {"overrides", "unset"}:
            continue
        try:
            settings[name] = _setting(place, name, value)
        except ValueError as error:
            errors.append(FieldError(name, str(error)))
    if problem := _no_firmware(session, actor, place, settings.get(FIRMWARE)):
        errors.append(FieldError(FIRMWARE, problem))
    overrides = _mapping("overrides", raw.get("overrides"), errors)
    for name, value in overrides.items():
        problem = check_override(vendors_for(place.vendor), name, value)
        if problem:
            errors.append(FieldError(f"overrides.{name}", problem))
    unset = raw.get("unset") or ()
    if not isinstance(unset, (list, tuple)) or not all(isinstance(name, str) for name in unset):
        errors.append(FieldError("unset", "a list of parameter names"))
        unset = ()
    if errors:
        raise Invalid(errors)
    texts = {name: None if value is None else _plain_text(value) for name, value in overrides.items()}
    return Patch(settings, texts, tuple(unset))


def _no_firmware(session: Session, actor: Actor, place: Place, names: Value) -> str | None:
    if not isinstance(names, tuple) or not names:
        return None
    return firmware_rules.not_choosable(session, actor.tenant_id, names, place.model)


def _setting(place: Place, name: str, raw: object) -> Value:
    if name not in SETTINGS:
        raise ValueError("there is no such setting")
    setting = SETTINGS[name]
    if place.scope not in setting.scopes:
        raise ValueError(ELSEWHERE)
    value = None if raw is None else setting.read(raw)
    if lacking := _lacking(place, setting, value):
        raise ValueError(lacking)
    text = value.reveal() if isinstance(value, Secret) else value
    if isinstance(text, str) and (problem := cannot_carry(vendors_for(place.vendor), text)):
        raise ValueError(problem)
    return value


def _lacking(place: Place, setting: Setting, value: Value) -> str:
    """Say why the one model that a place is about cannot be told; a wide place may have others that can."""
    model = find_model(*place.model.partition("/")[::2]) if place.model else None
    return setting_lacks.lacks(model, setting, value) if model and abilities.asks(setting, value) else ""


def _mapping(name: str, raw: object, errors: list[FieldError]) -> Mapping[str, object]:
    if raw is None:
        return {}
    if isinstance(raw, dict):
        return raw
    errors.append(FieldError(name, "an object of parameter names and values"))
    return {}


def _plain_text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _rows(session: Session, actor: Actor, place: Place) -> list[StoredValue]:
    query = select(StoredValue).where(
        StoredValue.tenant_id == actor.tenant_id,
        StoredValue.scope == place.scope.word,
        StoredValue.place == place.key,
    )
    return list(session.scalars(query))


def _store(session: Session, actor: Actor, place: Place, patch: Patch) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the values; return what they were and what they are, as a patch has them and with secrets masked.

    A setting that is inherited is None; an override that is not there is not named.
    """
    rows = {(row.kind, row.name): row for row in _rows(session, actor, place)}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    removed = [("setting", name) for name, value in patch.settings.items() if value is None]
    removed += [("override", name) for name in patch.unset]
    for kind, name in removed:
        if row := rows.get((kind, name)):
            _note(before, kind, name, _shown(place, kind, name, open_value(session, row)))
            _note(after, kind, name, None, there=False)
            session.delete(row)
    wanted: list[tuple[str, str, Value]] = [("setting", n, v) for n, v in patch.settings.items() if v is not None]
    wanted += [("override", name, value) for name, value in patch.overrides.items()]
    for kind, name, value in wanted:
        row = rows.get((kind, name))
        old = open_value(session, row) if row else None
        if row is None or old != value:
            _note(before, kind, name, _shown(place, kind, name, old), there=row is not None)
            _note(after, kind, name, _changed(place, kind, name, value))
            (row or _new_row(session, actor, place, kind, name)).sealed_value = seal_value(session, value)
    return before, after


def _new_row(session: Session, actor: Actor, place: Place, kind: str, name: str) -> StoredValue:
    vendor = place.vendor if kind == "override" else ""
    row = StoredValue(
        tenant_id=actor.tenant_id, scope=place.scope.word, place=place.key, kind=kind, vendor=vendor, name=name
    )
    session.add(row)
    return row


def _note(values: dict[str, Any], kind: str, name: str, shown: Any, *, there: bool = True) -> None:
    if kind == "setting":
        values[name] = shown
    else:
        overrides = values.setdefault("overrides", {})
        if there:
            overrides[name] = shown


def _shown(place: Place, kind: str, name: str, value: Value) -> Any:
    hidden = kind == "override" and any(vendor.rules.hides(name) for vendor in vendors_for(place.vendor))
    return MASK if hidden and value is not None else masked(value)


def _changed(place: Place, kind: str, name: str, value: Value) -> Any:
    shown = _shown(place, kind, name, value)
    return f"{MASK} (new)" if shown == MASK else shown
