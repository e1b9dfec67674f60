"""What phones take is committed before they are answered, in few statements, and many of them share a commit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError, OperationalError

from provserver.db.models import Device, Rendering
from provserver.domain.requests import PhoneRequest
from provserver.services.delivery import receipts
from provserver.services.delivery.receipts import Receipt, Receipts
from provserver.services.house import House
from provserver.services.pushing.fetches import is_proven
from tests.services.conftest import Office

NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)
MOST = 9
"""Statements of a first fetch, with the beginning of its transaction and the lock that PostgreSQL takes."""


def taken(house: House) -> list[Receipt]:
    """Give every file of every phone as one that it takes now."""
    with house.database.reading() as session:
        rows = session.execute(select(Rendering.device_id, Rendering.file, Rendering.etag)).all()
    return [Receipt(one, PhoneRequest("GET", file, "192.0.2.9"), etag, NOW) for one, file, etag in rows]


def counted(house: House, wanted: list[Receipt]) -> int:
    """Write receipts, and give how many statements that took."""
    asked: list[str] = []
    note = lambda *what: asked.append(what[2])  # noqa: E731
    event.listen(house.database.engine, "before_cursor_execute", note)
    receipts.record(house.database, wanted)
    event.remove(house.database.engine, "before_cursor_execute", note)
    return len(asked)


def test_many_first_fetches_take_as_many_statements_as_one(office: Office) -> None:
    wanted = taken(office.house)
    assert counted(office.house, wanted[:1]) <= MOST
    assert counted(office.house, wanted) <= MOST


def test_several_phones_that_wait_at_once_are_all_proven_before_they_are_answered(office: Office) -> None:
    house, wanted = office.house, taken(office.house)
    together, start = Receipts(house.database), Barrier(len(wanted))

    def take(one: Receipt) -> str:
        start.wait(timeout=30)
        together.write(one)
        with house.database.reading() as session:
            return session.scalar(
                select(Rendering.fetched_etag).where(
                    Rendering.device_id == one.device_id, Rendering.file == one.request.file
                )
            )

    with ThreadPoolExecutor(len(wanted)) as pool:
        assert list(pool.map(take, wanted)) == [one.etag for one in wanted]
    with house.database.reading() as session:
        for device in session.scalars(select(Device)):
            assert is_proven(session, device.id)
            assert (device.applied_at, device.last_seen, device.address) == (NOW, NOW, "192.0.2.9")


def test_a_fetch_that_cannot_be_written_down_takes_no_other_with_it(office: Office) -> None:
    house, (first, *_, last) = office.house, taken(office.house)
    spoilt = replace(first, etag=None)  # type: ignore[arg-type]
    together = Receipts(house.database)
    with ThreadPoolExecutor(2) as pool:
        doings = [pool.submit(together.write, one) for one in (spoilt, last)]
        with pytest.raises(IntegrityError):
            doings[0].result()
        doings[1].result()
    with house.database.reading() as session:
        has = session.scalars(select(Rendering.fetched_etag).where(Rendering.device_id == last.device_id))
        assert last.etag in set(has)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_who_waits_is_told_that_the_database_did_not_answer(office: Office) -> None:
    wanted = taken(office.house)
    with office.house.database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE rendering RENAME TO gone")
    together = Receipts(office.house.database)
    with ThreadPoolExecutor(len(wanted)) as pool:
        doings = [pool.submit(together.write, one) for one in wanted]
        for doing in doings:
            with pytest.raises(OperationalError):
                doing.result()


def test_an_unknown_phone_or_file_is_no_error(office: Office) -> None:
    """It may have been removed since it was found."""
    first = taken(office.house)[0]
    gone = [replace(first, device_id=10**6), replace(first, request=replace(first.request, file="gone.cfg"))]
    receipts.record(office.house.database, gone)
