"""Who answers a SUBSCRIBE, on real sockets: once each, within bounds, and nothing that somebody makes up hurts."""

import asyncio
from collections.abc import Awaitable, Callable

from provserver.discovery.pnp import EACH, Responder
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.network.neighbours import Heard
from tests.discovery.conftest import SNOM, STRANGER
from tests.fakes.pnp_phone import subscribe
from tests.fakes.sip_peer import UdpPeer, answering

Talk = Callable[[Responder, UdpPeer], Awaitable[None]]


def talk(house: House, what: Talk) -> tuple[list[bytes], list[Heard], Responder]:
    """Let a phone on loopback talk to a responder; give what it heard, and what was taken note of."""

    async def run() -> tuple[list[bytes], list[Heard], Responder]:
        noted: list[Heard] = []
        responder = Responder(house, noted.append, "127.0.0.1")
        await responder.open()
        try:
            async with UdpPeer(
                lambda peer, data, source: data.startswith(b"NOTIFY") and ok(peer, data, source)
            ) as phone:
                await what(responder, phone)
                return phone.heard, noted, responder
        finally:
            await responder.close()

    return asyncio.run(run())


ok = answering(200)


async def settled(condition: Callable[[], bool]) -> None:
    """Look until something is so."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_repeated_question_is_answered_again_and_told_once(sqlite_house: House, anna: Actor) -> None:
    async def twice(responder: Responder, phone: UdpPeer) -> None:
        phone._script = None  # it keeps silent, so that the NOTIFY stays under way
        question = subscribe(SNOM, phone.host, phone.port)
        responder.received(question, (phone.host, phone.port))
        await settled(lambda: len(phone.heard) >= 2)
        responder.received(question, (phone.host, phone.port))
        await settled(lambda: sum(data.startswith(b"SIP/2.0 200") for data in phone.heard) == 2)

    heard, noted, _ = talk(sqlite_house, twice)
    answers = [data for data in heard if data.startswith(b"SIP/2.0")]
    assert answers[0] == answers[1]
    assert len({data for data in heard if data.startswith(b"NOTIFY")}) == 1
    assert [(one.mac, one.answered) for one in noted] == [(SNOM, True)]


def test_the_same_words_are_a_new_question_once_the_phone_was_told(sqlite_house: House, anna: Actor) -> None:
    async def again(responder: Responder, phone: UdpPeer) -> None:
        for count in (1, 2):
            responder.received(subscribe(SNOM, phone.host, phone.port), (phone.host, phone.port))
            await settled(lambda: sum(data.startswith(b"NOTIFY") for data in phone.heard) == count)  # noqa: B023
            await settled(lambda: not responder._under_way)

    _, noted, _ = talk(sqlite_house, again)
    assert len(noted) == 2


def test_empty_lines_before_a_question_are_passed_over(sqlite_house: House, anna: Actor) -> None:
    async def send(responder: Responder, phone: UdpPeer) -> None:
        responder.received(b"\r\n\r\n" + subscribe(SNOM, phone.host, phone.port), (phone.host, phone.port))
        await settled(lambda: any(data.startswith(b"NOTIFY") for data in phone.heard))

    _, noted, _ = talk(sqlite_house, send)
    assert [one.mac for one in noted] == [SNOM]


def test_a_flood_of_one_address_leaves_room_for_the_others(sqlite_house: House, anna: Actor) -> None:
    async def flood(responder: Responder, phone: UdpPeer) -> None:
        for number in range(2000):
            mac = f"0015650{number:05x}"
            responder.received(subscribe(mac, "127.0.0.9", 5060, call=str(number)), ("127.0.0.9", 5060))
        responder.received(subscribe(SNOM, phone.host, phone.port), (phone.host, phone.port))
        await settled(lambda: any(data.startswith(b"NOTIFY") for data in phone.heard))

    _, noted, responder = talk(sqlite_house, flood)
    assert responder.dropped.counts["flood"] >= 2000 - EACH[1] - 5
    assert len([one for one in noted if one.address == "127.0.0.9"]) <= EACH[1] + 5


def test_garbage_is_dropped_and_counted(sqlite_house: House, anna: Actor) -> None:
    good = subscribe(SNOM, "127.0.0.1", 5060)
    bad = [
        b"SUBSCRIBE ",
        b"SUBSCRIBE sip:x SIP/2.0\r\n\r\n",
        good.replace(b"Via:", b"Way:"),
        good[:-20],
        good.replace(b"CSeq", b"C\0Seq"),
        good[:-4] + b"\r\nX: " + b"y" * 5000 + b"\r\n\r\n",
        b"INVITE sip:x SIP/2.0\r\n\r\n",
        b"",
    ]

    async def send(responder: Responder, phone: UdpPeer) -> None:
        for number, data in enumerate(bad):
            responder.received(data, (f"127.0.1.{number}", 5060))
        await asyncio.sleep(0.1)

    heard, noted, responder = talk(sqlite_house, send)
    assert (heard, noted) == ([], [])
    assert sum(responder.dropped.counts.values()) == 6


def test_a_phone_that_is_not_ours_is_noted_and_gets_no_byte(sqlite_house: House, anna: Actor) -> None:
    async def send(responder: Responder, phone: UdpPeer) -> None:
        responder.received(subscribe(STRANGER, phone.host, phone.port), (phone.host, phone.port))
        await settled(lambda: not responder._under_way)

    heard, noted, _ = talk(sqlite_house, send)
    assert heard == []
    assert [(one.mac, one.answered) for one in noted] == [(STRANGER, False)]


def test_answers_of_strangers_to_our_notify_end_nothing(sqlite_house: House, anna: Actor) -> None:
    async def send(responder: Responder, phone: UdpPeer) -> None:
        async with UdpPeer(host="127.0.0.2") as other:
            phone._script = lambda peer, data, source: ok(other, data, source) if data.startswith(b"NOTIFY") else None
            responder.received(subscribe(SNOM, phone.host, phone.port), (phone.host, phone.port))
            await settled(lambda: responder.dropped.counts["stray"] > 0)
            assert responder._under_way

    talk(sqlite_house, send)
