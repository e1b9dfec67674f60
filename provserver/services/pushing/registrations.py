"""Who is registered where: engines are asked by turns, and a phone that comes back is told what it missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from provserver.db.holding import hold
from provserver.db.models import Device, EngineCheck, Line, Registration, RolloutPhone, StoredValue
from provserver.db.queries import claiming, device_by_mac
from provserver.db.session import Database, ring
from provserver.domain.answers import CREDENTIALS, NO_FETCH
from provserver.domain.clocks import DRIFT, is_ahead
from provserver.domain.numbers import split_port
from provserver.domain.presence import Presence
from provserver.domain.push_settings import PUSH_SETTINGS
from provserver.domain.roles import Actor, Right
from provserver.domain.rollout import Step
from provserver.domain.settings import Effective, Scope
from provserver.domain.vocabulary import defaults
from provserver.engines.base import Contact, Place
from provserver.errors import Conflict
from provserver.services.house import House
from provserver.services.pushing.contacts import find
from provserver.services.pushing.reach import engines_of
from provserver.services.pushing.rivals import carrying, sought
from provserver.services.rendering.profiles import open_value

EVERY = timedelta(seconds=20)
"""How often each engine is asked who is registered."""
FRESH = EVERY * 5
"""How long an answer says something about those who are not in it."""
MOST_ENGINES = 16
"""Of one company."""
_ENGINE_SETTINGS = [setting.name for setting in PUSH_SETTINGS if setting.section == "engines"]


@dataclass(frozen=True, slots=True)
class Visit:
    """An engine whose turn it is."""

    check_id: int
    tenant_id: int
    place: Place


@dataclass(frozen=True, slots=True)
class Present:
    """One registration for people: the line's extension, where it is, by which program, since when, at which engine."""

    extension: str
    device_id: int | None
    contact: str
    address: str
    user_agent: str
    since: datetime
    engine: str


def due(database: Database, now: datetime) -> list[Visit]:
    """Take the engines whose turn it is; several workers never take the same one."""
    with database.reading() as session:
        places = _places(session)
        checks = {(row.tenant_id, row.name): row for row in session.scalars(select(EngineCheck))}
    waiting = [key for key in places if key not in checks or _is_turn(checks[key].next_at, now)]
    gone = [row.id for key, row in checks.items() if key not in places]
    if not waiting and not gone:
        return []
    with database.transaction() as session:
        if gone:
            session.execute(delete(EngineCheck).where(EngineCheck.id.in_(gone)))
        taken = [(key, _take(session, key, now)) for key in waiting]
    return [Visit(check_id, key[0], places[key]) for key, check_id in taken if check_id is not None]


def _is_turn(next_at: datetime, now: datetime) -> bool:
    """Tell whether a visit is due, by the clock or because the clock was put back."""
    return next_at <= now or is_ahead(next_at, now, EVERY)


def _take(session: Session, key: tuple[int, str], now: datetime) -> int | None:
    tenant_id, name = key
    mine = (EngineCheck.tenant_id == tenant_id, EngineCheck.name == name)
    if session.scalar(select(EngineCheck.id).where(*mine)) is None:
        try:
            with session.begin_nested(), claiming(session, "another worker was faster"):
                session.add(EngineCheck(tenant_id=tenant_id, name=name, next_at=now))
        except Conflict:
            return None
    turn = (EngineCheck.next_at <= now) | (EngineCheck.next_at > now + EVERY + DRIFT)
    query = update(EngineCheck).where(*mine, turn).values(next_at=now + EVERY)
    return session.scalar(query.returning(EngineCheck.id).execution_options(synchronize_session=False))


def _places(session: Session) -> dict[tuple[int, str], Place]:
    """Give every engine that is set anywhere, by company and name: what a place sets is laid over its company's."""
    scopes = [scope.word for scope in Scope if scope is not Scope.DEFAULT]
    query = select(StoredValue).where(
        StoredValue.kind == "setting", StoredValue.name.in_(_ENGINE_SETTINGS), StoredValue.scope.in_(scopes)
    )
    by_place: dict[tuple[int, str, str], dict[str, Effective]] = {}
    for row in session.scalars(query):
        values = by_place.setdefault((row.tenant_id, row.scope, row.place), {})
        values[row.name] = Effective(open_value(session, row), Scope.TENANT)
    found: dict[tuple[int, str], Place] = {}
    counts: dict[int, int] = {}
    for (tenant_id, _, _), values in sorted(by_place.items(), key=lambda item: item[0]):
        company = by_place.get((tenant_id, Scope.TENANT.word, ""), {})
        for place in engines_of({**defaults(), **company, **values}):
            key = tenant_id, str(place)[:120]
            if key not in found and counts.get(tenant_id, 0) < MOST_ENGINES:
                counts[tenant_id] = counts.get(tenant_id, 0) + 1
                found[key] = place
    return found


def record_problem(database: Database, visit: Visit, problem: str) -> bool:
    """Write down that an engine did not tell; what it told before is not known any more. True where that is news."""
    with database.transaction() as session:
        check = session.get(EngineCheck, visit.check_id)
        if check is None or check.problem == problem[:255]:
            return False
        check.problem = problem[:255]
        return True


def record(database: Database, visit: Visit, contacts: Mapping[str, Sequence[Contact]], now: datetime) -> None:
    """Write down who is registered; only what changed is written, and who came back is told what it missed."""
    with database.transaction() as session:
        check = session.get(EngineCheck, visit.check_id)
        if check is None:
            return
        check.checked_at, check.problem = now, ""
        lines = select(Line).where(Line.tenant_id == visit.tenant_id)
        listed = {
            (line.id, contact.uri[:255], _address(contact)): contact
            for line in session.scalars(lines)
            for contact in contacts.get(line.username, ())
            if not contact.domain or not line.domain or contact.domain == split_port(line.domain)[0]
        }
        known = session.scalars(select(Registration).where(Registration.engine_check_id == check.id)).all()
        before = {(row.line_id, row.contact, row.address): row for row in known}
        for key in before.keys() - listed.keys():
            session.delete(before[key])
        new = {key: listed[key] for key in listed.keys() - before.keys()}
        owners = _owners(session, {key[0] for key in new}, contacts)
        for key, contact in new.items():
            session.add(_row(visit, key, contact, owners.get((key[0], contact)), now))
        _wake(session, set(owners.values()), now)


def _address(contact: Contact) -> str:
    return f"{contact.address}:{contact.port}"[:80]


def _row(visit: Visit, key: tuple[int, str, str], contact: Contact, owner: int | None, now: datetime) -> Registration:
    return Registration(
        tenant_id=visit.tenant_id,
        engine_check_id=visit.check_id,
        line_id=key[0],
        device_id=owner,
        contact=key[1],
        address=key[2],
        user_agent=contact.user_agent[:200],
        since=now,
    )


def _owners(
    session: Session, lines: set[int], contacts: Mapping[str, Sequence[Contact]]
) -> dict[tuple[int, Contact], int]:
    """Find whose registrations the new ones of these lines are."""
    found: dict[tuple[int, Contact], int] = {}
    for line_id, devices in carrying(session, lines).items():
        user = next(row.line.username for row in devices[0].lines if row.line_id == line_id)
        phones = [sought(device) for device in devices]
        for phone in phones:
            of_line = {user: contacts.get(user, ())}
            contact = find(phone, [other for other in phones if other is not phone], of_line).contact
            if contact is not None:
                found[line_id, contact] = phone.device_id
    return found


def _wake(session: Session, devices: set[int], now: datetime) -> None:
    """Have phones told that came back while a change of theirs waits.

    Not those that refused it before, whose restart waits, whose turn a rollout decides, or whose rollout was cancelled.
    """
    if not devices:
        return
    hold(session, devices)
    in_turn = select(RolloutPhone.device_id).where(RolloutPhone.step == Step.READY.value)
    waiting = update(Device).where(
        Device.id.in_(devices),
        Device.applied_at.is_(None),
        Device.told_at >= Device.changed_at,
        Device.resync_attempts > 0,
        Device.held == "",
        Device.id.not_in(in_turn),
        Device.told_status.not_in([*CREDENTIALS, *NO_FETCH]),
        Device.resync_claimed_until.is_(None),
    )
    session.execute(waiting.values(resync_due_at=now).execution_options(synchronize_session=False))
    ring(session)


def presence(house: House, actor: Actor, extensions: Sequence[str]) -> dict[str, tuple[Presence, list[Present]]]:
    """Tell for each extension whether it is registered, and where."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        rows = _rows(session, actor, Line.extension.in_(extensions))
        absent = _absence(session, actor, house.clock())
    found: dict[str, list[Present]] = {extension: [] for extension in extensions}
    for row in rows:
        found[row.extension].append(row)
    return {name: (Presence.ONLINE if known else absent, known) for name, known in found.items()}


def presence_of_phone(house: House, actor: Actor, mac: str) -> tuple[Presence, list[Present]]:
    """Tell whether a phone itself is registered, and where; others of its extensions do not count."""
    actor.require(Right.USE)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        rows = _rows(session, actor, Registration.device_id == device.id)
        if rows or not device.lines:
            return Presence.ONLINE if rows else Presence.UNKNOWN, rows
        of_lines = Registration.line_id.in_([row.line_id for row in device.lines])
        unclaimed = _rows(session, actor, of_lines & Registration.device_id.is_(None))
        return Presence.UNKNOWN if unclaimed else _absence(session, actor, house.clock()), []


def _rows(session: Session, actor: Actor, where: object) -> list[Present]:
    query = (
        select(Registration, Line.extension, EngineCheck.name)
        .join(Line, Line.id == Registration.line_id)
        .join(EngineCheck, EngineCheck.id == Registration.engine_check_id)
        .where(Registration.tenant_id == actor.tenant_id, EngineCheck.problem == "", where)  # type: ignore[arg-type]
        .order_by(Line.extension, Registration.since)
    )
    return [
        Present(extension, row.device_id, row.contact, row.address, row.user_agent, row.since, engine)
        for row, extension, engine in session.execute(query)
    ]


def _absence(session: Session, actor: Actor, now: datetime) -> Presence:
    """Say what it means not to be listed: offline only where every engine of the company has answered lately."""
    checks = session.scalars(select(EngineCheck).where(EngineCheck.tenant_id == actor.tenant_id)).all()
    lately = [row for row in checks if not row.problem and row.checked_at and now - row.checked_at < FRESH]
    return Presence.OFFLINE if checks and len(lately) == len(checks) else Presence.UNKNOWN


def engines(house: House, actor: Actor) -> Sequence[EngineCheck]:
    """List the engines of the company, with when each was asked last and what was wrong."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = select(EngineCheck).where(EngineCheck.tenant_id == actor.tenant_id).order_by(EngineCheck.name)
        return session.scalars(query).all()
