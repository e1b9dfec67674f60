"""Coming in: by name, extension or number; how often somebody may be wrong; sessions."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import func, select

from provserver.db.models import SignInTry, User
from provserver.domain.roles import Actor, Role
from provserver.errors import NotFound, Throttled, Unauthenticated
from provserver.services.access import accounts, own_account, people, sessions
from provserver.services.access.accounts import Person
from provserver.services.access.people import NewPerson
from provserver.services.access.sign_in import FAILURES_ALLOWED, TRIES_PER_NETWORK, network_of, sign_in
from provserver.services.history import audit
from provserver.services.house import House
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from tests.services.coming_in import PASSWORD, forward, wrong


def test_a_user_comes_in_by_extension_number_or_name(house: House, actor: Actor) -> None:
    directory.add_line(house, actor, NewLine("201", "Mario", username="390612345678"))
    person, password = people.add(house, actor, NewPerson(extension="201"))
    assert person.name == "201@rossi s.p.a."
    for name in ("201", "201@Rossi S.p.A.", "390612345678", "3906 1234-5678", person.name):
        assert sign_in(house, name, password).name == person.name
    with pytest.raises(Unauthenticated):
        sign_in(house, "202", password)


def test_an_extension_that_two_companies_have_wants_the_company(house: House, actor: Actor) -> None:
    other = Actor(accounts.ensure_company(house, "Verdi S.r.l."), "anna", Role.OPERATOR)
    made = {}
    for who, company in ((actor, "Rossi S.p.A."), (other, "Verdi S.r.l.")):
        directory.add_line(house, who, NewLine("201", "Somebody"))
        made[company] = people.add(house, who, NewPerson(extension="201"))[1]
    for company, password in made.items():
        with pytest.raises(Unauthenticated):
            sign_in(house, "201", password)
        assert sign_in(house, f"201@{company}", password).name == f"201@{company}".lower()
    with pytest.raises(Unauthenticated):
        sign_in(house, "201@Verdi S.r.l.", made["Rossi S.p.A."])


def test_many_at_once_compare_no_more_passwords_than_allowed(house: House, anna: Person) -> None:
    def guess(number: int) -> None:
        with suppress(Unauthenticated):
            sign_in(house, anna.name, f"wrong wrong {number}")

    with ThreadPoolExecutor(8) as guessing:
        list(guessing.map(guess, range(16)))
    with house.database.reading() as session:
        user = session.get(User, anna.id)
        assert user is not None and user.locks == 1
    with pytest.raises(Unauthenticated, match="too many"):
        sign_in(house, "anna", PASSWORD)


def test_each_lock_is_longer_until_a_right_password(house: House, anna: Person) -> None:
    wrong(house, FAILURES_ALLOWED)
    forward(house, minutes=6)
    wrong(house, FAILURES_ALLOWED)
    forward(house, minutes=6)
    with pytest.raises(Unauthenticated, match="too many"):
        sign_in(house, "anna", PASSWORD)
    forward(house, minutes=5)
    sign_in(house, "anna", PASSWORD)
    wrong(house, FAILURES_ALLOWED)
    forward(house, minutes=6)
    assert sign_in(house, "anna", PASSWORD).id == anna.id


def test_an_administrator_unlocks_a_profile(house: House, actor: Actor, anna: Person) -> None:
    wrong(house, FAILURES_ALLOWED)
    assert people.get(house, actor, "anna").locked
    assert not people.unlock(house, actor, "anna").locked
    assert sign_in(house, "anna", PASSWORD).id == anna.id
    assert audit.history(house, actor)[0].what == "profile unlocked"


def test_an_address_is_stopped_in_every_process_and_a_right_password_counts_nothing(house: House, anna: Person) -> None:
    for number in range(TRIES_PER_NETWORK):
        wrong(house, 1, "192.0.2.1", f"somebody{number}")
        forward(house, seconds=1)
    with pytest.raises(Throttled):
        sign_in(house, "anna", PASSWORD, "192.0.2.1")
    for _ in range(TRIES_PER_NETWORK + 1):
        sign_in(house, "anna", PASSWORD, "192.0.2.2")
    forward(house, minutes=6)
    assert sign_in(house, "anna", PASSWORD, "192.0.2.1").id == anna.id
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInTry)) == 0


def test_an_ipv6_network_counts_as_one_address() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") == "2001:db8::/64"
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("fe80::1%eth0") == "fe80::/64"
    assert network_of("nobody") == "nobody"


def test_a_session_ends_when_idle_when_old_and_when_told(house: House, anna: Person) -> None:
    token, other = sessions.begin(house, anna, "192.0.2.1", "Browser\r\nX: y"), sessions.begin(house, anna)
    found = sessions.find(house, token)
    assert found is not None and found.person.id == anna.id and found.stage == sessions.OPEN
    rows = {row.id: row for row in sessions.listed(house, anna)}
    assert len(rows) == 2 and rows[found.number].user_agent == "BrowserX: y"
    sessions.end_others(house, anna, found.number)
    assert sessions.find(house, other) is None and sessions.find(house, token) is not None
    forward(house, hours=11)
    assert sessions.find(house, token) is not None
    forward(house, hours=11)
    assert sessions.find(house, token) is not None
    forward(house, hours=13)
    assert sessions.find(house, token) is None
    assert sessions.find(house, "never given") is None


def test_a_session_ends_after_a_month_however_busy(house: House, anna: Person) -> None:
    token = sessions.begin(house, anna)
    for _ in range(29 * 3):
        forward(house, hours=8)
        assert sessions.find(house, token) is not None
    forward(house, hours=11)
    forward(house, hours=11)
    forward(house, hours=3)
    assert sessions.find(house, token) is None


def test_nobody_ends_the_session_of_another(house: House, anna: Person) -> None:
    token = sessions.begin(house, anna)
    found = sessions.find(house, token)
    other = accounts.add_user(house, "bruno", PASSWORD)
    assert found is not None
    with pytest.raises(NotFound):
        sessions.end(house, other, found.number)
    assert sessions.find(house, token) is not None


def test_a_new_password_ends_all_sessions(house: House, anna: Person) -> None:
    token = sessions.begin(house, anna)
    accounts.set_password(house, "anna", "another long password")
    assert sessions.find(house, token) is None


def test_a_proof_is_fresh_for_a_while(house: House, anna: Person) -> None:
    token = sessions.begin(house, anna)
    found = sessions.find(house, token)
    assert found is not None and found.person.actor(1).fresh
    forward(house, minutes=11)
    found = sessions.find(house, token)
    assert found is not None and not found.person.actor(1).fresh
    with pytest.raises(Unauthenticated):
        sessions.prove(house, found.number, found.person, "wrong wrong wrong")
    sessions.prove(house, found.number, found.person, PASSWORD)
    found = sessions.find(house, token)
    assert found is not None and found.person.actor(1).fresh


def test_an_operators_own_passwords_stand_in_the_history(house: House, actor: Actor, anna: Person) -> None:
    own_account.change_password(house, anna, PASSWORD, "another long password")
    link = people.password_link(house, actor, "anna").rpartition("/")[2]
    own_account.choose_password(house, link, "a third long password")
    rows = audit.history(house, actor)
    assert [row.what for row in rows] == ["password changed", "password link", "password changed"]
    assert not any("long password" in str((row.before, row.after)) for row in rows)
