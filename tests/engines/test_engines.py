"""Asterisk and FreeSWITCH as a way to their phones, against fakes of them; the real ones are in tests/interop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from provserver.domain.secret import Secret
from provserver.engines import pool as pooling
from provserver.engines import wire
from provserver.engines.base import Contact, EngineError, Kind, Message, Outcome, Place
from provserver.engines.pool import Pool
from tests.fakes.engines import FakeAsterisk, FakeEngine, FakeFreeSwitch, Listed

TWO = [
    Listed("1001", "sip:1001@10.0.0.1:5060", port=40001, call_id="one"),
    Listed("1001", "sip:1001@10.0.0.2:5060", "PolycomVVX-VVX_301-UA/5.9", port=40002, call_id="two"),
]
CHECK_SYNC = Message("check-sync;reboot=false", "pbx.test")
ACTION_URI = Message("ACTION-URI", "pbx.test", "message/sipfrag", b"key=AutoP\r\nmore")
RIGHT = "secret"
EVIL = ["hang", "hang up", "drip", "endless line", "endless message", "garbage"]


def place_of(fake: FakeEngine, secret: str = RIGHT) -> Place:
    if isinstance(fake, FakeAsterisk):
        return Place(Kind.ASTERISK, "127.0.0.1", fake.port, "prov", Secret(secret))
    return Place(Kind.FREESWITCH, "127.0.0.1", fake.port, "", Secret(secret), profile="internal")


def talk(fake: FakeEngine, do: Callable[[Pool, Place], Awaitable[object]], secret: str = RIGHT) -> object:
    async def once() -> object:
        pool = Pool()
        async with fake:
            try:
                return await do(pool, place_of(fake, secret))
            finally:
                await pool.close()

    return asyncio.run(once())


def listed(pool: Pool, place: Place) -> Awaitable[object]:
    return pool.contacts(place)


async def tell_all(pool: Pool, place: Place, message: Message = CHECK_SYNC) -> list[Outcome]:
    contacts: list[Contact] = [one for same in (await pool.contacts(place)).values() for one in same]
    return [await pool.notify(place, one, message, alone=len(contacts) == 1) for one in contacts]


@pytest.mark.parametrize("kind", [FakeAsterisk, FakeFreeSwitch])
def test_the_registrations_are_listed_by_user(kind: type[FakeEngine]) -> None:
    found = talk(kind(TWO), listed)
    assert [
        (one.uri.removeprefix('"" ').strip("<>"), one.address, one.port, one.user_agent) for one in found["1001"]
    ] == [
        ("sip:1001@10.0.0.1:5060", "127.0.0.1", 40001, "Yealink SIP-T46U 108.86.0.75"),
        ("sip:1001@10.0.0.2:5060", "127.0.0.1", 40002, "PolycomVVX-VVX_301-UA/5.9"),
    ]


@pytest.mark.parametrize("kind", [FakeAsterisk, FakeFreeSwitch])
def test_where_nobody_is_registered_the_list_is_empty(kind: type[FakeEngine]) -> None:
    assert talk(kind(), listed) == {}


def test_asterisk_is_told_which_contact() -> None:
    fake = FakeAsterisk(TWO)
    assert talk(fake, tell_all) == [Outcome(202)] * 2
    assert [one["URI"] for one in fake.sent] == ["sip:1001@10.0.0.1:5060", "sip:1001@10.0.0.2:5060"]
    assert fake.sent[0]["Variables"] == "Event=check-sync;reboot=false"
    assert (fake.connections, fake.asked.count("PJSIPShowEndpoint")) == (1, 1)


def test_asterisk_is_told_the_endpoint_where_it_has_one_contact() -> None:
    fake = FakeAsterisk(TWO[:1])
    talk(fake, lambda pool, place: tell_all(pool, place, ACTION_URI))
    assert (fake.sent[0]["Endpoint"], fake.sent[0].get("URI")) == ("1001", None)
    expected = "Event=ACTION-URI|Content-Type=message/sipfrag|Content=key=AutoP|Content=more"
    assert fake.sent[0]["Variables"] == expected
    assert "Command" not in fake.asked


def test_an_asterisk_that_would_drop_it_is_found_out_before() -> None:
    fake = FakeAsterisk(TWO)
    fake.outbound = False
    with pytest.raises(EngineError, match="default_outbound_endpoint") as problem:
        talk(fake, tell_all)
    assert (problem.value.status, fake.sent) == (403, [])


def test_freeswitch_is_told_which_registration() -> None:
    fake = FakeFreeSwitch(TWO)
    assert talk(fake, lambda pool, place: tell_all(pool, place, ACTION_URI)) == [Outcome(202)] * 2
    assert [one["call-id"] for one in fake.sent] == ["one", "two"]
    assert fake.sent[1] == {
        "profile": "internal",
        "event-string": "ACTION-URI",
        "content-type": "message/sipfrag",
        "user": "1001",
        "host": "pbx.test",
        "call-id": "two",
        "content-length": "15",
        "body": "key=AutoP\r\nmore",
    }
    assert fake.connections == 1


@pytest.mark.parametrize("kind", [FakeAsterisk, FakeFreeSwitch])
def test_a_wrong_secret_is_told(kind: type[FakeEngine]) -> None:
    with pytest.raises(EngineError, match="refuses") as problem:
        talk(kind(TWO), listed, secret="wrong")
    assert problem.value.status == 401
    assert "wrong" not in str(problem.value)


def test_a_freeswitch_that_lets_nobody_in_from_here_is_told() -> None:
    with pytest.raises(EngineError, match="refuses this address"):
        talk(FakeFreeSwitch(evil="rude"), listed)


def test_what_is_no_asterisk_is_told() -> None:
    with pytest.raises(EngineError, match="not the manager interface"):
        talk(FakeAsterisk(evil="greeting"), listed)


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("kind", [FakeAsterisk, FakeFreeSwitch])
def test_an_engine_that_misbehaves_costs_bounded_time(
    kind: type[FakeEngine], evil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(pooling, "LONGEST", 0.6)
    started = time.monotonic()
    with pytest.raises(EngineError) as problem:
        talk(kind(TWO, evil=evil), listed)
    assert problem.value.status in (502, 503, 504)
    assert time.monotonic() - started < 5


def test_an_engine_that_failed_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.2)

    async def many(pool: Pool, place: Place) -> list[object]:
        first = await asyncio.gather(*(pool.contacts(place) for _ in range(200)), return_exceptions=True)
        return [*first, *await asyncio.gather(pool.contacts(place), return_exceptions=True)]

    fake = FakeAsterisk(TWO, evil="hang")
    answers = talk(fake, many)
    assert {getattr(one, "status", None) for one in answers} == {504}
    assert fake.connections == 1


def test_one_list_serves_all_who_ask_at_the_same_time() -> None:
    async def many(pool: Pool, place: Place) -> object:
        return await asyncio.gather(*(pool.contacts(place) for _ in range(200)))

    fake = FakeAsterisk(TWO)
    assert len(talk(fake, many)) == 200
    assert fake.asked.count("PJSIPShowContacts") == 1


def test_a_connection_that_is_gone_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooling, "FRESH", 0)
    monkeypatch.setattr(pooling, "REST", 0)

    async def twice(pool: Pool, place: Place) -> object:
        await pool.contacts(place)
        for writer in fake._writers:
            writer.transport.abort()
        await asyncio.sleep(0.05)
        with pytest.raises(EngineError):
            await pool.contacts(place)
        return await pool.contacts(place)

    fake = FakeAsterisk(TWO)
    assert "1001" in talk(fake, twice)


@pytest.mark.parametrize("kind", [FakeAsterisk, FakeFreeSwitch])
def test_a_registration_that_would_smuggle_a_line_is_not_passed_on(kind: type[FakeEngine]) -> None:
    evil = Listed("1001", "sip:1001@10.0.0.1:5060", call_id="x\u2028Action: Originate")
    evil.contact += "\x0bApplication: System"
    fake = kind([evil, *TWO])
    with suppress(EngineError):  # a list in XML cannot even be read
        talk(fake, tell_all)
    assert not any(word in str(one) for one in fake.sent for word in ("Application", "Action: Originate"))


def test_a_list_cannot_name_files_of_ours() -> None:
    found = talk(FakeFreeSwitch(evil="entities"), listed)
    assert found == {}


def test_a_list_after_a_question_that_nobody_waited_for_is_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooling, "FRESH", 0)

    class Slow(FakeFreeSwitch):
        async def _misbehave(self, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.3 if self.asked[-1] == "sendevent" else 0)

    async def impatient(pool: Pool, place: Place) -> object:
        (contact, *_) = (await pool.contacts(place))["1001"]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await pool.notify(place, contact, Message("check-sync", "pbx.test"), alone=True)
        await asyncio.sleep(0.6)
        return await pool.contacts(place)

    fake = Slow(TWO)
    assert "1001" in talk(fake, impatient)  # type: ignore[operator]
    assert fake.connections == 2
