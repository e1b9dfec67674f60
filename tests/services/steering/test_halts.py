"""A rollout that halts because phones fail, and how it goes on."""

import pytest

from provserver.domain.rollout import Stage
from provserver.services.steering import rollouts
from tests.services.floor import Floor


def test_a_rollout_goes_on_without_the_phones_that_failed(floor: Floor) -> None:
    floor.policy(canary=1, rate=100)
    number = floor.edit()
    floor.render()
    floor.step()
    first = floor.told()
    floor.fail(first)
    floor.step()
    rollouts.resume(floor.house, floor.actor, number, without_failed=True)
    floor.step()
    (second,) = floor.told()
    assert second not in first
    floor.fetch([second])
    floor.fetch(first)
    floor.step()
    assert floor.known(number).counts.applied == 2


@pytest.mark.parametrize("without_failed", [False, True])
def test_what_was_under_way_at_a_halt_does_not_halt_it_again(floor: Floor, without_failed: bool) -> None:
    floor.policy(canary=0, rate=100, halt_count=2)
    number = floor.edit()
    floor.render()
    floor.step()
    told = floor.told()
    floor.fail(told[:2])
    floor.step()
    assert floor.known(number).stage is Stage.HALTED
    rollouts.resume(floor.house, floor.actor, number, without_failed=without_failed)
    floor.fail(told[2:12])
    floor.step()
    known = floor.known(number)
    assert known.stage is Stage.RUNNING and known.counts.failed == 0
    assert known.counts.asks == (12 if without_failed else 0)
    floor.step()
    assert set(floor.told()) == (set() if without_failed else set(told[:12]))
    floor.fail(told[12:])
    floor.step()
    assert floor.known(number).stage is (Stage.DONE if without_failed else Stage.RUNNING), "they were told before, too"


def test_too_many_failures_halt(floor: Floor) -> None:
    floor.policy(canary=0, rate=100, halt_percent=25)
    number = floor.edit()
    floor.render()
    floor.step()
    told = floor.told()
    floor.fetch(told[:9])
    floor.fail(told[9:11])
    floor.step()
    assert floor.known(number).stage is Stage.RUNNING
    floor.fail(told[11:13])
    floor.step()
    known = floor.known(number)
    assert known.stage is Stage.HALTED and known.row.reason == "4 of 13 phones failed"
