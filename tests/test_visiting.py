"""A visit to a phone's page over real sockets: the password is proven as asked, and nothing takes for ever."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from provserver import visiting
from provserver.domain.secret import Secret
from provserver.visiting import MOST_BYTES, Answer, Cause, Visit, Visitor
from tests.fakes.certificates import Authority
from tests.fakes.web_phone import WebPhone

TARGET = "/servlet?key=AutoP"
VISIT = Visit("http", "127.0.0.1", "GET", Secret(TARGET), "admin", Secret("geheim"))


def went(phone: WebPhone, visit: Visit = VISIT) -> Answer:
    """Go to a phone, and give what came of it."""

    async def go() -> Answer:
        async with phone:
            return await Visitor({"http": phone.port, "https": phone.port}).go(visit)

    return asyncio.run(go())


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_digest_is_proven_and_the_password_never_sent(algorithm: str) -> None:
    phone = WebPhone("geheim", algorithm=algorithm)
    assert went(phone) == Answer(200)
    assert [asked.target for asked in phone.asked] == [TARGET]
    assert phone.connections == 2
    assert not any(b"geheim" in seen for seen in phone.seen)


def test_a_nonce_that_became_stale_is_no_wrong_password() -> None:
    phone = WebPhone("geheim", stale_once=True)
    assert went(phone) == Answer(200)
    assert phone.connections == 3


def test_a_wrong_password_is_tried_once() -> None:
    phone = WebPhone("another")
    assert went(phone) == Answer(401)
    assert phone.connections == 2


def test_without_tls_a_password_is_readable_only_where_that_was_allowed() -> None:
    phone = WebPhone("geheim", scheme="basic")
    assert went(phone) == Answer(401, Cause.READABLE)
    assert phone.connections == 1
    assert went(phone, replace(VISIT, readable=True)) == Answer(200)


@pytest.mark.parametrize("scheme", ["basic", "digest"])
def test_over_tls_the_phones_own_certificate_will_do_unless_it_is_to_be_checked(tmp_path: Path, scheme: str) -> None:
    phone = WebPhone("geheim", scheme=scheme, context=Authority(tmp_path).server_context("a-phone-of-its-maker"))
    visit = replace(VISIT, scheme="https")
    assert went(phone, visit) == Answer(200)
    assert went(phone, replace(visit, verify=True)) == Answer(503, Cause.UNTRUSTED)


def test_a_body_is_posted_as_it_is() -> None:
    phone = WebPhone("geheim", pages=("/push",))
    posted = replace(VISIT, method="POST", target=Secret("/push"), content_type="text/x", body=b"<a>\r\n</a>")
    assert went(phone, posted) == Answer(200)
    assert (phone.asked[0].body, phone.asked[0].headers["content-type"]) == (b"<a>\r\n</a>", "text/x")


def test_a_refusal_in_the_body_of_a_good_answer_is_one() -> None:
    import re

    asks = replace(VISIT, target=Secret("/x?passcode=geheim"), refused=re.compile(rb'"response"\s*:\s*"error"'))
    assert went(WebPhone("geheim", scheme="query"), asks) == Answer(200)
    assert went(WebPhone("another", scheme="query"), asks) == Answer(200, refused=True)


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n", Answer(302)),
        (b"HTTP/1.0 200\r\n\r\n", Answer(200)),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nshort", Answer(200)),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST_BYTES * 3), Answer(200)),
        (b"", None),
        (b"SIP/2.0 200 OK\r\n\r\n", Answer(502, Cause.NO_HTTP)),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", Answer(502, Cause.NO_HTTP)),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000, Answer(502, Cause.NO_HTTP)),
        (b"HTTP/1.1 200 OK\r\nX: y", Answer(503, Cause.LOST)),
        (b"HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\n\r\n", Answer(401)),
        (b"HTTP/1.1 401 No\r\nWWW-Authenticate: Digest nonsense\r\n\r\n", Answer(401)),
    ],
)
def test_whatever_a_phone_says_ends_in_an_answer(raw: bytes, answer: Answer | None) -> None:
    if answer is None:
        raw, answer = b"\r\n", Answer(502, Cause.NO_HTTP)
    phone = WebPhone("geheim", script=raw)
    assert went(phone) == answer
    assert phone.connections == 1


def test_silence_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "ANSWER_SECONDS", 0.2)
    assert went(WebPhone("geheim", script=None)) == Answer(408, Cause.SILENT)


def test_nobody_there_is_said_so() -> None:
    assert asyncio.run(Visitor({"http": 9, "https": 9}).go(VISIT)) == Answer(503, Cause.REFUSED)


def test_a_target_that_would_begin_another_header_is_not_sent() -> None:
    phone = WebPhone("geheim")
    assert went(phone, replace(VISIT, target=Secret("/a\r\nX: y"))) == Answer(502, Cause.NO_HTTP)
    assert phone.seen == []


def test_a_visit_shows_neither_the_password_nor_what_stands_behind_the_question_mark() -> None:
    visit = replace(VISIT, address="fd00::5", target=Secret("/x?passcode=geheim"), scheme="https")
    assert str(visit) == "https://[fd00::5]/x"
    assert "geheim" not in repr(visit) + str(visit)
