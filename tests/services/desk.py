"""One phone and a clock that is put forward by hand, for tests of what waits."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from provserver.db.models import Device
from provserver.domain.answers import meaning
from provserver.domain.push_settings import Way
from provserver.domain.roles import Actor
from provserver.domain.state import State
from provserver.services.changes import Saved
from provserver.services.editing import settings
from provserver.services.house import House
from provserver.services.pushing import fetches, progress, registrations, resync
from provserver.services.pushing.resync import Attempt, Task, Told
from provserver.services.steering import rollout_policies
from tests.services.floor import Still, fetched

MAC = "805ec0d9c744"


@dataclass
class Desk:
    """One phone that has all it should have, at noon in Rome, and a clock that is put forward by hand."""

    house: House
    actor: Actor
    clock: Still

    def policy(self, **values: object) -> None:
        hours = {"window_from": "22:00", "window_to": "05:00", "zone": "Europe/Rome"}
        rollout_policies.set_policy(self.house, self.actor, {**hours, **values})

    def save(self, vlan: int = 20) -> Saved:
        """Save what restarts a Yealink."""
        saved = settings.set_values(self.house, self.actor, "device", MAC, {"vlan": vlan})
        assert saved.restarts
        return saved

    def at(self, text: str) -> None:
        """Put the clock to a time in January, in UTC: an hour less than in Rome."""
        self.clock.ahead += datetime.fromisoformat(f"2027-01-{text}").replace(tzinfo=UTC) - self.clock()

    def told(self) -> list[Task]:
        """Take in hand what is due, a little later."""
        self.clock.forward(seconds=1)
        return resync.claim(self.house.database, self.house.config, self.clock(), 10)

    def record(self, task: Task, status: int) -> None:
        attempt = Attempt(Way.DIRECT, "", status, meaning(status))
        resync.record_told(self.house.database, [Told(task, (attempt,))], self.clock())

    def standing(self) -> tuple[State, str]:
        standing = progress.state(self.house, self.actor, MAC)
        return standing.state, standing.reason

    def fetch(self) -> None:
        with self.house.database.transaction() as session:
            device = session.scalars(select(Device)).one()
            fetched(session, device.id)
            fetches.settle(session, device.id, self.clock())

    def register(self) -> None:
        with self.house.database.transaction() as session:
            registrations._wake(session, {session.scalars(select(Device.id)).one()}, self.clock())
