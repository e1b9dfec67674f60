"""A new data key: every sealed value is sealed again, in batches, and only then are the old keys forgotten."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, func, select, text, tuple_, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from provserver.crypto import Keyring
from provserver.db.locking import alone
from provserver.db.models import Base
from provserver.db.session import keyring_of
from provserver.domain.roles import Actor, Right
from provserver.errors import Unreadable
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House

PURPOSES = {
    "line.sealed_password": "line password",
    "old_line_password.sealed": "line password",
    "device_token.sealed": "device token",
    "device_credential.sealed_password": "device password",
    "enrolment_secret.sealed": "enrolment secret",
    "stored_value.sealed_value": "value",
    "rendering.sealed_body": "rendering",
    "rendering.sealed_parameters": "parameters",
    "upload.sealed_body": "upload",
    "user_account.sealed_totp": "second factor",
    "own_authority.sealed_key": "authority key",
}
"""Every sealed column with the purpose that is bound to its bytes; a test compares it with the tables."""

BATCH = 200
"""Rows a transaction: short enough that phones who prove a fetch meanwhile do not notice."""
_WAIT = 300
"""Milliseconds that writers may be kept waiting at once."""
_NOT_AVAILABLE = "55P03"
"""What PostgreSQL says of a lock that it did not get in time."""
SETTLE = 5.0
"""Seconds from the new key to the last look: a transaction that sealed with the old key has ended by then."""

BUSY = "the data key is being replaced or copied already, by another process"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: values sealed again, and where some could not be opened (then old keys are kept)."""

    resealed: int
    unreadable: tuple[str, ...]
    finished: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """One sealed column."""

    table: Table
    column: Column[bytes]
    purpose: str


def places() -> list[_Place]:
    """List every sealed column."""
    found = []
    for name, purpose in PURPOSES.items():
        table_name, _, column_name = name.partition(".")
        table = Base.metadata.tables[table_name]
        found.append(_Place(table, table.columns[column_name], purpose))
    return found


def rotate(house: House, actor: Actor, progress: Progress | None = None, settle: float = SETTLE) -> Rotated:
    """Make a new data key, seal everything with it, and forget the old ones; a broken-off rotation is taken up.

    It may run beside a working server: whoever seals sees the new key at once, whoever opens has both until the end.
    ``progress`` is told how many of how many values are done; ``settle`` is in seconds. Raises Conflict where
    another rotation is under way.
    """
    actor.require(Right.OPERATE)
    keyring = house.database.keyring
    with alone(house.database, keyring.path, BUSY):
        if not keyring.old_keys:
            keyring.add_key()
        started = time.monotonic()
        total = sum(_count(house, place) for place in places())
        done, unreadable = 0, set[str]()
        while True:
            for place in places():
                for sealed, unopened in _reseal(house, place):
                    done += sealed
                    unreadable |= unopened
                    if progress:
                        progress(min(done, total), total)
            if unreadable:
                return Rotated(done, tuple(sorted(unreadable)), finished=False)
            time.sleep(max(0.1, started + settle - time.monotonic()))
            if _retire(house, actor, done):
                return Rotated(done, (), finished=True)


def _is_old(keyring: Keyring, place: _Place) -> Any:
    key_id = func.substr(place.column, 1, len(keyring.active_id), type_=LargeBinary)
    return key_id != keyring.active_id


def _count(house: House, place: _Place) -> int:
    with house.database.reading() as session:
        return _left(session, place)


def _left(session: Session, place: _Place) -> int:
    query = select(func.count()).select_from(place.table).where(_is_old(keyring_of(session), place))
    return session.scalar(query) or 0


def _reseal(house: House, place: _Place) -> Iterator[tuple[int, set[str]]]:
    """Walk one column by primary key; tell after each batch how many were sealed and what could not be opened."""
    keys = list(place.table.primary_key.columns)
    after: Sequence[Any] | None = None
    while True:
        with house.database.transaction() as session:
            query = select(*keys, place.column).where(_is_old(house.database.keyring, place))
            if after is not None:
                query = query.where(tuple_(*keys) > tuple_(*after))
            rows = session.execute(query.order_by(*keys).limit(BATCH).with_for_update(skip_locked=True)).all()
            outcomes = [_reseal_row(session, place, keys, row) for row in rows]
        if not rows:
            return
        after = rows[-1][:-1]
        unopened = {f"{place.column}" for opened in outcomes if not opened}
        yield sum(outcomes), unopened


def _reseal_row(session: Session, place: _Place, keys: Sequence[Column[Any]], row: Sequence[Any]) -> bool:
    keyring = keyring_of(session)
    try:
        opened = keyring.open(bytes(row[-1]), place.purpose)
    except Unreadable:
        return False
    here = [column == value for column, value in zip(keys, row[:-1], strict=True)]
    session.execute(update(place.table).where(*here).values({place.column: keyring.seal(opened, place.purpose)}))
    return True


def _retire(house: House, actor: Actor, resealed: int) -> bool:
    """Forget the old keys where nothing is sealed with them any more, while nobody can write; else False."""
    with house.database.transaction() as session:
        if not _still(house, session):
            session.rollback()
            return False
        if any(_left(session, place) for place in places()):
            return False
        house.database.harden()  # the last of what the old keys sealed is gone, after a power cut too
        house.database.keyring.retire_keys()
        key = house.database.keyring.active_id.hex()
        edit = Edit("data key replaced", key, None, {"resealed": resealed})
        changes.commit(house, session, actor, edit)
    return True


def _still(house: House, session: Session) -> bool:
    """Have everybody wait who writes secrets; False where that did not come about soon.

    SQLite's transaction is alone already. On PostgreSQL the tables come one by one, so somebody may hold the second
    and want the first: whoever looks after keys then steps back, long before the database would end either.
    """
    if house.database.is_sqlite:
        return True
    tables = ", ".join(sorted({place.table.name for place in places()}))
    session.execute(text(f"SET LOCAL lock_timeout = {_WAIT}"))
    try:
        session.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != _NOT_AVAILABLE:
            raise
        return False
    return True
