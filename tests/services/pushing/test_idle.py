"""A restart waits for the end of a call where an engine tells of it, and for what was decided where none does."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from provserver.domain.rollout import Stage, When
from provserver.domain.state import State
from provserver.engines.pool import Pool
from provserver.services.editing import settings
from provserver.services.pushing import resync as resyncing
from provserver.services.pushing.restarts import Busy
from provserver.services.pushing.resync import Told
from provserver.services.steering import actions, rollouts, waiting
from provserver.sip.client import UserAgent
from provserver.telling import Teller
from provserver.visiting import Visitor
from tests.engines.test_engines import place_of
from tests.fakes.engines import FakeAsterisk, FakeEngine, FakeFreeSwitch, Listed
from tests.services.desk import MAC, Desk
from tests.services.floor import PHONES, Floor

UNTIL = "its restart waits until the phone is in no call"
SINCE = "its restart waits for the end of a call that began at 11:58"
NO_ENGINE = "whether it is in a call is not known; no telephone exchange is set that could tell"


def busy(desk: Desk, found: Busy) -> None:
    """Take the phone in hand, and find it busy."""
    (task,) = desk.told()
    assert task.when_idle
    resyncing.record_told(desk.house.database, [Told(task, (), found)], desk.clock())


def in_a_call(desk: Desk) -> Busy:
    return Busy(desk.clock() - timedelta(minutes=2))


def test_a_restart_waits_for_the_end_of_a_call_and_then_goes(desk: Desk) -> None:
    desk.policy(single_restart="idle")
    waits = desk.save().waits
    assert waits is not None and (waits.what, waits.sentence) == ("idle", UNTIL)
    busy(desk, in_a_call(desk))
    assert desk.standing() == (State.WAITING, SINCE)
    assert desk.told() == []
    desk.clock.forward(seconds=15)
    (task,) = desk.told()
    desk.record(task, 200)
    assert desk.standing()[0] is State.SENDING


def test_after_the_limit_it_says_that_it_still_waits(desk: Desk) -> None:
    desk.policy(single_restart="idle", idle_limit=30)
    desk.save()
    began = in_a_call(desk)
    busy(desk, began)
    desk.clock.forward(minutes=31)
    busy(desk, began)
    assert desk.standing() == (State.WAITING, f"{SINCE}; it has waited for more than 30 minutes")
    waiting.restart_now(desk.house, desk.actor, MAC)
    (task,) = desk.told()
    assert not task.when_idle and task.action == "restart"


@pytest.mark.parametrize(
    ("unknown", "then"),
    [
        ("window", "its restart waits for the company's hours, from 22:00"),
        ("word", "its restart waits until somebody says restart now"),
    ],
)
def test_where_nobody_knows_it_is_said_and_decided(desk: Desk, unknown: str, then: str) -> None:
    desk.policy(single_restart="idle", idle_unknown=unknown)
    desk.save()
    busy(desk, Busy(None, "no telephone exchange is set that could tell"))
    assert desk.standing() == (State.WAITING, f"{NO_ENGINE}; {then}")
    desk.clock.forward(hours=1)
    assert desk.told() == []


def test_where_nobody_knows_it_may_go_at_once(desk: Desk) -> None:
    desk.policy(single_restart="idle", idle_unknown="now")
    desk.save()
    busy(desk, Busy(None, "Asterisk: it does not answer"))
    (task,) = desk.told()
    assert not task.when_idle


def test_a_reboot_may_wait_too_and_survives_a_fetch(desk: Desk) -> None:
    actions.act(desk.house, desk.actor, MAC, "reboot", When.IDLE)
    busy(desk, in_a_call(desk))
    desk.fetch()
    desk.clock.forward(seconds=15)
    (task,) = desk.told()
    assert (task.action, task.when_idle) == ("reboot", True)


def test_a_phone_in_a_call_has_its_turn_later_and_holds_nobody_up(floor: Floor) -> None:
    floor.policy(canary=0, rate=100, restart="idle", outstanding=4)
    number = floor.edit(vlan=20)
    floor.render()
    floor.step()
    floor.clock.forward(seconds=1)
    tasks = resyncing.claim(floor.house.database, floor.house.config, floor.clock(), 1000)
    assert len(tasks) == 4 and all(task.when_idle for task in tasks)
    found = Busy(floor.clock() - timedelta(minutes=2))
    resyncing.record_told(floor.house.database, [Told(task, (), found) for task in tasks], floor.clock())
    floor.step(0.1)
    waiting_ones = [phone for phone in rollouts.phones(floor.house, floor.actor, number) if phone.reason]
    assert sorted(phone.mac for phone in waiting_ones) == sorted(task.mac for task in tasks)
    assert "waits for the end of a call" in waiting_ones[0].reason
    others = floor.told()
    assert len(others) == 4 and not set(others) & {task.mac for task in tasks}
    floor.step(20)
    rollouts.apply_now(floor.house, floor.actor, number)
    known = floor.known(number)
    assert known.stage is Stage.RUNNING and known.counts.phones == PHONES


@pytest.mark.parametrize("kind", [FakeAsterisk, FakeFreeSwitch])
@pytest.mark.parametrize(("who", "expected"), [("201", True), ("202", False)])
def test_an_engine_is_asked_whether_the_phone_is_in_a_call(
    desk: Desk, kind: type[FakeEngine], who: str, expected: bool
) -> None:
    found = asyncio.run(asked(desk, kind([Listed("201", "sip:201@10.0.0.1:5060")], {who: 60})))
    assert (found is not None and found.since is not None) is expected


def test_an_engine_that_is_silent_is_no_sign_of_idleness(desk: Desk) -> None:
    found = asyncio.run(asked(desk, FakeAsterisk(evil="hang up")))
    assert found == Busy(None, "Asterisk: it hung up")


def test_without_an_engine_nobody_knows(desk: Desk) -> None:
    desk.policy(single_restart="idle")
    desk.save()
    (task,) = desk.told()
    found = asyncio.run(Teller(UserAgent(("127.0.0.1", 0)), Pool(), Visitor()).busy(task))
    assert found == Busy(None, "no telephone exchange is set that could tell")


async def asked(desk: Desk, fake: FakeEngine) -> Busy | None:
    """Ask an engine about the phone that is to restart."""
    desk.policy(single_restart="idle")
    await asyncio.to_thread(desk.save)
    (task,) = await asyncio.to_thread(desk.told)
    pool = Pool()
    async with fake:
        reach = replace(task.reach, engines=(place_of(fake),))
        try:
            return await Teller(UserAgent(("127.0.0.1", 0)), pool, Visitor()).busy(replace(task, reach=reach))
        finally:
            await pool.close()


def test_engines_that_are_set_may_tell_though_they_are_no_way_to_the_phone(desk: Desk) -> None:
    desk.policy(single_restart="idle")
    values = {"asterisk_address": "192.0.2.5", "kamailio_url": "http://192.0.2.6:5060/RPC"}
    settings.set_values(desk.house, desk.actor, "tenant", "", values)
    desk.told()
    desk.save()
    (task,) = desk.told()
    assert [str(place) for place in task.reach.engines] == ["Asterisk 192.0.2.5:5038", "Kamailio 192.0.2.6:5060"]
