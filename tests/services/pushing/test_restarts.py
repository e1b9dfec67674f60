"""A save that restarts its phone waits as the company wants it, and one that does not goes at once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from provserver.db.models import Change
from provserver.domain.state import State
from provserver.errors import Conflict
from provserver.services.editing import configuration, keys, previews
from provserver.services.pushing import resync
from provserver.services.steering import actions, waiting
from tests.services.desk import MAC, Desk

FROM_TEN = "its restart waits for the company's hours, from 22:00"
FOR_A_WORD = "its restart waits until somebody says restart now"
KEY = {"5": {"kind": "speed-dial", "target": "*98"}}


def test_without_a_decision_a_restart_is_told_at_once(desk: Desk) -> None:
    assert desk.save().waits is None
    (task,) = desk.told()
    assert (task.action, task.push.event) == ("restart", "check-sync;reboot=true")


def test_a_restart_waits_for_the_hours_and_says_so(desk: Desk) -> None:
    desk.policy(single_restart="window")
    waits = desk.save().waits
    assert waits is not None and (waits.what, waits.sentence) == ("window", FROM_TEN)
    assert waits.at == datetime(2027, 1, 4, 21, 0, tzinfo=UTC)
    assert desk.standing() == (State.WAITING, FROM_TEN)
    desk.at("04T20:59")
    assert desk.told() == []
    assert resync.next_due(desk.house.database) == waits.at
    desk.at("04T21:00")
    (task,) = desk.told()
    assert task.action == "restart" and desk.standing()[0] is State.SENDING


def test_within_the_hours_it_goes_at_once(desk: Desk) -> None:
    desk.policy(single_restart="window")
    desk.at("04T23:00")
    assert desk.save().waits is None
    assert len(desk.told()) == 1


def test_a_night_that_nobody_worked_is_no_reason_to_restart_in_the_morning(desk: Desk) -> None:
    desk.policy(single_restart="window")
    desk.save()
    desk.at("05T08:00")
    assert desk.told() == []
    assert desk.standing() == (State.WAITING, FROM_TEN)


def test_a_phone_that_was_away_all_night_is_not_restarted_by_day(desk: Desk) -> None:
    desk.policy(single_restart="window", window_days=["mon"])
    desk.save()
    desk.at("05T03:59")  # in the night that began on Monday the 4th
    (task,) = desk.told()
    desk.record(task, 408)
    desk.at("05T04:01")
    desk.register()
    assert desk.told() == []
    assert desk.standing() == (State.WAITING, f"{FROM_TEN[:-5]}2027-01-11 22:00")
    desk.register()
    assert desk.told() == []


def test_a_restart_that_waits_for_the_hours_follows_them_when_they_change(desk: Desk) -> None:
    desk.policy(single_restart="window")
    desk.save()
    assert desk.told() == []
    desk.policy(window_from="20:00")
    assert desk.told() == []
    assert desk.standing() == (State.WAITING, "its restart waits for the company's hours, from 20:00")
    desk.policy(window_from="00:00", window_to="00:00")
    assert len(desk.told()) == 1


def test_what_restarts_nothing_goes_at_once_whatever_is_decided(desk: Desk) -> None:
    desk.policy(single_restart="word")
    _, _, saved = keys.set_keys(desk.house, desk.actor, MAC, KEY)
    assert saved.waits is None
    assert [task.action for task in desk.told()] == ["resync"]


def test_what_restarts_nothing_waits_with_an_earlier_edit_that_does(desk: Desk) -> None:
    desk.policy(single_restart="window")
    desk.save()
    _, _, saved = keys.set_keys(desk.house, desk.actor, MAC, KEY)
    assert not saved.restarts and saved.waits is not None and saved.waits.sentence == FROM_TEN
    assert desk.told() == []


def test_a_restart_waits_for_a_word(desk: Desk) -> None:
    desk.policy(single_restart="word")
    waits = desk.save().waits
    assert waits is not None and (waits.what, waits.at) == ("word", None)
    desk.at("30T23:00")
    assert desk.told() == [] and desk.standing() == (State.WAITING, FOR_A_WORD)
    waiting.restart_now(desk.house, desk.actor, MAC)
    (task,) = desk.told()
    desk.record(task, 408)
    desk.clock.forward(seconds=15)
    assert [again.action for again in desk.told()] == ["restart"]
    with desk.house.database.reading() as session:
        lines = list(session.scalars(select(Change.what).order_by(Change.id)))
    assert lines[-1] == "action restart-now"
    with pytest.raises(Conflict):
        waiting.restart_now(desk.house, desk.actor, MAC)


def test_a_phone_that_fetches_by_itself_waits_for_nothing_more(desk: Desk) -> None:
    desk.policy(single_restart="word")
    desk.save()
    desk.fetch()
    assert desk.standing()[0] is State.APPLIED
    desk.policy(single_restart="now")
    keys.set_keys(desk.house, desk.actor, MAC, KEY)
    assert [task.action for task in desk.told()] == ["resync"]


def test_a_save_while_the_phone_is_being_told_waits_all_the_same(desk: Desk) -> None:
    desk.policy(single_restart="window")
    keys.set_keys(desk.house, desk.actor, MAC, KEY)
    (task,) = desk.told()
    desk.save()
    desk.record(task, 200)
    desk.clock.forward(hours=1)
    assert desk.told() == [] and desk.standing() == (State.WAITING, FROM_TEN)


def test_a_trial_says_what_the_save_would_wait_for(desk: Desk) -> None:
    desk.policy(single_restart="window")
    both, _ = previews.attempt(
        desk.house,
        desk.actor,
        lambda house: configuration.set_both(house, desk.actor, MAC, KEY, {"vlan": 20}),
    )
    assert both.saved.waits is not None and both.saved.waits.sentence == FROM_TEN
    assert desk.standing()[0] is not State.WAITING


def test_an_admins_own_wish_does_not_wait(desk: Desk) -> None:
    desk.policy(single_restart="word")
    desk.save()
    actions.act(desk.house, desk.actor, MAC, "reboot")
    assert [task.action for task in desk.told()] == ["reboot"]
