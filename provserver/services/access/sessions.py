"""Browsers where somebody has signed in: kept in a table, so that they can be listed, and ended from anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from provserver.crypto import new_token, token_hash
from provserver.db.models import User, UserSession
from provserver.domain.clocks import is_ahead
from provserver.domain.roles import RIGHTS, Right, Role
from provserver.errors import NotFound
from provserver.services.access import sign_in
from provserver.services.access.accounts import Person, person_of
from provserver.services.house import House

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=30)
"""A session ends after so long without a request, and after so long in any case."""
FRESH = timedelta(minutes=10)
"""How long a proof of who somebody is opens secrets."""
_SEEN_EVERY = timedelta(minutes=1)
OPEN, CODE, SETUP = "open", "code", "setup"
"""Signed in; the code of the second factor is missing; a second factor is demanded and not set up yet."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A session that goes on: who it is, what is still missing, and its number in the list."""

    person: Person
    stage: str
    number: int


def begin(
    house: House,
    person: Person,
    address: str = "",
    user_agent: str = "",
    *,
    proven: bool = False,
    proven_at: datetime | None = None,
) -> str:
    """Open a session and give what the browser keeps; ``proven`` where the second factor was asked elsewhere.

    ``proven_at`` is when they proved who they are, where that was not now.
    """
    token, now = new_token(), house.clock()
    with house.database.transaction() as session:
        user = session.get(User, person.id)
        if user is None:
            raise NotFound("there is no such person")
        session.execute(delete(UserSession).where(UserSession.last_seen_at < now - IDLE))
        row = UserSession(user_id=user.id, hash=token_hash(token), stage=OPEN if proven else _stage(house, user))
        row.created_at = row.last_seen_at = now
        row.proven_at = proven_at or now
        row.address, row.user_agent = address[:64], _plain(user_agent)
        session.add(row)
    return token


def _stage(house: House, user: User) -> str:
    if user.sealed_totp:
        return CODE
    return SETUP if is_demanded(house, Role(user.role)) else OPEN


def is_demanded(house: House, role: Role) -> bool:
    """Tell whether the configuration demands a second factor of a role."""
    wanted = house.config.second_factor
    return wanted == "everyone" or (wanted == "admins" and Right.EDIT in RIGHTS[role])


def _plain(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:200]


def find(house: House, token: str) -> Signed | None:
    """Find the session of a browser; None once it ended or was too long without a request."""
    now = house.clock()
    with house.database.reading() as session:
        row = session.scalar(select(UserSession).where(UserSession.hash == token_hash(token)))
        user = session.get(User, row.user_id) if row else None
        if row is None or user is None or row.last_seen_at < now - IDLE or row.created_at < now - LONGEST:
            return None
        if is_ahead(row.created_at, now):
            return None
        is_fresh = row.proven_at > now - FRESH and not is_ahead(row.proven_at, now)
        person = replace(person_of(session, user), fresh=is_fresh)
    if row.last_seen_at < now - _SEEN_EVERY or is_ahead(row.last_seen_at, now):
        with house.database.noting() as session:
            session.execute(update(UserSession).where(UserSession.id == row.id).values(last_seen_at=now))
    return Signed(person, row.stage, row.id)


def prove(house: House, number: int, person: Person, password: str, address: str = "") -> None:
    """Have the person of a session confirm their password, which opens secrets for a while."""
    sign_in.confirm(house, person.id, password, address)
    note_proof(house, number, house.clock())


def note_proof(house: House, number: int, at: datetime) -> None:
    """Note when the person of a session proved who they are, which opens secrets for a while from then on."""
    with house.database.transaction() as session:
        session.execute(update(UserSession).where(UserSession.id == number).values(proven_at=at))


def listed(house: House, person: Person) -> Sequence[UserSession]:
    """List somebody's own sessions, the newest first."""
    with house.database.reading() as session:
        mine = select(UserSession).where(UserSession.user_id == person.id, UserSession.stage == OPEN)
        alive = UserSession.last_seen_at >= house.clock() - IDLE
        return session.scalars(mine.where(alive).order_by(UserSession.last_seen_at.desc())).all()


def end(house: House, person: Person, number: int) -> None:
    """End one of somebody's own sessions; raises NotFound for anybody else's."""
    with house.database.transaction() as session:
        row = session.get(UserSession, number)
        if row is None or row.user_id != person.id:
            raise NotFound("there is no such session")
        session.delete(row)


def end_others(house: House, person: Person, but: int = 0) -> None:
    """End all of somebody's sessions, but for one."""
    with house.database.transaction() as session:
        forget(session, person.id, but)


def forget(session: Session, user_id: int, but: int = 0) -> None:
    """End all of somebody's sessions, but for one, inside a transaction that is open."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.id != but))
