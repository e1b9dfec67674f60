"""What goes with a line that leaves a phone: its keys; and the word of it in the phone's own history."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from provserver.db.models import Device, DeviceKey, DeviceLine, Line
from provserver.domain.keys import KeyPlan
from provserver.domain.roles import Actor
from provserver.domain.slots import KeyKind
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.rendering.profiles import stored_plan


def fit_keys(session: Session, device: Device) -> None:
    """Bring keys in line with the accounts that are left: line keys of a gone account go, others use the first."""
    mine = session.scalars(select(DeviceKey).where(DeviceKey.device_id == device.id))
    for key in mine:
        if key.line > max(1, len(device.lines)) or (key.kind == KeyKind.LINE and not device.lines):
            if key.kind == KeyKind.LINE:
                session.delete(key)
            else:
                key.line = 1
    session.flush()


def note_keys(
    session: Session, device: Device, plan: KeyPlan, before: dict[str, object], after: dict[str, object]
) -> None:
    """Add to what an edit changed the keys that went with it, so that its history is whole and it can be undone."""
    now = stored_plan(session, device)
    slots = sorted(slot for slot in {*plan.slots, *now.slots} if plan.key(slot) != now.key(slot))
    if slots:
        before["keys"], after["keys"] = plan.plain(slots), now.plain(slots)


def take_line_off(house: House, session: Session, actor: Actor, device: Device, line: Line) -> None:
    """Take a line off a phone with the keys that monitor it; the phone's history says so."""
    plan = stored_plan(session, device)
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    watching = (DeviceKey.device_id == device.id, DeviceKey.kind == "blf", DeviceKey.target == line.extension)
    session.execute(delete(DeviceKey).where(*watching))
    lines = [row.line.extension for row in device.lines]
    left = [row.line_id for row in device.lines if row.line_id != line.id]
    if len(left) != len(lines):
        before["lines"], after["lines"] = lines, [extension for extension in lines if extension != line.extension]
        device.lines.clear()
        session.flush()
        device.lines.extend(DeviceLine(position=place, line_id=line_id) for place, line_id in enumerate(left, 1))
        session.flush()
        fit_keys(session, device)
    note_keys(session, device, plan, before, after)
    if before != after:
        changes.record(house, session, actor, Edit("device", device.mac, before, after, device.id))
