"""A phone or a proxy that says no: the next way is gone, and what an admin wanted is not said to be done."""

import asyncio

import pytest
from sqlalchemy import update

from provserver.db.models import Device
from provserver.domain.state import State
from provserver.services.inventory import devices
from provserver.services.pushing import progress
from provserver.services.pushing.resync import Attempt
from tests.fakes.sip_peer import UdpPeer, answering
from tests.services.conftest import Office
from tests.services.desk import MAC, Desk
from tests.services.pushing.test_telling import brief, run, told, ways


@pytest.mark.parametrize("status", [302, 400, 403, 481, 489, 500, 503, 603])
def test_the_next_way_is_gone_where_the_registrar_says_no(office: Office, status: int) -> None:
    async def once() -> list[Attempt]:
        async with UdpPeer(answering(status)) as registrar, UdpPeer(answering(200)) as phone:
            values = {"push_proxy": f"127.0.0.1:{registrar.port}"}
            await asyncio.to_thread(ways, office, "registrar", "direct", **values)
            return await told(office, f"sip:202@127.0.0.1:{phone.port}")

    assert brief(run(once)) == [("registrar", status), ("direct", 200)]


@pytest.mark.parametrize("status", [401, 403, 481, 500])
def test_the_next_way_is_gone_where_the_phone_takes_nothing_of_strangers(office: Office, status: int) -> None:
    async def once() -> list[Attempt]:
        async with UdpPeer(answering(status)) as phone, UdpPeer(answering(200)) as registrar:
            values = {"push_proxy": f"127.0.0.1:{registrar.port}"}
            await asyncio.to_thread(ways, office, "direct", "registrar", **values)
            return await told(office, f"sip:202@127.0.0.1:{phone.port}")

    assert brief(run(once)) == [("direct", status), ("registrar", 200)]


def wanted(desk: Desk, action: str) -> str:
    """Have the phone do something; give what it is told."""
    devices.act(desk.house, desk.actor, MAC, action)
    assert desk.standing() == (State.SENDING, "it is about to be told")
    (task,) = desk.told()
    desk.record(task, 503 if action == "reboot" else 403)
    return task.push.event


def test_a_phone_that_could_not_restart_now_is_told_to_restart_again(desk: Desk) -> None:
    event = wanted(desk, "reboot")
    assert desk.standing() == (State.WAITING, "the phone answered 503; it is told again")
    desk.clock.forward(seconds=60)
    (task,) = desk.told()
    assert task.push.event == event
    desk.record(task, 200)
    assert desk.standing() == (State.WAITING, "the phone was told; it has not asked since")
    with desk.house.database.transaction() as session:
        session.execute(update(Device).values(last_seen=desk.clock()))
    assert desk.standing() == (State.APPLIED, "it was told, and has asked since")
    desk.register()
    assert desk.told() == []


def test_a_wish_that_is_refused_has_failed_and_no_later_save_does_it(desk: Desk) -> None:
    wanted(desk, "factory-reset")
    assert desk.standing()[0] is State.FAILED
    assert progress.state(desk.house, desk.actor, MAC).device.resync_action == ""


def test_a_wish_to_fetch_is_not_done_by_silence(desk: Desk) -> None:
    devices.act(desk.house, desk.actor, MAC, "resync")
    (task,) = desk.told()
    desk.record(task, 408)
    assert desk.standing() == (State.WAITING, "the phone did not answer; it is told again")
