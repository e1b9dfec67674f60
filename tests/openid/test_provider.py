"""What an OpenID provider says is believed only as far as it is proved, and nothing else is asked on its word."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from provserver.errors import Unproven, Unreachable
from provserver.openid.provider import Client, Identity, Provider
from provserver.openid.wire import AT_ONCE, Wire
from tests.fakes.certificates import Authority
from tests.fakes.openid_provider import CLIENT_ID, CLIENT_SECRET, Key, OpenidProvider

BACK = "https://prov.example.com/sign-in/openid/answer"


@pytest.fixture(params=["RS256", "ES256"])
def other(request: pytest.FixtureRequest) -> Iterator[OpenidProvider]:
    """A provider for each kind of key."""
    found = OpenidProvider(request.param)
    yield found
    found.close()


@pytest.fixture
def plain() -> Iterator[OpenidProvider]:
    """A provider, where the kind of key is of no matter."""
    found = OpenidProvider("ES256")
    yield found
    found.close()


def known(other: OpenidProvider, **given: Any) -> Provider:
    """Give our side of it."""
    return Provider(Client(other.issuer, CLIENT_ID, CLIENT_SECRET, **given))


def come(provider: Provider, other: OpenidProvider) -> Identity:
    """Walk the whole way: asked, sent there, sent back, redeemed."""
    address, asked = provider.ask(BACK)
    back = urlsplit(other.visit(address))
    answer = {name: values[0] for name, values in parse_qs(back.query).items()}
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK and answer["state"] == asked.state
    return provider.redeem(asked, answer["code"], answer.get("iss", ""), datetime.now(UTC))


def test_somebody_is_who_the_provider_says(other: OpenidProvider) -> None:
    found = come(known(other), other)
    assert (found.issuer, found.subject, found.name) == (other.issuer, "248289761001", "anna@example.com")
    assert found.at is not None and datetime.now(UTC) - found.at < timedelta(minutes=5)


def test_the_question_carries_pkce_a_nonce_and_a_state_that_nobody_guesses(plain: OpenidProvider) -> None:
    provider = known(plain)
    asked = [provider.ask(BACK)[0] for _ in range(2)]
    queries = [parse_qs(urlsplit(address).query) for address in asked]
    for name in ("state", "nonce", "code_challenge"):
        first, second = (query[name][0] for query in queries)
        assert first != second and len(first) >= 43
    assert queries[0]["code_challenge_method"] == ["S256"] and CLIENT_SECRET not in "".join(asked)
    assert "prompt" not in queries[0]
    again = parse_qs(urlsplit(provider.ask(BACK, again=True)[0]).query)
    assert again["prompt"] == ["login"] and again["max_age"] == ["0"]


def set_claim(name: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Give a lie."""
    return lambda claims: claims.update({name: value})


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    """Give a silence."""
    return lambda claims: claims.pop(name)  # type: ignore[return-value]


LIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "another nonce": set_claim("nonce", "another"),
    "no nonce": drop("nonce"),
    "another issuer": set_claim("iss", "https://evil.example"),
    "no issuer": drop("iss"),
    "another audience": set_claim("aud", "somebody-else"),
    "two audiences, and not for whom": set_claim("aud", [CLIENT_ID, "somebody-else"]),
    "another authorized party": set_claim("azp", "somebody-else"),
    "no audience": drop("aud"),
    "expired": set_claim("exp", int(time.time()) - 3600),
    "never expires": drop("exp"),
    "from the future": set_claim("iat", int(time.time()) + 3600),
    "not yet": set_claim("nbf", int(time.time()) + 3600),
    "no subject": drop("sub"),
    "an empty subject": set_claim("sub", ""),
    "a subject without an end": set_claim("sub", "x" * 256),
    "a number for a subject": set_claim("sub", 1),
    "another access token": set_claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_not_believed(plain: OpenidProvider, lie: str) -> None:
    plain.spoil = LIES[lie]
    with pytest.raises(Unproven) as refused:
        come(known(plain), plain)
    assert refused.value.reason and "evil" not in str(refused.value)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS256"])
def test_a_token_says_not_how_it_is_checked(plain: OpenidProvider, algorithm: str) -> None:
    plain.header = {"alg": algorithm}
    with pytest.raises(Unproven):
        come(known(plain), plain)


@pytest.mark.parametrize("key", ["first", "unknown"])
def test_a_token_that_another_key_signed_is_not_believed(other: OpenidProvider, key: str) -> None:
    other.forged = Key(other.key.algorithm, key)
    with pytest.raises(Unproven):
        come(known(other), other)


def test_keys_that_the_provider_replaced_are_asked_for_anew(other: OpenidProvider) -> None:
    provider = known(other)
    come(provider, other)
    other.key = Key(other.key.algorithm, "second")
    assert come(provider, other).subject == other.person.subject
    assert [path.rpartition("/")[2] for path in other.asked].count("keys") == 2
    come(provider, other)
    assert [path.rpartition("/")[2] for path in other.asked].count("keys") == 2


def test_a_code_counts_once_and_with_its_own_verifier(plain: OpenidProvider) -> None:
    provider = known(plain)
    address, asked = provider.ask(BACK)
    code = parse_qs(urlsplit(plain.visit(address)).query)["code"][0]
    _address, another = provider.ask(BACK)
    with pytest.raises(Unproven, match="cannot be believed") as refused:
        provider.redeem(another, code, "", datetime.now(UTC))
    assert "invalid_grant" in refused.value.reason
    with pytest.raises(Unproven):
        provider.redeem(asked, code, "", datetime.now(UTC))


def test_a_wrong_client_secret_is_told_and_not_shown(plain: OpenidProvider) -> None:
    with pytest.raises(Unproven) as refused:
        come(Provider(Client(plain.issuer, CLIENT_ID, "another-secret")), plain)
    assert "invalid_client" in refused.value.reason
    assert "another-secret" not in repr(refused.value) + refused.value.reason
    assert "another-secret" not in repr(Client(plain.issuer, CLIENT_ID, "another-secret"))


def test_the_secret_goes_into_the_form_where_the_provider_wants_it_there(plain: OpenidProvider) -> None:
    plain.facts = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert come(known(plain), plain).subject


@pytest.mark.parametrize(("supported", "answered", "believed"), [
    (True, "own", True), (True, "", False), (True, "https://evil.example", False),
    (False, "own", True), (False, "", True), (False, "https://evil.example", False),
])  # fmt: skip
def test_an_answer_of_another_issuer_is_not_redeemed(
    plain: OpenidProvider, supported: bool, answered: str, believed: bool
) -> None:
    plain.facts = {"authorization_response_iss_parameter_supported": supported}
    plain.answer = {"iss": plain.issuer if answered == "own" else answered}
    provider = known(plain)
    if believed:
        come(provider, plain)
    else:
        with pytest.raises(Unproven, match="cannot be believed"):
            come(provider, plain)
        assert not any(path.endswith("/token") for path in plain.asked)


@pytest.mark.parametrize("facts", [
    {"issuer": "https://evil.example"}, {"issuer": None}, {"token_endpoint": "http://169.254.169.254/latest"},
    {"jwks_uri": "https://evil.example/keys"}, {"authorization_endpoint": "javascript:alert(1)"},
    {"token_endpoint": "http://127.0.0.1@evil.example/token"}, {"token_endpoint": "file:///etc/passwd"},
    {"token_endpoint": "http://127.0.0.1:99999/"}, {"jwks_uri": None}, {"jwks_uri": ["x"]},
    {"token_endpoint": "http://127.0.0.1/a\r\nHost: evil"},
    {"id_token_signing_alg_values_supported": ["none", "HS256"]},
    {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
])  # fmt: skip
def test_a_provider_that_leads_elsewhere_is_not_followed(plain: OpenidProvider, facts: dict[str, Any]) -> None:
    plain.facts = facts
    with pytest.raises(Unreachable):
        known(plain).ask(BACK)
    assert len(plain.asked) == 1


def test_hosts_that_were_named_may_be_asked_too(plain: OpenidProvider) -> None:
    plain.facts = {"token_endpoint": plain.issuer.replace("127.0.0.1", "localhost") + "/token"}
    with pytest.raises(Unreachable, match="PROVSERVER_OIDC_HOSTS"):
        known(plain).ask(BACK)
    assert come(known(plain, hosts=("localhost",)), plain).subject


@pytest.mark.parametrize("reply", [
    (200, b"[]"), (200, b"{"), (200, b"{}"), (200, b'{"id_token": 1}'), (200, b'{"id_token": "a.b.c"}'), (500, b"{}"),
    (400, b"<html>"), (302, b"{}"), (200, b"[" * 50_000), (200, b'{"x": "' + b"x" * 300_000 + b'"}'),
    (400, b'{"error": "\\u0000<script>", "error_description": "\\u00e9"}'), (200, b"\xff\xfe"),
])  # fmt: skip
def test_nonsense_for_an_answer_is_refused(plain: OpenidProvider, reply: tuple[int, bytes]) -> None:
    plain.token_reply = reply
    with pytest.raises((Unproven, Unreachable)) as refused:
        come(known(plain), plain)
    reason = getattr(refused.value, "reason", "")
    assert reason.isprintable() and len(reason) <= 120


@pytest.mark.parametrize(("claims", "claim", "name"), [
    ({"email": "Anna@Example.com", "email_verified": True}, "email", "anna@example.com"),
    ({"email": "anna@example.com", "email_verified": "true"}, "email", "anna@example.com"),
    ({"email": "anna@example.com", "email_verified": False}, "email", ""),
    ({"email": "anna@example.com"}, "email", ""),
    ({"email": ["anna@example.com"], "email_verified": True}, "email", ""),
    ({"preferred_username": "Anna"}, "preferred_username", "anna"),
    ({}, "upn", ""),
    ({}, "sub", "AbC"),
])  # fmt: skip
def test_a_name_counts_where_it_is_verified(
    plain: OpenidProvider, claims: dict[str, Any], claim: str, name: str
) -> None:
    plain.person.subject, plain.person.claims = "AbC", claims
    assert come(known(plain, claim=claim), plain).name == name


@pytest.mark.parametrize("said", [None, "yesterday", True, 1e300, float("nan")])
def test_a_time_that_is_none_proves_nothing(plain: OpenidProvider, said: object) -> None:
    plain.spoil = set_claim("auth_time", said)
    try:
        assert come(known(plain), plain).at is None
    except Unproven:
        assert said is not None


def test_a_provider_that_hangs_holds_nobody_up_for_long(plain: OpenidProvider) -> None:
    provider = known(plain, patience=0.5)
    plain.hanging = True
    with pytest.raises(Unreachable):
        provider.ask(BACK)
    with pytest.raises(Unreachable, match="a moment ago"):
        provider.ask(BACK)
    assert len(plain.asked) == 1


def test_few_wait_for_a_provider_that_hangs_and_the_others_are_told_at_once(plain: OpenidProvider) -> None:
    provider = known(plain, patience=60.0)
    _address, asked = provider.ask(BACK)
    plain.hanging = True

    def redeem(_: int) -> str:
        with pytest.raises(Unreachable) as refused:
            provider.redeem(asked, "code", "", datetime.now(UTC))
        return str(refused.value)

    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(redeem, number) for number in range(8)]
        told = [done.result() for done, _ in zip(as_completed(waiting), range(8 - AT_ONCE), strict=False)]
        plain.close()
    assert all("at once" in text for text in told)
    assert sum("at once" in done.result() for done in waiting) == 8 - AT_ONCE


def test_nobody_is_there(plain: OpenidProvider) -> None:
    provider = known(plain)
    plain.close()
    with pytest.raises(Unreachable, match="does not answer"):
        provider.ask(BACK)


def test_tls_is_checked_against_the_authority_that_was_named(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    other = OpenidProvider(tls=authority.server_context("127.0.0.1"))
    try:
        assert known(other, trust=str(authority.file)).ask(BACK)[0].startswith("https://127.0.0.1")
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            known(other).ask(BACK)
    finally:
        other.close()


def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    other = OpenidProvider(tls=authority.server_context("login.example.com"))
    try:
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            known(other, trust=str(authority.file)).ask(BACK)
    finally:
        other.close()


def test_an_https_provider_leads_nowhere_without_tls() -> None:
    wire = Wire("https://login.example.com", ("keys.example.com",), "", 5.0)
    assert wire.allows("https://login.example.com:8443/token") and wire.allows("https://keys.example.com/")
    for address in (
        "http://login.example.com/token",
        "https://example.com/",
        "https://login.example.com.evil.example/",
    ):
        assert not wire.allows(address)
