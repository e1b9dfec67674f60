"""A company of phones that fetched everything, with hands to play the worker and the phones."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from provserver.db.models import Device, Rendering
from provserver.domain.roles import Actor
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.editing import settings
from provserver.services.house import House
from provserver.services.pushing import fetches, pacing, resync, rolling
from provserver.services.steering import rollout_policies, rollouts
from tests.fakes.clock import FakeClock

PHONES = 24


class Still(FakeClock):
    """A clock that goes only when it is put forward."""

    def __init__(self) -> None:
        super().__init__()
        self._began = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self._began + self.ahead


@dataclass
class Floor:
    """A company of phones that fetched everything, with hands to play the worker and the phones."""

    house: House
    actor: Actor
    clock: Still
    macs: list[str]

    def policy(self, **values: object) -> None:
        """Decide how wide edits are rolled out."""
        rollout_policies.set_policy(self.house, self.actor, values)

    def edit(self, **values: object) -> int:
        """Change settings of the company; give the rollout."""
        saved = settings.set_values(self.house, self.actor, "tenant", "", values or {"language": "it"})
        assert saved.rollout is not None
        return saved.rollout

    def render(self) -> None:
        """Render all that a rollout has marked."""
        while True:
            with self.house.database.reading() as session:
                ids = rolling.unrendered(session, 50)
            if not ids:
                return
            for device_id in ids:
                refresh_device(self.house, device_id)

    def step(self, seconds: float = 1.0) -> None:
        """Let time pass, and take rollouts a step further."""
        self.clock.forward(seconds=seconds)
        pacing.step(self.house, self.clock())

    def told(self) -> list[str]:
        """Take everything in hand that is due, as a worker does."""
        self.clock.forward(seconds=1)
        return [task.mac for task in resync.claim(self.house.database, self.house.config, self.clock(), 1000)]

    def fetch(self, macs: list[str]) -> None:
        """Have phones fetch what they should have."""
        with self.house.database.transaction() as session:
            for device in session.scalars(select(Device).where(Device.mac.in_(macs))):
                fetched(session, device.id)
                device.resync_claimed_until = None
                fetches.settle(session, device.id, self.clock())

    def fail(self, macs: list[str], *, status: int = 408, attempts: int = pacing.TRIES) -> None:
        """Have phones told without a fetch, as often as it takes to fail or so many times."""
        with self.house.database.transaction() as session:
            session.execute(
                update(Device)
                .where(Device.mac.in_(macs))
                .values(
                    resync_attempts=attempts,
                    told_at=self.clock(),
                    told_status=status,
                    told_reason="the phone did not answer",
                    resync_claimed_until=None,
                    resync_due_at=self.clock() + timedelta(hours=12),
                )
            )

    def known(self, number: int) -> rollouts.Known:
        """Give a rollout."""
        return rollouts.rollout(self.house, self.actor, number)


def fetched(session: Session, device_id: int) -> None:
    """Write down that a phone has its files."""
    for row in session.scalars(select(Rendering).where(Rendering.device_id == device_id)):
        row.fetched_etag = row.etag
    session.flush()
