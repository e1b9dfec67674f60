"""The second factor: asked for, each code once; recovery codes; who has to have one; who takes it away."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from provserver.db.models import RecoveryCode
from provserver.domain.roles import Actor, Role
from provserver.errors import Conflict, Invalid, Unauthenticated
from provserver.services.access import accounts, people, second_factor, sessions
from provserver.services.access.accounts import Person
from provserver.services.access.sign_in import FAILURES_ALLOWED, sign_in
from provserver.services.history import audit
from provserver.services.house import House
from tests.services.coming_in import PASSWORD, forward, wrong


def now_code(house: House, secret: str, later: int = 0) -> str:
    """Give what an authenticator shows."""
    return pyotp.TOTP(secret).at(house.clock() + timedelta(seconds=later))


def set_up(house: House, person: Person) -> tuple[str, list[str]]:
    """Give somebody a second factor; return its secret and the recovery codes."""
    offer = second_factor.offer(house, person)
    token = sessions.begin(house, person)
    found = sessions.find(house, token)
    assert found is not None
    codes = second_factor.accept(house, person, found.number, offer.sealed, now_code(house, offer.secret))
    return offer.secret, list(codes)


def test_a_second_factor_is_asked_for_and_each_code_counts_once(house: House, anna: Person) -> None:
    secret, _codes = set_up(house, anna)
    token = sessions.begin(house, anna)
    found = sessions.find(house, token)
    assert found is not None and found.stage == sessions.CODE
    forward(house, minutes=2)
    with pytest.raises(Unauthenticated):
        second_factor.check(house, anna, found.number, "000000")
    code = now_code(house, secret)
    second_factor.check(house, anna, found.number, code)
    opened = sessions.find(house, token)
    assert opened is not None and opened.stage == sessions.OPEN
    again = sessions.find(house, sessions.begin(house, anna))
    assert again is not None
    with pytest.raises(Unauthenticated, match="used already"):
        second_factor.check(house, anna, again.number, code)


def test_clocks_may_differ_by_half_a_minute(house: House, anna: Person) -> None:
    secret, _codes = set_up(house, anna)
    forward(house, minutes=5)
    for later, right in ((-90, False), (120, False), (-25, True), (25, True)):
        found = sessions.find(house, sessions.begin(house, anna))
        assert found is not None
        if right:
            second_factor.check(house, anna, found.number, now_code(house, secret, later))
        else:
            with pytest.raises(Unauthenticated):
                second_factor.check(house, anna, found.number, now_code(house, secret, later))


def test_wrong_codes_lock_the_account(house: House, anna: Person) -> None:
    secret, _codes = set_up(house, anna)
    forward(house, minutes=5)
    found = sessions.find(house, sessions.begin(house, anna))
    assert found is not None
    for _ in range(FAILURES_ALLOWED):
        with pytest.raises(Unauthenticated):
            second_factor.check(house, anna, found.number, "000000")
    with pytest.raises(Unauthenticated, match="too many"):
        second_factor.check(house, anna, found.number, now_code(house, secret))


def test_a_right_password_forgives_no_wrong_code(house: House, anna: Person) -> None:
    secret, _codes = set_up(house, anna)
    forward(house, minutes=5)
    for _ in range(FAILURES_ALLOWED):
        found = sessions.find(house, sessions.begin(house, sign_in(house, anna.name, PASSWORD)))
        assert found is not None
        with pytest.raises(Unauthenticated):
            second_factor.check(house, anna, found.number, "000000")
    with pytest.raises(Unauthenticated, match="too many"):
        sign_in(house, anna.name, PASSWORD)
    forward(house, minutes=6)
    for _ in range(2 * FAILURES_ALLOWED):
        sign_in(house, anna.name, PASSWORD)
    found = sessions.find(house, sessions.begin(house, anna))
    assert found is not None
    second_factor.check(house, anna, found.number, now_code(house, secret))


def test_the_last_try_allowed_may_be_the_right_password(house: House, anna: Person) -> None:
    secret, _codes = set_up(house, anna)
    forward(house, minutes=5)
    wrong(house, FAILURES_ALLOWED - 1)
    found = sessions.find(house, sessions.begin(house, sign_in(house, anna.name, PASSWORD)))
    assert found is not None
    second_factor.check(house, anna, found.number, now_code(house, secret))
    wrong(house, FAILURES_ALLOWED - 1)
    assert sign_in(house, anna.name, PASSWORD).id == anna.id


@pytest.mark.parametrize("code", ["\uff11\uff12\uff13\uff14\uff15\uff16", "é", "\u0661" * 6, "\x00", ""])
def test_what_is_no_code_is_a_wrong_one(house: House, anna: Person, code: str) -> None:
    offer = second_factor.offer(house, anna)
    with pytest.raises(Invalid, match="code"):
        second_factor.accept(house, anna, 0, offer.sealed, code)
    set_up(house, anna)
    found = sessions.find(house, sessions.begin(house, anna))
    assert found is not None
    with pytest.raises(Unauthenticated):
        second_factor.check(house, anna, found.number, code)


def test_a_recovery_code_opens_once_and_only_its_hash_is_kept(house: House, anna: Person) -> None:
    _secret, codes = set_up(house, anna)
    assert second_factor.left(house, anna) == len(codes) == 10
    with house.database.reading() as session:
        assert not {row.hash for row in session.scalars(select(RecoveryCode))} & set(codes)
    for expected in (True, False):
        found = sessions.find(house, sessions.begin(house, anna))
        assert found is not None
        if expected:
            second_factor.check(house, anna, found.number, f" {codes[0].upper()} ")
        else:
            with pytest.raises(Unauthenticated):
                second_factor.check(house, anna, found.number, codes[0])
    assert second_factor.left(house, anna) == 9


def test_an_offer_is_for_one_person_and_wants_a_right_code(house: House, anna: Person) -> None:
    other = accounts.add_user(house, "bruno", PASSWORD)
    offer = second_factor.offer(house, anna)
    assert offer.picture.startswith("data:image/svg+xml") and offer.secret not in offer.sealed
    for who, sealed, code in (
        (other, offer.sealed, now_code(house, offer.secret)),
        (anna, offer.sealed, "000000"),
        (anna, "nonsense", "000000"),
    ):
        with pytest.raises(Invalid, match="code"):
            second_factor.accept(house, who, 0, sealed, code)
    assert second_factor.left(house, anna) is None


@pytest.mark.parametrize(("policy", "role", "demanded"), [
    ("optional", Role.OPERATOR, False), ("admins", Role.OPERATOR, True), ("admins", Role.DEPARTMENT_ADMIN, True),
    ("admins", Role.USER, False), ("admins", Role.READER, False), ("everyone", Role.USER, True),
])  # fmt: skip
def test_the_configuration_demands_a_second_factor(
    sqlite_house: House, policy: str, role: Role, demanded: bool
) -> None:
    house = replace(sqlite_house, config=replace(sqlite_house.config, second_factor=policy))
    assert sessions.is_demanded(house, role) is demanded
    person = accounts.add_user(house, "x-somebody", PASSWORD, role, "Rossi S.p.A.")
    found = sessions.find(house, sessions.begin(house, person))
    assert found is not None and found.stage == (sessions.SETUP if demanded else sessions.OPEN)
    if demanded:
        with pytest.raises(Conflict, match="demanded"):
            second_factor.remove(house, person, PASSWORD)


def test_a_second_factor_is_removed_by_its_owner_or_an_administrator(house: House, actor: Actor, anna: Person) -> None:
    set_up(house, anna)
    with pytest.raises(Unauthenticated):
        second_factor.remove(house, anna, "wrong wrong wrong")
    second_factor.remove(house, anna, PASSWORD)
    assert second_factor.left(house, anna) is None
    set_up(house, anna)
    token = sessions.begin(house, anna)
    assert not people.forget_second_factor(house, actor, "anna").second_factor
    assert sessions.find(house, token) is None


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN, Role.USER])
def test_a_second_factor_switched_on_or_off_stands_in_the_history(house: House, actor: Actor, role: Role) -> None:
    accounts.ensure_company(house, "Verdi S.r.l.")
    person = accounts.add_user(house, "somebody", PASSWORD, role, "Rossi S.p.A.")
    set_up(house, person)
    second_factor.remove(house, person, PASSWORD)
    set_up(house, person)
    people.forget_second_factor(house, actor, "somebody")
    lines = [(row.what, row.subject, row.actor) for row in audit.history(house, actor)]
    added, by_themselves = (
        ("second factor added", "somebody", "somebody"),
        ("second factor removed", "somebody", "somebody"),
    )
    assert lines == [("second factor removed", "somebody", "anna"), added, by_themselves, added]
