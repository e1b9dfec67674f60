"""The first phones of a rollout: who they are, what they hold up, and who takes the place of one that is away."""

from sqlalchemy import update

from provserver.db.models import Device
from provserver.domain.rollout import Stage, Step
from provserver.services.pushing import first_phones
from provserver.services.steering import rollouts
from tests.services.floor import PHONES, Floor


def test_the_first_phones_must_apply_before_the_others_are_told(floor: Floor) -> None:
    floor.policy(canary=2, rate=100)
    number = floor.edit()
    floor.render()
    floor.step()
    first = floor.told()
    assert len(first) == 2
    floor.step(5)
    assert floor.told() == []
    floor.fetch(first)
    floor.step()
    floor.step()
    rest = floor.told()
    assert len(rest) == PHONES - 2
    floor.fetch(rest)
    floor.step()
    known = floor.known(number)
    assert known.stage is Stage.DONE and known.counts.applied == PHONES and known.counts.percent == 100
    canaries = [phone.mac for phone in rollouts.phones(floor.house, floor.actor, number) if phone.canary]
    assert sorted(canaries) == sorted(first)


def test_an_admin_picks_the_first_phones(floor: Floor) -> None:
    picked = sorted([floor.macs[7], floor.macs[11]])
    floor.policy(canary_phones=picked, rate=100)
    floor.edit()
    floor.render()
    floor.step()
    assert sorted(floor.told()) == picked
    floor.fetch(picked)
    floor.step()
    floor.step()
    assert len(floor.told()) == PHONES - 2


def test_a_failing_first_phone_halts_and_resuming_tells_it_again(floor: Floor) -> None:
    floor.policy(canary=2, rate=100)
    number = floor.edit()
    floor.render()
    floor.step()
    first = floor.told()
    floor.fail(first[:1])
    floor.step()
    known = floor.known(number)
    assert known.stage is Stage.HALTED and known.row.reason == "1 of the first phones failed"
    failed = rollouts.phones(floor.house, floor.actor, number)[0]
    assert (failed.mac, failed.step, failed.reason) == (first[0], Step.FAILED, "the phone did not answer")
    floor.step(60)
    assert floor.known(number).counts.told == 1
    rollouts.resume(floor.house, floor.actor, number)
    floor.step()
    assert first[0] in floor.told()
    floor.fetch(first)
    floor.step()
    floor.step()
    assert len(floor.told()) == PHONES - 2


def test_a_first_phone_that_is_switched_off_is_replaced_by_another(floor: Floor) -> None:
    floor.policy(canary=2, rate=100)
    number = floor.edit()
    floor.render()
    floor.step()
    first = floor.told()
    floor.fail(first[:1], status=480)
    floor.step()
    known = floor.known(number)
    assert known.stage is Stage.RUNNING and (known.counts.asks, known.counts.failed, known.counts.told) == (1, 0, 2)
    (third,) = floor.told()
    assert third not in first
    floor.fetch([first[1], third])
    floor.step()
    floor.step()
    assert len(floor.told()) == PHONES - 3
    floor.fetch(first[:1])
    floor.step()
    assert floor.known(number).counts.applied == 3


def test_first_phones_that_nobody_can_reach_halt_in_the_end(floor: Floor) -> None:
    floor.policy(canary=2, rate=100)
    number = floor.edit()
    floor.render()
    for _ in range(first_phones.SPARE):
        floor.step()
        floor.fail(floor.told(), status=503)
    floor.step()
    known = floor.known(number)
    assert known.stage is Stage.HALTED and known.counts.asks == first_phones.SPARE and known.counts.failed


def test_phones_that_answered_last_time_go_first(floor: Floor) -> None:
    floor.policy(canary=3, rate=100)
    good = sorted(floor.macs[20:22])
    with floor.house.database.transaction() as session:
        session.execute(update(Device).values(told_status=503))
        session.execute(update(Device).where(Device.mac.in_(good)).values(told_status=200))
        session.execute(update(Device).where(Device.mac == floor.macs[5]).values(told_status=0))
    floor.edit()
    floor.render()
    floor.step()
    assert sorted(floor.told()) == sorted([*good, floor.macs[5]])
