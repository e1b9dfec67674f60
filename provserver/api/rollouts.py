"""Rollouts: wide edits listed, shown, paused, resumed, cancelled, and the company's policy for them."""

from flask import request

from provserver.api import paging
from provserver.api import rollout_schemas as schemas
from provserver.api.bodies import flag, load, load_if_sent
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.api.schemas import listed
from provserver.domain.rollout import Step, as_plain
from provserver.doorway import actor, house
from provserver.errors import Invalid
from provserver.services.steering import rollout_policies, rollouts
from provserver.services.steering.rollouts import Known, Phone

calls = subject("rollouts", "Wide edits, told in turn: first phones first, at a pace, in the company's hours.")


@call(calls, "GET", "/rollouts", gives=listed(schemas.Rollout), query=[schemas.RolloutsAsked], problems=[422])
def list_rollouts() -> tuple[object, dict[str, str]]:
    """List the company's rollouts, newest first."""
    return paging.searched(rollouts.rollouts(house(), actor(), only_open=flag("open")), _shape)


@call(calls, "GET", "/rollouts/<int:number>", gives=schemas.RolloutDetail, problems=[404])
def get_rollout(number: int) -> object:
    """Give one rollout, how far it has come, and what it waits for."""
    return _detail(rollouts.rollout(house(), actor(), number))


@call(
    calls,
    "GET",
    "/rollouts/<int:number>/phones",
    gives=listed(schemas.RolloutPhone),
    query=[schemas.PhonesAsked],
    problems=[404, 422],
)
def list_rollout_phones(number: int) -> tuple[object, dict[str, str]]:
    """List the phones of a rollout, those that failed first, each with the reason."""
    start, size = paging.cursor(), paging.limit()
    rows = rollouts.phones(house(), actor(), number, step=_step(), search=paging.search(), start=start, limit=size + 1)
    following = str(start + size) if len(rows) > size else None
    return {"items": [_phone(row) for row in rows[:size]], "next": following}, paging.link(following)


def _step() -> Step | None:
    text = request.args.get("step", "")
    try:
        return Step(text) if text else None
    except ValueError as error:
        raise Invalid.field("step", "one of " + ", ".join(Step)) from error


@call(calls, "POST", "/rollouts/<int:number>/pause", gives=schemas.RolloutDetail, status=202, problems=[404, 409])
def pause_rollout(number: int) -> object:
    """Tell no more phones for now; those told already are looked after."""
    return _detail(rollouts.pause(house(), actor(), number))


@call(
    calls,
    "POST",
    "/rollouts/<int:number>/resume",
    takes=schemas.Resuming,
    gives=schemas.RolloutDetail,
    status=202,
    problems=[400, 404, 409, 413, 415, 422],
    example={"without_failed": False},
)
def resume_rollout(number: int) -> object:
    """Go on after a pause or a halt; phones that failed are told again. The body may be left out."""
    body = load_if_sent(schemas.Resuming())
    without = bool(body.get("without_failed", False))
    return _detail(rollouts.resume(house(), actor(), number, without_failed=without))


@call(calls, "POST", "/rollouts/<int:number>/cancel", gives=schemas.RolloutDetail, status=202, problems=[404, 409])
def cancel_rollout(number: int) -> object:
    """Tell nobody any more; what was saved stays, and phones have it when they ask by themselves."""
    return _detail(rollouts.cancel(house(), actor(), number))


@call(calls, "POST", "/rollouts/<int:number>/apply-now", gives=schemas.RolloutDetail, status=202, problems=[404, 409])
def apply_rollout_now(number: int) -> object:
    """Let nothing wait for the company's hours or for a word any more; the pace stays."""
    return _detail(rollouts.apply_now(house(), actor(), number))


@call(calls, "GET", "/rollout-policy", gives=schemas.RolloutPolicy)
def get_rollout_policy() -> object:
    """Tell how the company has wide edits rolled out."""
    return as_plain(rollout_policies.policy(house(), actor()))


@call(
    calls,
    "PATCH",
    "/rollout-policy",
    takes=schemas.RolloutPolicyChange,
    gives=schemas.RolloutPolicy,
    problems=[400, 413, 415, 422],
    example={"rate": 10, "window_from": "22:00", "window_to": "05:00", "zone": "Europe/Rome", "restart": "window"},
)
def change_rollout_policy() -> object:
    """Change how wide edits are rolled out from now on; audited."""
    return as_plain(rollout_policies.set_policy(house(), actor(), load(schemas.RolloutPolicyChange())))


def _shape(known: Known) -> dict[str, object]:
    row, counts = known.row, known.counts
    return {
        "id": row.id,
        "what": row.what,
        "subject": row.subject,
        "actor": row.actor,
        "stage": row.stage,
        "reason": row.reason,
        "started_at": moment(row.started_at),
        "ended_at": moment(row.ended_at),
        "percent": counts.percent,
        "canary_done": row.canary_done,
        "counts": {name: getattr(counts, name) for name in counts.__dataclass_fields__},
        "policy": as_plain(known.policy),
    }


def _detail(known: Known) -> dict[str, object]:
    waits = {"restarts": known.restarts, "opens_at": moment(known.opens_at), "needs_word": known.needs_word}
    return _shape(known) | waits


def _phone(phone: Phone) -> dict[str, object]:
    return {
        "mac": phone.mac,
        "model": f"{phone.vendor}/{phone.model}",
        "step": phone.step.value,
        "canary": phone.canary,
        "restarts": phone.restarts,
        "told_at": moment(phone.told_at),
        "reason": phone.reason,
    }
