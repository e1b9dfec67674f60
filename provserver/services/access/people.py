"""Administrators and users: who may sign in, with which role, for which departments or line."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from provserver.crypto import hash_password, new_password, new_token, token_hash
from provserver.db.models import Department, Line, OpenidLink, PasswordLink, RecoveryCode, Tenant, User, UserDepartment
from provserver.db.queries import claiming, department_by_name, holding, line_by_extension, owned
from provserver.domain.roles import GIVES, RIGHTS, Actor, Right, Role
from provserver.domain.secret import MASK
from provserver.errors import Conflict, Forbidden, Invalid, NotFound
from provserver.services import changes
from provserver.services.access import sessions
from provserver.services.access.accounts import checked_name, checked_password, renew_password
from provserver.services.changes import Edit
from provserver.services.house import House

LINK_LASTS = timedelta(hours=24)


TAKEN = "name: this name is taken; choose another"
"""Names are the whole server's, as mailboxes are a provider's; who has one outside of one's reach is not told."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who may sign in; an operator's company is empty, a line only somebody's who has one.

    ``openid_name`` is what they are called at the OpenID provider, ``openid_met`` whether they came from there.
    """

    name: str
    role: Role
    company: str
    departments: tuple[str, ...]
    extension: str
    locked: bool
    second_factor: bool
    openid_name: str
    openid_met: bool
    signed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who is to be added; without a name they are called by their line, as ``201@company``."""

    name: str = ""
    role: Role = Role.USER
    departments: tuple[str, ...] = ()
    extension: str = ""


def _mine(actor: Actor) -> Select[User]:
    """Select whom the actor looks after: their own company's, and for an operator the operators too."""
    if actor.role is Role.OPERATOR:
        return select(User).where(or_(User.tenant_id == actor.tenant_id, User.tenant_id.is_(None)))
    return owned(User, actor)


def find(house: House, actor: Actor, search: str = "") -> list[Listed]:
    """List whom the actor looks after, by name; ``search`` looks in name, role and extension."""
    actor.require(Right.PEOPLE)
    with house.database.reading() as session:
        query = _mine(actor).outerjoin(Line, Line.id == User.line_id)
        for word in search.split():
            query = query.where(holding(word, User.name, User.role, Line.extension, Line.name))
        return [listed(house, session, user) for user in session.scalars(query.order_by(User.name))]


def get(house: House, actor: Actor, name: str) -> Listed:
    """Give one of them by name; raises NotFound."""
    actor.require(Right.PEOPLE)
    with house.database.reading() as session:
        return listed(house, session, _one(session, actor, name))


def listed(house: House, session: Session, user: User) -> Listed:
    """Give a row as people may see it."""
    inside = select(Department.name).join(UserDepartment, UserDepartment.department_id == Department.id)
    names = session.scalars(inside.where(UserDepartment.user_id == user.id).order_by(Department.name)).all()
    company = session.scalar(select(Tenant.name).where(Tenant.id == user.tenant_id))
    extension = session.scalar(select(Line.extension).where(Line.id == user.line_id))
    here = OpenidLink.issuer == house.config.oidc_issuer
    there = session.scalar(select(OpenidLink).where(OpenidLink.user_id == user.id, here))
    return Listed(
        name=user.name,
        role=Role(user.role),
        company=company or "",
        departments=tuple(names),
        extension=extension or "",
        locked=user.locked_until is not None and user.locked_until > house.clock(),
        second_factor=user.sealed_totp is not None,
        openid_name=there.name if there else "",
        openid_met=there is not None and there.subject is not None,
        signed_in_at=user.signed_in_at,
    )


def _one(session: Session, actor: Actor, name: str) -> User:
    user = session.scalar(_mine(actor).where(User.name == name.strip().lower()).with_for_update())
    if user is None:
        raise NotFound(f"there is no person {name} in this company")
    return user


def mastered(session: Session, actor: Actor, name: str) -> User:
    """Find somebody whom the actor may change; raises Forbidden where their role is above the actor's."""
    user = _one(session, actor, name)
    _require_gives(actor, Role(user.role))
    return user


def _require_gives(actor: Actor, role: Role) -> None:
    """Raise Forbidden for a role above the actor's, or with rights that a program's scopes lack."""
    if role not in GIVES.get(actor.role, ()) or not (actor.scopes is None or RIGHTS[role] <= actor.scopes):
        raise Forbidden(f"the role {actor.role} does not look after the role {role}")


def add(house: House, actor: Actor, new: NewPerson, password: str = "") -> tuple[Listed, str]:
    """Add somebody; give them with their password, which is made unless one is given, and shown this once."""
    actor.require(Right.PEOPLE)
    _require_gives(actor, new.role)
    made = checked_password(password) if password else new_password()
    hashed = hash_password(made)
    with house.database.transaction() as session:
        user = User(role=new.role, password_hash=hashed, stamp=secrets.token_hex(8), failures=0, locks=0)
        user.tenant_id = None if new.role is Role.OPERATOR else actor.tenant_id
        user.name = _new_name(session, actor, new.name or _name_by_line(session, actor, new.extension))
        with claiming(session, TAKEN):
            session.add(user)
        _place(session, actor, user, new.departments, new.extension)
        after = {"role": new.role.value, "departments": list(new.departments), "extension": new.extension}
        changes.commit(house, session, actor, Edit("person added", user.name, None, after))
        return listed(house, session, user), made


def _name_by_line(session: Session, actor: Actor, extension: str) -> str:
    """Call somebody by a line, as in ``201@rossi``; a slash of the company's name would be one of the address."""
    company = session.scalar(select(Tenant.name).where(Tenant.id == actor.tenant_id)) or ""
    return f"{extension}@{company.replace('/', '-')}"[:64] if extension else ""


def _new_name(session: Session, actor: Actor, name: str) -> str:
    checked = checked_name(name)
    if not any(character.isalpha() for character in checked) or "/" in checked:
        raise Invalid.field("name", "a name has a letter and no slash; numbers alone are for lines")
    if checked == "new":  # the address of the page for a new one
        raise Invalid.field("name", "another name, please")
    if session.scalar(select(User.id).where(User.name == checked)):
        mine = session.scalar(owned(User, actor).where(User.name == checked).with_only_columns(User.id))
        raise Conflict(f"name: there is a person {checked} already" if mine else TAKEN)
    return checked


def _place(session: Session, actor: Actor, user: User, departments: Sequence[str], extension: str) -> None:
    """Give somebody the departments and the line that they have from now on; raises Invalid for what does not fit."""
    role = Role(user.role)
    if departments and role not in {Role.DEPARTMENT_ADMIN, Role.READER}:
        raise Invalid.field("departments", f"the role {role} has the whole company")
    if role is Role.DEPARTMENT_ADMIN and not departments:
        raise Invalid.field("departments", "name at least one department")
    if role is Role.USER and not extension:
        raise Invalid.field("extension", "a user belongs to a line; name its extension")
    if role is Role.OPERATOR and extension:
        raise Invalid.field("extension", "an operator belongs to no company, and to no line")
    try:
        user.line_id = line_by_extension(session, actor, extension).id if extension else None
    except NotFound as error:
        raise Invalid.field("extension", str(error)) from error
    wanted = {department_by_name(session, actor, name, field="departments").id for name in departments}
    session.execute(delete(UserDepartment).where(UserDepartment.user_id == user.id))
    session.add_all(UserDepartment(user_id=user.id, department_id=number) for number in sorted(wanted))
    session.flush()


def change(
    house: House,
    actor: Actor,
    name: str,
    *,
    role: Role | None = None,
    departments: Sequence[str] | None = None,
    extension: str | None = None,
) -> Listed:
    """Change somebody's role, departments or line; their sessions go on with what they may from now on."""
    actor.require(Right.PEOPLE)
    with house.database.transaction() as session:
        user = mastered(session, actor, name)
        if user.id == actor.user_id and role not in (None, Role(user.role)):
            raise Conflict("role: nobody changes their own role")
        before = listed(house, session, user)
        wanted = role or before.role
        _require_gives(actor, wanted)
        if (wanted is Role.OPERATOR) != (before.role is Role.OPERATOR):
            raise Conflict("role: an operator stays one; add a person of the company instead")
        user.role = wanted
        has_departments = wanted in {Role.DEPARTMENT_ADMIN, Role.READER}
        kept = before.departments if has_departments else ()
        inside = kept if departments is None else departments
        _place(session, actor, user, inside, before.extension if extension is None else extension)
        after = listed(house, session, user)
        if before != after:
            edit = Edit("person", user.name, _plain(before), _plain(after))
            changes.commit(house, session, actor, edit)
        return after


def _plain(person: Listed) -> dict[str, Any]:
    return {"role": person.role.value, "departments": list(person.departments), "extension": person.extension}


def remove(house: House, actor: Actor, name: str) -> None:
    """Remove somebody with their sessions; raises Conflict for oneself and for the last operator."""
    actor.require(Right.PEOPLE)
    with house.database.transaction() as session:
        user = mastered(session, actor, name)
        if user.id == actor.user_id:
            raise Conflict("nobody removes themselves")
        others = select(User.id).where(User.role == Role.OPERATOR, User.id != user.id)
        if user.role == Role.OPERATOR and session.scalar(others.limit(1)) is None:
            raise Conflict("the last operator stays")
        before = _plain(listed(house, session, user))
        session.delete(user)
        changes.commit(house, session, actor, Edit("person removed", user.name, before, None))


def unlock(house: House, actor: Actor, name: str) -> Listed:
    """Unlock a profile after too many wrong passwords (guide, A12)."""
    actor.require(Right.PEOPLE)
    with house.database.transaction() as session:
        user = mastered(session, actor, name)
        before = {"locked": listed(house, session, user).locked}
        user.failures, user.locks, user.locked_until = 0, 0, None
        changes.commit(house, session, actor, Edit("profile unlocked", user.name, before, {"locked": False}))
        return listed(house, session, user)


def reset_password(house: House, actor: Actor, name: str, password: str = "") -> str:
    """Give somebody a new password, which is shown this once, and end their sessions."""
    actor.require(Right.PEOPLE)
    made = checked_password(password) if password else new_password()
    with house.database.transaction() as session:
        user = mastered(session, actor, name)
        renew_password(session, user, made)
        changes.commit(house, session, actor, Edit("password reset", user.name, None, f"{MASK} (new)"))
    return made


def password_link(house: House, actor: Actor, name: str) -> str:
    """Make an address where somebody chooses a password, once and within a day; an older one opens no more."""
    actor.require(Right.PEOPLE)
    token = new_token()
    with house.database.transaction() as session:
        user = mastered(session, actor, name)
        session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id))
        expires = house.clock() + LINK_LASTS
        session.add(PasswordLink(user_id=user.id, hash=token_hash(token), expires_at=expires))
        changes.commit(house, session, actor, Edit("password link", user.name, None, {"until": expires.isoformat()}))
    return f"{house.config.base_url}/password/{token}"


def forget_second_factor(house: House, actor: Actor, name: str) -> Listed:
    """Take a lost second factor from somebody, and end their sessions."""
    actor.require(Right.PEOPLE)
    with house.database.transaction() as session:
        user = mastered(session, actor, name)
        user.sealed_totp = None
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        sessions.forget(session, user.id)
        changes.commit(house, session, actor, Edit("second factor removed", user.name, None, None))
        return listed(house, session, user)


def sign_out(house: House, actor: Actor, name: str) -> None:
    """End all sessions of somebody."""
    actor.require(Right.PEOPLE)
    with house.database.transaction() as session:
        user = mastered(session, actor, name)
        sessions.forget(session, user.id)
        changes.commit(house, session, actor, Edit("signed out everywhere", user.name, None, None))
