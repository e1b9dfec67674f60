"""Programs' tokens: made, listed with their last use, and revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from provserver.crypto import new_token, token_hash
from provserver.db.models import ApiToken, Department, TokenDepartment
from provserver.db.queries import department_by_name, owned
from provserver.domain.roles import GIVES, Actor, Right, Role
from provserver.errors import Forbidden, Invalid, NotFound
from provserver.services import changes
from provserver.services.access.accounts import ENVIRONMENT, checked_name
from provserver.services.changes import Edit
from provserver.services.house import House

LONGEST = 3650
"""Days; a token without an end is made by leaving the days out."""
ROLES = (Role.OPERATOR, Role.ADMIN, Role.DEPARTMENT_ADMIN, Role.READER)


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a token may: all rights of its role, or those that ``scopes`` name; ``days`` 0 is without an end."""

    name: str
    role: Role = Role.READER
    scopes: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    days: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A token as people may see it."""

    number: int
    name: str
    role: Role
    scopes: tuple[str, ...]
    departments: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    expired: bool
    last_used_at: datetime | None
    last_used_from: str


def _mine(actor: Actor) -> Select[ApiToken]:
    if actor.role is Role.OPERATOR:
        return select(ApiToken).where(or_(ApiToken.tenant_id == actor.tenant_id, ApiToken.tenant_id.is_(None)))
    return owned(ApiToken, actor)


def find(house: House, actor: Actor) -> list[Listed]:
    """List the company's tokens, and for an operator those that work across companies."""
    _require(actor)
    with house.database.reading() as session:
        rows = session.scalars(_mine(actor).order_by(ApiToken.id)).all()
        return [_listed(house, session, row) for row in rows]


def _require(actor: Actor) -> None:
    actor.require(Right.PEOPLE)
    actor.require(Right.COMPANY)


def _listed(house: House, session: Session, row: ApiToken) -> Listed:
    inside = select(Department.name).join(TokenDepartment, TokenDepartment.department_id == Department.id)
    names = session.scalars(inside.where(TokenDepartment.token_id == row.id).order_by(Department.name)).all()
    return Listed(
        number=row.id,
        name=row.name,
        role=Role(row.role),
        scopes=tuple(row.scopes.split()),
        departments=tuple(names),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        expired=row.expires_at is not None and row.expires_at <= house.clock(),
        last_used_at=row.last_used_at,
        last_used_from=row.last_used_from,
    )


def add(house: House, actor: Actor, new: NewToken) -> tuple[Listed, str]:
    """Make a token and give it with its text, this once. A program never gives more than it has itself."""
    _require(actor)
    name, scopes = checked_name(new.name), _checked(actor, new)
    text, now = new_token(), house.clock()
    with house.database.transaction() as session:
        row = ApiToken(name=name, role=new.role, hash=token_hash(text), created_by=actor.name, created_at=now)
        row.tenant_id = None if new.role is Role.OPERATOR else actor.tenant_id
        row.scopes = " ".join(scopes)
        row.expires_at = now + timedelta(days=new.days) if new.days else None
        session.add(row)
        session.flush()
        wanted = {department_by_name(session, actor, one, field="departments").id for one in new.departments}
        session.add_all(TokenDepartment(token_id=row.id, department_id=number) for number in sorted(wanted))
        session.flush()
        after = {"role": new.role.value, "scopes": list(scopes), "departments": list(new.departments)}
        changes.commit(house, session, actor, Edit("token added", name, None, {**after, "days": new.days}))
        return _listed(house, session, row), text


def _checked(actor: Actor, new: NewToken) -> Sequence[str]:
    """Check what does not need the database; give the scopes, which a limited program cannot widen."""
    if new.role not in ROLES or new.role not in GIVES.get(actor.role, ()):
        raise Forbidden(f"the role {actor.role} gives no token of the role {new.role}")
    if new.name.strip().lower() == ENVIRONMENT:
        raise Invalid.field("name", "this is the name of the token in PROVSERVER_API_TOKEN")
    unknown = [scope for scope in new.scopes if scope not in set(Right)]
    if unknown:
        raise Invalid.field("scopes", "one of " + ", ".join(Right))
    if actor.scopes is not None and not (new.scopes and {Right(scope) for scope in new.scopes} <= actor.scopes):
        raise Invalid.field("scopes", "a token gives no more than its own scopes")
    if not 0 <= new.days <= LONGEST:
        raise Invalid.field("days", f"a whole number from 0 to {LONGEST}")
    if new.role is Role.DEPARTMENT_ADMIN and not new.departments:
        raise Invalid.field("departments", "name at least one department")
    if new.departments and new.role not in {Role.DEPARTMENT_ADMIN, Role.READER}:
        raise Invalid.field("departments", f"the role {new.role} has the whole company")
    return new.scopes


def revoke(house: House, actor: Actor, number: int) -> None:
    """Revoke a token; its program is refused from the next request on."""
    _require(actor)
    with house.database.transaction() as session:
        row = session.scalar(_mine(actor).where(ApiToken.id == number).with_for_update())
        if row is None:
            raise NotFound(f"there is no token {number} in this company")
        session.delete(row)
        changes.commit(house, session, actor, Edit("token revoked", row.name, {"role": row.role}, None))
