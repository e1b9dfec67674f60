"""Coming in by password: who is meant, whether they are who they say, and how often somebody may be wrong.

A try is counted before the password is compared, and the comparison waits for no lock: however many processes are
asked at once, no more than the allowed passwords are compared.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from provserver.crypto import hash_password, needs_rehash, verify_password
from provserver.db.models import Line, SignInTry, Tenant, User
from provserver.domain.clocks import DRIFT, is_ahead
from provserver.errors import Throttled, Unauthenticated
from provserver.services.access.accounts import Person, person_of
from provserver.services.house import House

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=5)
LONGEST_LOCK = timedelta(hours=1)
"""Each lock is twice as long as the one before, up to this; a right password starts anew."""
TRIES_PER_NETWORK = 20
WITHIN = timedelta(minutes=5)
"""What one address may get wrong in which time, whichever names it tries."""
_NOBODY = hash_password(secrets.token_hex(16))
"""What a password is compared with when there is no such person, so that both take the same time."""
WRONG = "the name or the password is wrong"
LOCKED = "too many wrong passwords; try again in a few minutes"
THROTTLED = "too many wrong passwords from this address; try again in five minutes"


@dataclass(frozen=True, slots=True)
class _Try:
    """A try that was counted, and what it is to be compared with."""

    user_id: int | None
    password_hash: str
    locked: bool
    number: int | None
    locks: bool = False
    """Whether this try locks the account, unless it is right."""


def sign_in(house: House, name: str, password: str, address: str = "") -> Person:
    """Check a name, an extension or a telephone number with a password; the same words whichever is wrong.

    After five wrong passwords the account rests, and says so only to who has the right password. Raises
    Unauthenticated, and Throttled where the address was wrong too often.
    """
    with house.database.transaction() as session:
        user = _find(session, name)
        counted = _count(house, session, user, address)
    return _compare(house, counted, password)


def confirm(house: House, user_id: int, password: str, address: str = "") -> Person:
    """Have somebody who is signed in prove again who they are; counted and refused as when signing in."""
    with house.database.transaction() as session:
        counted = _count(house, session, session.get(User, user_id, with_for_update=True), address)
    return _compare(house, counted, password)


def _find(session: Session, name: str) -> User | None:
    """Find who is meant: by ``extension@company``, by name, or by a number that only one person's line has."""
    wanted = name.strip()
    extension, _at, company = wanted.rpartition("@")
    found = select(User).join(Line, Line.id == User.line_id).join(Tenant, Tenant.id == Line.tenant_id)
    by_company = found.where(Line.extension == extension, func.lower(Tenant.name) == company.lower())
    by_name = select(User).where(User.name == wanted.lower())
    digits = "".join(character for character in wanted if character not in " -./()")
    by_number = found.where((Line.extension == digits) | (Line.username == digits))
    queries: Sequence[Select[User]] = (by_company, by_name, by_number) if extension else (by_name, by_number)
    for query in queries:
        rows = session.scalars(query.limit(2).with_for_update(of=User)).all()
        if len(rows) == 1:
            return rows[0]
    return None


def _count(house: House, session: Session, user: User | None, address: str) -> _Try:
    now = house.clock()
    number = count_address(session, address, now)
    if user is None:
        return _Try(None, _NOBODY, locked=False, number=number)
    locked = count_failure(house, user)
    return _Try(user.id, user.password_hash, locked, number, locks=not locked and user.failures == 0)


def count_failure(house: House, user: User) -> bool:
    """Count a try before it is looked at, locking the account with the last one allowed; tell whether it was locked."""
    now = house.clock()
    if user.locked_until is not None and user.locked_until > now and not is_ahead(user.locked_until, now, LONGEST_LOCK):
        return True
    user.failures += 1
    if user.failures >= FAILURES_ALLOWED:
        user.failures = 0
        user.locked_until = now + min(LOCKED_FOR * 2 ** min(user.locks, 8), LONGEST_LOCK)
        user.locks += 1
    return False


def forgive(user: User) -> None:
    """Forget what was counted, once somebody has proved who they are."""
    user.failures, user.locks, user.locked_until = 0, 0, None


def _take_back(user: User, counted: _Try) -> None:
    """Count a right password as no try, and what was wrong before it as before: a code is still to come.

    Were all of it forgiven, whoever has the password could guess codes without end.
    """
    user.failures = FAILURES_ALLOWED - 1 if counted.locks else max(user.failures - 1, 0)
    if counted.locks:
        user.locks, user.locked_until = max(user.locks - 1, 0), None


def count_address(session: Session, address: str, now: datetime) -> int | None:
    """Count a try of an address before it is looked at, and give its number; raises Throttled for too many."""
    if not address:
        return None
    network = network_of(address)
    session.execute(delete(SignInTry).where(or_(SignInTry.at < now - WITHIN, SignInTry.at > now + DRIFT)))
    tries = select(func.count()).where(SignInTry.network == network, SignInTry.at >= now - WITHIN)
    if (session.scalar(tries) or 0) >= TRIES_PER_NETWORK:
        raise Throttled(THROTTLED)
    row = SignInTry(network=network, at=now)
    session.add(row)
    session.flush()
    return row.id


def network_of(address: str) -> str:
    """Give what counts as one place: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    plain = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(plain) if plain.version == 4 else str(ip_network((plain, 64), strict=False))


def _compare(house: House, counted: _Try, password: str) -> Person:
    right = verify_password(password, counted.password_hash)
    if counted.user_id is None or not right:
        raise Unauthenticated(WRONG)
    if counted.locked:
        raise Unauthenticated(LOCKED)
    rehashed = hash_password(password) if needs_rehash(counted.password_hash) else ""
    with house.database.transaction() as session:
        user = session.get(User, counted.user_id, with_for_update=True)
        if user is None or user.password_hash != counted.password_hash:
            raise Unauthenticated(WRONG)
        if user.sealed_totp is None:
            forgive(user)
        else:
            _take_back(user, counted)
        user.password_hash = rehashed or user.password_hash
        user.signed_in_at = house.clock()
        session.execute(delete(SignInTry).where(SignInTry.id == counted.number))
        session.flush()
        return person_of(session, user)
