"""Who may what."""

import pytest

from provserver.domain.roles import GIVES, RIGHTS, Actor, Right, Role, with_needed
from provserver.errors import Forbidden, Stale

ALLOWED = {
    Role.OPERATOR: set(Right),
    Role.ADMIN: set(Right) - {Right.OPERATE},
    Role.DEPARTMENT_ADMIN: set(Right) - {Right.OPERATE, Right.COMPANY},
    Role.READER: {Right.USE, Right.READ},
    Role.USER: {Right.USE, Right.KEYS},
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


@pytest.mark.parametrize("role", GIVES)
def test_nobody_gives_a_role_with_more_rights_than_their_own(role: Role) -> None:
    assert all(RIGHTS[given] <= RIGHTS[role] for given in GIVES[role])


def test_a_token_has_the_rights_of_its_role_that_its_scopes_name_and_no_others() -> None:
    token = Actor(1, "token reports", Role.ADMIN, scopes=with_needed({Right.REVEAL, Right.OPERATE}))
    assert {right for right in Right if token.may(right)} == {Right.USE, Right.READ, Right.REVEAL}
    with pytest.raises(Forbidden, match="this token's scopes do not include edit"):
        token.require(Right.EDIT)
    with pytest.raises(Forbidden, match="the role admin may not operate"):
        token.require(Right.OPERATE)


def test_a_secret_wants_a_fresh_proof() -> None:
    actor = Actor(1, "anna", Role.ADMIN, fresh=False)
    actor.require(Right.EDIT)
    with pytest.raises(Stale, match="confirm your password"):
        actor.require(Right.REVEAL)
