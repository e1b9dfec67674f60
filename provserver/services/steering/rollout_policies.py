"""How each company wants wide edits rolled out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from provserver.db.models import RolloutPolicy
from provserver.db.queries import device_by_mac
from provserver.domain.roles import Actor, Right
from provserver.domain.rollout import Policy, as_plain, read_value
from provserver.errors import FieldError, Invalid, NotFound
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.pushing import restarts
from provserver.services.pushing.restarts import policy_of

MOST_CANARIES = 100


def policy(house: House, actor: Actor) -> Policy:
    """Give the company's policy."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return policy_of(session, actor.tenant_id)


def set_policy(house: House, actor: Actor, raw: Mapping[str, object]) -> Policy:
    """Change what is named of the company's policy, for edits from now on; raises Invalid naming every wrong field."""
    actor.require(Right.COMPANY)
    with house.database.transaction() as session:
        wanted = _read(session, actor, raw)
        row = session.get(RolloutPolicy, actor.tenant_id, with_for_update=True)
        before = policy_of(session, actor.tenant_id)
        after = replace(before, **wanted)
        if after == before:
            return after
        if row is None:
            row = RolloutPolicy(tenant_id=actor.tenant_id)
            session.add(row)
        row.terms = as_plain(after)
        old, new = as_plain(before), as_plain(after)
        differing = [name for name in new if old[name] != new[name]]
        edit = Edit("rollout policy", "company", {n: old[n] for n in differing}, {n: new[n] for n in differing})
        if after.hours != before.hours:
            restarts.look_again(session, actor.tenant_id, house.clock())
        changes.commit(house, session, actor, edit)
        return after


def _read(session: Session, actor: Actor, raw: Mapping[str, object]) -> dict[str, Any]:
    errors: list[FieldError] = []
    wanted: dict[str, Any] = {}
    for name, value in raw.items():
        try:
            phones = name == "canary_phones"
            wanted[name] = _phones(session, actor, value) if phones else read_value(name, value)
        except ValueError as error:
            errors.append(FieldError(name, str(error)))
    if errors:
        raise Invalid(errors)
    return wanted


def _phones(session: Session, actor: Actor, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(mac, str) for mac in raw):
        raise ValueError("a list of phones by their address")
    if len(raw) > MOST_CANARIES:
        raise ValueError(f"at most {MOST_CANARIES} phones")
    try:
        return tuple(dict.fromkeys(device_by_mac(session, actor, mac).mac for mac in raw))
    except NotFound as error:
        raise ValueError(str(error)) from error
    except Invalid as error:
        raise ValueError(error.fields[0].message) from error
