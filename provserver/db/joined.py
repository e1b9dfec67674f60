"""Many use cases in one transaction: all of them are kept, or none."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from provserver.db.session import Database


class Joined(Database):
    """Look like a database to use cases, and give each a savepoint of one transaction that is open already.

    A use case that fails undoes itself alone; whoever opened the transaction decides about the rest.
    """

    def __init__(self, database: Database, session: Session) -> None:
        self.url = database.url
        self.keyring = database.keyring
        self.engine = database.engine
        self.bell = database.bell
        self._session = session

    @contextmanager
    def transaction(self, *, discard: bool = False) -> Iterator[Session]:
        """Run one use case in a savepoint; what it read is forgotten afterwards, as by a session of its own."""
        try:
            with self._session.begin_nested() as savepoint:
                yield self._session
                if discard:
                    savepoint.rollback()
        finally:
            self._session.expunge_all()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read what the transaction has so far."""
        yield self._session
        self._session.expunge_all()
