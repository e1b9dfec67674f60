"""Who may set which values at which scope."""

from collections.abc import Mapping

from provserver.domain.roles import Actor, Right
from provserver.domain.settings import Scope
from provserver.domain.vocabulary import SETTINGS


def is_a_users(name: str) -> bool:
    """Tell whether a setting is one that the phone's own user may see and set: the call services."""
    return name in SETTINGS and SETTINGS[name].section == "calls"


def is_an_operators(name: str) -> bool:
    """Tell whether a setting makes this server connect to an address of its own choice, inside its network too."""
    return name in SETTINGS and SETTINGS[name].section == "engines"


def require_right(actor: Actor, scope: str, raw: Mapping[str, object]) -> None:
    """Raise Forbidden unless the actor may set these values at this scope."""
    if scope in {Scope.TENANT.word, Scope.MODEL.word}:
        actor.require(Right.COMPANY)
    elif scope != Scope.DEVICE.word or not all(is_a_users(name) for name in raw):
        actor.require(Right.EDIT)
    actor.require(Right.KEYS)
    if any(is_an_operators(name) for name in raw):
        actor.require(Right.OPERATE)
