"""Somebody of every role, by the role's name; ``stranger`` administers another company."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.crypto import hash_password
from provserver.db.models import (
    Alarm,
    ApiToken,
    Change,
    Device,
    FirmwareImage,
    Knock,
    Rollout,
    RolloutPhone,
    User,
    UserDepartment,
)
from provserver.db.queries import department_by_name, line_by_extension
from provserver.domain.roles import Actor, Role
from provserver.services.access import accounts
from provserver.services.house import House
from tests.access.calls import ELSEWHERE, FOREIGN, MINE, PASSWORD, THINGS

STRANGER = "stranger"


def furnish_people(house: House, company: str, other: str) -> list[str]:
    """Add them all; the department administrator has the department "mine", the user its line."""
    hashed = hash_password(PASSWORD)
    actor = Actor(accounts.ensure_company(house, company), "tests", Role.OPERATOR)
    with house.database.transaction() as session:
        for role in Role:
            user = User(name=role.value, role=role, stamp=secrets.token_hex(8), password_hash=hashed)
            user.tenant_id = None if role is Role.OPERATOR else actor.tenant_id
            if role is Role.USER:
                user.line_id = line_by_extension(session, actor, THINGS["extension"][MINE]).id
            session.add(user)
            session.flush()
            if role is Role.DEPARTMENT_ADMIN:
                department = department_by_name(session, actor, THINGS["@department"][MINE])
                session.add(UserDepartment(user_id=user.id, department_id=department.id))
        line = line_by_extension(session, actor, THINGS["extension"][ELSEWHERE])
        other_user = User(name=THINGS["@person"][ELSEWHERE], role=Role.USER, stamp="", password_hash=hashed)
        other_user.tenant_id, other_user.line_id = actor.tenant_id, line.id
        session.add(other_user)
        for whose, number in ((company, THINGS["@token"][MINE]), (other, THINGS["@token"][FOREIGN])):
            token = ApiToken(id=int(number), name="program", role=Role.READER, hash=number)
            token.tenant_id = accounts.company_id(session, whose)
            session.add(token)
        for whose, thing in ((company, MINE), (other, FOREIGN)):
            number = THINGS["@image"][thing]
            image = FirmwareImage(id=int(number), name=f"{number}.ld", asked=f"{number}.ld", vendor="poly", version="1")
            image.tenant_id, image.models = accounts.company_id(session, whose), ["VVX301"]
            image.sha256, image.size = number.zfill(64), 1
            session.add(image)
        for whose in (MINE, ELSEWHERE, FOREIGN):
            _knocked(session, house, whose)
    accounts.add_user(house, STRANGER, PASSWORD, Role.ADMIN, other)
    return [*(role.value for role in Role), STRANGER]


def _knocked(session: Session, house: House, whose: str) -> None:
    """Let a phone have knocked, and an alarm stand at it."""
    now = house.clock()
    device = session.scalars(select(Device).where(Device.mac == THINGS["mac"][whose])).one()
    numbers = {name: int(THINGS[f"@{name}"][whose]) for name in ("alarm", "knock", "rollout", "change")}
    when = {"first_at": now, "last_at": now, "count": 1}
    alarm = Alarm(
        id=numbers["alarm"], tenant_id=device.tenant_id, device_id=device.id, kind="address", detail="", **when
    )
    knock = Knock(id=numbers["knock"], mac=device.mac, address=f"192.0.2.{device.id}", source="192.0.2.1", **when)
    knock.verdict = "unknown-file"
    session.add_all([alarm, knock])
    _rolled(session, device, numbers["rollout"])
    keys = {"5": {"kind": "none"}}, {"5": {"kind": "speed-dial", "target": "*98"}}
    change = Change(
        id=numbers["change"], what="keys", subject=device.mac, actor="somebody", before=keys[0], after=keys[1]
    )
    change.tenant_id, change.device_id = device.tenant_id, device.id
    session.add(change)


def _rolled(session: Session, device: Device, number: int) -> None:
    """Let a wide edit be on its way to a phone."""
    rollout = Rollout(id=number, tenant_id=device.tenant_id, what="settings", subject="tenant", actor="somebody")
    rollout.stage, rollout.terms = "running", {}
    session.add(rollout)
    session.flush()
    session.add(RolloutPhone(rollout_id=number, device_id=device.id, step="ready", reason=""))
