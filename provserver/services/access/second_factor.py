"""The second factor: codes of an authenticator (RFC 6238), set up, asked for, and replaced by recovery codes."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyotp
import segno
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from provserver.crypto import Keyring, token_hash
from provserver.db.models import RecoveryCode, User, UserSession
from provserver.db.session import keyring_of
from provserver.domain.clocks import DRIFT
from provserver.errors import Conflict, Invalid, NotFound, Unauthenticated, Unreadable
from provserver.services import changes
from provserver.services.access import sessions, sign_in
from provserver.services.access.accounts import Person, own_actor
from provserver.services.changes import Edit
from provserver.services.house import House

ISSUER = "provserver"
STEP = 30
"""Seconds that a code holds; the one before and the one after are taken too, for clocks that differ."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_PURPOSE = "second factor"
_WRONG = "this code is wrong, or was used already"


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret to take into an authenticator: as text, as a picture to scan (SVG), and sealed for the way back."""

    secret: str
    picture: str
    sealed: str


def offer(house: House, person: Person) -> Offer:
    """Make a secret; it counts once ``accept`` was given a code of it."""
    secret = pyotp.random_base32()
    return _shown(house.database.keyring, person, secret)


def offered(house: House, person: Person, sealed: str) -> Offer:
    """Show an offer again, for who mistyped the code."""
    secret = _open(house.database.keyring, person, sealed)
    return _shown(house.database.keyring, person, secret)


def _shown(keyring: Keyring, person: Person, secret: str) -> Offer:
    address = pyotp.TOTP(secret, name=person.name, issuer=ISSUER, interval=STEP).provisioning_uri()
    picture = segno.make(address, error="m").svg_data_uri(scale=4, border=2)
    return Offer(secret, picture, keyring.seal(f"{person.id} {secret}".encode(), f"{_PURPOSE} offer").hex())


def _open(keyring: Keyring, person: Person, sealed: str) -> str:
    try:
        number, _blank, secret = keyring.open(bytes.fromhex(sealed), f"{_PURPOSE} offer").decode().partition(" ")
    except (ValueError, Unreadable) as error:
        raise Invalid.field("code", "start again: the page was too old") from error
    if number != str(person.id):
        raise Invalid.field("code", "start again: the page was too old")
    return secret


def accept(house: House, person: Person, session_number: int, sealed: str, code: str) -> Sequence[str]:
    """Take a secret that somebody proves to have; give recovery codes, this once, and open their session.

    Raises Invalid for a wrong code.
    """
    secret = _open(house.database.keyring, person, sealed)
    with house.database.transaction() as session:
        user = _user(session, person.id)
        if user.sealed_totp is not None:
            raise Conflict("there is a second factor already; remove it first")
        step = _matching_step(house, secret, code, 0)
        if step is None:
            raise Invalid.field("code", _WRONG)
        user.sealed_totp, user.totp_step = keyring_of(session).seal(secret.encode(), _PURPOSE), step
        codes = _new_recovery_codes(session, user)
        sessions.forget(session, user.id, but=session_number)
        _open_session(house, session, session_number)
        changes.record(house, session, own_actor(session, person), Edit("second factor added", user.name, None, None))
    return codes


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("there is no such person")
    return user


def _matching_step(house: House, secret: str, code: str, used: int) -> int | None:
    """Give the step whose code this is; None for a wrong one, and for one that was used already."""
    now = int(house.clock().timestamp()) // STEP
    typed = code.replace(" ", "").encode()
    totp = pyotp.TOTP(secret, interval=STEP)
    used = 0 if used > now + DRIFT // timedelta(seconds=STEP) else used  # the clock was put back: nobody is shut out
    found = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.generate_otp(step).encode(), typed)]
    return next((step for step in found if step > used), None)


def _new_recovery_codes(session: Session, user: User) -> list[str]:
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(3)) for _ in range(RECOVERY_CODES)
    ]
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.add_all(RecoveryCode(user_id=user.id, hash=token_hash(code)) for code in codes)
    return codes


def _open_session(house: House, session: Session, number: int) -> None:
    row = session.get(UserSession, number)
    if row is not None:
        row.stage, row.proven_at = sessions.OPEN, house.clock()


def check(house: House, person: Person, session_number: int, code: str) -> None:
    """Open a session by a code of the authenticator, or by a recovery code, which then is used up.

    A wrong code counts as a wrong password does. Raises Unauthenticated.
    """
    with house.database.transaction() as session:
        user = _user(session, person.id)
        locked = sign_in.count_failure(house, user)
        right = not locked and (_is_code(house, session, user, code) or _is_recovery_code(session, user, code))
        if right:
            sign_in.forgive(user)
            _open_session(house, session, session_number)
    if locked:
        raise Unauthenticated(sign_in.LOCKED)
    if not right:
        raise Unauthenticated(_WRONG)


def _is_code(house: House, session: Session, user: User, code: str) -> bool:
    if user.sealed_totp is None:
        return False
    secret = keyring_of(session).open(user.sealed_totp, _PURPOSE).decode()
    step = _matching_step(house, secret, code, user.totp_step)
    if step is not None:
        user.totp_step = step
    return step is not None


def _is_recovery_code(session: Session, user: User, code: str) -> bool:
    wanted = token_hash(code.strip().lower())
    row = session.scalar(select(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.hash == wanted))
    if row is not None:
        session.delete(row)
    return row is not None


def left(house: House, person: Person) -> int | None:
    """Count the recovery codes that are left; None for who has no second factor."""
    with house.database.reading() as session:
        user = session.get(User, person.id)
        if user is None or user.sealed_totp is None:
            return None
        return len(session.scalars(select(RecoveryCode.id).where(RecoveryCode.user_id == person.id)).all())


def remove(house: House, person: Person, password: str, address: str = "") -> None:
    """Take one's own second factor away, proved by the password; raises Conflict where it is demanded."""
    if sessions.is_demanded(house, person.role):
        raise Conflict("a second factor is demanded here; an administrator can take a lost one away")
    sign_in.confirm(house, person.id, password, address)
    with house.database.transaction() as session:
        user = _user(session, person.id)
        user.sealed_totp = None
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        changes.record(house, session, own_actor(session, person), Edit("second factor removed", user.name, None, None))
