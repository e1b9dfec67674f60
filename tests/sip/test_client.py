"""The user agent over real UDP sockets on the loopback: what it sends, when, and what it believes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from provserver.sip.client import Answer, Timers, UnsupportedTransport, UserAgent
from provserver.sip.message import Request, SipUri, parse
from tests.fakes.sip_peer import Address, UdpPeer, answering, reply

SHORT = Timers(t1=0.05, t2=0.2, timer_f=0.7, t4=0.1)


@asynccontextmanager
async def user_agent(host: str = "127.0.0.1", timers: Timers = SHORT, **options: Any) -> AsyncIterator[UserAgent]:
    agent = UserAgent((host, 0), timers=timers, **options)
    await agent.start()
    try:
        yield agent
    finally:
        await agent.close()


def phone_at(peer: UdpPeer, user: str = "201") -> SipUri:
    return SipUri(peer.host, user, peer.port)


def notify(peer: UdpPeer, **options: Any) -> tuple[Answer, int]:
    """Send one check-sync; give its end and how many messages were dropped."""

    async def once() -> tuple[Answer, int]:
        async with peer, user_agent(**options) as agent:
            return await agent.notify(phone_at(peer), "check-sync"), agent.dropped

    return asyncio.run(once())


def test_a_notify_carries_what_strict_phones_ask_for() -> None:
    async def once() -> tuple[Request, Answer, Address]:
        async with UdpPeer(answering(200)) as peer, user_agent(name="prov server/1") as agent:
            answer = await agent.notify(
                phone_at(peer),
                "ACTION-URI;reboot=false",
                to=SipUri("pbx.test", "201"),
                content_type="message/sipfrag",
                body=b"key=AutoP",
            )
            return parse(peer.heard[0]), answer, agent.address

    request, answer, (host, port) = asyncio.run(once())
    assert (answer.status, answer.reason, answer.sent) == (200, "Reason 200", 1)
    assert 0 < answer.seconds < 0.5
    assert request.method == "NOTIFY"
    assert request.uri.startswith("sip:201@127.0.0.1:")
    via = request.header("Via")
    assert via.startswith(f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK")
    assert via.endswith(";rport")
    assert request.header("From").startswith("<sip:prov%20server%2F1@127.0.0.1>;tag=")
    assert request.header("To") == "<sip:201@pbx.test>"
    assert request.header("Contact") == f"<sip:{host}:{port}>"
    assert request.header("CSeq") == "1 NOTIFY"
    assert request.header("Max-Forwards") == "70"
    assert request.header("User-Agent") == "prov server/1"
    assert request.header("Event") == "ACTION-URI;reboot=false"
    assert request.header("Subscription-State") == "terminated"
    assert request.header("Content-Type") == "message/sipfrag"
    assert request.body == b"key=AutoP"


@pytest.mark.parametrize("status", [202, 401, 404, 481, 489, 500, 603])
def test_any_final_answer_ends_it_at_once(status: int) -> None:
    answer, _ = notify(UdpPeer(answering(status)))
    assert (answer.status, answer.sent) == (status, 1)


def test_a_silent_phone_is_asked_again_until_timer_f() -> None:
    peer = UdpPeer()
    answer, _ = notify(peer)
    assert (answer.status, answer.reason) == (408, "no answer within 0.7 s")
    assert 2 <= answer.sent == len(peer.heard) <= 5  # the exact times are in test_transaction
    assert 0.7 <= answer.seconds < 2
    assert len(set(peer.heard)) == 1  # the same bytes each time


def test_a_provisional_answer_slows_the_repetitions_down() -> None:
    peer = UdpPeer(answering(100))
    answer, _ = notify(peer, timers=Timers(t1=0.05, t2=5, timer_f=0.7))
    assert (answer.status, answer.sent) == (408, 2)


def test_a_provisional_answer_does_not_end_it() -> None:
    answer, dropped = notify(UdpPeer(answering(100, 183, 200)))
    assert (answer.status, answer.sent, dropped) == (200, 1, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"Via": "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKguessed"},
        {"Via": "SIP/2.0/UDP 127.0.0.1:5060"},
        {"CSeq": "1 OPTIONS"},
        {"CSeq": ""},
        {"From": "<sip:somebody@else>;tag=1\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKsecond"},
    ],
)
def test_an_answer_to_something_else_is_dropped_and_counted(changed: dict[str, str]) -> None:
    peer = UdpPeer(lambda peer, data, source: peer.send(reply(data, 200, "OK", **changed), source))
    answer, dropped = notify(peer)
    assert answer.status == 408
    assert dropped == answer.sent


def test_an_answer_from_another_host_is_dropped() -> None:
    async def once() -> tuple[Answer, int]:
        async with UdpPeer(host="127.0.0.2") as stranger:
            peer = UdpPeer(lambda _, data, source: stranger.send(reply(data, 200, "OK"), source))
            async with peer, user_agent() as agent:
                return await agent.notify(phone_at(peer), "check-sync"), agent.dropped

    answer, dropped = asyncio.run(once())
    assert (answer.status, dropped) == (408, answer.sent)


def test_an_answer_from_another_port_of_the_phone_is_believed() -> None:
    async def once() -> Answer:
        async with UdpPeer() as second:
            peer = UdpPeer(lambda _, data, source: second.send(reply(data, 200, "OK"), source))
            async with peer, user_agent() as agent:
                return await agent.notify(phone_at(peer), "check-sync")

    assert asyncio.run(once()).status == 200


def test_repeated_and_late_answers_are_absorbed_for_timer_k_and_then_dropped() -> None:
    async def once() -> tuple[Answer, int, int]:
        async with UdpPeer() as peer, user_agent() as agent:
            answer = await agent.notify(phone_at(peer), "check-sync")
            peer.send(reply(peer.heard[0], 200, "OK"), agent.address)
            await asyncio.sleep(0.05)
            absorbed = agent.dropped
            await asyncio.sleep(SHORT.t4)
            await agent.notify(phone_at(peer), "check-sync")  # what is too old is forgotten when something ends
            peer.send(reply(peer.heard[0], 200, "OK"), agent.address)
            await asyncio.sleep(0.05)
            return answer, absorbed, agent.dropped

    answer, absorbed, dropped = asyncio.run(once())
    assert (answer.status, absorbed, dropped) == (408, 0, 1)


def closed_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_closed_port_is_noticed_at_once_and_costs_the_others_nothing() -> None:
    async def once() -> list[Answer]:
        async with UdpPeer(answering(200)) as peer, user_agent() as agent:
            targets = [SipUri("127.0.0.1", "1", closed_port()) if turn % 2 else phone_at(peer) for turn in range(40)]
            return await asyncio.gather(*(agent.notify(target, "check-sync") for target in targets))

    answers = asyncio.run(once())
    assert [answer.status for answer in answers] == [200, 503] * 20
    assert {answer.reason for answer in answers[1::2]} == {"Connection refused"}
    assert max(answer.seconds for answer in answers) < 0.5
    assert max(answer.sent for answer in answers) == 1


def test_a_host_name_is_looked_up() -> None:
    async def once() -> list[Answer]:
        async with UdpPeer(answering(200)) as peer, user_agent() as agent:
            known = await agent.notify(SipUri("localhost", "201", peer.port), "check-sync")
            return [known, await agent.notify(SipUri("phone.invalid", "201"), "check-sync")]

    known, unknown = asyncio.run(once())
    assert known.status == 200
    assert (unknown.status, unknown.sent) == (503, 0)
    assert unknown.reason


def test_bound_to_every_address_it_names_the_one_that_leads_to_the_phone() -> None:
    peer = UdpPeer(answering(200), host="127.0.0.9")
    assert notify(peer, host="0.0.0.0")[0].status == 200  # noqa: S104
    request = parse(peer.heard[0])
    assert request.header("Via").startswith("SIP/2.0/UDP 127.0.0.")
    assert request.header("Contact").startswith("<sip:127.0.0.")


def test_an_ipv6_socket_reaches_ipv4_phones() -> None:
    peer = UdpPeer(answering(200))
    assert notify(peer, host="::")[0].status == 200
    assert parse(peer.heard[0]).header("Via").startswith("SIP/2.0/UDP 127.0.0.1:")


def test_no_more_than_the_allowed_number_wait_at_a_time() -> None:
    async def once() -> tuple[list[Answer], int]:
        async with UdpPeer() as peer, user_agent(concurrency=3) as agent:
            waiting = [asyncio.create_task(agent.notify(phone_at(peer), "check-sync")) for _ in range(6)]
            await asyncio.sleep(SHORT.timer_f / 2)
            asked = len({parse(data).header("Call-ID") for data in peer.heard})
            return await asyncio.gather(*waiting), asked

    answers, asked = asyncio.run(once())
    assert asked == 3
    assert {answer.status for answer in answers} == {408}


@pytest.mark.parametrize("target", ["sip:201@phone;transport=sctp", "sip:201@phone;transport=ws"])
def test_a_transport_that_we_do_not_speak_is_refused(target: str) -> None:
    with pytest.raises(UnsupportedTransport, match="use UDP, TCP or TLS"):
        asyncio.run(UserAgent(("127.0.0.1", 0)).notify(SipUri.parse(target), "check-sync"))


@pytest.mark.parametrize("event", ["", " ", "check-sync\r\nX-Injected: yes", "check\nsync", "x" * 9000])
def test_an_event_cannot_add_a_header(event: str) -> None:
    with pytest.raises(ValueError):
        asyncio.run(UserAgent(("127.0.0.1", 0)).notify(SipUri("127.0.0.1"), event))


def test_a_name_cannot_add_a_header() -> None:
    with pytest.raises(ValueError, match="Control characters"):
        UserAgent(("127.0.0.1", 0), name="provserver\r\nX-Injected: yes")


def test_timers_that_never_fire_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than 0"):
        Timers(t1=0)


def test_a_taken_address_is_told_and_a_closed_one_is_free_again() -> None:
    async def once() -> None:
        async with user_agent() as agent:
            address = agent.address
            with pytest.raises(OSError):
                await UserAgent(address).start()
        again = UserAgent(address)
        await again.start()
        assert again.address == address
        await again.close()
        await again.close()
        with pytest.raises(RuntimeError, match="not started"):
            await again.notify(SipUri("127.0.0.1"), "check-sync")

    asyncio.run(once())


def test_closing_ends_what_is_under_way_and_what_waits() -> None:
    async def once() -> list[Answer]:
        async with UdpPeer() as peer, user_agent(timers=Timers(), concurrency=1) as agent:
            waiting = [asyncio.create_task(agent.notify(phone_at(peer), "check-sync")) for _ in range(2)]
            await asyncio.sleep(0.05)
            await agent.close()
            return await asyncio.gather(*waiting)

    answers = asyncio.run(once())
    assert [(answer.status, answer.reason) for answer in answers] == [(503, "the user agent was closed")] * 2


def test_a_caller_that_gives_up_leaves_nothing_behind() -> None:
    async def once() -> int:
        async with UdpPeer() as peer, user_agent(concurrency=1) as agent:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(agent.notify(phone_at(peer), "check-sync"), 0.02)
            return (await agent.notify(phone_at(peer), "check-sync")).status

    assert asyncio.run(once()) == 408


def test_an_answer_after_empty_lines_is_one() -> None:
    def after(peer: UdpPeer, data: bytes, source: Address) -> None:
        peer.send(b"\r\n\r\n" + reply(data, 200, "OK"), source)

    answer, dropped = notify(UdpPeer(after))
    assert (answer.status, dropped) == (200, 0)
