"""A phone is told over real sockets: each way in turn, bounded, with what came back; nothing secret is written down."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from provserver import telling
from provserver.engines.pool import Pool
from provserver.services.editing import keys, settings
from provserver.services.inventory import devices
from provserver.services.pushing import resync
from provserver.services.pushing.resync import Attempt, Task
from provserver.services.steering import actions
from provserver.sip.client import Timers, UserAgent
from provserver.sip.resolver import Resolver
from provserver.telling import Teller
from provserver.visiting import Visitor
from tests.fakes.certificates import Authority
from tests.fakes.engines import FakeAsterisk, FakeFreeSwitch, Listed
from tests.fakes.guard import Guard
from tests.fakes.sip_peer import StreamPeer, UdpPeer, answering, reply
from tests.services.conftest import Office
from tests.sip.test_digest import guarded

SPEED_DIAL = {"4": {"kind": "speed-dial", "target": "*98", "label": "Pickup"}}
T46U = "Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:44"


def claimed(office: Office, sip_address: str) -> Task:
    """Save a key on the Yealink and give the task."""
    devices.change_device(office.house, office.actor, office.yealink, {"sip_address": sip_address})
    keys.set_keys(office.house, office.actor, office.yealink, SPEED_DIAL)
    later = office.house.clock() + resync.SETTLE_LIMIT
    (task,) = resync.claim(office.house.database, office.house.config, later, 10)
    return task


async def told(office: Office, sip_address: str) -> list[Attempt]:
    agent = UserAgent(("127.0.0.1", 0), timers=Timers(t1=0.2, t2=0.4, timer_f=2), resolver=Resolver(["127.0.0.1"], 9))
    pool = Pool()
    await agent.start()
    try:
        return await Teller(agent, pool, Visitor()).tell(await asyncio.to_thread(claimed, office, sip_address))
    finally:
        await agent.close()
        await pool.close()


def ways(office: Office, *names: str, **more: object) -> None:
    settings.set_values(office.house, office.actor, "tenant", "", {"push_ways": list(names), **more})


def brief(attempts: list[Attempt]) -> list[tuple[str, int]]:
    return [(attempt.way.value, attempt.status) for attempt in attempts]


def run(do: Callable[[], Awaitable[object]]) -> object:
    return asyncio.run(do())  # type: ignore[arg-type]


@pytest.mark.parametrize(("checks", "status"), [("names", 200), ("always", 503)])
def test_a_phone_is_told_over_tls_and_its_own_certificate_will_do_unless_all_are_checked(
    office: Office, tmp_path: Path, checks: str, status: int
) -> None:
    settings.set_values(office.house, office.actor, "tenant", "", {"push_certificates": checks})
    context = Authority(tmp_path).server_context("a-phone-of-its-maker")

    async def once() -> list[Attempt]:
        async def accept(data: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(reply(data, 200, "OK"))

        listener = await asyncio.start_server(StreamPeer(accept).serve, "127.0.0.1", 0, ssl=context)
        port = listener.sockets[0].getsockname()[1]
        attempts = await told(office, f"sip:202@127.0.0.1:{port};transport=tls")
        listener.close()
        await asyncio.sleep(0.05)
        return attempts

    attempts = run(once)
    assert brief(attempts) == [("direct", status)]
    if status == 503:
        assert attempts[0].meaning.sentence == "its certificate is not trusted"


def test_a_phone_that_challenges_gets_the_credentials_of_its_line(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    from provserver.services.organisation import directory

    directory.change_line(office.house, office.actor, "202", {"password": "of-the-line"})
    peer = guarded(Guard(401, "phone", "202", "of-the-line"))

    async def once() -> list[Attempt]:
        async with peer:
            return await told(office, f"sip:202@127.0.0.1:{peer.port}")

    with caplog.at_level(logging.DEBUG):
        assert brief(run(once)) == [("direct", 200)]
    assert "of-the-line" not in caplog.text
    assert not any("of-the-line" in str(vars(record)) for record in caplog.records)


def test_the_ways_are_gone_in_turn_until_one_reaches_the_phone(office: Office) -> None:
    async def once() -> list[Attempt]:
        hanging = FakeAsterisk(evil="hang up")
        switch = FakeFreeSwitch([Listed("202", "sip:202@10.0.0.1", T46U, call_id="mine", domain="pbx.example.com")])
        async with hanging, switch, UdpPeer(answering(200)) as never:
            values = {
                "asterisk_address": f"127.0.0.1:{hanging.port}",
                "asterisk_secret": "secret",
                "freeswitch_address": f"127.0.0.1:{switch.port}",
                "freeswitch_password": "secret",
            }
            await asyncio.to_thread(ways, office, "kamailio", "asterisk", "freeswitch", "direct", **values)
            attempts = await told(office, f"sip:202@127.0.0.1:{never.port}")
            assert (switch.sent[0]["call-id"], never.heard) == ("mine", [])
            return attempts

    attempts = run(once)
    assert brief(attempts) == [("kamailio", 0), ("asterisk", 503), ("freeswitch", 202)]
    assert [attempt.meaning.sentence for attempt in attempts] == [
        "its address is not set",
        "Asterisk: it hung up",
        "FreeSWITCH took it for the phone, and does not tell what came back",
    ]


def test_a_wrong_secret_is_a_failure_that_no_waiting_mends(office: Office) -> None:
    async def once() -> list[Attempt]:
        async with FakeAsterisk() as asterisk:
            values = {"asterisk_address": f"127.0.0.1:{asterisk.port}", "asterisk_secret": "wrong"}
            await asyncio.to_thread(ways, office, "asterisk", **values)
            return await told(office, "sip:202@127.0.0.1:9")

    (attempt,) = run(once)
    assert (attempt.status, attempt.meaning.reached, attempt.meaning.retry) == (401, False, False)
    assert attempt.meaning.sentence == "Asterisk: it refuses the name or the secret"


def test_a_way_that_never_ends_is_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "STEP_SECONDS", 0.1)
    ways(office, "registrar", "direct", push_proxy="127.0.0.1:9")

    async def once() -> list[Attempt]:
        async with UdpPeer() as silent, UdpPeer(answering(200)) as phone:
            values = {"push_proxy": f"127.0.0.1:{silent.port}"}
            await asyncio.to_thread(ways, office, "registrar", "direct", **values)
            return await told(office, f"sip:202@127.0.0.1:{phone.port}")

    assert brief(run(once)) == [("registrar", 408), ("direct", 200)]


def test_a_restart_is_never_sent_to_all_phones_of_an_extension(office: Office) -> None:
    from provserver.services.inventory.devices import NewDevice

    devices.add_device(office.house, office.actor, NewDevice("805ec0d9c745", "yealink", "T46U", ("202",)))

    async def once() -> list[Attempt]:
        async with UdpPeer(answering(200)) as registrar:
            values = {"push_proxy": f"127.0.0.1:{registrar.port}"}
            await asyncio.to_thread(ways, office, "registrar", **values)
            address = {"sip_address": "sip:202@127.0.0.1:9"}
            await asyncio.to_thread(devices.change_device, office.house, office.actor, office.yealink, address)
            await asyncio.to_thread(actions.act, office.house, office.actor, office.yealink, "reboot")
            attempts = await told(office, "sip:202@127.0.0.1:9")
            assert registrar.heard == []
            return attempts

    (attempt,) = run(once)
    assert (attempt.status, attempt.meaning.sentence) == (0, "this would reach every phone of the extension")
