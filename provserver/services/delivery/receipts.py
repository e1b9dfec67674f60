"""What phones take that they did not have, written down before they are answered; those who wait share a commit."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import sleep

from sqlalchemy.exc import OperationalError

from provserver.db.holding import hold
from provserver.db.session import Database
from provserver.domain.requests import PhoneRequest, Reply, Sighting, Verdict
from provserver.services.delivery.last_seen import see
from provserver.services.pushing import fetches
from provserver.services.pushing.fetches import Fetch

log = logging.getLogger(__name__)

GATHER = 0.002
"""Seconds that a phone's answer waits for others to join: a transaction of one costs as much as one of eight."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A phone that takes a version of the file that it asks for."""

    device_id: int
    request: PhoneRequest
    etag: str
    at: datetime


class Receipts:
    """Write down what phones of this process take.

    SQLite has one writer, for whom every thread would wait: one thread writes for all of them, everything that is
    waiting in one transaction. On PostgreSQL each writes for itself, so that a phone whose row somebody holds keeps no
    other one waiting.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._waiting: list[tuple[Receipt, Future[None]]] = []
        self._writer = ThreadPoolExecutor(1, "receipts")

    def write(self, receipt: Receipt) -> None:
        """Come back once it is committed; raises SQLAlchemyError where it cannot be written."""
        if not self._database.is_sqlite:
            record(self._database, [receipt])
            return
        written = Future[None]()
        with self._lock:
            self._waiting.append((receipt, written))
        self._writer.submit(self._write_waiting)
        written.result()

    def _write_waiting(self) -> None:
        if self._waiting:
            sleep(GATHER)
            with self._lock:
                waiting, self._waiting = self._waiting, []
            self._write_together(waiting)

    def _write_together(self, waiting: Sequence[tuple[Receipt, Future[None]]]) -> None:
        """Write several in one transaction, and each alone where one of them spoils it; nobody is left waiting."""
        try:
            record(self._database, [receipt for receipt, _ in waiting])
        except Exception as error:
            if len(waiting) > 1 and not isinstance(error, OperationalError):
                log.exception("Fetches could not be written down together; each is by itself")
                for one in waiting:
                    self._write_together([one])
                return
            for _, written in waiting:
                written.set_exception(error)
        else:
            for _, written in waiting:
                written.set_result(None)


def record(database: Database, receipts: Sequence[Receipt]) -> None:
    """Write down in one transaction which versions phones have, and that they were seen."""
    with database.transaction() as session:
        hold(session, [one.device_id for one in receipts])
        fetches.record_fetches(session, [Fetch(one.device_id, one.request.file, one.etag, one.at) for one in receipts])
        see(session, [Sighting(one.device_id, one.request, _SERVED, one.at) for one in receipts])


_SERVED = Reply(200, Verdict.SERVED)
