"""Where a SIP address leads, asked of a name server on the loopback."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from provserver.sip import resolver as resolving
from provserver.sip.client import Answer, Cause, Timers, UserAgent
from provserver.sip.message import SipUri
from provserver.sip.resolver import Resolver, Unresolved
from provserver.sip.stream import Hop
from tests.fakes.name_server import NameServer
from tests.fakes.sip_peer import Script, UdpPeer, answering

TABLE = {
    ("pbx.test", "NAPTR"): [
        '20 50 "s" "SIP+D2U" "" _sip._udp.pbx.test.',
        '10 50 "s" "SIPS+D2T" "" _sips._tcp.pbx.test.',
        '5 50 "s" "SIP+D2W" "" _ws.pbx.test.',
        '5 50 "u" "E2U+sip" "!^.*$!sip:x@y!" .',
    ],
    ("_sips._tcp.pbx.test", "SRV"): ["10 0 5061 one.pbx.test."],
    ("_sip._udp.pbx.test", "SRV"): ["20 0 5070 two.pbx.test.", "10 0 5060 one.pbx.test."],
    ("pbx.test", "A"): ["192.0.2.1"],
    ("one.pbx.test", "A"): ["192.0.2.11"],
    ("one.pbx.test", "AAAA"): ["2001:db8::11"],
    ("two.pbx.test", "A"): ["192.0.2.12"],
    ("plain.test", "A"): ["192.0.2.2"],
    ("srv.test", "A"): ["192.0.2.3"],
    ("_sip._tcp.srv.test", "SRV"): ["1 1 5080 two.pbx.test."],
    ("none.test", "A"): ["192.0.2.4"],
    ("_sip._udp.none.test", "SRV"): ["0 0 0 ."],
    ("many.test", "A"): [f"192.0.2.{number}" for number in range(20, 40)],
}


def lead(address: str, hosts: Path = Path("/nonexistent")) -> list[Hop]:
    async def once() -> list[Hop]:
        async with NameServer(TABLE) as server:
            return await Resolver(["127.0.0.1"], server.port, hosts).resolve(SipUri.parse(address))

    return asyncio.run(once())


def places(address: str) -> list[str]:
    return [str(hop) for hop in lead(address)]


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("sip:201@192.0.2.9", ["192.0.2.9:5060 over UDP"]),
        ("sip:201@192.0.2.9:5062;transport=TCP", ["192.0.2.9:5062 over TCP"]),
        ("sips:201@[2001:db8::9]", ["[2001:db8::9]:5061 over TLS"]),
        ("sip:201@plain.test", ["192.0.2.2:5060 over UDP"]),
        ("sip:201@plain.test:5099;transport=tls", ["192.0.2.2:5099 over TLS"]),
        ("sip:201@pbx.test:5066", ["192.0.2.1:5066 over UDP"]),
        (
            "sip:201@pbx.test;transport=udp",
            ["192.0.2.11:5060 over UDP", "[2001:db8::11]:5060 over UDP", "192.0.2.12:5070 over UDP"],
        ),
        ("sip:201@srv.test", ["192.0.2.12:5080 over TCP"]),
        ("sip:201@none.test", ["192.0.2.4:5060 over UDP"]),
    ],
)
def test_an_address_leads_where_rfc_3263_says(address: str, where: list[str]) -> None:
    assert places(address) == where


def test_the_domain_chooses_the_transport_and_its_name_is_what_the_certificate_must_bear() -> None:
    first, *others = lead("sip:201@pbx.test")
    assert (str(first), first.name) == ("192.0.2.11:5061 over TLS", "pbx.test")
    assert {hop.transport for hop in others} == {"tls", "udp"}


def test_a_name_with_many_addresses_gives_four() -> None:
    assert len(places("sip:many.test")) == 4


def test_the_hosts_file_comes_first(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("2001:db8::5 Phone\n192.0.2.5\tphone  # mine\nnonsense phone\n")
    found = lead("sip:201@PHONE:5060", tmp_path / "hosts")
    assert [str(hop) for hop in found] == ["192.0.2.5:5060 over UDP", "[2001:db8::5]:5060 over UDP"]
    assert str(lead("sip:localhost:5060")[0]) == "127.0.0.1:5060 over UDP"


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(Unresolved, match=r"the name nobody\.test is not known"):
        lead("sip:201@nobody.test")


def test_equal_questions_are_asked_once_and_remembered() -> None:
    async def once() -> NameServer:
        async with NameServer(TABLE) as server:
            resolver = Resolver(["127.0.0.1"], server.port)
            address = SipUri.parse("sip:plain.test:5060")
            await asyncio.gather(*(resolver.resolve(address) for _ in range(50)))
            await resolver.resolve(address)
            return server

    assert asyncio.run(once()).asked["plain.test", "A"] == 1


def test_a_name_server_that_never_answers_costs_its_time_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "SECONDS", 0.3)

    async def once() -> tuple[list[Answer], Answer, float]:
        async with NameServer(TABLE, silent=True) as server, UdpPeer(answering(200)) as peer:
            agent = UserAgent(("127.0.0.1", 0), timers=Timers(), resolver=Resolver(["127.0.0.1"], server.port))
            await agent.start()
            lost = [asyncio.create_task(agent.notify(SipUri.parse("sip:pbx.test"), "check-sync")) for _ in range(100)]
            await asyncio.sleep(0.05)
            other = await agent.notify(SipUri(peer.host, "201", peer.port), "check-sync")
            answers = await asyncio.gather(*lost)
            started = time.monotonic()
            answers.append(await agent.notify(SipUri.parse("sip:pbx.test"), "check-sync"))
            taken = time.monotonic() - started
            await agent.close()
            return answers, other, taken

    answers, other, taken = asyncio.run(once())
    assert {(answer.status, answer.cause) for answer in answers} == {(503, Cause.UNKNOWN_NAME)}
    assert answers[0].reason == "no name server said within 0.3 s where pbx.test is"
    assert other.status == 200
    assert taken < 0.2


def test_the_next_address_of_a_name_is_tried_where_the_first_refuses(tmp_path: Path) -> None:
    async def once() -> Answer:
        async with UdpPeer(answering(200), host="127.0.0.3") as peer:
            (tmp_path / "hosts").write_text("127.0.0.2 pbx\n127.0.0.3 pbx\n")
            agent = UserAgent(("127.0.0.1", 0), resolver=Resolver(["127.0.0.1"], 9, tmp_path / "hosts"))
            await agent.start()
            answer = await agent.notify(SipUri("pbx", "201", peer.port), "check-sync")
            await agent.close()
            return answer

    assert asyncio.run(once()).status == 200


@pytest.mark.parametrize("first", [None, answering(503)])
def test_the_next_address_is_tried_where_the_first_is_silent_or_overloaded_and_later_first(
    tmp_path: Path, first: Script | None
) -> None:
    async def once() -> tuple[Answer, Answer, int, int]:
        async with UdpPeer(answering(200), host="127.0.0.3") as good, UdpPeer(first, "127.0.0.2", good.port) as bad:
            (tmp_path / "hosts").write_text("127.0.0.2 pbx\n127.0.0.3 pbx\n")
            timers = Timers(t1=0.1, t2=0.2, timer_f=0.5)
            agent = UserAgent(("127.0.0.1", 0), timers=timers, resolver=Resolver(["127.0.0.1"], 9, tmp_path / "hosts"))
            await agent.start()
            answer = await agent.notify(SipUri("pbx", "201", good.port), "check-sync")
            heard = len(bad.heard)
            again = await agent.notify(SipUri("pbx", "202", good.port), "check-sync")
            await agent.close()
            return answer, again, heard, len(bad.heard) - heard

    answer, again, heard, later = asyncio.run(once())
    assert (answer.status, again.status) == (200, 200)
    assert heard > 0 and later == 0, "an address that has just failed comes last"
