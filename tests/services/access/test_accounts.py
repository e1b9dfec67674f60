"""Who may come in: people by password, programs by token."""

from dataclasses import replace

import pytest

from provserver.domain.roles import Role
from provserver.errors import Conflict, Forbidden, Invalid, Unauthenticated
from provserver.services.access import accounts
from provserver.services.access.sign_in import FAILURES_ALLOWED, sign_in
from provserver.services.house import House
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from tests.fakes.clock import FakeClock


def test_the_right_password_lets_in_and_any_other_does_not(house: House) -> None:
    accounts.add_user(house, "Anna", "correct horse")
    assert sign_in(house, "ANNA ", "correct horse").name == "anna"
    for name, password in (("anna", "wrong"), ("nobody", "correct horse"), ("anna", "")):
        with pytest.raises(Unauthenticated, match="the name or the password is wrong"):
            sign_in(house, name, password)


def test_five_wrong_passwords_rest_the_account_for_five_minutes(house: House) -> None:
    accounts.add_user(house, "anna", "correct horse")
    for _ in range(FAILURES_ALLOWED):
        with pytest.raises(Unauthenticated):
            sign_in(house, "anna", "wrong")
    with pytest.raises(Unauthenticated, match="too many"):
        sign_in(house, "anna", "correct horse")
    with pytest.raises(Unauthenticated, match="is wrong"):
        sign_in(house, "anna", "still wrong")
    assert isinstance(house.clock, FakeClock)
    house.clock.forward(minutes=6)
    assert sign_in(house, "anna", "correct horse").name == "anna"


def test_names_and_passwords_have_rules(house: House) -> None:
    accounts.add_user(house, "anna", "correct horse")
    with pytest.raises(Conflict):
        accounts.add_user(house, "ANNA", "correct horse")
    with pytest.raises(Invalid):
        accounts.add_user(house, "bob", "short")
    with pytest.raises(Invalid):
        accounts.add_user(house, "", "correct horse")


def test_a_token_speaks_for_its_role(house: House) -> None:
    reader = accounts.add_token(house, "reports", Role.READER)
    actor = accounts.program(house, reader)
    with pytest.raises(Forbidden):
        directory.add_line(house, actor, NewLine("201", "X"))
    with pytest.raises(Unauthenticated):
        accounts.program(house, "not-a-token-at-all")


def test_an_operators_token_may_name_the_company(house: House) -> None:
    accounts.ensure_company(house, "Bianchi S.r.l.")
    token = accounts.add_token(house, "all")
    first = accounts.program(house, token)
    second = accounts.program(house, token, "Bianchi S.r.l.")
    assert first.tenant_id != second.tenant_id


def test_the_first_start_makes_an_admin_once(house: House) -> None:
    first = accounts.first_start(house)
    assert sign_in(house, first.name, first.password).role is Role.OPERATOR
    assert accounts.first_start(house).password == ""


def test_what_the_environment_gives_is_taken_however_short(house: House) -> None:
    given = replace(house, config=replace(house.config, admin_password="pw", api_token="t.1"))
    assert accounts.first_start(given).password == "pw"
    assert sign_in(house, "admin", "pw").role is Role.OPERATOR
    assert accounts.program(house, "t.1").role is Role.OPERATOR
    with pytest.raises(Invalid, match="token"):
        accounts.first_start(replace(given, config=replace(given.config, api_token="two words")))
