"""Two who change the same phone at once wait for each other, and never each for the other: no deadlock on PostgreSQL.

Each pair goes in step: after every statement that takes a lock one waits until the other has taken as many, waits for
a lock itself, or is done. Whoever locks in another order than the rest meets the other halfway, every time.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from threading import current_thread
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from provserver.domain.requests import PhoneRequest, Reply, Sighting, Verdict
from provserver.errors import Conflict
from provserver.services.delivery.provisioning import Desk, serve
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.delivery.sightings import Recorder, write
from provserver.services.editing import keys, settings
from provserver.services.house import House
from provserver.services.organisation import directory
from provserver.services.pushing import progress
from provserver.services.rendering import renderings
from provserver.services.steering import rollout_policies
from tests.services.conftest import Office

PATIENCE = 60.0
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

pytestmark = pytest.mark.parametrize("house", ["postgres"], indirect=True)


@dataclass
class Pair:
    """Two threads that go in step, and what ended each of them."""

    house: House
    taken: dict[str, int] = field(default_factory=lambda: {"pair_0": 0, "pair_1": 0})
    done: set[str] = field(default_factory=set)

    def run(self, doings: list[Callable[[], object]]) -> int:
        """Do both at once, and give how many were done; raises what either of them raises, but for a Conflict."""
        engine = self.house.database.engine
        self._looking = create_engine(engine.url, isolation_level="AUTOCOMMIT")
        event.listen(engine, "after_cursor_execute", self._step)
        try:
            with ThreadPoolExecutor(2, thread_name_prefix="pair") as pool:
                return sum(doing.result() for doing in [pool.submit(self._do, doing) for doing in doings])
        finally:
            event.remove(engine, "after_cursor_execute", self._step)
            self._looking.dispose()

    def _do(self, doing: Callable[[], object]) -> bool:
        try:
            doing()
        except Conflict:
            return False
        else:
            return True
        finally:
            self.done.add(current_thread().name)

    def _step(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        me = current_thread().name
        if me not in self.taken or (not statement.startswith("UPDATE") and "FOR " not in statement):
            return
        self.taken[me] += 1
        other = next(name for name in self.taken if name != me)
        deadline = time.monotonic() + PATIENCE
        while other not in self.done and self.taken[other] < self.taken[me] and not self._is_blocked():
            assert time.monotonic() < deadline, "the other one neither went on nor waited"
            time.sleep(0.005)

    def _is_blocked(self) -> bool:
        with self._looking.connect() as connection:
            return bool(connection.scalar(text(BLOCKED)))


def fetch(office: Office) -> object:
    """A phone that takes a version which it did not have."""
    request = PhoneRequest("GET", f"{office.yealink}.cfg", "192.0.2.9", office.yealink_url.split("/")[-2])
    recorder = Recorder(office.house.database, office.house.clock)
    reply = serve(Desk(office.house, recorder), request)
    recorder.close()
    assert reply.status == 200, reply.reason
    return reply


def refresh(office: Office) -> object:
    """The worker, which renders both phones one after the other."""
    return [refresh_device(office.house, _id(office, mac)) for mac in (office.yealink, office.poly)]


def save(office: Office) -> object:
    """An admin's save of a key."""
    target = {"4": {"kind": "speed-dial", "target": f"0{time.monotonic_ns()}"}}
    return keys.set_keys(office.house, office.actor, office.yealink, target)


def rename(office: Office) -> object:
    """A line's new name, which marks every phone that shows it."""
    return directory.change_line(office.house, office.actor, "202", {"display_name": f"Anna {time.monotonic_ns()}"})


def roll_out(office: Office) -> object:
    """A company's setting, which becomes a rollout."""
    return settings.set_values(office.house, office.actor, "tenant", "", {"ntp_server": f"t{time.monotonic_ns()}.test"})


def upgrade(office: Office) -> object:
    """The collected requests of two phones, of which one comes with a new firmware."""
    agents = {office.yealink: f"Yealink SIP-T46U 108.86.0.{time.monotonic_ns() % 999} 80:5e:c0:d9:c7:44"}
    seen = [
        Sighting(_id(office, mac), PhoneRequest("GET", "x", "192.0.2.9", user_agent=agents.get(mac, "")), REPLY,
                 office.house.clock())
        for mac in (office.yealink, office.poly)
    ]  # fmt: skip
    return write(office.house.database, seen)


REPLY = Reply(200, Verdict.SERVED)
DOINGS = {doing.__name__: doing for doing in (fetch, refresh, save, rename, roll_out, upgrade)}


def _id(office: Office, mac: str) -> int:
    return progress.standing(office.house, office.actor, mac)[0].device.id


@pytest.fixture
def stale(office: Office) -> Iterator[Office]:
    """The office with every file to be rendered, every edit of the company a rollout, and a deadlock counted."""
    rollout_policies.set_policy(office.house, office.actor, {"wide_from": 1})
    for mac in (office.yealink, office.poly):
        refresh_device(office.house, _id(office, mac))
    with office.house.database.transaction() as session:
        renderings.mark_stale(session, [_id(office, office.poly), _id(office, office.yealink)])
    yield office
    with office.house.database.reading() as session:
        assert session.scalar(text(DEADLOCKS)) == 0


@pytest.mark.parametrize(("one", "other"), list(combinations_with_replacement(DOINGS, 2)))
def test_no_two_wait_for_each_other(stale: Office, one: str, other: str) -> None:
    done = Pair(stale.house).run([lambda: DOINGS[one](stale), lambda: DOINGS[other](stale)])
    assert done == 2 or (done == 1 and one == other == "roll_out"), "one of two who set the same hears of the other"
