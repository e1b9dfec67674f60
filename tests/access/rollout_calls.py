"""The pages and calls of rollouts, beside ``calls``."""

from collections.abc import Mapping

from provserver.domain.roles import Right
from tests.access.calls import READ, Call

_OF = {"number": "@rollout"}
_STEER = Call(Right.COMPANY, things=_OF)

ROLLOUTS: Mapping[str, Call] = {
    "GET /rollouts": READ,
    "POST /rollouts": Call(Right.COMPANY, status=422),
    "GET /rollouts/<int:number>": Call(Right.READ, things=_OF),
    "POST /rollouts/<int:number>/<any(pause, resume, cancel, 'apply-now'):action>": Call(
        Right.COMPANY, things=_OF | {"action": "cancel"}
    ),
    "GET /api/v1/rollouts": READ,
    "GET /api/v1/rollouts/<int:number>": Call(Right.READ, things=_OF),
    "GET /api/v1/rollouts/<int:number>/phones": Call(Right.READ, things=_OF),
    "POST /api/v1/rollouts/<int:number>/pause": _STEER,
    "POST /api/v1/rollouts/<int:number>/resume": _STEER,
    "POST /api/v1/rollouts/<int:number>/cancel": _STEER,
    "POST /api/v1/rollouts/<int:number>/apply-now": _STEER,
    "GET /api/v1/rollout-policy": READ,
    "PATCH /api/v1/rollout-policy": Call(Right.COMPANY, json={"rate": 9}),
}
