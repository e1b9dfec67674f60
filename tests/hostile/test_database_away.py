"""The database goes and comes back under a running server: everybody is told, and everything goes on by itself."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, text

from tests.hostile.conftest import Report, Size
from tests.hostile.own_postgres import OwnPostgres, own_postgres
from tests.hostile.site import Answer, Site, eventually, pause, under_fire

pytestmark = pytest.mark.timeout(1800)

LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"


@pytest.fixture(scope="module")
def postgres_alone() -> Iterator[OwnPostgres]:
    """A PostgreSQL that only this module uses."""
    with own_postgres() as found:
        yield found


@pytest.fixture(scope="module")
def site(postgres_alone: OwnPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running server over it: web, worker and discovery, with two phones."""
    folder = tmp_path_factory.mktemp("away")
    with under_fire(folder, PROVSERVER_DATABASE_URL=postgres_alone.url, PROVSERVER_DISCOVERY="pnp") as found:
        found.add_desk()
        found.add_desk()
        yield found


def _pids(site: Site) -> list[int]:
    return [process.pid for process in site.processes()]


def _listeners(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        found: int = connection.scalar(text(LISTENERS)) or 0
    engine.dispose()
    return found


def _file(site: Site) -> str:
    """Give the address of a phone's file; a GET of it would be taken for the phone's own, so HEAD asks for it."""
    phone = site.desks[0].phone
    return f"{phone._base}{phone.mac}.cfg"


def test_the_database_goes_and_comes_back(site: Site, postgres_alone: OwnPostgres, size: Size, report: Report) -> None:
    get = site.browser()
    before = _pids(site)
    rounds, unanswered = size(1, 15), 0
    for number in range(rounds):
        assert site.save(site.desks[0])
        postgres_alone.stop()
        _everybody_is_told(site, get)
        unanswered += sum(not site.save(desk) for desk in site.desks)
        pause(0.5 * (number % 5))
        postgres_alone.start()
        eventually(lambda: site.ask("HEAD", _file(site)).status == 200)
        assert get("/phones/").status == 200
        assert [site.save(desk) for desk in site.desks] == [True, True]
        site.settle()
        eventually(lambda: _listeners(postgres_alone.url) >= 1)
        assert [line for desk in site.desks for line in site.lost(desk)] == []
    assert _pids(site) == before, "nothing had to be started again"
    report(times_away=rounds, saves_refused=unanswered, lost=0)


def _everybody_is_told(site: Site, get: Callable[[str], Answer]) -> None:
    phone = site.ask("GET", _file(site))
    assert (phone.status, phone.body) == (503, b"try again\n")
    assert int(phone.headers["Retry-After"]) > 0
    program = site.ask("GET", "/api/v1/devices")
    assert program.status == 503, program
    assert "database does not answer" in program.json["detail"]
    assert int(program.headers["Retry-After"]) > 0
    page = get("/phones/")
    assert page.status == 503, page
    assert "The database does not answer" in page.body.decode()
    assert "Traceback" not in page.body.decode()
    assert site.ask("GET", "/healthz").status == 200
    assert site.ask("GET", "/readyz").status == 503


def test_a_database_that_hangs_keeps_nobody_for_ever(site: Site, postgres_alone: OwnPostgres, report: Report) -> None:
    assert site.save(site.desks[0])
    postgres_alone.freeze()
    try:
        pause(1.0)
        answer = site.ask("GET", "/healthz")
        assert answer.status == 200
    finally:
        postgres_alone.thaw()
    eventually(lambda: site.ask("HEAD", _file(site)).status == 200)
    assert site.save(site.desks[1])
    site.settle()
    assert [line for desk in site.desks for line in site.lost(desk)] == []
    report(frozen=1, lost=0)
