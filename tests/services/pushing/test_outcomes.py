"""What came of telling phones is written down for all of them, whatever came of one."""

import asyncio
import logging

import pytest

from provserver.domain.answers import meaning
from provserver.domain.push_settings import Way
from provserver.services.editing import keys
from provserver.services.inventory import devices
from provserver.services.pushing import progress, resync
from provserver.services.pushing.resync import Attempt, Task, Told
from provserver.worker import BROKEN, Worker
from tests.services.conftest import Office

SPEED_DIAL = {"4": {"kind": "speed-dial", "target": "*98", "label": "Pickup"}}


def claimed(office: Office) -> dict[str, Task]:
    for mac in (office.poly, office.yealink):
        devices.change_device(office.house, office.actor, mac, {"sip_address": "sip:201@127.0.0.1:9"})
        keys.set_keys(office.house, office.actor, mac, SPEED_DIAL)
    later = office.house.clock() + resync.SETTLE_LIMIT
    return {task.mac: task for task in resync.claim(office.house.database, office.house.config, later, 10)}


def answered(task: Task, target: str = "") -> Told:
    return Told(task, (Attempt(Way.DIRECT, target, 404, meaning(404)),))


def reason(office: Office, mac: str) -> str:
    return progress.state(office.house, office.actor, mac).device.told_reason


def test_an_outcome_that_the_database_does_not_take_costs_the_others_nothing(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    tasks = claimed(office)
    outcomes = [answered(tasks[office.poly], "sip:\ud800"), answered(tasks[office.yealink])]
    asyncio.run(Worker(office.house)._write(outcomes))
    assert (reason(office, office.poly), reason(office, office.yealink)) == ("", "the phone is not there (404)")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_phone_that_cannot_be_told_for_a_reason_of_ours_is_told_again_later(office: Office) -> None:
    task = claimed(office)[office.yealink]

    async def once() -> Told:
        worker = Worker(office.house)  # whose user agent was never started: a mistake of ours
        await worker._tell(task)
        return worker._outcomes.get_nowait()

    told = asyncio.run(once())
    resync.record_told(office.house.database, [told], office.house.clock())
    device = progress.state(office.house, office.actor, office.yealink).device
    assert (device.told_status, device.told_reason) == (500, BROKEN)
    assert device.resync_due_at is not None and device.resync_claimed_until is None
