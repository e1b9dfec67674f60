"""People and programs: who they are, whether they may come in, and for which company they act."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from provserver.crypto import hash_password, new_password, new_token, token_hash
from provserver.db.models import (
    ApiToken,
    Department,
    PasswordLink,
    Tenant,
    TokenDepartment,
    User,
    UserDepartment,
    UserSession,
)
from provserver.domain.numbers import plain_text
from provserver.domain.roles import Actor, Reach, Right, Role, with_needed
from provserver.errors import Conflict, Invalid, NotFound, Unauthenticated
from provserver.services.house import House

FIRST_COMPANY = "My company"
"""What the company of a fresh house is called until somebody renames it."""
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
SHORTEST_TOKEN = 16
_USED_EVERY = timedelta(minutes=1)
"""How precisely it is kept when a token was last used."""
ENVIRONMENT = "environment"
"""The name of the token in PROVSERVER_API_TOKEN; no other may have it."""
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,200}")
"""What a bearer token is made of (RFC 6750)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may come in; ``fresh`` tells that they proved a moment ago who they are."""

    id: int
    name: str
    role: Role
    tenant_id: int | None
    reach: Reach | None = None
    fresh: bool = True

    def actor(self, tenant_id: int) -> Actor:
        """Give the person acting for a company."""
        return Actor(tenant_id, self.name, self.role, self.id, self.reach, fresh=self.fresh)


def person(house: House, user_id: int) -> Person | None:
    """Find somebody by id, for a session that goes on."""
    with house.database.reading() as session:
        user = session.get(User, user_id)
        return person_of(session, user) if user else None


def person_of(session: Session, user: User) -> Person:
    """Give a row as the person that it is, with their reach."""
    role = Role(user.role)
    mine = select(UserDepartment.department_id).where(UserDepartment.user_id == user.id)
    reach = reach_of(session, user.tenant_id, role, session.scalars(mine).all(), user.line_id)
    return Person(user.id, user.name, role, user.tenant_id, reach)


def own_actor(session: Session, somebody: Person) -> Actor:
    """Give a person acting on their own account; an operator's stands in the history of the oldest company."""
    return somebody.actor(somebody.tenant_id or company_id(session, ""))


def reach_of(
    session: Session, tenant_id: int | None, role: Role, departments: Sequence[int], line_id: int | None = None
) -> Reach | None:
    """Give what a role reaches: a user their line, who has departments those and all inside them, others everything.

    A user without a line and a department administrator without a department reach nothing.
    """
    if role is Role.USER:
        return Reach(line=line_id)
    if role is not Role.DEPARTMENT_ADMIN and not (role is Role.READER and departments):
        return None
    rows = session.execute(select(Department.id, Department.parent_id).where(Department.tenant_id == tenant_id)).all()
    inside = {number for number, _parent in rows if number in departments}
    while found := {number for number, parent in rows if parent in inside} - inside:
        inside |= found
    return Reach(frozenset(inside))


def program(house: House, token: str, company: str = "", address: str = "") -> Actor:
    """Find who a bearer token speaks for; an operator's may name the company, else it is the oldest.

    Raises Unauthenticated for a token that nobody has, or whose time is over.
    """
    now = house.clock()
    with house.database.reading() as session:
        row = session.scalar(select(ApiToken).where(ApiToken.hash == token_hash(token)))
        if row is None or (row.expires_at is not None and row.expires_at <= now):
            raise Unauthenticated("this token is not known")
        tenant_id = row.tenant_id or company_id(session, company)
        role = Role(row.role)
        mine = select(TokenDepartment.department_id).where(TokenDepartment.token_id == row.id)
        reach = reach_of(session, tenant_id, role, session.scalars(mine).all())
    if row.last_used_at is None or row.last_used_at < now - _USED_EVERY:
        with house.database.noting() as session:
            used = {"last_used_at": now, "last_used_from": address[:64]}
            session.execute(update(ApiToken).where(ApiToken.id == row.id).values(used))
    scopes = with_needed(Right(word) for word in row.scopes.split()) if row.scopes else None
    return Actor(tenant_id, f"token {row.name}", role, reach=reach, scopes=scopes)


def company_id(session: Session, name: str) -> int:
    """Find a company by name, or the oldest where none is named."""
    query = select(Tenant.id).order_by(Tenant.id).limit(1)
    found = session.scalar(query.where(Tenant.name == name) if name else query)
    if found is None:
        raise NotFound(f"there is no company {name}" if name else "there is no company yet")
    return found


def choose_company(house: House, somebody: Person, wanted: int | None = None) -> Actor:
    """Give the actor for a person: their own company, or for an operator the wanted or the oldest one."""
    if somebody.tenant_id is not None:
        return somebody.actor(somebody.tenant_id)
    with house.database.reading() as session:
        if wanted is not None and session.get(Tenant, wanted) is not None:
            return somebody.actor(wanted)
        return somebody.actor(company_id(session, ""))


def add_user(house: House, name: str, password: str, role: Role = Role.OPERATOR, company: str = "") -> Person:
    """Add a person; an operator belongs to no company. Raises Invalid or Conflict."""
    return _add_user(house, checked_name(name), checked_password(password), role, company)


def _add_user(house: House, checked: str, password: str, role: Role, company: str = "") -> Person:
    with house.database.transaction() as session:
        if session.scalar(select(User.id).where(User.name == checked)):
            raise Conflict(f"name: there is a person {checked} already")
        tenant_id = None if role is Role.OPERATOR else company_id(session, company)
        user = User(name=checked, role=role, tenant_id=tenant_id, failures=0, stamp=secrets.token_hex(8))
        user.password_hash = hash_password(password)
        session.add(user)
        session.flush()
        return person_of(session, user)


def set_password(house: House, name: str, password: str) -> None:
    """Replace a password and end the person's sessions."""
    checked_password(password)
    with house.database.transaction() as session:
        user = session.scalar(select(User).where(User.name == checked_name(name)))
        if user is None:
            raise NotFound(f"there is no person {name}")
        renew_password(session, user, password)


def renew_password(session: Session, user: User, password: str, but: int = 0) -> None:
    """Replace a password, open the account, and end all sessions but one."""
    user.password_hash = hash_password(password)
    user.stamp = secrets.token_hex(8)
    user.failures, user.locks, user.locked_until = 0, 0, None
    session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id))
    session.execute(delete(UserSession).where(UserSession.user_id == user.id, UserSession.id != but))


def checked_password(password: str) -> str:
    """Give a password that is long enough; raises Invalid."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid.field("password", f"at least {SHORTEST_PASSWORD} characters")
    if len(password) > LONGEST_PASSWORD:
        raise Invalid.field("password", f"at most {LONGEST_PASSWORD} characters")
    return password


def checked_name(name: str) -> str:
    """Give a name as it is kept; raises Invalid."""
    try:
        checked = plain_text(name, 64).lower()
    except ValueError as error:
        raise Invalid.field("name", str(error)) from error
    if not checked:
        raise Invalid.field("name", "missing")
    return checked


def add_token(house: House, name: str, role: Role = Role.OPERATOR, company: str = "", token: str = "") -> str:
    """Add a program's token and give it, this once; a given one is kept where a header can carry it."""
    if token and not TOKEN.fullmatch(token):
        raise Invalid.field("token", "letters, digits and . _ ~ + / = - only (at most 200)")
    given = token or new_token()
    with house.database.transaction() as session:
        if session.scalar(select(ApiToken.id).where(ApiToken.hash == token_hash(given))):
            return given
        tenant_id = None if role is Role.OPERATOR else company_id(session, company)
        session.add(ApiToken(name=checked_name(name), role=role, tenant_id=tenant_id, hash=token_hash(given)))
    return given


def ensure_company(house: House, name: str) -> int:
    """Find or make a company; return its id."""
    with house.database.transaction() as session:
        tenant = session.scalar(select(Tenant).where(Tenant.name == name))
        if tenant is None:
            tenant = Tenant(name=name)
            session.add(tenant)
            session.flush()
        return tenant.id


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What the first start made; the password is empty when there was an admin already."""

    name: str
    password: str


def first_start(house: House) -> FirstStart:
    """Make sure that there is a company, a first admin and the configured API token; safe to repeat.

    A password or token of the environment may be short: whoever sets it there knows where the server stands.
    """
    with house.database.reading() as session:
        has_company = session.scalar(select(Tenant.id).limit(1)) is not None
        has_person = session.scalar(select(User.id).limit(1)) is not None
    if not has_company:
        ensure_company(house, FIRST_COMPANY)
    password = ""
    if not has_person:
        password = house.config.admin_password or new_password()
        _add_user(house, "admin", password, Role.OPERATOR)
    if house.config.api_token:
        _take_environments_token(house, house.config.api_token)
    return FirstStart("admin", password)


def _take_environments_token(house: House, token: str) -> None:
    """Make sure that the environment's token opens, and that one which it replaces no longer does."""
    add_token(house, ENVIRONMENT, token=token)
    with house.database.transaction() as session:
        former = delete(ApiToken).where(ApiToken.name == ENVIRONMENT, ApiToken.tenant_id.is_(None))
        session.execute(former.where(ApiToken.hash != token_hash(token)))
