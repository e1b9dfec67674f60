"""A cancelled rollout tells nobody any more, however a phone comes back; what else is told goes its own way."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from provserver.db.models import Device
from provserver.domain.answers import meaning
from provserver.domain.push_settings import Way
from provserver.domain.rollout import Stage, Step
from provserver.domain.state import State
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.editing import keys
from provserver.services.organisation import directory
from provserver.services.pushing import progress, registrations, resync
from provserver.services.pushing.resync import Attempt, Told
from provserver.services.steering import actions, rollouts
from tests.services.floor import PHONES, Floor

KEY = {"5": {"kind": "speed-dial", "target": "*98"}}
LEFT = "its rollout was cancelled; it will have the change when it next asks by itself"


def started(floor: Floor, **policy: object) -> tuple[int, list[resync.Task]]:
    """Start a rollout and take five phones in hand."""
    floor.policy(canary=0, rate=100, outstanding=5, **policy)
    number = floor.edit()
    floor.render()
    floor.step()
    floor.clock.forward(seconds=1)
    return number, resync.claim(floor.house.database, floor.house.config, floor.clock(), 1000)


def answered(floor: Floor, tasks: list[resync.Task], status: int) -> None:
    told = [Told(task, (Attempt(Way.DIRECT, "", status, meaning(status)),)) for task in tasks]
    resync.record_told(floor.house.database, told, floor.clock())


def come_back(floor: Floor) -> None:
    """Have every phone register again."""
    with floor.house.database.transaction() as session:
        registrations._wake(session, set(session.scalars(select(Device.id))), floor.clock())


def test_phones_that_were_being_told_are_not_told_again(floor: Floor) -> None:
    number, tasks = started(floor)
    rollouts.cancel(floor.house, floor.actor, number)
    answered(floor, tasks, 408)
    floor.clock.forward(days=3)
    assert floor.told() == []


def test_phones_that_failed_are_not_told_again(floor: Floor) -> None:
    number, tasks = started(floor)
    answered(floor, tasks, 408)
    floor.fail([task.mac for task in tasks])
    floor.step()
    assert floor.known(number).counts.failed == 5
    rollouts.cancel(floor.house, floor.actor, number)
    floor.clock.forward(days=3)
    assert floor.told() == []
    assert progress.state(floor.house, floor.actor, tasks[0].mac).reason == LEFT
    assert floor.known(number).counts.failed == 5


def test_phones_that_register_again_are_not_told(floor: Floor) -> None:
    keys.set_keys(floor.house, floor.actor, floor.macs[9], KEY)
    floor.clock.forward(seconds=1)
    before = resync.claim(floor.house.database, floor.house.config, floor.clock(), 10)
    answered(floor, before, 200)
    floor.fetch([floor.macs[9]])
    number, tasks = started(floor)
    answered(floor, tasks, 480)
    come_back(floor)
    assert sorted(floor.told()) == sorted(task.mac for task in tasks)  # the others wait for their turn
    rollouts.cancel(floor.house, floor.actor, number)
    floor.clock.forward(minutes=5)
    come_back(floor)
    floor.clock.forward(days=3)
    assert floor.told() == []


def test_phones_rendered_after_the_end_are_not_told_when_they_register(floor: Floor) -> None:
    number = floor.edit()
    rollouts.cancel(floor.house, floor.actor, number)
    floor.render()
    come_back(floor)
    assert floor.told() == [] and floor.known(number).counts.left == PHONES
    floor.fetch(floor.macs[:1])
    floor.step()
    assert floor.known(number).counts.applied == 1
    assert progress.state(floor.house, floor.actor, floor.macs[0]).state is State.APPLIED


def test_a_paused_or_running_rollout_keeps_its_turn_when_phones_register(floor: Floor) -> None:
    number, tasks = started(floor)
    rollouts.pause(floor.house, floor.actor, number)
    come_back(floor)
    assert set(floor.told()) <= {task.mac for task in tasks}


def test_an_edit_of_a_phone_alone_survives_the_end_of_its_rollout(floor: Floor) -> None:
    number, tasks = started(floor)
    answered(floor, tasks, 408)
    mine, other = tasks[0].mac, next(mac for mac in floor.macs if mac not in {task.mac for task in tasks})
    for mac in (mine, other):
        keys.set_keys(floor.house, floor.actor, mac, KEY)
    actions.act(floor.house, floor.actor, tasks[1].mac, "reboot")
    rollouts.cancel(floor.house, floor.actor, number)
    assert sorted(floor.told()) == sorted([mine, other, tasks[1].mac])


def test_a_small_edit_that_went_ahead_survives_the_end_of_its_rollout(floor: Floor) -> None:
    number = floor.edit()
    with floor.house.database.reading() as session:
        ids = list(session.scalars(select(Device.id).where(Device.mac == floor.macs[4])))
    directory.change_line(floor.house, floor.actor, "104", {"display_name": "Somebody Else"})
    rollouts.cancel(floor.house, floor.actor, number)
    refresh_device(floor.house, ids[0])
    assert floor.told() == [floor.macs[4]]


def test_a_later_edit_ends_being_left_alone(floor: Floor) -> None:
    number, tasks = started(floor)
    rollouts.cancel(floor.house, floor.actor, number)
    answered(floor, tasks, 408)
    keys.set_keys(floor.house, floor.actor, tasks[0].mac, KEY)
    assert floor.told() == [tasks[0].mac]


def test_a_restart_told_in_vain_waits_for_the_next_night(floor: Floor) -> None:
    floor.clock.ahead += datetime(2027, 1, 4, 22, 0, tzinfo=UTC) - floor.clock()
    floor.policy(canary=0, rate=100, window_from="22:00", window_to="05:00", zone="Europe/Rome")
    number = floor.edit(vlan=20)
    floor.render()
    floor.step()
    floor.clock.forward(seconds=1)
    tasks = resync.claim(floor.house.database, floor.house.config, floor.clock(), 1000)
    answered(floor, tasks, 408)
    floor.clock.ahead += datetime(2027, 1, 5, 4, 1, tzinfo=UTC) - floor.clock()
    assert floor.told() == []
    floor.step()
    known = floor.known(number)
    assert (known.counts.told, known.counts.waiting, known.stage) == (0, PHONES, Stage.RUNNING)
    floor.clock.forward(hours=17)
    floor.step()
    floor.clock.forward(seconds=timedelta(seconds=1).total_seconds())
    assert len(floor.told()) == PHONES
    assert {phone.step for phone in rollouts.phones(floor.house, floor.actor, number)} == {Step.TOLD}
