"""What the user agent answers when it is asked itself."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provserver.sip.client import UserAgent
from provserver.sip.message import Response, parse, via_parameter
from tests.fakes.sip_peer import UdpPeer


def request(
    method: str, via: str = "SIP/2.0/UDP 192.0.2.7:5099;branch=z9hG4bKask;rport", to: str = "<sip:us>"
) -> bytes:
    lines = [
        f"{method} sip:us SIP/2.0",
        f"v: {via}",
        "Via: SIP/2.0/UDP proxy.example.org;branch=z9hG4bKfirst",
        "From: <sip:201@a>;tag=1",
        f"To: {to}",
        "Call-ID: ask",
        f"CSeq: 7 {method}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answers_to(*datagrams: bytes) -> tuple[list[Response], int, int]:
    """Send datagrams to a user agent; give its answers, what it dropped and our port.

    A last OPTIONS is the sign that all before it was dealt with; a user agent that died does not answer it.
    """
    last = request("OPTIONS", "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKlast;rport")

    async def once() -> tuple[list[Response], int, int]:
        agent = UserAgent(("127.0.0.1", 0))
        await agent.start()
        async with UdpPeer() as peer:
            for datagram in (*datagrams, last):
                peer.send(datagram, agent.address)
            await heard(peer, b"branch=z9hG4bKlast;")
            await agent.close()
            return [parse(data) for data in peer.heard[:-1]], agent.dropped, peer.port

    return asyncio.run(once())


async def heard(peer: UdpPeer, words: bytes) -> None:
    async with asyncio.timeout(10):
        while not any(words in data for data in peer.heard):
            await asyncio.sleep(0.001)


def test_options_is_answered_with_what_we_allow() -> None:
    (answer,), dropped, port = answers_to(request("OPTIONS"))
    assert (answer.status, answer.header("Allow"), dropped) == (200, "OPTIONS", 0)
    first, second = answer.all_headers("Via")
    assert (via_parameter(first, "rport"), via_parameter(first, "received")) == (str(port), "127.0.0.1")
    assert second == "SIP/2.0/UDP proxy.example.org;branch=z9hG4bKfirst"
    assert answer.header("To").startswith("<sip:us>;tag=")
    assert (answer.header("From"), answer.header("Call-ID")) == ("<sip:201@a>;tag=1", "ask")
    assert answer.header("CSeq") == "7 OPTIONS"


@pytest.mark.parametrize(
    ("method", "status"),
    [("INVITE", 405), ("NOTIFY", 405), ("REGISTER", 405), ("MESSAGE", 405), ("UNHEARDOF", 501), ("options", 501)],
)
def test_other_methods_are_not_allowed_or_not_known(method: str, status: int) -> None:
    (answer,), _, _ = answers_to(request(method))
    assert (answer.status, answer.header("Allow")) == (status, "OPTIONS")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request("CANCEL"), 481),
        (request("BYE", to="<sip:us>;tag=ours"), 481),
        (request("OPTIONS").replace(b"CSeq: 7 OPTIONS", b"CSeq: 7 INVITE"), 400),
        (request("OPTIONS").replace(b"CSeq: 7 OPTIONS", b"CSeq: many"), 400),
        (request("OPTIONS").replace(b"sip:us SIP/2.0", b"tel:+39015 SIP/2.0"), 416),
        (request("OPTIONS").replace(b"\r\n\r\n", b"\r\nRequire: 100rel\r\n\r\n"), 420),
    ],
)
def test_what_we_cannot_do_is_refused_by_its_name(asked: bytes, status: int) -> None:
    (answer,), dropped, _ = answers_to(asked)
    assert (answer.status, dropped) == (status, 0)
    assert answer.header("Unsupported") == ("100rel" if status == 420 else None)


def test_an_ack_is_ignored() -> None:
    assert answers_to(request("ACK"))[:2] == ([], 0)


def test_a_repeated_request_gets_the_same_answer() -> None:
    (first, second), _, _ = answers_to(request("OPTIONS"), request("OPTIONS"))
    assert first == second


def test_a_tag_that_is_there_stays() -> None:
    (answer,), _, _ = answers_to(request("OPTIONS", to="<sip:us>;tag=ours"))
    assert (answer.header("To"), answer.status) == ("<sip:us>;tag=ours", 481)


def test_without_rport_the_answer_goes_to_the_port_in_the_via() -> None:
    async def once() -> tuple[int, int]:
        agent = UserAgent(("127.0.0.1", 0))
        await agent.start()
        async with UdpPeer() as asking, UdpPeer() as listening:
            via = f"SIP/2.0/UDP 192.0.2.7:{listening.port};branch=z9hG4bKask"
            asking.send(request("OPTIONS", via), agent.address)
            await heard(listening, b"200 OK")
            await agent.close()
            return len(asking.heard), len(listening.heard)

    assert asyncio.run(once()) == (0, 1)


def test_garbage_is_dropped_and_counted_and_a_keep_alive_is_neither() -> None:
    incomplete = b"OPTIONS sip:us SIP/2.0\r\nCall-ID: ask\r\n\r\n"
    stray = b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKstray\r\nCSeq: 1 NOTIFY\r\n\r\n"
    too_long = request("OPTIONS", to="<sip:us>;" + "x" * 8180)  # our tag would make the line too long
    answers, dropped, _ = answers_to(b"\r\n\r\n", b"\0", b"", b"GET / HTTP/1.1\r\n\r\n", incomplete, stray, too_long)
    assert (answers, dropped) == ([], 4)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: request("OPTIONS") + tail), max_size=20)
)
def test_no_datagram_stops_it(datagrams: list[bytes]) -> None:
    answers, dropped, _ = answers_to(*datagrams)
    assert len(answers) + dropped <= len(datagrams)
