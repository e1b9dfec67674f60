"""Who guesses: misses counted by source, for all processes and nodes together; slowed, then banned.

A banned source gets the 404 that everybody gets: 429 would tell it that it was noticed and when to come again, and
nobody knows what phones make of 429. It loses what guesses are for: it can open no window. A valid token is always
served, so that a hundred phones behind one address do not suffer for the guesser among them.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from provserver.crypto import token_hash
from provserver.db.batches import batches, phones_among
from provserver.db.models import Source, SourceGuess
from provserver.db.session import Database
from provserver.db.upserting import insert_into
from provserver.domain.clocks import DRIFT, is_ahead
from provserver.domain.enrolment import source_of
from provserver.services.house import House

log = logging.getLogger("provserver.services.scanners")  # filters of fail2ban look for this name (docs/fail2ban.md)


class Level(StrEnum):
    """What is done about a source."""

    SLOWED = "slowed"
    BANNED = "banned"


WITHIN = timedelta(hours=1)
SLOW_AT, BAN_AT = 30, 100
"""Different guesses of one source within ``WITHIN``; a phone that asks the same in vain all day is one guess."""
BAN, LONGEST_BAN = timedelta(minutes=15), timedelta(days=1)
"""A ban doubles each time."""
LOOKS_PER_MINUTE = 10
"""Windows that a slowed source may try, in each process."""
KEEP = timedelta(days=7)
KEEP_MOST = 5000
NEW_PER_BATCH = 200


def _goes_on(now: datetime) -> ColumnElement[bool]:
    """Select measures that are not over, nor last longer than any does, as where the clock was put back."""
    return (Source.until > now) & (Source.until <= now + LONGEST_BAN + DRIFT)


class Levels:
    """What is done about whom, as this process last read it; requests only look into memory."""

    def __init__(self) -> None:
        self._levels: dict[str, Level] = {}
        self._looks: dict[str, tuple[datetime, int]] = {}

    def read(self, database: Database, now: datetime) -> None:
        """Read who is slowed or banned."""
        with database.reading() as session:
            rows = session.execute(select(Source.name, Source.level).where(_goes_on(now), Source.level != ""))
            self._levels = {name: Level(level) for name, level in rows}

    def refuses(self, address: str, now: datetime) -> bool:
        """Tell whether a source may try no window now."""
        if not self._levels:
            return False
        source = source_of(address)
        level = self._levels.get(source)
        if level is not Level.SLOWED:
            return level is Level.BANNED
        since, looks = self._looks.get(source, (now, 0))
        if abs(now - since) >= timedelta(minutes=1):
            since, looks = now, 0
        if len(self._looks) > KEEP_MOST:
            self._looks.clear()
        self._looks[source] = (since, looks + 1)
        return looks >= LOOKS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class Miss:
    """One request for what there is not: a ``mac`` that no phone has, or a token; or one with a wrong password."""

    address: str
    trusted: bool
    at: datetime
    mac: str = ""
    token: str = ""
    password: str = ""


@dataclass
class _Heap:
    """The misses of one source in a batch."""

    first: Miss
    misses: int = 0
    tokens: int = 0
    guesses: set[str] = field(default_factory=set)


def write(session: Session, misses: Iterable[Miss]) -> None:
    """Count misses, and slow or ban who guesses too much; asking for a phone that exists is no guess."""
    every = list(misses)
    phones = phones_among(session, (miss.mac for miss in every if miss.mac))
    heaps: dict[str, _Heap] = {}
    for miss in every:
        if miss.mac not in phones:
            heap = heaps.setdefault(source_of(miss.address), _Heap(miss))
            heap.misses += 1
            heap.tokens += 0 if miss.mac or miss.password else 1
            heap.guesses.add(_guess(miss))
    for name in _with_room(session, sorted(heaps)):
        _count(session, name, heaps[name])


def _guess(miss: Miss) -> str:
    """Tell one guess from another, without keeping it."""
    if miss.password:
        return token_hash(f"password {miss.password}")[:16]
    return token_hash(miss.mac or f"token {miss.token}")[:16]


def _with_room(session: Session, names: Sequence[str]) -> Iterable[str]:
    """Leave sources out that are new where a batch brings too many of them."""
    listed = set[str]()
    for some in batches(names):
        listed |= set(session.scalars(select(Source.name).where(Source.name.in_(some))))
    new = [name for name in names if name not in listed][:NEW_PER_BATCH]
    return sorted((*listed, *new))


def _count(session: Session, name: str, heap: _Heap) -> None:
    at = heap.first.at
    row = {
        "name": name, "address": heap.first.address, "trusted": heap.first.trusted, "misses": heap.misses,
        "tokens": heap.tokens, "level": "", "bans": 0, "first_at": at, "last_at": at,
    }  # fmt: skip
    statement = insert_into(session, Source).values(row)
    more = {
        "misses": Source.__table__.c.misses + heap.misses,
        "tokens": Source.__table__.c.tokens + heap.tokens,
        "last_at": at,
        "address": heap.first.address,
        "trusted": heap.first.trusted,
    }
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=more))
    guesses = [{"source": name, "guess": guess, "at": at} for guess in sorted(heap.guesses)[:BAN_AT]]
    session.execute(insert_into(session, SourceGuess).on_conflict_do_nothing(), guesses)
    recent = select(func.count()).where(SourceGuess.source == name, SourceGuess.at > at - WITHIN)
    _judge(session, name, session.scalar(recent) or 0, at)


def _judge(session: Session, name: str, guesses: int, at: datetime) -> None:
    source = session.get(Source, name, with_for_update=True, populate_existing=True)
    if source is None or guesses < SLOW_AT:
        return
    goes_on = source.until is not None and source.until > at and not is_ahead(source.until, at, LONGEST_BAN)
    under_way = Level(source.level) if source.level and goes_on else None
    level = Level.BANNED if guesses >= BAN_AT else Level.SLOWED
    counted = source.trusted and goes_on
    if under_way in {level, Level.BANNED} or counted:
        return
    if source.trusted:
        source.level, source.until = "", at + WITHIN
    else:
        source.level, source.until = level.value, at + WITHIN
        if level is Level.BANNED:
            source.until = at + min(BAN * 2 ** min(source.bans, 10), LONGEST_BAN)
            source.bans += 1
            session.execute(delete(SourceGuess).where(SourceGuess.source == name))
    session.flush()
    facts = {"level": "trusted" if source.trusted else level.value, "guesses": guesses, "misses": source.misses}
    log.warning("Guessing from %s", source.address, extra=facts)


def prune(house: House) -> None:
    """Forget guesses that count no more, and sources that were quiet for a week, or are too many."""
    now = house.clock()
    with house.database.transaction() as session:
        session.execute(delete(SourceGuess).where(SourceGuess.at < now - WITHIN))
        quiet = (Source.last_at < now - KEEP) & (Source.until.is_(None) | (Source.until < now))
        session.execute(delete(Source).where(quiet))
        free = Source.until.is_(None) | (Source.until < now)
        newest = select(Source.name).where(free).order_by(Source.last_at.desc()).offset(KEEP_MOST)
        for some in batches(session.scalars(newest).all()):
            session.execute(delete(Source).where(Source.name.in_(some)))
