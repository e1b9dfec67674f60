"""What each company decided about first contacts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from provserver.db.models import EnrolmentPolicy
from provserver.domain.enrolment import Policy, Way, read_ways, write_ways
from provserver.domain.roles import Actor, Right
from provserver.errors import Invalid
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House


def policy(house: House, actor: Actor) -> Policy:
    """Give the company's policy."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return policy_of(session, actor.tenant_id)


def policy_of(session: Session, tenant_id: int) -> Policy:
    """Give a company's policy inside a session that is open already."""
    row = session.get(EnrolmentPolicy, tenant_id)
    return Policy(read_ways(row.ways), row.lock_on_alarm) if row else Policy()


def set_policy(house: House, actor: Actor, raw: Mapping[str, object]) -> Policy:
    """Change the company's policy: ``ways``, the list of those that count, and ``lock_on_alarm``; raises Invalid."""
    actor.require(Right.COMPANY)
    wanted = _read(raw)
    with house.database.transaction() as session:
        before = policy_of(session, actor.tenant_id)
        row = session.get(EnrolmentPolicy, actor.tenant_id, with_for_update=True)
        if row is None:
            row = EnrolmentPolicy(tenant_id=actor.tenant_id, ways=write_ways(before.ways))
            session.add(row)
        after = replace(before, **wanted)
        row.ways, row.lock_on_alarm = write_ways(after.ways), after.lock_on_alarm
        if after != before:
            edit = Edit("enrolment policy", "company", _shown(before), _shown(after))
            changes.commit(house, session, actor, edit)
        return after


def _read(raw: Mapping[str, object]) -> dict[str, Any]:
    if unknown := raw.keys() - {"ways", "lock_on_alarm"}:
        raise Invalid.field(sorted(unknown)[0], "this is not part of a policy")
    wanted: dict[str, Any] = {"ways": _ways(raw["ways"])} if "ways" in raw else {}
    if "lock_on_alarm" in raw:
        if not isinstance(raw["lock_on_alarm"], bool):
            raise Invalid.field("lock_on_alarm", "true or false")
        wanted["lock_on_alarm"] = raw["lock_on_alarm"]
    return wanted


def _ways(words: object) -> frozenset[Way]:
    try:
        if not isinstance(words, (list, tuple, set, frozenset)):
            raise ValueError
        return frozenset(Way(str(word)) for word in words)
    except ValueError as error:
        raise Invalid.field("ways", "a list of " + ", ".join(Way)) from error


def _shown(policy: Policy) -> dict[str, object]:
    return {"ways": [str(way) for way in Way if way in policy.ways], "lock_on_alarm": policy.lock_on_alarm}
