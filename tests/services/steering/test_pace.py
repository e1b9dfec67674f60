"""How fast a rollout goes, over several workers, and what keeps it neither back nor hurries it."""

from random import random, uniform

from provserver.services.pushing import pacing, resync
from tests.services.floor import PHONES, Floor


def test_no_second_holds_more_than_the_rate_over_several_workers(floor: Floor) -> None:
    floor.policy(canary=0, rate=4, outstanding=100)
    number = floor.edit()
    floor.render()
    began, moments = floor.clock(), []
    while len(moments) < PHONES:
        floor.clock.forward(seconds=uniform(0, 0.4))
        for _ in range(3):
            pacing.step(floor.house, floor.clock())
        if random() < 0.7:  # a worker is late now and then
            tasks = resync.claim(floor.house.database, floor.house.config, floor.clock(), 100)
            moments += [floor.clock()] * len(tasks)
    ended = (floor.clock() - began).total_seconds()
    assert ended >= (PHONES - 6) / 4
    assert max(sum(0 <= (one - first).total_seconds() < 1 for one in moments) for first in moments) <= 6
    assert floor.known(number).counts.told == PHONES


def test_a_worker_that_was_away_does_not_catch_up_at_once(floor: Floor) -> None:
    floor.policy(canary=0, rate=10, outstanding=100)
    floor.edit()
    floor.render()
    for _ in range(5):  # paced by one, and nobody tells
        floor.clock.forward(seconds=1)
        pacing.step(floor.house, floor.clock())
    late = resync.claim(floor.house.database, floor.house.config, floor.clock(), 100)
    assert 1 <= len(late) <= 10
    pacing.step(floor.house, floor.clock())
    floor.clock.forward(milliseconds=990)
    more = resync.claim(floor.house.database, floor.house.config, floor.clock(), 100)
    assert len(late) + len(more) <= 12


def test_no_more_are_on_their_way_than_are_wanted(floor: Floor) -> None:
    floor.policy(canary=0, rate=100, outstanding=6)
    number = floor.edit()
    floor.render()
    floor.step(60)
    assert floor.known(number).counts.told == 6
    floor.fetch(floor.told()[:2])
    floor.step(60)
    assert floor.known(number).counts.told == 6


def test_phones_that_nobody_reaches_keep_no_other_back(floor: Floor) -> None:
    floor.policy(canary=0, rate=100, outstanding=6)
    number = floor.edit()
    floor.render()
    floor.step(60)
    told = floor.told()
    floor.fail(told[:4], status=503, attempts=1)
    floor.fail(told[4:], status=200, attempts=1)
    floor.step(60)
    assert floor.known(number).counts.told == 6 + 4
