"""Routes through proxies, and which address family the way takes."""

from __future__ import annotations

import asyncio

import pytest

from provserver.sip.client import Answer, Timers, UserAgent
from provserver.sip.message import Request, SipUri, parse
from provserver.sip.notice import Notice
from tests.fakes.sip_peer import UdpPeer, answering

PHONE = SipUri.parse("sip:201@pbx.test")
TIMERS = Timers(t1=0.1, t2=0.4, timer_f=1)


def send(peer: UdpPeer, **how: object) -> Request:
    """Send a NOTIFY for the phone by way of the peer; give what the peer heard."""

    async def once() -> Request:
        async with peer:
            here = SipUri(peer.host, None, peer.port, (("lr", None),))
            agent = UserAgent(("127.0.0.1", 0), timers=TIMERS)
            await agent.start()
            given = {name: value(here) for name, value in how.items()}
            answer = await agent.send(Notice(PHONE, "check-sync", **given))
            await agent.close()
            assert answer.status == 200
            return parse(peer.heard[0])

    return asyncio.run(once())


def test_without_a_route_the_next_hop_sees_the_address_alone() -> None:
    request = send(UdpPeer(answering(200)), next_hop=lambda here: here)
    assert (request.uri, request.header("To")) == ("sip:201@pbx.test", "<sip:201@pbx.test>")
    assert request.header("Route") is None


def test_a_loose_router_stands_in_the_route() -> None:
    beyond = SipUri.parse("sip:edge.test;lr")
    request = send(UdpPeer(answering(200)), route=lambda here: (here, beyond))
    assert request.uri == "sip:201@pbx.test"
    first, second = request.header("Route").split(", ")
    assert first.startswith("<sip:127.0.0.1:") and first.endswith(";lr>")
    assert second == "<sip:edge.test;lr>"


def test_a_strict_router_stands_in_the_request_address() -> None:
    def strict(here: SipUri) -> tuple[SipUri, ...]:
        return (SipUri(here.host, None, here.port), SipUri.parse("sip:edge.test;lr"))

    request = send(UdpPeer(answering(200)), route=strict)
    assert request.uri.startswith("sip:127.0.0.1:")
    assert request.header("Route") == "<sip:edge.test;lr>, <sip:201@pbx.test>"
    assert request.header("To") == "<sip:201@pbx.test>"


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "::1"])  # noqa: S104
def test_an_ipv6_phone_is_reached(bind: str) -> None:
    async def once() -> tuple[Answer, Request]:
        async with UdpPeer(answering(200), host="::1") as peer:
            agent = UserAgent((bind, 0), timers=TIMERS)
            await agent.start()
            answer = await agent.notify(SipUri("::1", "201", peer.port), "check-sync")
            await agent.close()
            return answer, parse(peer.heard[0])

    answer, request = asyncio.run(once())
    assert answer.status == 200
    assert request.header("Via").startswith("SIP/2.0/UDP [::1]:")
    assert "@[::1]>;tag=" in request.header("From")


def test_from_one_address_of_ipv4_an_ipv6_phone_is_not_reached_and_the_reason_says_so() -> None:
    async def once() -> Answer:
        agent = UserAgent(("127.0.0.1", 0), timers=TIMERS)
        await agent.start()
        answer = await agent.notify(SipUri.parse("sip:201@[::1]"), "check-sync")
        await agent.close()
        return answer

    answer = asyncio.run(once())
    assert (answer.status, answer.sent) == (503, 0)
    assert answer.reason == "SIP leaves from 127.0.0.1 only, which does not reach [::1]:5060 over UDP"
