"""What each phone has of its own: its values, keys, token and password, read for several phones at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from provserver.db.models import Device, DeviceCredential, DeviceKey, DeviceToken, StoredValue
from provserver.db.session import keyring_of
from provserver.domain.keys import Key, KeyPlan
from provserver.domain.phone import Credentials
from provserver.domain.secret import Secret
from provserver.domain.settings import Scope
from provserver.domain.slots import KeyKind, Slot

GENERATED = "generated"
"""The scope word of values that were made for one phone, and that any real scope overrules."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What one phone has; ``values`` are those of the phone itself and of its first line."""

    values: Sequence[StoredValue]
    plan: KeyPlan
    token: str
    credentials: Credentials | None


def read(session: Session, tenant_id: int, devices: Sequence[Device]) -> dict[int, Belongings]:
    """Read them for phones of one company, a handful to some hundreds, by the phones' ids."""
    ids = [device.id for device in devices]
    values, plans = near_values(session, tenant_id, devices), plans_of(session, ids)
    tokens, credentials = _tokens(session, ids), _credentials(session, ids)
    return {one: Belongings(values[one], plans[one], tokens.get(one, ""), credentials.get(one)) for one in ids}


def near_values(session: Session, tenant_id: int, devices: Sequence[Device]) -> Mapping[int, Sequence[StoredValue]]:
    """Give the values of each phone and of its first line."""
    lines = {device.id: str(device.lines[0].line_id) for device in devices if device.lines}
    places = {"company": tenant_id, "phones": [str(device.id) for device in devices], "lines": [*lines.values()]}
    by_place: dict[tuple[bool, str], list[StoredValue]] = {}
    for row in session.scalars(_NEAR, places):
        by_place.setdefault((row.scope == Scope.LINE.word, row.place), []).append(row)
    return {
        device.id: by_place.get((False, str(device.id)), []) + by_place.get((True, lines.get(device.id, "")), [])
        for device in devices
    }


_NEAR = select(StoredValue).where(
    StoredValue.tenant_id == bindparam("company"),
    (StoredValue.scope.in_([Scope.DEVICE.word, GENERATED]) & StoredValue.place.in_(bindparam("phones", expanding=True)))
    | ((StoredValue.scope == Scope.LINE.word) & StoredValue.place.in_(bindparam("lines", expanding=True))),
)


def plans_of(session: Session, ids: Iterable[int]) -> dict[int, KeyPlan]:
    """Read phones' keys as they were typed."""
    slots: dict[int, dict[Slot, Key]] = {one: {} for one in ids}
    for row in session.execute(_KEYS, {"ids": [*slots]}):
        key = Key(KeyKind(row.kind), row.target, row.label, row.line, row.use_name_as_label, row.locked)
        slots[row.device_id][Slot(row.module, row.number)] = key
    return {one: KeyPlan(keys) for one, keys in slots.items()}


_KEYS = (
    select(
        DeviceKey.device_id, DeviceKey.module, DeviceKey.number, DeviceKey.kind, DeviceKey.target, DeviceKey.label,
        DeviceKey.line, DeviceKey.use_name_as_label, DeviceKey.locked,
    )
    .where(DeviceKey.device_id.in_(bindparam("ids", expanding=True)))
    .order_by(DeviceKey.device_id, DeviceKey.module, DeviceKey.number)
)  # fmt: skip


def _tokens(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Give the newest token of each phone: it stands in the files."""
    newest = {row.device_id: row.sealed for row in session.execute(_TOKENS, {"ids": ids})}
    return {number: keyring_of(session).open(sealed, "device token").decode() for number, sealed in newest.items()}


_TOKENS = (
    select(DeviceToken.device_id, DeviceToken.sealed)
    .where(DeviceToken.device_id.in_(bindparam("ids", expanding=True)))
    .order_by(DeviceToken.id)
)


def _credentials(session: Session, ids: Sequence[int]) -> dict[int, Credentials]:
    """Give the newest password of each phone that has one."""
    newest = {row.device_id: row for row in session.execute(_CREDENTIALS, {"ids": ids})}
    return {
        number: Credentials(
            row.username, Secret(keyring_of(session).open(row.sealed_password, "device password").decode())
        )
        for number, row in newest.items()
    }


_CREDENTIALS = (
    select(DeviceCredential.device_id, DeviceCredential.username, DeviceCredential.sealed_password)
    .where(DeviceCredential.device_id.in_(bindparam("ids", expanding=True)))
    .order_by(DeviceCredential.id)
)
