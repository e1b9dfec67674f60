"""Phones that were told in vain are told anew once somebody mends how they are reached; never without a reason."""

import pytest

from provserver.domain.state import State
from provserver.services.editing import settings
from provserver.services.inventory import devices
from provserver.services.pushing import pacing
from provserver.services.steering import rollouts
from tests.services.desk import MAC, Desk
from tests.services.floor import PHONES, Floor


def told_in_vain(desk: Desk, status: int) -> None:
    desk.save()
    (task,) = desk.told()
    desk.record(task, status)
    assert desk.told() == []


@pytest.mark.parametrize("status", [403, 404, 481])
def test_a_phone_that_gets_another_address_is_told_there_at_once(desk: Desk, status: int) -> None:
    told_in_vain(desk, status)
    devices.change_device(desk.house, desk.actor, MAC, {"sip_address": "sip:201@127.0.0.2:9"})
    (task,) = desk.told()
    assert str(task.steps[0].uri) == "sip:201@127.0.0.2:9"


def test_a_password_that_is_mended_for_the_company_tells_those_who_wait_for_it(desk: Desk) -> None:
    told_in_vain(desk, 401)
    assert desk.standing()[0] is State.FAILED
    settings.set_values(desk.house, desk.actor, "tenant", "", {"push_user": "provisioner", "push_password": "mended"})
    assert len(desk.told()) == 1


def test_other_settings_tell_nobody_anew(desk: Desk) -> None:
    told_in_vain(desk, 403)
    settings.set_values(desk.house, desk.actor, "tenant", "", {"poll_hour": 3})
    assert desk.told() == []


def test_what_waits_in_a_rollout_is_not_told_before_its_turn(floor: Floor) -> None:
    floor.policy(canary=2, rate=100)
    number = floor.edit()
    floor.render()
    floor.step()
    first = floor.told()
    floor.fail(first, status=403, attempts=pacing.TRIES)
    rollouts.pause(floor.house, floor.actor, number)
    settings.set_values(floor.house, floor.actor, "tenant", "", {"push_user": "provisioner"})
    assert sorted(floor.told()) == sorted(first)
    assert floor.known(number).counts.phones == PHONES
