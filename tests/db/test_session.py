"""Transactions: kept whole or not at all, seen once they are kept, and never lost to a busy database."""

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from provserver.crypto import Keyring
from provserver.db.models import ApiToken, Tenant
from provserver.db.schema import upgrade
from provserver.db.session import Database, is_alive, keyring_of
from provserver.db.types import Moment
from provserver.services.house import House

THREADS = 20
TIMES = 20
YEARS = (datetime(1900, 1, 2), datetime(2199, 12, 30))  # noqa: DTZ001  the zone is drawn with the moment
NOON = datetime(2026, 3, 29, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def database(house: House) -> Database:
    """The house's database."""
    return house.database


def companies(database: Database) -> list[str]:
    """Name the companies that are saved."""
    with database.reading() as session:
        return list(session.scalars(select(Tenant.name).order_by(Tenant.name)))


def test_what_was_done_is_committed_at_the_end(database: Database) -> None:
    with database.transaction() as session:
        session.add(Tenant(name="Bianchi"))
        assert companies(database) == ["Rossi S.p.A."], "nobody sees it before"
    assert companies(database) == ["Bianchi", "Rossi S.p.A."]


def test_a_new_file_is_its_owners_alone(tmp_path: Path, keyring: Keyring) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'rows.db'}", keyring)
    upgrade(database)
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "new").glob("rows.db*")} == {0}
    database.close()


def test_an_error_undoes_everything(database: Database) -> None:
    with pytest.raises(RuntimeError, match="half way"), database.transaction() as session:
        session.add(Tenant(name="Bianchi"))
        session.flush()
        raise RuntimeError("half way")
    assert companies(database) == ["Rossi S.p.A."]


def test_a_row_that_breaks_a_rule_of_the_database_undoes_everything(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Tenant(name="Bianchi"))
        session.flush()
        session.add(Tenant(name="Rossi S.p.A."))
    assert companies(database) == ["Rossi S.p.A."]
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(ApiToken(tenant_id=4711, name="x", role="admin", hash="y"))
    with database.transaction() as session:
        session.add(Tenant(name="Verdi"))
    assert companies(database) == ["Rossi S.p.A.", "Verdi"], "and the next one is none the worse"


def test_a_rehearsal_is_undone(database: Database) -> None:
    with database.transaction(discard=True) as session:
        session.add(Tenant(name="Bianchi"))
        session.flush()
        assert session.scalar(select(Tenant.name).where(Tenant.name == "Bianchi")) == "Bianchi"
    assert companies(database) == ["Rossi S.p.A."]


def test_a_reader_writes_nothing(database: Database) -> None:
    with database.reading() as session:
        session.add(Tenant(name="Bianchi"))
        session.flush()
    assert companies(database) == ["Rossi S.p.A."]


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.transaction() as session:
        session.add(Tenant(name="Bianchi"))
        session.flush()
        before = datetime.now(UTC)
        assert companies(database) == ["Rossi S.p.A."]
        assert database.fetch_one("SELECT count(*) FROM tenant WHERE name <> ?", ("",)) == (1,)
        assert datetime.now(UTC) - before < timedelta(seconds=5)


def test_what_was_read_can_be_used_after_the_transaction(database: Database) -> None:
    with database.transaction() as session:
        company = session.scalars(select(Tenant)).one()
    assert company.name == "Rossi S.p.A."


def test_a_session_knows_the_keys_of_its_database(database: Database, keyring: Keyring) -> None:
    with database.transaction() as session:
        assert keyring_of(session) is keyring
    with database.reading() as session:
        assert keyring_of(session) is keyring


def test_one_question_in_plain_sql_is_answered_with_a_row_or_nothing(database: Database) -> None:
    query = "SELECT name, id FROM tenant WHERE name = ? AND name <> ?"
    row = database.fetch_one(query, ("Rossi S.p.A.", "x"))
    assert row is not None
    assert row[0] == "Rossi S.p.A."
    assert database.fetch_one(query, ("nobody", "x")) is None
    assert database.fetch_one(query, ("' OR 1=1 --", "x")) is None


def test_one_question_sees_every_commit_at_once(database: Database) -> None:
    query = "SELECT count(*) FROM tenant WHERE name <> ?"
    for number in range(5):
        assert database.fetch_one(query, ("",)) == (number + 1,)
        with database.transaction() as session:
            session.add(Tenant(name=f"Company {number}"))


def test_a_question_that_is_wrong_does_not_spoil_the_next_ones(database: Database) -> None:
    for _ in range(40):
        with pytest.raises(Exception, match=r"no_such_table"):
            database.fetch_one("SELECT 1 FROM no_such_table WHERE 1 = ?", ("1",))
    assert database.fetch_one("SELECT count(*) FROM tenant WHERE name <> ?", ("",)) == (1,)


def test_one_question_cannot_write_on_sqlite(sqlite_house: House) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        sqlite_house.database.fetch_one("DELETE FROM tenant WHERE name <> ?", ("",))


def test_after_closing_a_database_opens_again_by_itself(database: Database) -> None:
    query = "SELECT count(*) FROM tenant WHERE name <> ?"
    assert database.fetch_one(query, ("",)) == (1,)
    database.close()
    assert database.fetch_one(query, ("",)) == (1,)
    assert is_alive(database)


def together(work: Callable[[int], None], threads: int = THREADS) -> list[BaseException]:
    """Run the work in threads that start together; give what went wrong."""
    start = Barrier(threads, timeout=30)
    wrong: list[BaseException] = []

    def run(number: int) -> None:
        try:
            start.wait()
            work(number)
        except BaseException as error:  # noqa: BLE001  handed to the test
            wrong.append(error)

    running = [Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return wrong


def count_up(session: Session) -> None:
    """Read a number, and write it one higher, as a careless use case does."""
    query = select(Tenant).where(Tenant.name.like("counter %")).with_for_update()
    counter = session.scalars(query).one()
    counter.name = f"counter {int(counter.name.split()[1]) + 1}"


def test_writers_that_come_together_wait_for_each_other(database: Database) -> None:
    with database.transaction() as session:
        session.add(Tenant(name="counter 0"))

    def work(_: int) -> None:
        for _ in range(TIMES):
            with database.transaction() as session:
                count_up(session)

    assert together(work) == []
    assert f"counter {THREADS * TIMES}" in companies(database)


def count_in_a_process(url: str, keys: str) -> None:
    """Count up, as another process does."""
    database = Database(url, Keyring(Path(keys)))
    for _ in range(TIMES):
        with database.transaction() as session:
            count_up(session)
    database.close()


def test_who_cannot_write_for_too_long_is_told_and_writes_the_next_time(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provserver.db.session._BUSY_MILLISECONDS", 30)
    database = sqlite_house.database
    with database.transaction() as holding:
        holding.add(Tenant(name="Bianchi"))
        holding.flush()
        with pytest.raises(OperationalError, match="locked"), database.transaction() as session:
            session.add(Tenant(name="Verdi"))
            session.flush()
    with database.transaction() as session:
        session.add(Tenant(name="Neri"))
        patience = session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert (companies(database), patience) == (["Bianchi", "Neri", "Rossi S.p.A."], 30)


def test_writers_of_several_processes_wait_for_each_other(database: Database, keyring: Keyring) -> None:
    with database.transaction() as session:
        session.add(Tenant(name="counter 0"))
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.starmap(count_in_a_process, [(database.url, str(keyring.path))] * 3, chunksize=1)
    assert f"counter {3 * TIMES}" in companies(database)


def test_readers_go_on_while_many_write(database: Database) -> None:
    with database.transaction() as session:
        session.add(Tenant(name="counter 0"))

    def work(number: int) -> None:
        for _ in range(TIMES):
            if number % 4 == 0:
                with database.transaction() as session:
                    count_up(session)
            elif number % 4 == 1:
                assert len(companies(database)) == 2
            else:
                assert database.fetch_one("SELECT count(*) FROM tenant WHERE name <> ?", ("",)) == (2,)

    assert together(work) == []


def stored(database: Database, moment: datetime) -> datetime:
    """Store a moment, and read it back."""
    with database.transaction(discard=True) as session:
        company = Tenant(name="moment", created_at=moment)
        session.add(company)
        session.flush()
        session.expire(company)
        return company.created_at


@pytest.mark.parametrize(
    "moment",
    [
        NOON,
        NOON.astimezone(timezone(timedelta(hours=2))),
        NOON.astimezone(timezone(-timedelta(hours=9, minutes=30))),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_in_utc_and_is_the_same(database: Database, moment: datetime) -> None:
    found = stored(database, moment)
    assert found == moment
    assert found.utcoffset() == timedelta(0)


@settings(deadline=None)
@given(st.datetimes(*YEARS, timezones=st.timezones()))
def test_no_zone_moves_a_moment(moment: datetime) -> None:
    kind = Moment()
    for url in ("sqlite://", "postgresql+psycopg://"):
        dialect = make_url(url).get_dialect()()
        found = kind.process_result_value(kind.process_bind_param(moment, dialect), dialect)
        assert found == moment.astimezone(UTC)
        assert found is not None
        assert found.utcoffset() == timedelta(0)


def test_moments_are_ordered_as_they_happened(database: Database) -> None:
    with database.transaction() as session:
        for hours in (2, -9, 0):
            local = (NOON + timedelta(minutes=hours)).astimezone(timezone(timedelta(hours=hours)))
            session.add(Tenant(name=f"at {hours:+d}", created_at=local))
    with database.reading() as session:
        query = select(Tenant.name).where(Tenant.name.like("at %")).order_by(Tenant.created_at)
        assert list(session.scalars(query)) == ["at -9", "at +0", "at +2"]
        earlier = query.where(Tenant.created_at < NOON.astimezone(timezone(timedelta(hours=5))))
        assert list(session.scalars(earlier)) == ["at -9"]


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="a moment needs a time zone"):
        stored(database, datetime(2026, 3, 29, 12, 0))  # noqa: DTZ001  that is the point
    with pytest.raises(StatementError, match="a moment needs a time zone"), database.reading() as session:
        session.scalars(select(Tenant).where(Tenant.created_at < datetime(2026, 3, 29))).all()  # noqa: DTZ001
    assert is_alive(database)
