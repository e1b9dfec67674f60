"""The house in figures, for machines that watch it: computed at each look, so every process tells the same."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from provserver.db.models import Device, Line, PhoneLog, Rendering, Tenant
from provserver.db.schema import is_current
from provserver.db.session import is_alive
from provserver.domain.state import State
from provserver.services.house import House
from provserver.services.opening import knows_its_secrets
from provserver.services.pushing.progress import device_standings

WINDOW = timedelta(minutes=5)
"""How far back requests of phones are counted."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over all companies; nothing in them names anybody."""

    phones: Mapping[tuple[str, State], int]
    requests: Mapping[str, int]
    companies: int
    lines: int
    stale: int
    due: int


def readiness(house: House) -> str:
    """Say why the house cannot work now, or nothing where it can; raises what the database raises."""
    if not is_alive(house.database):
        return "the database does not answer"
    if not is_current(house.database):
        return "the database's tables are not those of this version"
    return "" if knows_its_secrets(house.database) else "the keys do not open what the database holds"


def figures(house: House) -> Figures:
    """Count what is there, and how far it has come."""
    phones: Counter[tuple[str, State]] = Counter()
    now = house.clock()
    with house.database.reading() as session:
        last = 0
        while devices := session.scalars(
            select(Device).where(Device.id > last).order_by(Device.id).limit(_BATCH)
        ).all():
            phones.update((found.device.vendor, found.state) for found in device_standings(session, devices))
            last = devices[-1].id
            session.expunge_all()
        recent = select(PhoneLog.verdict, func.count()).where(PhoneLog.at > now - WINDOW).group_by(PhoneLog.verdict)
        return Figures(
            phones=phones,
            requests=dict(session.execute(recent).all()),
            companies=session.scalar(select(func.count(Tenant.id))) or 0,
            lines=session.scalar(select(func.count(Line.id))) or 0,
            stale=session.scalar(select(func.count()).where(Rendering.stale.is_(True))) or 0,
            due=session.scalar(select(func.count(Device.id)).where(Device.resync_due_at <= now)) or 0,
        )
