"""Digest answers, checked with the examples of the RFCs and by a peer that computes them in its own way."""

from __future__ import annotations

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.domain.secret import Secret
from provserver.sip.client import Answer, Timers, UserAgent
from provserver.sip.digest import MOST_REMEMBERED, Credentials, Keys, Memory, Session, parameters, read, strongest
from provserver.sip.message import Request, SipUri, parse
from provserver.sip.notice import Notice
from tests.fakes.guard import Guard, Refusal
from tests.fakes.sip_peer import Address, UdpPeer, reply

PHONE = Credentials("201", Secret("of the phone"))
OURS = Credentials("provisioner", Secret("ours"), "pbx.test")
BOTH = Keys(proxy=(OURS,), target=(PHONE,))
TIMERS = Timers(t1=0.2, t2=0.4, timer_f=2)


def session(challenge: str, cnonce: str, username: str, password: str) -> Session:
    read_challenge = read(challenge)
    assert read_challenge is not None
    return Session("Authorization", read_challenge, Credentials(username, Secret(password)), cnonce=cnonce)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_answers_of_rfc_7616_3_9_1(algorithm: str, response: str) -> None:
    challenge = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    answer = session(challenge, cnonce, "Mufasa", "Circle of Life").answer("GET", "/dir/index.html", b"")
    assert f'response="{response}"' in answer
    assert "nc=00000001" in answer
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in answer


def test_the_answer_of_rfc_2069_where_nothing_newer_is_asked() -> None:
    challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    answer = session(challenge, "unused", "Mufasa", "CircleOfLife").answer("GET", "/dir/index.html", b"")
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in answer  # RFC 2069 2.4, as its erratum 749 mends it
    assert "nc=" not in answer and "algorithm" not in answer


def test_the_nonce_is_counted() -> None:
    one = session('Digest realm="r", nonce="n", qop="auth"', "c", "u", "p")
    counts = [re.search("nc=([0-9a-f]{8})", one.answer("NOTIFY", "sip:x", b""))[1] for _ in range(3)]
    assert counts == ["00000001", "00000002", "00000003"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic realm=x",
        "Digest",
        'Digest realm="r"',
        'Digest realm="r", nonce=""',
        'Digest realm="r", nonce="n", algorithm=SHA3',
        'Digest realm="r", nonce="n", algorithm=MD5-sess-sess',
        'Digest realm="r", nonce="n", qop="auth-conf"',
        'Digest realm="r", realm="s", nonce="n"',
        'Digest realm="r" nonce="n" and more',
        'Digest realm="never closed, nonce="n"',
    ],
)
def test_a_challenge_that_we_cannot_answer_is_passed_over(value: str) -> None:
    assert read(value) is None


@given(st.text(max_size=200))
def test_any_text_is_read_or_passed_over(text: str) -> None:
    read(f"Digest {text}")
    found = parameters(text)
    assert found is None or all(found)


def test_the_strongest_challenge_of_a_realm_is_answered() -> None:
    values = [f'Digest realm="r", nonce="n", algorithm={name}' for name in ("MD5", "SHA-512-256", "SHA-256")]
    assert [one.algorithm for one in strongest([*values, 'Digest realm="s", nonce="n"'])] == ["SHA-512-256", "MD5"]


@pytest.mark.parametrize("between", [", ", ",", " ,  "])
def test_several_challenges_in_one_header_are_taken_apart(between: str) -> None:
    values = [
        'Digest realm="a, Digest realm=b", nonce="n,1", stale=false, algorithm=SHA-256',
        'Basic realm="a"',
        'Digest realm="a, Digest realm=b",nonce = "m", algorithm=MD5',
        'Digest realm="c", nonce="n", algorithm=FOO',
    ]
    found = strongest([between.join(values)])
    assert [(one.realm, one.nonce, one.algorithm) for one in found] == [("a, Digest realm=b", "n,1", "SHA-256")]


def test_a_password_shows_nowhere() -> None:
    assert "ours" not in repr(Notice(SipUri("a"), "check-sync", keys=BOTH)).replace("proxy", "")
    assert "of the phone" not in repr(Session("Authorization", read('Digest realm="r", nonce="n"'), PHONE))


def test_what_is_remembered_is_bounded() -> None:
    memory, keys = Memory(), Keys(proxy=(OURS,))
    for number in range(MOST_REMEMBERED + 50):
        one = Session("Proxy-Authorization", read('Digest realm="r", nonce="n"'), OURS)
        memory.keep(f"hop {number}", [one])
    assert memory.recall("hop 0", keys) == [] and memory.recall("hop 300", keys)
    assert memory.recall("hop 300", Keys()) == []
    memory.forget("hop 300")
    assert memory.recall("hop 300", keys) == []


def guarded(*guards: Guard) -> UdpPeer:
    """A peer that lets a request pass whom all guards let pass."""

    def script(peer: UdpPeer, data: bytes, source: Address) -> None:
        request = parse(data)
        refusal = next((found for guard in guards if (found := guard.check(request))), None)
        status, headers = refusal or (200, {})
        answer = reply(data, status, "OK" if status == 200 else "No")
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
        peer.send(answer.replace(b"Content-Length", more + b"Content-Length"), source)

    return UdpPeer(script)


def send(peer: UdpPeer, keys: Keys, times: int = 1, body: bytes = b"") -> list[Answer]:
    async def once() -> list[Answer]:
        agent = UserAgent(("127.0.0.1", 0), timers=TIMERS)
        await agent.start()
        async with peer:
            notice = Notice(SipUri(peer.host, "201", peer.port), "check-sync", body=body, keys=keys)
            answers = [await agent.send(notice) for _ in range(times)]
        await agent.close()
        return answers

    return asyncio.run(once())


@pytest.mark.parametrize("qop", ["auth", "auth-int", "auth-int,auth", ""])
@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"])
@pytest.mark.parametrize("status", [401, 407])
def test_a_challenge_is_answered(status: int, algorithm: str, qop: str) -> None:
    name, password = ("201", "of the phone") if status == 401 else ("provisioner", "ours")
    peer = guarded(Guard(status, "pbx.test", name, password, algorithm=algorithm, qop=qop, opaque='"o"'))
    assert [answer.status for answer in send(peer, BOTH, body=b"key=AutoP")] == [200]
    first, second = (parse(data) for data in peer.heard)
    assert first.header("Call-ID") == second.header("Call-ID")
    assert first.header("From") == second.header("From")
    assert (first.header("CSeq"), second.header("CSeq")) == ("1 NOTIFY", "2 NOTIFY")
    assert first.header("Via") != second.header("Via")


def test_a_proxy_and_the_phone_behind_it_both_ask_in_one_exchange() -> None:
    proxy = Guard(407, "pbx.test", "provisioner", "ours")
    phone = Guard(401, "phone", "201", "of the phone", algorithm="SHA-256")
    peer = guarded(proxy, phone)
    assert send(peer, BOTH)[0].status == 200
    last = parse(peer.heard[-1])
    assert len(peer.heard) == 3
    assert "nc=00000002" in last.header("Proxy-Authorization")  # the same nonce, used again
    assert "nc=00000001" in last.header("Authorization")


def test_the_next_request_to_a_proxy_is_signed_at_once() -> None:
    peer = guarded(Guard(407, "pbx.test", "provisioner", "ours"))
    assert [answer.status for answer in send(peer, BOTH, times=3)] == [200] * 3
    assert len(peer.heard) == 4


def test_a_stale_nonce_is_replaced() -> None:
    guard = Guard(407, "pbx.test", "provisioner", "ours")
    passed = [0]
    check = guard.check

    def forgetful(request: Request) -> Refusal | None:
        passed[0] += 1
        return guard.demand(stale=True) if passed[0] == 3 else check(request)

    guard.check = forgetful  # type: ignore[method-assign]
    peer = guarded(guard)
    assert [answer.status for answer in send(peer, BOTH, times=2)] == [200, 200]
    assert len(peer.heard) == 4


@pytest.mark.parametrize("status", [401, 407])
def test_a_wrong_password_is_told_after_one_try(status: int) -> None:
    peer = guarded(Guard(status, "pbx.test", "201", "something else"))
    assert send(peer, BOTH)[0].status == status
    assert len(peer.heard) == 2


def test_the_second_credentials_are_tried_where_the_first_are_refused() -> None:
    peer = guarded(Guard(401, "phone", "201", "second"))
    keys = Keys(target=(PHONE, Credentials("201", Secret("second"))))
    assert send(peer, keys)[0].status == 200
    assert len(peer.heard) == 3


def test_credentials_are_not_shown_to_another_realm_or_to_the_other_kind_of_peer() -> None:
    other = guarded(Guard(407, "elsewhere.test", "provisioner", "ours"))
    assert send(other, BOTH)[0].status == 407
    phone = guarded(Guard(401, "pbx.test", "provisioner", "ours"))
    assert send(phone, Keys(proxy=(OURS,)))[0].status == 401
    assert all(b"uthorization" not in data for data in (*other.heard, *phone.heard))


def test_a_peer_that_always_finds_the_nonce_stale_is_given_up() -> None:
    guard = Guard(407, "pbx.test", "provisioner", "ours")
    guard.check = lambda _: guard.demand(stale=True)  # type: ignore[method-assign]
    peer = guarded(guard)
    assert send(peer, BOTH)[0].status == 407
    assert len(peer.heard) <= 5


def test_a_peer_that_asks_for_ever_new_realms_is_given_up() -> None:
    guard = Guard(401, "realm", "201", "x")

    def endless(_: Request) -> Refusal:
        guard.realm += "x"
        return guard.demand()

    guard.check = endless  # type: ignore[method-assign]
    peer = guarded(guard)
    assert send(peer, BOTH)[0].status == 401
    assert len(peer.heard) == 6
