"""Administrators and users, programs' tokens, and companies: who gives what to whom."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from provserver.db.models import ApiToken, Change, Tenant, User
from provserver.domain.roles import Actor, Reach, Right, Role
from provserver.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from provserver.services.access import accounts, api_tokens, companies, own_account, people, sessions
from provserver.services.access.api_tokens import NewToken
from provserver.services.access.people import NewPerson
from provserver.services.access.sign_in import sign_in
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from tests.fakes.clock import FakeClock

PASSWORD = "correct horse battery"


@pytest.fixture
def admin(house: House, actor: Actor) -> Actor:
    """The administrator of a company with a line 201 in Office, and 301 in Workshop."""
    for department, extension in (("Office", "201"), ("Workshop", "301")):
        directory.add_department(house, actor, department)
        directory.add_line(house, actor, NewLine(extension, "X", department=department))
    person = accounts.add_user(house, "admin", PASSWORD, Role.ADMIN, "Rossi S.p.A.")
    return person.actor(actor.tenant_id)


def head_of(house: House, actor: Actor, name: str = "Office") -> Actor:
    """Give somebody who looks after a department."""
    number = next(row.id for row in directory.departments(house, actor) if row.name == name)
    return Actor(actor.tenant_id, "olga", Role.DEPARTMENT_ADMIN, reach=Reach(frozenset({number})))


def test_somebody_is_added_with_a_password_shown_once(house: House, admin: Actor) -> None:
    person, password = people.add(house, admin, NewPerson("Olga", Role.DEPARTMENT_ADMIN, ("Office",)))
    found = sign_in(house, "olga", password)
    assert person.departments == ("Office",) and found.reach is not None and len(found.reach.departments) == 1
    with house.database.reading() as session:
        stored = session.scalars(select(Change).where(Change.what == "person added")).one()
        assert password not in str(stored.after) and stored.actor == "admin"


@pytest.mark.parametrize(("new", "field"), [
    (NewPerson("a", Role.USER), "extension"), (NewPerson("a", Role.DEPARTMENT_ADMIN), "departments"),
    (NewPerson("a", Role.ADMIN, ("Office",)), "departments"), (NewPerson("a", Role.USER, (), "999"), "extension"),
    (NewPerson("a", Role.READER, ("Nowhere",)), "departments"), (NewPerson("201", Role.ADMIN), "name"),
    (NewPerson("a/b", Role.ADMIN), "name"), (NewPerson("", Role.ADMIN), "name"), (NewPerson("new", Role.ADMIN), "name"),
    (NewPerson("a" * 65, Role.ADMIN), "name"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_field(house: House, admin: Actor, new: NewPerson, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.add(house, admin, new)
    assert [error.field for error in refused.value.fields] == [field]
    assert [person.name for person in people.find(house, admin)] == ["admin"]


def test_a_company_with_a_slash_has_users_too(house: House, admin: Actor, actor: Actor) -> None:
    companies.rename(house, actor, actor.tenant_id, "Rossi A/S " + "of Denmark " * 7)
    person, password = people.add(house, admin, NewPerson(extension="201"))
    assert person.name.startswith("201@rossi a-s of denmark")
    assert sign_in(house, "201", password).name == sign_in(house, person.name, password).name == person.name


def test_nobody_gives_more_than_they_have(house: House, admin: Actor, actor: Actor) -> None:
    accounts.add_user(house, "boss", PASSWORD)
    with pytest.raises(Forbidden):
        people.add(house, admin, NewPerson("x", Role.OPERATOR))
    with pytest.raises(NotFound):
        people.reset_password(house, admin, "boss")
    people.add(house, admin, NewPerson("u", Role.USER, (), "201"))
    people.add(house, admin, NewPerson("v", Role.USER, (), "301"))
    people.add(house, admin, NewPerson("a2", Role.ADMIN, (), "201"))
    head = head_of(house, actor)
    assert [person.name for person in people.find(house, head)] == ["u"]
    people.reset_password(house, head, "u")
    for name in ("v", "a2", "admin", "boss"):
        with pytest.raises(NotFound):
            people.reset_password(house, head, name)
    for new in (NewPerson("x", Role.ADMIN), NewPerson("x", Role.DEPARTMENT_ADMIN, ("Office",))):
        with pytest.raises(Forbidden):
            people.add(house, head, new)
    with pytest.raises(Forbidden):
        people.change(house, head, "u", role=Role.ADMIN)
    with pytest.raises(Invalid, match="extension"):
        people.change(house, head, "u", extension="301")


def test_a_limited_program_gives_no_unlimited_person_or_token(house: House, admin: Actor) -> None:
    program = Actor(admin.tenant_id, "token x", Role.ADMIN, scopes=frozenset(Right) - {Right.REVEAL})
    with pytest.raises(Forbidden):
        people.add(house, program, NewPerson("x", Role.ADMIN))
    with pytest.raises(Forbidden):
        people.reset_password(house, program, "admin")
    with pytest.raises(Invalid, match="scopes"):
        api_tokens.add(house, program, NewToken("x", Role.ADMIN))
    with pytest.raises(Invalid, match="scopes"):
        api_tokens.add(house, program, NewToken("x", Role.ADMIN, ("reveal",)))
    people.add(house, program, NewPerson("x", Role.READER))
    api_tokens.add(house, program, NewToken("x", Role.ADMIN, ("edit",)))


def test_a_role_changes_both_ways_and_not_ones_own(house: House, admin: Actor) -> None:
    _, password = people.add(house, admin, NewPerson("u", Role.USER, (), "201"))
    token = sessions.begin(house, sign_in(house, "201", password))
    assert people.change(house, admin, "u", role=Role.ADMIN).extension == "201"
    found = sessions.find(house, token)
    assert found is not None and found.person.role is Role.ADMIN and found.person.reach is None
    assert people.change(house, admin, "u", role=Role.USER).role is Role.USER
    with pytest.raises(Conflict, match="own role"):
        people.change(house, admin, "admin", role=Role.READER)
    with pytest.raises(Conflict):
        people.remove(house, admin, "admin")
    people.remove(house, admin, "u")
    assert sessions.find(house, token) is None


def test_the_last_operator_stays(house: House, actor: Actor) -> None:
    accounts.add_user(house, "one", PASSWORD)
    with pytest.raises(Conflict, match="last operator"):
        people.remove(house, actor, "one")
    accounts.add_user(house, "two", PASSWORD)
    people.remove(house, actor, "one")
    with pytest.raises(Conflict, match="operator stays one"):
        people.change(house, actor, "two", role=Role.ADMIN)


def test_a_user_whose_line_is_removed_reaches_nothing(house: House, admin: Actor) -> None:
    _, password = people.add(house, admin, NewPerson("u", Role.USER, (), "201"))
    directory.remove_line(house, admin, "201")
    person = sign_in(house, "u", password)
    assert person.reach == Reach()
    assert devices.find_devices(house, person.actor(admin.tenant_id)) == []


def test_a_link_lets_somebody_choose_a_password_once_and_for_a_day(house: House, admin: Actor) -> None:
    people.add(house, admin, NewPerson("u", Role.USER, (), "201"))
    older = people.password_link(house, admin, "u").rpartition("/")[2]
    link = people.password_link(house, admin, "u").rpartition("/")[2]
    with pytest.raises(NotFound):
        own_account.named_by_link(house, older)
    assert own_account.named_by_link(house, link) == "u"
    with pytest.raises(Invalid, match="password"):
        own_account.choose_password(house, link, "short")
    own_account.choose_password(house, link, "a password of mine")
    assert sign_in(house, "u", "a password of mine").name == "u"
    with pytest.raises(NotFound):
        own_account.choose_password(house, link, "another one of mine")
    late = people.password_link(house, admin, "u").rpartition("/")[2]
    assert isinstance(house.clock, FakeClock)
    house.clock.forward(hours=25)
    with pytest.raises(NotFound):
        own_account.named_by_link(house, late)


def test_ones_own_password_wants_the_old_one(house: House, admin: Actor) -> None:
    person = sign_in(house, "admin", PASSWORD)
    here, there = sessions.begin(house, person), sessions.begin(house, person)
    number = sessions.find(house, here)
    assert number is not None
    with pytest.raises(Unauthenticated):
        own_account.change_password(house, person, "wrong wrong wrong", "another long one", number.number)
    own_account.change_password(house, person, PASSWORD, "another long one", number.number)
    assert sessions.find(house, here) is not None and sessions.find(house, there) is None
    sign_in(house, "admin", "another long one")


def test_a_token_has_scopes_an_end_and_a_last_use(house: House, admin: Actor) -> None:
    added, text = api_tokens.add(house, admin, NewToken("reports", Role.ADMIN, ("reveal",), days=30))
    program = accounts.program(house, text, address="192.0.2.7")
    assert {right for right in Right if program.may(right)} == {Right.USE, Right.READ, Right.REVEAL}
    found = api_tokens.find(house, admin)[0]
    assert (found.number, found.created_by, found.last_used_from) == (added.number, "admin", "192.0.2.7")
    assert found.last_used_at is not None
    assert isinstance(house.clock, FakeClock)
    house.clock.forward(days=31)
    with pytest.raises(Unauthenticated):
        accounts.program(house, text)
    assert api_tokens.find(house, admin)[0].expired


def test_a_token_of_a_department_reaches_that_department(house: House, admin: Actor) -> None:
    with pytest.raises(Invalid, match="departments"):
        api_tokens.add(house, admin, NewToken("x", Role.DEPARTMENT_ADMIN))
    with pytest.raises(Forbidden):
        api_tokens.add(house, admin, NewToken("x", Role.USER))
    for role in (Role.DEPARTMENT_ADMIN, Role.READER):
        _, text = api_tokens.add(house, admin, NewToken("x", role, departments=("Office",)))
        found = directory.find_lines(house, accounts.program(house, text))
        assert [line.extension for line in found] == ["201"]


def test_a_revoked_token_opens_nothing(house: House, admin: Actor, actor: Actor) -> None:
    added, text = api_tokens.add(house, admin, NewToken("x", Role.ADMIN))
    other = Actor(accounts.ensure_company(house, "Verdi S.r.l."), "x", Role.ADMIN)
    with pytest.raises(NotFound):
        api_tokens.revoke(house, other, added.number)
    api_tokens.revoke(house, admin, added.number)
    with pytest.raises(Unauthenticated):
        accounts.program(house, text)
    with pytest.raises(Forbidden):
        api_tokens.find(house, head_of(house, actor))


def test_a_new_token_of_the_environment_ends_the_one_before(house: House) -> None:
    for text in ("first-token-0123", "second-token-0123"):
        accounts.first_start(replace(house, config=replace(house.config, api_token=text)))
        assert accounts.program(house, text).role is Role.OPERATOR
    with pytest.raises(Unauthenticated):
        accounts.program(house, "first-token-0123")
    with house.database.reading() as session:
        assert len(session.scalars(select(ApiToken)).all()) == 1


def test_companies_are_added_renamed_and_removed_with_all_they_hold(house: House, actor: Actor, admin: Actor) -> None:
    with pytest.raises(Forbidden):
        companies.find(house, admin)
    added = companies.add(house, actor, "Verdi S.r.l.")
    for taken in ("Verdi S.r.l.", "Rossi S.p.A."):
        with pytest.raises(Conflict):
            companies.add(house, actor, taken)
    companies.rename(house, actor, added.id, "Bianchi S.r.l.")
    there = Actor(added.id, "anna", Role.OPERATOR)
    directory.add_line(house, there, NewLine("201", "X"))
    people.add(house, there, NewPerson("u", Role.USER, (), "201"))
    api_tokens.add(house, there, NewToken("x"))
    assert [(row.name, lines) for row, lines, _ in companies.find(house, actor)] == [
        ("Bianchi S.r.l.", 1), ("Rossi S.p.A.", 2)
    ]  # fmt: skip
    with pytest.raises(Invalid, match="confirm"):
        companies.remove(house, actor, added.id, "Bianchi")
    with pytest.raises(Conflict, match="switch"):
        companies.remove(house, there, added.id, "Bianchi S.r.l.")
    companies.remove(house, actor, added.id, "Bianchi S.r.l.")
    with house.database.reading() as session:
        assert session.scalars(select(Tenant.name)).all() == ["Rossi S.p.A."]
        assert session.scalars(select(User.name)).all() == ["admin"]
