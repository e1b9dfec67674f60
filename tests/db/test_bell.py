"""The bell: whoever waits hears of a save at once, and of nothing that was not saved."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from threading import enumerate as running

import pytest
from sqlalchemy import create_engine, text

from provserver.db.bell import Bell, LoopbackBell
from provserver.db.session import Database, ring
from provserver.services.house import House

AT_ONCE = 1.0
"""Seconds within which a ring is heard."""
QUIET = 0.4
"""Seconds of silence that are taken for none coming."""


class Ear:
    """What one listener heard."""

    def __init__(self) -> None:
        self.rings: Queue[None] = Queue()

    def __call__(self) -> None:
        """Hear one ring."""
        self.rings.put(None)

    def hears(self, within: float = AT_ONCE) -> bool:
        """Tell whether there is a ring, and take it and those that came with it."""
        try:
            self.rings.get(timeout=within)
        except Empty:
            return False
        while not self.rings.empty():
            self.rings.get()
        return True


@contextmanager
def listening(bell: Bell) -> Iterator[Ear]:
    """Listen; the ring that some bells give when they begin is taken first."""
    ear = Ear()
    listener = bell.listen(ear)
    try:
        while ear.hears(QUIET):
            pass
        yield ear
    finally:
        listener.close()


def save(database: Database) -> None:
    """Commit a transaction that rings."""
    with database.transaction() as session:
        session.execute(text("SELECT 1"))
        ring(session)


def test_a_save_is_heard_at_once_every_time(house: House) -> None:
    with listening(house.database.bell) as ear:
        for _ in range(3):
            save(house.database)
            assert ear.hears()


def test_nothing_is_heard_before_the_commit(house: House) -> None:
    with listening(house.database.bell) as ear:
        with house.database.transaction() as session:
            ring(session)
            session.execute(text("SELECT 1"))
            assert not ear.hears(QUIET)
        assert ear.hears()


def test_a_save_that_failed_is_not_heard(house: House) -> None:
    with listening(house.database.bell) as ear:
        with pytest.raises(RuntimeError, match="no"), house.database.transaction() as session:
            session.execute(text("SELECT 1"))
            ring(session)
            raise RuntimeError("no")
        with house.database.transaction(discard=True) as session:
            session.execute(text("SELECT 1"))
            ring(session)
        assert not ear.hears(QUIET)


def test_a_save_that_does_not_ring_is_not_heard(house: House) -> None:
    with listening(house.database.bell) as ear:
        with house.database.transaction() as session:
            session.execute(text("SELECT 1"))
        with house.database.reading() as session:
            session.execute(text("SELECT 1"))
        assert not ear.hears(QUIET)


def test_every_listener_hears_and_one_of_another_database_object_too(house: House) -> None:
    other = Database(house.database.url, house.database.keyring)
    with listening(house.database.bell) as first, listening(other.bell) as second:
        save(house.database)
        assert first.hears()
        assert second.hears()
        save(other)
        assert first.hears()
        assert second.hears()
    other.close()


def listeners() -> set[Thread]:
    """Give the threads that listen."""
    return {thread for thread in running() if thread.name == "bell"}


def test_a_closed_listener_hears_nothing_and_leaves_no_thread(house: House) -> None:
    before = listeners()
    with listening(house.database.bell) as ear:
        save(house.database)
        assert ear.hears()
        assert len(listeners() - before) == 1
    assert not listeners() - before
    save(house.database)
    assert not ear.hears(QUIET)


def test_a_listener_beside_sqlite_takes_its_file_away(sqlite_house: House) -> None:
    wake = sqlite_house.config.data_dir / "wake"
    with listening(sqlite_house.database.bell):
        names = [path.name for path in wake.iterdir()]
        assert len(names) == 1
        assert names[0].startswith(f"{os.getpid()}-")
    assert list(wake.iterdir()) == []


@pytest.mark.parametrize("left", ["", "junk", "0", "-1", "99999", "1", "\ud7ff"])
def test_what_a_dead_listener_left_behind_hinders_nobody(tmp_path: Path, left: str) -> None:
    wake = tmp_path / "wake"
    wake.mkdir()
    (wake / "1-1.port").write_text(left)
    (wake / "2-2.port").mkdir()
    bell = LoopbackBell(wake)
    with listening(bell) as ear:
        bell.after_commit()
        assert ear.hears()


def test_a_bell_without_listeners_rings_for_nobody(tmp_path: Path) -> None:
    LoopbackBell(tmp_path / "never made").after_commit()
    assert not (tmp_path / "never made").exists()


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_a_lost_connection_is_opened_again(house: House) -> None:
    with listening(house.database.bell) as ear:
        engine = create_engine(house.database.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            ended = connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
            ).all()
        engine.dispose()
        assert ended == [(True,)]
        assert ear.hears(within=5), "the first thing after a gap is to look"
        save(house.database)
        assert ear.hears()
