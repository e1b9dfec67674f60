"""Phones: added, listed, shown with how far their last change has come, changed and removed."""

from datetime import datetime

from provserver.api import device_schemas as schemas
from provserver.api import paging
from provserver.api.bodies import load
from provserver.api.calls import PREFIX, call, subject
from provserver.api.presences import registration
from provserver.api.schemas import Search, listed
from provserver.db.models import Device, PhoneLog, Telling
from provserver.domain.roles import Right
from provserver.domain.settings import Scope
from provserver.doorway import actor, house
from provserver.services.inventory import devices, fleet, serials
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.pushing import progress, registrations
from provserver.services.pushing.progress import FileStanding, Standing
from provserver.services.pushing.restarts import Waits

calls = subject("devices", "Phones, and how far each one's last change has come.")

_EXAMPLE = {"mac": "80:5e:c0:d9:c7:44", "vendor": "yealink", "model": "T46U", "lines": ["201"]}
_REQUESTS = 20


@call(
    calls,
    "POST",
    "/devices",
    takes=schemas.NewDevice,
    gives=schemas.AddedDevice,
    status=201,
    problems=[400, 409, 413, 415, 422],
    example=_EXAMPLE,
)
def add_device() -> tuple[object, dict[str, str]]:
    """Add a phone.

    The answer holds its provisioning URL, whose secret token is shown this once.
    """
    body = load(schemas.NewDevice())
    new = NewDevice(
        mac=body["mac"],
        vendor=body["vendor"],
        model=body["model"],
        lines=tuple(body["lines"]),
        description=body.get("description") or "",
        department=body.get("department") or "",
        serial=body.get("serial") or "",
    )
    device, url = devices.add_device(house(), actor(), new)
    return {**_one(device.mac), "provisioning_url": url}, {"Location": f"{PREFIX}/devices/{device.mac}"}


@call(calls, "GET", "/devices", gives=listed(schemas.DeviceSummary), query=[Search], problems=[422])
def list_devices() -> tuple[object, dict[str, str]]:
    """List phones, or those whose address, description, model, extension or name holds ``q``."""
    rows = devices.find_devices(house(), actor(), paging.search(), paging.limit() + 1, paging.cursor())
    names = _departments()
    found = progress.standings(house(), actor(), rows)
    return paging.page(found, lambda one: _summary(one, names), lambda one: one.device.id)


@call(calls, "GET", "/devices/<mac>", gives=schemas.Device, problems=[404, 422])
def get_device(mac: str) -> object:
    """Give one phone, by any spelling of its address."""
    return _one(mac)


@call(
    calls,
    "PATCH",
    "/devices/<mac>",
    takes=schemas.DeviceChange,
    gives=schemas.Device,
    problems=[400, 404, 413, 415, 422],
    example={"description": "Front desk", "lines": ["201"]},
)
def change_device(mac: str) -> object:
    """Change a phone's lines, description, department, SIP address or firmware."""
    body = load(schemas.DeviceChange())
    if body.get("description", "") is None:
        body["description"] = ""
    devices.change_device(house(), actor(), mac, body)
    return _one(mac)


@call(calls, "DELETE", "/devices/<mac>", gives=None, status=204, problems=[404, 422])
def remove_device(mac: str) -> None:
    """Remove a phone; its token opens nothing any more."""
    devices.remove_device(house(), actor(), mac)


def _one(mac: str) -> dict[str, object]:
    standing, files = progress.standing(house(), actor(), mac)
    requests = progress.requests_of(house(), actor(), mac, _REQUESTS) if actor().may(Right.READ) else []
    tries = progress.tellings_of(house(), actor(), mac) if actor().may(Right.READ) else []
    return {
        **_summary(standing, _departments()),
        **_firmware(standing.device),
        "created_at": moment(standing.device.created_at),
        "files": [_file(file) for file in files],
        "push": _push(standing) | {"tries": [_try(row) for row in tries]},
        "registration": registration(*registrations.presence_of_phone(house(), actor(), mac)),
        "requests": [_request(row) for row in requests],
    }


def _firmware(device: Device) -> dict[str, object]:
    wanted = fleet.wanted(house(), actor(), [device])[0]
    chosen = wanted.chosen
    image = {"name": wanted.image.name, "version": wanted.image.version} if wanted.image else None
    return {
        "firmware_channel": chosen.value if chosen.origin is Scope.DEVICE else None,
        "firmware_wanted": image and {**image, "origin": chosen.origin.word, "place": chosen.place},
    }


def _departments() -> dict[int, str]:
    if not actor().may(Right.READ):
        return {}
    return {row.id: row.name for row in directory.departments(house(), actor())}


def _summary(standing: Standing, departments: dict[int, str]) -> dict[str, object]:
    device: Device = standing.device
    return {
        "mac": device.mac,
        "vendor": device.vendor,
        "model": device.model,
        "description": device.description,
        "department": departments.get(device.department_id or 0),
        "serial": serials.shown(actor(), device),
        "lines": [row.line.extension for row in device.lines],
        "state": standing.state.value,
        "reason": standing.reason,
        "firmware": device.firmware,
        "modules": device.modules,
        "sip_address": device.sip_address,
        "last_seen": moment(device.last_seen),
        "user_agent": device.user_agent,
        "address": device.address,
        "seen_model": device.seen_model,
        "locked_at": moment(device.locked_at),
    }


def _file(file: FileStanding) -> dict[str, object]:
    return {
        "name": file.name,
        "url": f"{house().config.base_url}/{file.name}",
        "etag": file.etag,
        "fetched_etag": file.fetched_etag or None,
        "fetched_at": moment(file.fetched_at),
        "rendered_at": moment(file.rendered_at),
        "stale": file.stale,
        "proves": file.proves,
    }


def _push(standing: Standing) -> dict[str, object]:
    device = standing.device
    return {
        "saved_at": moment(device.changed_at),
        "told_at": moment(device.told_at),
        "way": device.told_way,
        "answer": device.told_status or None,
        "sentence": device.told_reason,
        "attempts": device.resync_attempts,
        "next_at": moment(device.resync_due_at),
        "applied_at": moment(device.applied_at),
        "seconds": standing.seconds,
        "waits": waits(standing.waits),
    }


def waits(found: Waits | None) -> dict[str, object] | None:
    """Say what a phone's restart waits for; null where it does not."""
    return None if found is None else {"what": found.what, "at": moment(found.at), "sentence": found.sentence}


def _try(row: Telling) -> dict[str, object]:
    return {
        "at": moment(row.at),
        "way": row.way,
        "target": row.target,
        "answer": row.status or None,
        "sentence": row.sentence,
    }


def _request(row: PhoneLog) -> dict[str, object]:
    return {
        "at": moment(row.at),
        "method": row.method,
        "file": row.file,
        "status": row.status,
        "verdict": row.verdict,
        "reason": row.reason,
        "address": row.address,
        "user_agent": row.user_agent,
    }


def moment(at: datetime | None) -> str | None:
    """Write a moment as programs read it; null where it has not come."""
    return at.isoformat().replace("+00:00", "Z") if at else None
