"""Coming in by an OpenID provider: whom its answer means, when it counts, and what is written down."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from provserver.db.models import SignInTry
from provserver.domain.roles import Actor, Role
from provserver.errors import Conflict, Forbidden, Invalid, NotFound, Throttled, Unproven, Unreachable
from provserver.openid.provider import Client, Provider
from provserver.services.access import accounts, linking, openid, people, sessions
from provserver.services.access.accounts import Person
from provserver.services.access.openid import Answer, Arrived
from provserver.services.access.sign_in import FAILURES_ALLOWED, TRIES_PER_NETWORK, sign_in
from provserver.services.history import audit
from provserver.services.house import House
from tests.fakes.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenidProvider
from tests.services.coming_in import PASSWORD, forward, wrong

BACK = "https://prov.example.com/sign-in/openid/answer"


@pytest.fixture
def other() -> Iterator[OpenidProvider]:
    """The provider."""
    found = OpenidProvider("ES256")
    yield found
    found.close()


@pytest.fixture
def ours(house: House, other: OpenidProvider) -> House:
    """The house that knows the provider; both have the same time."""
    other.now = lambda: house.clock().timestamp()
    known = {"oidc_issuer": other.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
    return replace(house, config=replace(house.config, **known, oidc_name="Rossi"))


@pytest.fixture
def provider(ours: House) -> Provider:
    """Our side of the provider."""
    found = openid.provider_of(ours.config)
    assert found is not None
    return found


def brought(other: OpenidProvider, address: str) -> Answer:
    """Give what a browser brings back."""
    query = parse_qs(urlsplit(other.visit(address)).query)
    return Answer(*(query.get(name, [""])[0] for name in ("state", "code", "error", "iss")))


def come(ours: House, provider: Provider, other: OpenidProvider, person: Person | None = None) -> Arrived:
    """Walk the whole way."""
    address, sealed = openid.ask(ours, provider, BACK, "/lines/", person.id if person else None)
    return openid.finish(ours, provider, sealed, brought(other, address), "192.0.2.7")


def test_somebody_named_by_an_administrator_comes_in_and_is_known_from_then_on(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    shown = linking.link(ours, actor, "anna", " Anna@Example.com ")
    assert shown.openid_name == "anna@example.com" and not shown.openid_met
    arrived = come(ours, provider, other)
    assert arrived.person.id == anna.id and arrived.wanted == "/lines/" and not arrived.confirms
    assert people.get(ours, actor, "anna").openid_met
    assert people.get(ours, actor, "anna").signed_in_at is not None
    other.person.claims["email"] = "anna.bianchi@example.com"
    assert come(ours, provider, other).person.id == anna.id, "a new name there changes nothing"
    rows = audit.history(ours, actor)
    assert [(row.what, row.actor) for row in rows] == [("openid met", "anna"), ("openid linked", "anna")]
    with ours.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInTry)) == 0


def test_nobody_is_added_in_silence_and_a_name_alone_is_no_key(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    other.person.claims |= {"email": "anna", "preferred_username": "anna", "name": "anna"}
    with pytest.raises(Unproven, match="nobody here is called anna at"):
        come(ours, provider, other)
    assert [person.name for person in people.find(ours, actor)] == ["anna"]
    line = audit.history(ours, actor)[0]
    assert (line.what, line.subject, line.actor) == ("sign-in refused", "anna", "openid:Rossi")
    assert line.after == {"reason": "unknown", "address": "192.0.2.7"}


def test_a_name_that_somebody_else_has_now_opens_nothing(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    linking.link(ours, actor, "anna", "anna@example.com")
    come(ours, provider, other)
    other.person.subject = "another person with the same address"
    with pytest.raises(Unproven, match="nobody here is called"):
        come(ours, provider, other)


def test_an_address_that_is_not_verified_is_no_name(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    linking.link(ours, actor, "anna", "anna@example.com")
    other.person.claims["email_verified"] = False
    with pytest.raises(Unproven, match="did not verify"):
        come(ours, provider, other)
    assert audit.history(ours, actor)[0].after["reason"] == "no verified email"
    other.person.claims["email_verified"] = True
    come(ours, provider, other)
    other.person.claims["email_verified"] = False
    assert come(ours, provider, other).person.id == anna.id, "who is known needs no name"


@pytest.mark.parametrize("met", [True, False])
def test_a_locked_profile_stays_locked(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person, met: bool
) -> None:
    linking.link(ours, actor, "anna", "anna@example.com")
    if met:
        come(ours, provider, other)
    wrong(ours, FAILURES_ALLOWED)
    with pytest.raises(Unproven, match="locked"):
        come(ours, provider, other)
    assert audit.history(ours, actor)[0].subject == "anna"
    people.unlock(ours, actor, "anna")
    assert come(ours, provider, other).person.id == anna.id


def test_a_refusal_stands_in_the_history_of_the_company_of_whom_it_is_about(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor
) -> None:
    second = Actor(accounts.ensure_company(ours, "Verdi S.r.l."), "anna", Role.OPERATOR)
    accounts.add_user(ours, "carla", PASSWORD, Role.ADMIN, "Verdi S.r.l.")
    linking.link(ours, second, "carla", "anna@example.com")
    come(ours, provider, other)
    wrong(ours, FAILURES_ALLOWED, name="carla")
    with pytest.raises(Unproven):
        come(ours, provider, other)
    assert audit.history(ours, second)[0].what == "sign-in refused"
    assert audit.history(ours, actor) == []


def test_an_answer_counts_once_in_time_and_in_its_own_browser(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    linking.link(ours, actor, "anna", "anna@example.com")
    address, sealed = openid.ask(ours, provider, BACK)
    answer = brought(other, address)
    _address, of_another_browser = openid.ask(ours, provider, BACK)
    for kept in ("", "nonsense", "ff" * 40):
        with pytest.raises(Unproven, match="not begun in this browser"):
            openid.finish(ours, provider, kept, answer)
    with pytest.raises(Unproven, match="not begun in this browser"):
        openid.finish(ours, provider, of_another_browser, answer)
    with pytest.raises(Unproven, match="not begun in this browser"):
        openid.finish(ours, provider, sealed, replace(answer, state="é" + answer.state))
    openid.finish(ours, provider, sealed, answer)
    with pytest.raises(Unproven, match="used already"):
        openid.finish(ours, provider, sealed, answer)
    address, sealed = openid.ask(ours, provider, BACK)
    answer = brought(other, address)
    forward(ours, minutes=11)
    with pytest.raises(Unproven, match="too late"):
        openid.finish(ours, provider, sealed, answer)
    reasons = [row.after["reason"] for row in audit.history(ours, actor) if row.what == "sign-in refused"]
    assert reasons == ["too late", "replayed", "another state", "another state"]


def test_what_the_browser_keeps_shows_nothing(ours: House, provider: Provider) -> None:
    address, sealed = openid.ask(ours, provider, BACK)
    kept = bytes.fromhex(sealed)
    for name in ("state", "nonce"):
        assert parse_qs(urlsplit(address).query)[name][0].encode() not in kept
    assert CLIENT_SECRET.encode() not in kept and len(sealed) < 1500


def test_a_provider_that_says_no_is_believed(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor
) -> None:
    address, sealed = openid.ask(ours, provider, BACK)
    answer = replace(brought(other, address), code="", error="access_denied\r\nX: y")
    with pytest.raises(Unproven, match="did not let you in"):
        openid.finish(ours, provider, sealed, answer)
    assert audit.history(ours, actor)[0].after["reason"] == "the provider says: access_deniedX: y"


def test_a_lie_is_written_down_and_the_address_that_tells_many_rests(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    linking.link(ours, actor, "anna", "anna@example.com")
    other.spoil = lambda claims: claims.update(nonce="another")
    for _ in range(TRIES_PER_NETWORK):
        with pytest.raises(Unproven, match="cannot be believed"):
            come(ours, provider, other)
    assert "nonce" in audit.history(ours, actor)[0].after["reason"]
    other.spoil = lambda claims: None
    with pytest.raises(Throttled):
        come(ours, provider, other)
    with pytest.raises(Throttled):
        sign_in(ours, "anna", PASSWORD, "192.0.2.7")
    forward(ours, minutes=6)
    assert come(ours, provider, other).person.id == anna.id


def test_a_provider_that_is_away_says_nothing_of_anybody(
    ours: House, provider: Provider, other: OpenidProvider
) -> None:
    address, sealed = openid.ask(ours, provider, BACK)
    answer = brought(other, address)
    other.close()
    with pytest.raises(Unreachable, match="sign in with the password"):
        openid.finish(ours, provider, sealed, answer)
    with pytest.raises(Unreachable, match="sign in with the password"):
        openid.ask(ours, openid.provider_of(ours.config) or provider, BACK)


def test_who_is_signed_in_is_asked_again_and_really_was(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    linking.link(ours, actor, "anna", "anna@example.com")
    come(ours, provider, other)
    arrived = come(ours, provider, other, anna)
    assert arrived.confirms and arrived.at is not None and ours.clock() - arrived.at < timedelta(minutes=9)
    other.auth_age = 3600
    with pytest.raises(Unproven, match="did not ask you again"):
        come(ours, provider, other, anna)
    earlier = come(ours, provider, other).at
    assert earlier is not None and earlier < arrived.at - timedelta(minutes=50)
    other.spoil = lambda claims: claims.pop("auth_time")
    with pytest.raises(Unproven, match="did not ask you again"):
        come(ours, provider, other, anna)
    assert come(ours, provider, other).at is None
    other.spoil = lambda claims: None
    bruno = accounts.add_user(ours, "bruno", PASSWORD)
    with pytest.raises(Unproven, match="somebody else"):
        come(ours, provider, other, bruno)


def test_a_link_is_one_persons_and_taking_it_away_ends_their_sessions(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    accounts.add_user(ours, "bruno", PASSWORD)
    linking.link(ours, actor, "anna", "anna@example.com")
    with pytest.raises(Conflict, match="somebody else"):
        linking.link(ours, actor, "bruno", "ANNA@example.com")
    come(ours, provider, other)
    token = sessions.begin(ours, anna)
    linking.link(ours, actor, "anna", "anna@example.com")
    assert sessions.find(ours, token) is not None and people.get(ours, actor, "anna").openid_met
    assert linking.unlink(ours, actor, "anna").openid_name == ""
    assert sessions.find(ours, token) is None
    linking.unlink(ours, actor, "anna")
    with pytest.raises(Unproven):
        come(ours, provider, other)
    told = [(row.what, row.before, row.after) for row in audit.history(ours, actor) if row.what.startswith("openid")]
    here = {"name": "anna@example.com"}
    assert told == [("openid unlinked", here, None), ("openid met", None, here), ("openid linked", None, here)]


def test_a_link_is_entered_by_who_looks_after_the_person(ours: House, actor: Actor, anna: Person) -> None:
    admin = Actor(actor.tenant_id, "boss", Role.ADMIN)
    with pytest.raises(NotFound):
        linking.link(ours, admin, "anna", "evil@example.com")
    with pytest.raises(Forbidden):
        linking.link(ours, replace(admin, role=Role.READER), "anna", "evil@example.com")
    with pytest.raises(NotFound):
        linking.unlink(ours, admin, "anna")
    for wrong_name in ("", " ", "a\nb", "x" * 256):
        with pytest.raises(Invalid, match="name"):
            linking.link(ours, actor, "anna", wrong_name)


def test_a_link_of_another_provider_counts_for_nothing(
    ours: House, provider: Provider, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    linking.link(ours, actor, "anna", "anna@example.com")
    come(ours, provider, other)
    moved = replace(ours, config=replace(ours.config, oidc_issuer=f"{other.issuer}-new"))
    assert people.get(moved, actor, "anna").openid_name == ""
    linking.link(moved, actor, "anna", "anna@new.example.com")
    assert people.get(ours, actor, "anna").openid_name == ""


def test_without_a_provider_nobody_is_linked(house: House, actor: Actor, anna: Person) -> None:
    assert openid.provider_of(house.config) is None
    with pytest.raises(Conflict, match="PROVSERVER_OIDC_ISSUER"):
        linking.link(house, actor, "anna", "anna@example.com")


def test_a_subject_may_be_entered_where_the_claim_is_the_subject(
    ours: House, other: OpenidProvider, actor: Actor, anna: Person
) -> None:
    house = replace(ours, config=replace(ours.config, oidc_claim="sub"))
    other.person.subject = "AbC"
    provider = Provider(Client(other.issuer, CLIENT_ID, CLIENT_SECRET, "sub"))
    linking.link(house, actor, "anna", "abc")
    with pytest.raises(Unproven, match="is called AbC"):
        come(house, provider, other)
    linking.link(house, actor, "anna", "AbC")
    assert come(house, provider, other).person.id == anna.id
