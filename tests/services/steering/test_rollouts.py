"""Wide edits: rendered behind, told in turn, first phones first, stopped when they fail, and never in the way."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from provserver.db.models import Change, Device
from provserver.domain.roles import Actor, Role
from provserver.domain.rollout import Stage, Step
from provserver.domain.state import State
from provserver.errors import Conflict, Invalid, NotFound
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.editing import keys, settings
from provserver.services.organisation import directory
from provserver.services.pushing import pacing, progress
from provserver.services.steering import rollouts
from tests.services.floor import PHONES, Floor


def test_a_wide_edit_is_a_rollout_and_a_small_one_is_not(floor: Floor) -> None:
    number = floor.edit()
    known = floor.known(number)
    assert (known.row.what, known.row.actor, known.counts.phones) == ("settings", floor.actor.name, PHONES)
    assert known.stage is Stage.RUNNING and known.counts.rendered == 0 and known.counts.percent == 0
    floor.policy(wide_from=PHONES + 1)
    saved = settings.set_values(floor.house, floor.actor, "tenant", "", {"language": "de"})
    assert saved.rollout is None and saved.touched == PHONES


def test_phones_that_differ_wait_for_their_turn_and_others_are_left_alone(floor: Floor) -> None:
    settings.set_values(floor.house, floor.actor, "device", floor.macs[0], {"language": "it"})
    floor.told()
    floor.fetch(floor.macs[:1])
    number = floor.edit()
    floor.render()
    counts = floor.known(number).counts
    assert (counts.rendered, counts.waiting, counts.unchanged) == (PHONES, PHONES - 1, 1)
    assert floor.told() == []


def test_a_small_edit_does_not_wait_for_a_rollout(floor: Floor) -> None:
    floor.policy(canary=0, rate=1)
    number = floor.edit()
    keys.set_keys(floor.house, floor.actor, floor.macs[3], {"5": {"kind": "speed-dial", "target": "*98"}})
    assert floor.told() == [floor.macs[3]]
    floor.fetch([floor.macs[3]])
    floor.render()
    directory.change_line(floor.house, floor.actor, "104", {"display_name": "Somebody Else"})
    with floor.house.database.reading() as session:
        ids = list(session.scalars(select(Device.id).where(Device.mac == floor.macs[4])))
    refresh_device(floor.house, ids[0])
    assert floor.told() == [floor.macs[4]]
    floor.fetch([floor.macs[4]])
    pacing.step(floor.house, floor.clock())
    assert floor.known(number).counts.applied >= 2


def test_pausing_cancelling_and_a_phone_that_asks_by_itself(floor: Floor) -> None:
    floor.policy(canary=0, rate=5)
    number = floor.edit()
    floor.render()
    floor.step()
    told = floor.told()
    rollouts.pause(floor.house, floor.actor, number)
    with pytest.raises(Conflict):
        rollouts.pause(floor.house, floor.actor, number)
    floor.step(10)
    assert floor.told() == [] and floor.known(number).counts.told == len(told)
    rollouts.cancel(floor.house, floor.actor, number)
    counts = floor.known(number).counts
    assert counts.left == PHONES and counts.open == 0
    floor.step(120)
    with floor.house.database.reading() as session:
        assert session.scalars(select(Device).where(Device.resync_due_at.is_not(None))).all() == []
    floor.fetch([floor.macs[20]])
    floor.step()
    assert floor.known(number).counts.applied == 1
    with floor.house.database.reading() as session:
        lines = [row.what for row in session.scalars(select(Change).where(Change.subject == f"rollout {number}"))]
    assert lines == ["rollout paused", "rollout cancelled"]


def test_a_cancelled_rollout_tells_nobody_whose_files_come_later(floor: Floor) -> None:
    number = floor.edit()
    rollouts.cancel(floor.house, floor.actor, number)
    floor.render()
    assert floor.told() == []
    assert floor.known(number).counts.left == PHONES


def test_a_newer_rollout_takes_the_phones_over(floor: Floor) -> None:
    floor.policy(canary=0, rate=100)
    first = floor.edit()
    floor.render()
    second = floor.edit(clock="12")
    assert floor.known(first).counts.moved == PHONES
    floor.render()
    floor.step()
    assert floor.known(first).stage is Stage.DONE
    assert len(floor.told()) == PHONES == floor.known(second).counts.phones


def test_a_restart_waits_for_the_hours_and_a_refresh_does_not(floor: Floor) -> None:
    floor.clock.ahead += datetime(2027, 1, 4, 12, 0, tzinfo=UTC) - floor.clock()
    floor.policy(canary=0, rate=100, window_from="22:00", window_to="05:00", zone="Europe/Rome")
    number = floor.edit(vlan=20)
    floor.render()
    floor.step()
    known = floor.known(number)
    assert known.restarts == PHONES and known.counts.told == 0
    assert known.opens_at is not None and known.opens_at.astimezone(UTC).hour == 21
    refresh = floor.edit(ring_tone=3)
    floor.render()
    floor.step()
    assert floor.known(refresh).counts.waiting == PHONES  # they still need the restart
    floor.clock.forward(hours=10)
    pacing.step(floor.house, floor.clock())
    assert floor.known(refresh).counts.told == PHONES


def test_a_restart_waits_for_the_admins_word(floor: Floor) -> None:
    floor.policy(canary=0, rate=100, restart="word")
    number = floor.edit(vlan=20)
    floor.render()
    floor.step(3600)
    assert floor.known(number).needs_word and floor.known(number).counts.told == 0
    rollouts.apply_now(floor.house, floor.actor, number)
    floor.step()
    assert floor.known(number).counts.told == PHONES


def test_phones_without_an_address_are_left_to_ask(floor: Floor) -> None:
    with floor.house.database.transaction() as session:
        session.execute(update(Device).values(sip_address="", address=""))
    number = floor.edit()
    floor.render()
    floor.step()
    known = floor.known(number)
    assert known.counts.asks == PHONES and known.stage is Stage.DONE


def test_rollouts_belong_to_their_company(floor: Floor) -> None:
    number = floor.edit()
    stranger = Actor(floor.actor.tenant_id + 1, "eve", Role.ADMIN)
    with pytest.raises(NotFound):
        rollouts.rollout(floor.house, stranger, number)
    assert rollouts.rollouts(floor.house, stranger) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rate", 0),
        ("rate", True),
        ("window_from", "25:00"),
        ("zone", "Mars/Olympus"),
        ("refresh", "word"),
        ("canary_phones", ["001122334455"]),
        ("canary_phones", "all"),
        ("nonsense", 1),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(floor: Floor, name: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        floor.policy(**{name: value})
    assert caught.value.fields[0].field == name


def test_a_phone_that_cannot_be_rendered_is_named(floor: Floor) -> None:
    number = floor.edit()
    with floor.house.database.transaction() as session:
        session.execute(update(Device).where(Device.mac == floor.macs[0]).values(model="T999"))
    floor.render()
    (failed,) = rollouts.phones(floor.house, floor.actor, number, step=Step.FAILED)
    assert failed.mac == floor.macs[0] and "could not be rendered" in failed.reason


def test_ended_rollouts_are_kept_for_a_while(floor: Floor) -> None:
    first = floor.edit()
    rollouts.cancel(floor.house, floor.actor, first)
    floor.clock.forward(days=91)
    second = floor.edit(language="de")
    assert [known.row.id for known in rollouts.rollouts(floor.house, floor.actor)] == [second]


def test_a_clock_that_is_put_back_stops_no_rollout(floor: Floor) -> None:
    floor.policy(canary=0, rate=200, outstanding=200)
    floor.clock.forward(days=3)
    number = floor.edit()
    floor.render()
    floor.step()
    floor.clock.forward(days=-3)
    floor.step()
    assert sorted(floor.told()) == floor.macs
    floor.fetch(floor.macs)
    floor.step()
    floor.step()
    assert floor.known(number).stage is Stage.DONE
    assert floor.known(number).counts.applied == PHONES


def reason_of(floor: Floor, mac: str) -> str:
    return progress.state(floor.house, floor.actor, mac).reason


def test_a_phone_says_what_it_waits_for_in_a_rollout(floor: Floor) -> None:
    floor.policy(canary=1)
    number = floor.edit()
    floor.render()
    floor.step()
    (first,) = floor.told()
    other = next(mac for mac in floor.macs if mac != first)
    assert reason_of(floor, other) == f"its turn in rollout {number} has not come yet"
    rollouts.pause(floor.house, floor.actor, number)
    assert reason_of(floor, other) == f"rollout {number} is paused"
    assert progress.state(floor.house, floor.actor, other).state is State.WAITING
    floor.fetch([first])
    assert reason_of(floor, first) == "it fetched its last change"


def test_a_paused_rollout_whose_phones_asked_by_themselves_is_done(floor: Floor) -> None:
    number = floor.edit()
    floor.render()
    rollouts.pause(floor.house, floor.actor, number)
    floor.fetch(floor.macs[1:])
    floor.step()
    assert floor.known(number).stage is Stage.PAUSED
    floor.fetch(floor.macs[:1])
    floor.step()
    known = floor.known(number)
    assert (known.stage, known.counts.applied) == (Stage.DONE, PHONES) and known.row.ended_at is not None
