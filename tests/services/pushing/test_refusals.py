"""A phone or a proxy that says no: the next way is gone, and what an admin wanted is not said to be done."""

import asyncio

import pytest
from sqlalchemy import update

from provserver.db.models import Device
from provserver.domain.answers import meaning
from provserver.domain.push_settings import Way
from provserver.domain.state import State
from provserver.services.editing import settings
from provserver.services.organisation import directory
from provserver.services.pushing import progress, resync
from provserver.services.pushing.resync import Attempt, Told
from provserver.services.steering import actions
from tests.fakes.guard import Guard
from tests.fakes.sip_peer import Address, UdpPeer, answering, reply
from tests.services.conftest import Office
from tests.services.desk import MAC, Desk
from tests.services.pushing.test_telling import brief, run, told, ways
from tests.sip.test_digest import guarded


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
    actions.act(desk.house, desk.actor, MAC, action)
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
    actions.act(desk.house, desk.actor, MAC, "resync")
    (task,) = desk.told()
    desk.record(task, 408)
    assert desk.standing() == (State.WAITING, "the phone did not answer; it is told again")


def test_who_wants_to_be_left_in_peace_is_heard(office: Office) -> None:
    def later(peer: UdpPeer, data: bytes, source: Address) -> None:
        answer = reply(data, 503, "Too busy")
        peer.send(answer.replace(b"Content-Length", b"Retry-After: 1800 (a backup)\r\nContent-Length"), source)

    async def once() -> list[Attempt]:
        async with UdpPeer(later) as phone:
            return await told(office, f"sip:202@127.0.0.1:{phone.port}")

    (attempt,) = run(once)
    assert attempt.after == 1800


@pytest.mark.parametrize(("after", "seconds"), [(0, 10), (5, 10), (1800, 1800), (10**9, 86_400)])
def test_who_wants_to_be_left_in_peace_is_for_so_long(desk: Desk, after: int, seconds: int) -> None:
    desk.save()
    (task,) = desk.told()
    attempt = Attempt(Way.DIRECT, "", 503, meaning(503), after)
    resync.record_told(desk.house.database, [Told(task, (attempt,))], desk.clock())
    due = progress.state(desk.house, desk.actor, MAC).device.resync_due_at
    assert due is not None and (due - desk.clock()).total_seconds() == seconds


def test_a_phone_that_asks_as_a_proxy_does_gets_the_credentials_of_its_line(office: Office) -> None:
    directory.change_line(office.house, office.actor, "202", {"password": "of-the-line"})
    peer = guarded(Guard(407, "phone", "202", "of-the-line"))

    async def once() -> list[Attempt]:
        async with peer:
            return await told(office, f"sip:202@127.0.0.1:{peer.port}")

    assert brief(run(once)) == [("direct", 200)]


def test_a_way_that_refuses_does_not_keep_from_the_one_that_was_taken(desk: Desk) -> None:
    values = {"push_ways": ["direct", "registrar"], "push_proxy": "127.0.0.1:9"}
    settings.set_values(desk.house, desk.actor, "tenant", "", values)
    desk.save()
    for _ in range(3):
        (task,) = desk.told()
        assert [step.way for step in task.steps] == [Way.DIRECT, Way.REGISTRAR]
        attempts = [Attempt(Way.DIRECT, "", 403, meaning(403)), Attempt(Way.REGISTRAR, "", 200, meaning(200))]
        resync.record_told(desk.house.database, [Told(task, tuple(attempts))], desk.clock())
        assert desk.standing()[0] in (State.SENDING, State.WAITING)
        desk.clock.forward(seconds=600)
