"""Rendered files: made, compared with what stood before, kept sealed, and looked up by phones."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, defer

from provserver.crypto import fingerprint
from provserver.db.batches import batches
from provserver.db.holding import hold
from provserver.db.models import Device, Rendering, RolloutPhone
from provserver.db.session import Database, keyring_of
from provserver.domain.phone import Phone
from provserver.domain.rollout import Step
from provserver.domain.secret import MASK, Secret
from provserver.domain.settings import Effective
from provserver.services.rendering.phonebooks import addressed
from provserver.services.rendering.profiles import Profiles
from provserver.vendors.base import File, Parameter, Resync
from provserver.vendors.registry import vendors

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh changed: files by name, parameters by name, and what that needs of the phone."""

    files: tuple[str, ...]
    parameters: tuple[str, ...]
    resync: Resync


def refresh(session: Session, device: Device, profiles: Profiles, now: datetime) -> Refreshed:
    """Render a phone's files and store those that differ; raises what the maker's package raises."""
    return refresh_all(session, [device], profiles, now)[device.id]


def refresh_all(session: Session, devices: Sequence[Device], profiles: Profiles, now: datetime) -> dict[int, Refreshed]:
    """Do so for several phones of one company, which are held, and give what became of each by its id."""
    profiles.read(devices)
    stored: dict[int, dict[str, Rendering]] = {device.id: {} for device in devices}
    query = select(Rendering).where(Rendering.device_id.in_(stored)).options(defer(Rendering.sealed_body))
    for row in session.scalars(query):
        stored[row.device_id][row.file] = row
    refreshed = {one.id: _refresh(session, one, profiles.resolve(one), stored[one.id], now) for one in devices}
    session.flush()
    return refreshed


def _refresh(session: Session, device: Device, phone: Phone, stored: dict[str, Rendering], now: datetime) -> Refreshed:
    files: list[str] = []
    changed: set[str] = set()
    for file in files_of(phone):
        row = stored.pop(file.name, None)
        if row is not None and row.etag == fingerprint(file.body):
            row.stale = False
            continue
        files.append(file.name)
        changed |= _difference(session, row, file)
        _store(session, device, row, file, now)
    for row in stored.values():
        files.append(row.file)
        session.delete(row)
    return Refreshed(tuple(files), tuple(sorted(changed)), vendors()[device.vendor].rules.resync(changed))


def files_of(phone: Phone) -> Sequence[File]:
    """Render every file of a phone, with the address of its phonebook: the one call of a maker's package."""
    return vendors()[phone.model.vendor].package.files(addressed(phone))


def _difference(session: Session, row: Rendering | None, file: File) -> set[str]:
    before = parameters_of(session, row) if row is not None else {}
    names = before.keys() | file.parameters.keys()
    return {name for name in names if _text(before.get(name)) != _text(file.parameters.get(name))}


def _text(parameter: Parameter | None) -> str | None:
    return None if parameter is None else parameter.value


def _store(session: Session, device: Device, row: Rendering | None, file: File, now: datetime) -> None:
    keyring = keyring_of(session)
    if row is None:
        row = Rendering(device_id=device.id, file=file.name, fetched_etag="")
        session.add(row)
    row.content_type = file.content_type
    row.etag = fingerprint(file.body)
    row.proves = file.proves
    row.stale = False
    row.rendered_at = now
    row.sealed_body = keyring.seal(file.body, "rendering")
    packed = {name: [p.value, p.source, p.secret] for name, p in file.parameters.items()}
    row.sealed_parameters = keyring.seal(json.dumps(packed).encode(), "parameters")


def parameters_of(session: Session, row: Rendering) -> dict[str, Parameter]:
    """Unseal the parameters that a file was written from."""
    packed = json.loads(keyring_of(session).open(row.sealed_parameters, "parameters"))
    return {name: Parameter(*values) for name, values in packed.items()}


def body_of(session: Session, row: Rendering) -> bytes:
    """Unseal a file as the phone gets it."""
    return keyring_of(session).open(row.sealed_body, "rendering")


def masked_files(phone: Phone) -> dict[str, File]:
    """Render a phone with every secret masked: nothing is cut out of a finished file, so nothing is missed."""
    rules = vendors()[phone.model.vendor].rules
    hidden = Effective(MASK, phone.settings["language"].origin)
    masked = replace(
        phone,
        lines=tuple(replace(line, password=Secret(MASK)) for line in phone.lines),
        settings={
            name: replace(effective, value=Secret(MASK)) if isinstance(effective.value, Secret) else effective
            for name, effective in phone.settings.items()
        },
        overrides={
            name: hidden if rules.hides(name) and effective.value is not None else effective
            for name, effective in phone.overrides.items()
        },
        provisioning_url=phone.provisioning_url.rsplit("/p/", 1)[0] + f"/p/{MASK}/",
        credentials=phone.credentials and replace(phone.credentials, password=Secret(MASK)),
    )
    return {file.name: file for file in files_of(masked)}


def mark_stale(session: Session, devices: Sequence[int] | Select[int]) -> int:
    """Mark every file of these phones; the worker renders them, or a phone that asks first.

    The phones are held until the commit, in the order of their ids, as everybody does who writes these rows.
    """
    ids = hold(session, session.scalars(devices) if isinstance(devices, Select) else devices)
    for batch in batches(ids):
        session.execute(update(Rendering).where(Rendering.device_id.in_(batch)).values(stale=True))
    return len(ids)


def unmark(session: Session, device_id: int) -> None:
    """Leave a phone's files as they are, so that a broken one is not tried again at every request."""
    session.execute(update(Rendering).where(Rendering.device_id == device_id).values(stale=False))


def stale_devices(session: Session, limit: int) -> list[int]:
    """List phones with files to render again, but for those that a rollout has rendered: these come after."""
    rolling = select(RolloutPhone.device_id).where(RolloutPhone.step.in_([Step.MARKED.value, Step.QUIET.value]))
    query = select(Rendering.device_id).where(Rendering.stale.is_(True), Rendering.device_id.not_in(rolling))
    return list(session.scalars(query.distinct().limit(limit)))


class Stored(NamedTuple):
    """What one lookup tells of a phone and one file of it; ``etag`` is None where there is no such file.

    ``user_agent`` is what the phone called itself when it was last seen. A tuple, because every request makes one.
    """

    device_id: int
    vendor: str
    mac: str
    watched: bool
    user_agent: str
    etag: str | None
    sealed_body: bytes
    content_type: str
    stale: bool
    fetched_etag: str


_COLUMNS = (
    "d.id, d.vendor, d.mac, d.watched, d.user_agent, r.etag, r.sealed_body, r.content_type, r.stale, r.fetched_etag"
)
_JOIN = "LEFT JOIN rendering r ON r.device_id = d.id AND r.file = ?"
_BY_TOKEN = f"SELECT {_COLUMNS} FROM device_token t JOIN device d ON d.id = t.device_id {_JOIN} WHERE t.hash = ?"  # noqa: S608
_BY_MAC = f"SELECT {_COLUMNS} FROM device d {_JOIN} WHERE d.mac = ?"  # noqa: S608


def lookup(database: Database, file: str, *, token_hash: str = "", mac: str = "") -> Stored | None:
    """Find a phone's file with one indexed query, past the ORM (facts: performance)."""
    query, key = (_BY_TOKEN, token_hash) if token_hash else (_BY_MAC, mac)
    row = database.fetch_one(query, (file, key))
    if row is None:
        return None
    device_id, vendor, its_mac, watched, agent, etag, sealed, kind, stale, fetched = row
    return Stored(
        device_id,
        vendor,
        its_mac,
        bool(watched),
        agent,
        etag,
        bytes(sealed or b""),
        kind or "",
        bool(stale),
        fetched or "",
    )
