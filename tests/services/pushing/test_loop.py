"""The loop: a save is due at once, the worker tells the phone, the phone fetches, and only that proves it."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from sqlalchemy import select

from provserver.db.models import Device
from provserver.domain.state import State
from provserver.phones.door import PhoneDoor
from provserver.services.delivery.provisioning import Desk
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.delivery.sightings import Recorder
from provserver.services.editing import keys, settings
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.organisation import directory
from provserver.services.pushing import progress, resync
from provserver.sip.transaction import Timers
from provserver.worker import Worker
from tests.fakes.phone import FakeFleet, FakePhone
from tests.services.conftest import Office

SPEED_DIAL = {"4": {"kind": "speed-dial", "target": "*98", "label": "Pickup"}}


class Quiet(WSGIRequestHandler):
    """A handler that doesn't log."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(house: House) -> Iterator[House]:
    """The phones' door on a port of its own; gives the house that tells phones this address."""
    with make_server("127.0.0.1", 0, lambda _environ, _start: [], handler_class=Quiet) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        found = replace(house, config=replace(house.config, public_url=url))
        recorder = Recorder(found.database, found.clock)
        server.set_app(PhoneDoor(Desk(found, recorder), lambda _environ, _start: []))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join()
        recorder.close()


@contextmanager
def working(house: House) -> Iterator[Worker]:
    """A worker in a thread of its own."""
    loop = asyncio.new_event_loop()
    worker = Worker(house, Timers(t1=0.05, t2=0.1, timer_f=1.5))
    thread = threading.Thread(target=lambda: loop.run_until_complete(worker.run()), daemon=True)
    thread.start()
    yield worker
    loop.call_soon_threadsafe(worker.stop)
    thread.join(timeout=10)
    assert not thread.is_alive()
    loop.close()


def until(condition: Callable[[], bool], seconds: float = 8.0) -> bool:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


@pytest.fixture
def place(office: Office) -> Iterator[tuple[Office, FakeFleet]]:
    """The office with its door open, a worker at work and an empty fleet."""
    with serving(office.house) as house, FakeFleet() as fleet:
        for mac in (office.poly, office.yealink):
            device = progress.standing(house, office.actor, mac)[0].device
            assert refresh_device(house, device.id) == ""
        with working(house):
            yield replace(office, house=house), fleet


def phone_for(office: Office, fleet: FakeFleet, mac: str, **how: object) -> FakePhone:
    """A fake phone that booted, and whose SIP address the server knows."""
    maker, model = ("poly", "VVX301") if mac == office.poly else ("yealink", "T46U")
    url = devices.reveal_url(office.house, office.actor, mac)
    phone = fleet.add(FakePhone(maker, model, mac, url, **how))  # type: ignore[arg-type]
    fleet.boot_all()
    devices.change_device(office.house, office.actor, mac, {"sip_address": phone.sip_uri})
    return phone


def state(office: Office, mac: str) -> State:
    return progress.standing(office.house, office.actor, mac)[0].state


@pytest.mark.parametrize("which", ["poly", "yealink"])
def test_a_saved_key_reaches_the_phone_and_is_proven(place: tuple[Office, FakeFleet], which: str) -> None:
    office, fleet = place
    mac = getattr(office, which)
    phone = phone_for(office, fleet, mac)
    assert until(lambda: state(office, mac) in {State.CURRENT, State.APPLIED})
    keys.set_keys(office.house, office.actor, mac, SPEED_DIAL)
    assert state(office, mac) in {State.PENDING, State.SENDING}
    assert until(lambda: state(office, mac) is State.APPLIED)
    assert until(lambda: any(b"*98" in body for body in phone.files.values()))  # the proof is older than the answer
    standing = progress.standing(office.house, office.actor, mac)[0]
    assert standing.seconds is not None and 0 < standing.seconds < 8
    assert not phone.problems


def test_ten_saves_are_one_notify(place: tuple[Office, FakeFleet]) -> None:
    office, fleet = place
    phone = phone_for(office, fleet, office.yealink)
    assert until(lambda: state(office, office.yealink) in {State.CURRENT, State.APPLIED})
    before = len(phone.notifies)
    for number in range(10):
        key = {"kind": "speed-dial", "target": f"10{number}", "label": f"Number {number}"}
        keys.set_keys(office.house, office.actor, office.yealink, {"4": key})
    assert until(lambda: state(office, office.yealink) is State.APPLIED)
    time.sleep(0.5)
    assert len(phone.notifies) - before == 1
    assert b"linekey.4.value = 109" in phone.files[f"{office.yealink}.cfg"]


def test_an_answer_without_a_fetch_proves_nothing(place: tuple[Office, FakeFleet]) -> None:
    office, fleet = place
    phone = phone_for(office, fleet, office.yealink, fetches=False)
    assert until(lambda: state(office, office.yealink) in {State.CURRENT, State.APPLIED})
    keys.set_keys(office.house, office.actor, office.yealink, SPEED_DIAL)
    assert until(lambda: "not fetched" in progress.standing(office.house, office.actor, office.yealink)[0].reason)
    assert len(phone.notifies) > 0 and state(office, office.yealink) is State.SENDING


@pytest.mark.parametrize(
    ("answer", "word"), [(481, "does not fetch when told"), (404, "not there"), (None, "did not answer")]
)
def test_a_phone_that_cannot_be_told_waits_with_the_reason(
    place: tuple[Office, FakeFleet], answer: int | None, word: str
) -> None:
    office, fleet = place
    phone = phone_for(office, fleet, office.yealink, answer=answer)
    keys.set_keys(office.house, office.actor, office.yealink, SPEED_DIAL)
    assert until(lambda: state(office, office.yealink) is State.WAITING)
    assert word in progress.standing(office.house, office.actor, office.yealink)[0].reason
    fleet.run(phone.boot())
    assert until(lambda: state(office, office.yealink) is State.APPLIED)


def test_a_silent_phone_does_not_keep_another_waiting(place: tuple[Office, FakeFleet]) -> None:
    office, fleet = place
    phone_for(office, fleet, office.yealink, answer=None)
    poly = phone_for(office, fleet, office.poly)
    for mac in (office.yealink, office.poly):
        keys.set_keys(office.house, office.actor, mac, SPEED_DIAL)
    assert until(lambda: state(office, office.poly) is State.APPLIED)
    assert poly.notifies


def test_a_rename_is_pushed_to_whoever_shows_the_name(place: tuple[Office, FakeFleet]) -> None:
    office, fleet = place
    phone = phone_for(office, fleet, office.poly)
    keys.set_keys(office.house, office.actor, office.poly, {"3": {"kind": "blf", "target": "204"}})
    assert until(lambda: state(office, office.poly) is State.APPLIED)
    directory.change_line(office.house, office.actor, "204", {"display_name": "Anna Conti"})
    assert until(lambda: b"Anna Conti" in phone.files[f"{office.poly}-config.cfg"])
    assert until(lambda: state(office, office.poly) is State.APPLIED)


def test_a_company_setting_reaches_only_phones_that_it_changes(place: tuple[Office, FakeFleet]) -> None:
    office, fleet = place
    poly, yealink = phone_for(office, fleet, office.poly), phone_for(office, fleet, office.yealink)
    assert until(lambda: state(office, office.yealink) in {State.CURRENT, State.APPLIED})
    settings.set_values(office.house, office.actor, "device", office.yealink, {"monitor_popup": True})
    assert until(lambda: state(office, office.yealink) is State.APPLIED)
    told = len(yealink.notifies)
    settings.set_values(office.house, office.actor, "tenant", "", {"monitor_popup": True})
    assert until(lambda: len(poly.notifies) > 0 and state(office, office.poly) is State.APPLIED)
    assert len(yealink.notifies) == told


def test_what_a_dead_worker_had_in_hand_is_taken_up(office: Office) -> None:
    devices.change_device(office.house, office.actor, office.poly, {"sip_address": "sip:201@127.0.0.1:9"})
    keys.set_keys(office.house, office.actor, office.poly, SPEED_DIAL)
    now = office.house.clock() + resync.SETTLE_LIMIT
    assert [task.mac for task in resync.claim(office.house.database, office.house.config, now, 10)] == [office.poly]
    assert resync.claim(office.house.database, office.house.config, now, 10) == []
    assert [
        task.mac for task in resync.claim(office.house.database, office.house.config, now + resync.LEASE * 2, 10)
    ] == [office.poly]


def test_two_workers_never_take_the_same_phone(office: Office) -> None:
    for mac in (office.poly, office.yealink):
        devices.change_device(office.house, office.actor, mac, {"sip_address": "sip:201@127.0.0.1:9"})
        keys.set_keys(office.house, office.actor, mac, SPEED_DIAL)
    now = office.house.clock() + resync.SETTLE_LIMIT
    taken: list[str] = []

    def take() -> None:
        taken.extend(task.mac for task in resync.claim(office.house.database, office.house.config, now, 1))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted([office.poly, office.yealink])


def test_a_save_back_to_what_the_phone_has_needs_no_notify(place: tuple[Office, FakeFleet]) -> None:
    office, fleet = place
    phone = phone_for(office, fleet, office.yealink, answer=None)
    keys.set_keys(office.house, office.actor, office.yealink, SPEED_DIAL)
    keys.set_keys(office.house, office.actor, office.yealink, {"4": {"kind": "none"}})
    assert until(lambda: state(office, office.yealink) in {State.CURRENT, State.APPLIED})
    assert phone.files


def test_the_proof_is_in_the_rows(place: tuple[Office, FakeFleet]) -> None:
    office, fleet = place
    phone = phone_for(office, fleet, office.yealink)
    assert until(lambda: state(office, office.yealink) in {State.CURRENT, State.APPLIED})
    keys.set_keys(office.house, office.actor, office.yealink, SPEED_DIAL)
    assert until(lambda: state(office, office.yealink) is State.APPLIED)
    assert until(
        lambda: bool(phone.notifies) and progress.state(office.house, office.actor, phone.mac).device.told_status == 200
    )
    with office.house.database.reading() as session:
        device = session.scalar(select(Device).where(Device.mac == office.yealink))
        assert device is not None and device.resync_due_at is None
        assert device.user_agent.startswith("Yealink") and device.firmware
