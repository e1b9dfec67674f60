"""What each company decided about first contacts."""

from collections.abc import Mapping

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
    return Policy(read_ways(row.ways if row else None))


def set_policy(house: House, actor: Actor, raw: Mapping[str, object]) -> Policy:
    """Change the company's policy: ``ways`` is the list of those that count; raises Invalid."""
    actor.require(Right.EDIT)
    wanted = _read(raw)
    with house.database.transaction() as session:
        before = policy_of(session, actor.tenant_id)
        row = session.get(EnrolmentPolicy, actor.tenant_id, with_for_update=True)
        if row is None:
            row = EnrolmentPolicy(tenant_id=actor.tenant_id, ways=write_ways(before.ways))
            session.add(row)
        row.ways = write_ways(wanted.get("ways", before.ways))
        after = Policy(read_ways(row.ways))
        if after != before:
            edit = Edit("enrolment policy", "company", _shown(before), _shown(after))
            changes.commit(house, session, actor, edit)
        return after


def _read(raw: Mapping[str, object]) -> dict[str, frozenset[Way]]:
    if unknown := raw.keys() - {"ways"}:
        raise Invalid.field(sorted(unknown)[0], "this is not part of a policy")
    if "ways" not in raw:
        return {}
    words = raw["ways"]
    try:
        if not isinstance(words, (list, tuple, set, frozenset)):
            raise ValueError
        return {"ways": frozenset(Way(str(word)) for word in words)}
    except ValueError as error:
        raise Invalid.field("ways", "a list of " + ", ".join(Way)) from error


def _shown(policy: Policy) -> dict[str, object]:
    return {"ways": [str(way) for way in Way if way in policy.ways]}
