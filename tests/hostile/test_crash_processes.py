"""kill -9 of running processes while people save, phones fetch and secrets are replaced: nothing is lost or stuck."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, text, update
from sqlalchemy.engine import make_url

from provserver.crypto import Keyring
from provserver.db.models import Device
from provserver.db.session import Database
from provserver.services.pushing.resync import LEASE
from tests.hostile.conftest import LONG, Report, Size
from tests.hostile.site import Site, eventually, pause, under_fire

pytestmark = pytest.mark.timeout(5400)

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
PARTS = ("worker", "web", "web child", "web child", "worker", "everything")
TIRED = 3
"""Deaths of a part after which its supervisor waits long until it starts it again: then all is started anew."""


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of this test, of either make."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'provserver.db'}"
    server: str = request.getfixturevalue("postgres")
    name = f"crash_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def site(url: str, tmp_path: Path, size: Size) -> Iterator[Site]:
    """A server with phones."""
    with under_fire(tmp_path, PROVSERVER_DATABASE_URL=url) as found:
        for _ in range(size(2, 5)):
            found.add_desk()
        yield found


class Hands:
    """People who save and replace secrets without a pause, as long as it is open."""

    def __init__(self, site: Site, seed: int) -> None:
        self._site = site
        self._random = random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.done: Counter[str] = Counter()

    def __enter__(self) -> "Hands":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            desk = self._random.choice(self._site.desks)
            what = self._random.choice(("save", "save", "save", "token", "password", "line"))
            done = self._site.save(desk) if what == "save" else self._site.rotate(desk, what)
            self.done[what if done else "unanswered"] += 1
            if not done:
                self._stop.wait(0.1)


class Killer:
    """Whoever kills a process of the server at a random moment."""

    def __init__(self, site: Site, seed: int) -> None:
        self._site = site
        self._random = random.Random(seed)
        self._deaths: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()

    def kill(self) -> None:
        """Kill one process, and start everything again where nothing is left that does."""
        pause(self._random.random() * 1.5)
        part = self._random.choice(PARTS)
        victims = [] if self._deaths[part] >= TIRED else self._find(part)
        if not victims:
            part, victims = "everything", self._site.processes()
        for victim in victims:
            with suppress(psutil.NoSuchProcess):  # it was faster
                victim.kill()
        self.killed[part] += 1
        self._deaths[part.partition(" ")[0]] += part != "web child"
        if part == "everything":
            psutil.wait_procs(victims, timeout=30)
            self._site.server.process.wait(30)
            self._deaths.clear()
            self._site.start_again()

    def _find(self, part: str) -> list[psutil.Process]:
        try:
            found = [process for process in self._site.processes() if part.split()[0] in process.cmdline()]
            found = [one for one in found if ("child" in part) == ("web" in one.parent().cmdline())]
        except (psutil.NoSuchProcess, AttributeError):
            return []
        if part == "everything" or not found:
            return []
        return [self._random.choice(found)]


def _end_leases(site: Site, url: str) -> None:
    """Let a lease's time pass: who had a phone in hand may be dead, and the short form does not wait for that."""
    database = Database(url, Keyring(Path(site.environment["PROVSERVER_DATA_DIR"]) / "secret.key"))
    with database.transaction() as session:
        for device in session.query(Device).where(Device.resync_claimed_until.is_not(None)):
            assert device.resync_claimed_until is not None
            earlier = device.resync_claimed_until - LEASE
            session.execute(update(Device).where(Device.id == device.id).values(resync_claimed_until=earlier))
    database.close()


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
def test_processes_killed_at_random_moments_lose_nothing(site: Site, url: str, size: Size, report: Report) -> None:
    seed = random.SystemRandom().randrange(10**6)
    killer = Killer(site, seed)
    with Hands(site, seed + 1) as hands:
        for _ in range(size(3, 100)):
            killer.kill()
        eventually(lambda: site.ask("GET", "/readyz").status == 200)
    site.server.process.poll() is None or site.start_again()
    if not LONG:
        _end_leases(site, url)
    lost = [line for desk in site.desks for line in site.lost(desk)]
    assert lost == [], f"seed {seed}"
    site.settle()
    assert all(site.save(desk) for desk in site.desks)
    site.settle()
    verified = site.command("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert _deadlocks(url) == 0
    report(seed=seed, kills=sum(killer.killed.values()), killed=dict(killer.killed), done=dict(hands.done), lost=0)


def _deadlocks(url: str) -> int:
    if url.startswith("sqlite"):
        return 0
    engine = create_engine(url)
    with engine.connect() as connection:
        found: int = connection.scalar(text(DEADLOCKS)) or 0
    engine.dispose()
    return found
