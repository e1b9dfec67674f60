"""Who may what."""

import pytest

from provserver.domain.roles import Actor, Right, Role
from provserver.errors import Forbidden

ALLOWED = {
    Role.OPERATOR: {Right.READ, Right.EDIT, Right.REVEAL, Right.COMPANY, Right.OPERATE},
    Role.ADMIN: {Right.READ, Right.EDIT, Right.REVEAL, Right.COMPANY},
    Role.READER: {Right.READ},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_a_role_may_what_it_includes_and_nothing_else(role: Role, right: Right) -> None:
    actor = Actor(1, "anna", role)
    allowed = right in ALLOWED[role]
    assert actor.may(right) == allowed
    if allowed:
        actor.require(right)
        return
    with pytest.raises(Forbidden, match=f"the role {role} may not {right}"):
        actor.require(right)


def test_an_actor_cannot_be_changed() -> None:
    actor = Actor(1, "anna", Role.READER)
    with pytest.raises(AttributeError):
        actor.role = Role.OPERATOR  # type: ignore[misc]
