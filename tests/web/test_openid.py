"""Signing in with an OpenID provider as people do it in a browser, from the button to the page they wanted."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pyotp
import pytest
from werkzeug.test import TestResponse

from provserver.app import create_app
from provserver.logs import Line
from provserver.services.access import accounts, linking, second_factor, sessions
from provserver.services.history import audit
from tests.fakes.clock import FakeClock
from tests.fakes.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenidProvider
from tests.web.conftest import PASSWORD, Site, enter


@pytest.fixture
def other(stranger: Site) -> Iterator[OpenidProvider]:
    """The provider."""
    found = OpenidProvider("ES256")
    found.now = lambda: stranger.house.clock().timestamp()
    yield found
    found.close()


@pytest.fixture
def ours(stranger: Site, other: OpenidProvider) -> Iterator[Site]:
    """The site that knows the provider, where an operator has entered who she is there; nobody is signed in."""
    yield from _opened(stranger, other)


def _opened(site: Site, other: OpenidProvider, **more: str) -> Iterator[Site]:
    known = {"oidc_issuer": other.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
    house = replace(site.house, config=replace(site.house.config, **known, oidc_name="Rossi <SSO>", **more))
    linking.link(house, site.actor, "anna", "anna@example.com")
    app = create_app(house.config, house)
    app.testing = True
    yield replace(site, house=house, client=app.test_client())
    app.extensions["desk"].recorder.close()


def back(site: Site, other: OpenidProvider, start: str = "/sign-in/openid?next=/lines/") -> str:
    """Press the button and go to the provider; give the path that it sends the browser back to."""
    answer = site.get(start)
    assert answer.status_code == 302 and answer.headers["Location"].startswith(other.issuer)
    parts = urlsplit(other.visit(answer.headers["Location"]))
    assert parts.netloc == "localhost" and parts.path == "/sign-in/openid/answer"
    return f"{parts.path}?{parts.query}"


def come(site: Site, other: OpenidProvider, start: str = "/sign-in/openid?next=/lines/") -> TestResponse:
    """Walk the whole way."""
    return site.get(back(site, other, start))


def test_the_button_leads_to_the_provider_and_back_to_the_page_that_was_wanted(
    ours: Site, other: OpenidProvider
) -> None:
    page = ours.get("/sign-in?next=/lines/").text
    assert "Sign in with Rossi &lt;SSO&gt;" in page and 'href="/sign-in/openid?next=/lines/"' in page
    assert come(ours, other).headers["Location"] == "/lines/"
    assert ours.get("/lines/").status_code == 200
    assert "Rossi &lt;SSO&gt;" in ours.get("/people/").text


def test_without_a_provider_there_is_no_button_and_no_way(site: Site) -> None:
    assert "openid" not in site.get("/sign-in").text + site.get("/people/anna").text + site.get("/account/confirm").text
    for path in ("/sign-in/openid", "/sign-in/openid/answer?state=x&code=y", "/account/confirm/openid"):
        assert site.get(path).status_code == 404


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "/" + "x" * 400])
def test_nobody_is_led_to_a_foreign_page(ours: Site, other: OpenidProvider, elsewhere: str) -> None:
    assert come(ours, other, f"/sign-in/openid?next={elsewhere}").headers["Location"] == "/"


def test_an_answer_counts_once_and_a_strange_one_not_at_all(ours: Site, other: OpenidProvider) -> None:
    answer = back(ours, other)
    stranger = replace(ours, client=ours.client.application.test_client())
    refused = stranger.get(answer)
    assert refused.status_code == 401 and "was not begun in this browser" in refused.text
    assert stranger.get("/lines/").status_code == 302
    assert ours.get(answer).status_code == 302
    ours.post("/sign-out", {})
    assert "was not begun in this browser" in ours.get(answer).text
    assert ours.get("/lines/").status_code == 302


def test_a_copied_cookie_replays_nothing(ours: Site, other: OpenidProvider) -> None:
    answer = back(ours, other)
    cookie = ours.client.get_cookie("provserver")
    assert cookie is not None
    ours.get(answer)
    thief = ours.client.application.test_client()
    thief.set_cookie("provserver", cookie.value)
    refused = thief.get(answer)
    assert refused.status_code == 401 and "was used already" in refused.text
    assert audit.history(ours.house, ours.actor)[0].after["reason"] == "replayed"


def test_a_refusal_shows_nothing_of_what_the_provider_said(
    ours: Site, other: OpenidProvider, caplog: pytest.LogCaptureFixture
) -> None:
    other.spoil = lambda claims: claims.update(nonce="another-nonce-4711")
    refused = come(ours, other)
    assert refused.status_code == 401
    assert "be believed" in refused.text and "Sign in with Rossi" in refused.text
    for secret in ("another-nonce-4711", CLIENT_SECRET, "eyJ", "nonce"):
        assert secret not in refused.text
    said = back(ours, other).replace("code=", "error=%3Cscript%3E&error_description=leak-4711&x=")
    refused = ours.get(said)
    assert refused.status_code == 401 and "<script>" not in refused.text and "leak-4711" not in refused.text
    logged = "".join(Line().format(record) for record in caplog.records)
    assert "Sign-in refused" in logged and CLIENT_SECRET not in logged and "eyJ" not in logged


def test_a_stranger_of_the_provider_learns_whom_to_ask(ours: Site, other: OpenidProvider) -> None:
    other.person.subject, other.person.claims["email"] = "1", "mallory@example.com"
    refused = come(ours, other)
    assert refused.status_code == 401 and "Nobody here is called mallory@example.com" in refused.text


def test_a_provider_that_is_away_leaves_the_password(ours: Site, other: OpenidProvider) -> None:
    other.close()
    refused = ours.get("/sign-in/openid")
    assert refused.status_code == 502 and "sign in with the password" in refused.text
    assert 'action="/sign-in"' in refused.text, "the form works wherever it is shown"
    assert enter(ours, "anna", PASSWORD).status_code == 302


def test_ones_own_second_factor_is_asked_for_as_after_a_password(ours: Site, other: OpenidProvider) -> None:
    secret = give_factor(ours)
    assert come(ours, other).headers["Location"] == "/sign-in/code?next=/lines/"
    assert ours.get("/lines/").status_code == 302
    assert isinstance(ours.house.clock, FakeClock)
    ours.house.clock.forward(minutes=2)
    code = pyotp.TOTP(secret).at(ours.house.clock())
    assert ours.post("/sign-in/code?next=/lines/", {"code": code}, "/sign-in/code").headers["Location"] == "/lines/"


def give_factor(site: Site) -> str:
    """Give the operator a second factor."""
    person = accounts.person(site.house, 1)
    assert person is not None and person.name == "anna"
    found = sessions.find(site.house, sessions.begin(site.house, person))
    offer = second_factor.offer(site.house, person)
    assert found is not None
    second_factor.accept(
        site.house, person, found.number, offer.sealed, pyotp.TOTP(offer.secret).at(site.house.clock())
    )
    return offer.secret


@pytest.mark.parametrize(
    ("policy", "location"), [("own", "/account/second-factor?next=/lines/"), ("provider", "/lines/")]
)
def test_a_demanded_second_factor_is_ours_unless_the_providers_counts(
    stranger: Site, other: OpenidProvider, policy: str, location: str
) -> None:
    for site in _opened(stranger, other, second_factor="everyone", oidc_second_factor=policy):
        assert come(site, other).headers["Location"] == location


def test_secrets_want_a_fresh_proof_which_the_provider_may_give(ours: Site, other: OpenidProvider) -> None:
    other.auth_age = 3600
    come(ours, other)
    assert ours.post("/lines/201/reveal", {}).status_code == 302, "an hour ago is no proof"
    page = ours.get("/account/confirm?next=/lines/201").text
    assert 'href="/account/confirm/openid?next=/lines/201"' in page
    refused = come(ours, other, "/account/confirm/openid?next=/lines/201")
    assert refused.status_code == 401 and "did not ask you again" in refused.text
    other.auth_age = 0
    assert come(ours, other, "/account/confirm/openid?next=/lines/201").headers["Location"] == "/lines/201"
    assert ours.post("/lines/201/reveal", {}).status_code == 200


def test_a_name_at_the_provider_is_entered_and_taken_away(ours: Site, other: OpenidProvider) -> None:
    accounts.add_user(ours.house, "bruno", PASSWORD)
    come(ours, other)
    page = ours.get("/people/anna").text
    assert 'value="anna@example.com"' in page and "They came from there" in page
    taken = ours.post("/people/bruno/openid", {"there": "anna@example.com"})
    assert taken.status_code == 422 and "omebody else is called that" in taken.text
    assert ours.post("/people/bruno/openid", {"there": "Bruno@example.com"}).status_code == 302
    assert 'value="bruno@example.com"' in ours.get("/people/bruno").text
    ours.post("/people/bruno/openid", {"there": ""})
    assert "bruno@example.com" not in ours.get("/people/bruno").text
    history = ours.get("/history").text
    for words in ("Name at the OpenID provider entered", "First sign-in with the OpenID provider"):
        assert words in history
