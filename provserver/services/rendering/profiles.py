"""Everything known about a phone brought together: rows become a Phone that a maker's package can read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.db.models import Authority as AuthorityRow
from provserver.db.models import (
    Department,
    Device,
    DeviceLine,
    FirmwareImage,
    Line,
    StoredValue,
)
from provserver.db.session import keyring_of
from provserver.domain.firmware import Image, choose
from provserver.domain.keys import Key, KeyPlan, shown_label
from provserver.domain.numbers import split_port
from provserver.domain.phone import Authority, Phone
from provserver.domain.phone import Line as PhoneLine
from provserver.domain.secret import Secret
from provserver.domain.settings import Effective, Kind, Layer, Scope, Value, inherit
from provserver.domain.slots import Slot
from provserver.domain.vocabulary import SETTINGS, defaults
from provserver.services.rendering import belongings
from provserver.services.rendering.belongings import GENERATED, Belongings
from provserver.services.rendering.names import Names
from provserver.vendors.registry import model_of

OURS = "ours"
"""The owner of this server's own certificate authority."""
FIRMWARE = "firmware"
"""The setting that chooses images; the nearest place with one that belongs to the phone's model wins."""


class Profiles:
    """Resolve phones of one company; what they share is read once, so that a batch costs little more than one."""

    def __init__(self, session: Session, tenant_id: int, base_url: str) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._base_url = base_url
        self._keyring = keyring_of(session)
        self._names: dict[str, str | None] = {}
        self._opened: dict[int, Value] = {}
        self._own: dict[int, Belongings] = {}
        self.labels = Names(session, tenant_id, self)

    def read(self, devices: Sequence[Device]) -> None:
        """Read at once what each of these phones has of its own; each is then resolved once without another look."""
        self._own = belongings.read(self._session, self._tenant_id, devices)
        self._learn(target for own in self._own.values() for target in _shown_targets(own.plan))

    def resolve(self, device: Device) -> Phone:
        """Build the phone as it should be now."""
        if device.id not in self._own:
            self.read([device])
        own = self._own.pop(device.id)
        values = [*self._wide_values, *own.values]
        image, chosen = self.firmware(device, values)
        settings = {**self._settings(device, values), FIRMWARE: chosen}
        return Phone(
            mac=device.mac,
            model=model_of(device.vendor, device.model),
            provisioning_url=f"{self._base_url}/p/{own.token}/",
            lines=tuple(self._line(row, settings) for row in device.lines),
            keys=self._keys(own.plan),
            modules=device.modules,
            settings=settings,
            overrides=inherit(self._layers(device, values, "override")),
            firmware=device.firmware,
            firmware_name=image.name if image else "",
            firmware_version=image.version if image else "",
            description=device.description,
            credentials=own.credentials,
            authority=self._authority if settings["trust_authority"].value else None,
        )

    def settings_of(self, device: Device) -> dict[str, Effective]:
        """Give a phone's settings as they take effect, without the rest of the phone."""
        return self._settings(device, self._values(device))

    def chosen_of(self, device: Device, values: Iterable[StoredValue]) -> dict[str, Effective]:
        """Give a phone's settings out of values that were read before, for many phones at once."""
        return self._settings(device, values)

    def department_of(self, device: Device) -> int | None:
        """Give the phone's department: its own, else that of its first line."""
        first = device.lines[0].line.department_id if device.lines else None
        return device.department_id or first

    def firmware(self, device: Device, values: Iterable[StoredValue]) -> tuple[Image | None, Effective]:
        """Give the image that is chosen for a phone, if any, and its name with where it is chosen.

        A place that chooses only images of other models says nothing of this one; one that chooses none at all
        keeps the phone as it is.
        """
        choices = [row for row in values if row.kind == "setting" and row.name == FIRMWARE]
        if choices:
            model = model_of(device.vendor, device.model)
            for scope, place, chosen in reversed(self._layers(device, choices, "setting")):
                names = chosen.get(FIRMWARE)
                image = choose(names, self._images, model) if isinstance(names, tuple) else None
                if image or names == ():
                    return image, Effective(image.name if image else "", scope, place)
        return None, Effective("", Scope.DEFAULT)

    @cached_property
    def firmware_values(self) -> list[StoredValue]:
        """Give every choice of an image in the company, read at once for many phones."""
        mine = StoredValue.tenant_id == self._tenant_id
        query = select(StoredValue).where(mine, StoredValue.kind == "setting", StoredValue.name == FIRMWARE)
        return list(self._session.scalars(query))

    @cached_property
    def _images(self) -> Mapping[str, Image]:
        rows = self._session.scalars(select(FirmwareImage).where(FirmwareImage.tenant_id == self._tenant_id))
        return {row.asked: as_image(row) for row in rows}

    def name_of(self, number: str) -> str | None:
        """Give the display name behind an extension: this is the directory that key rules ask."""
        if number not in self._names:
            self._learn([number])
        return self._names[number]

    def _learn(self, numbers: Iterable[str]) -> None:
        """Look names up, all at once; a company has more lines than one phone has keys."""
        unknown = {number for number in numbers if number not in self._names}
        if not unknown:
            return
        query = select(Line.extension, Line.display_name, Line.name).where(
            Line.tenant_id == self._tenant_id, Line.extension.in_(unknown)
        )
        self._names.update(dict.fromkeys(unknown))
        self._names.update({extension: shown or name for extension, shown, name in self._session.execute(query)})

    @cached_property
    def _wide_values(self) -> list[StoredValue]:
        wide = [Scope.TENANT.word, Scope.DEPARTMENT.word, Scope.MODEL.word]
        query = select(StoredValue).where(StoredValue.tenant_id == self._tenant_id, StoredValue.scope.in_(wide))
        return list(self._session.scalars(query))

    @cached_property
    def _authority(self) -> Authority | None:
        pem = own_authority(self._session)
        return Authority(pem, f"{self._base_url}/ca.pem") if pem else None

    @cached_property
    def _departments(self) -> Mapping[int, Department]:
        rows = self._session.scalars(select(Department).where(Department.tenant_id == self._tenant_id))
        return {row.id: row for row in rows}

    def _values(self, device: Device) -> list[StoredValue]:
        near = belongings.near_values(self._session, self._tenant_id, [device])
        return [*self._wide_values, *near[device.id]]

    def _settings(self, device: Device, values: Iterable[StoredValue]) -> dict[str, Effective]:
        return {**defaults(), **inherit(self._layers(device, values, "setting"))}

    def _layers(self, device: Device, values: Iterable[StoredValue], kind: str) -> list[Layer]:
        by_place: dict[tuple[str, str], dict[str, Value]] = {}
        for row in values:
            if row.kind == kind and row.vendor in {"", device.vendor}:
                by_place.setdefault((row.scope, row.place), {})[row.name] = self._open(row)
        return [(scope, label, by_place.get((word, place), {})) for scope, word, place, label in self._places(device)]

    def _open(self, row: StoredValue) -> Value:
        if row.id not in self._opened:
            self._opened[row.id] = open_value(self._session, row)
        return self._opened[row.id]

    def _places(self, device: Device) -> list[tuple[Scope, str, str, str]]:
        """List scope, its word, the place in it and what people call it, farthest first."""
        places = [
            (Scope.DEFAULT, GENERATED, str(device.id), ""),
            (Scope.TENANT, Scope.TENANT.word, "", ""),
        ]
        for department in self._chain(device):
            places.append((Scope.DEPARTMENT, Scope.DEPARTMENT.word, str(department.id), department.name))
        model = f"{device.vendor}/{device.model}"
        places.append((Scope.MODEL, Scope.MODEL.word, model, model))
        for row in device.lines[:1]:
            places.append((Scope.LINE, Scope.LINE.word, str(row.line_id), row.line.extension))
        places.append((Scope.DEVICE, Scope.DEVICE.word, str(device.id), ""))
        return places

    def places_of(self, device: Device) -> list[str]:
        """List the places where something can be set for a phone, as the history names them, farthest first."""
        places = [(scope.word, label) for scope, _, _, label in self._places(device) if scope is not Scope.DEFAULT]
        return [f"{word} {device.mac if word == Scope.DEVICE.word else label}".strip() for word, label in places]

    def _chain(self, device: Device) -> list[Department]:
        """List the phone's departments, outermost first."""
        found: list[Department] = []
        department = self._departments.get(self.department_of(device) or 0)
        while department is not None and department not in found:
            found.insert(0, department)
            department = self._departments.get(department.parent_id or 0)
        return found

    def _line(self, row: DeviceLine, settings: Mapping[str, Effective]) -> PhoneLine:
        line = row.line
        domain = line.domain or str(settings["sip_domain"].value or "")
        host, port = split_port(domain)
        return PhoneLine(
            number=row.position,
            extension=line.extension,
            display_name=line.shown_name,
            username=line.username,
            password=Secret(self._keyring.open(line.sealed_password, "line password").decode()),
            domain=host,
            port=port,
            transport=line.transport or str(settings["transport"].value),
            outbound_proxy=line.outbound_proxy or str(settings["outbound_proxy"].value or ""),
            stun=line.stun,
            voicemail=str(settings["voicemail_number"].value or ""),
        )

    def _keys(self, plan: KeyPlan) -> dict[Slot, Key]:
        self._learn(_shown_targets(plan))
        return {slot: replace(key, label=shown_label(key, self.labels)) for slot, key in plan.slots.items()}


def _shown_targets(plan: KeyPlan) -> Iterable[str]:
    """Give the numbers whose names stand on keys."""
    return (key.target for key in plan.slots.values() if key.use_name_as_label)


def own_authority(session: Session, owner: str = OURS) -> str | None:
    """Give this server's own certificate authority as PEM; None where there is none."""
    query = select(AuthorityRow.pem).where(AuthorityRow.owner == owner).order_by(AuthorityRow.id.desc()).limit(1)
    return session.scalar(query)


def as_image(row: FirmwareImage) -> Image:
    """Give an image as the rules know it."""
    return Image(row.name, row.vendor, tuple(row.models), row.version, row.sha256, row.size)


def stored_plan(session: Session, device: Device) -> KeyPlan:
    """Read a phone's keys as they were typed."""
    return belongings.plans_of(session, [device.id])[device.id]


def open_value(session: Session, row: StoredValue) -> Value:
    """Unseal a stored value into its own type."""
    raw = json.loads(keyring_of(session).open(row.sealed_value, "value"))
    if row.kind == "override":
        return None if raw is None else str(raw)
    setting = SETTINGS[row.name]
    if setting.kind is Kind.SECRET:
        return Secret(raw)
    return tuple(raw) if isinstance(raw, list) else raw


def seal_value(session: Session, value: Value) -> bytes:
    """Seal a value for storing."""
    plain: object = value.reveal() if isinstance(value, Secret) else value
    return keyring_of(session).seal(json.dumps(plain).encode(), "value")
