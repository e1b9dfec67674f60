"""A phone is told on its own page, as its maker's table says, and nowhere else; its fetch alone proves it."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.request import urlopen

import pytest
from sqlalchemy import update

from provserver.db.models import Device
from provserver.domain.answers import web_meaning
from provserver.domain.state import State
from provserver.engines.pool import Pool
from provserver.services.delivery import refreshing
from provserver.services.editing import keys, settings
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.pushing import progress, resync
from provserver.services.pushing.resync import Attempt, Task
from provserver.services.steering import actions
from provserver.sip.client import UserAgent
from provserver.sip.transaction import Timers
from provserver.telling import Teller
from provserver.visiting import Visitor
from provserver.worker import Worker
from tests.fakes.web_phone import WebPhone
from tests.services.conftest import Office
from tests.services.pushing.test_loop import SPEED_DIAL, serving, state, until

PASSWORD = "of-the-phone-1"
MACS = {"yealink": "805ec0000001", "fanvil": "0c383e000001", "htek": "001fc1000001", "flyingvoice": "0021f2000001"}
OTHERS = {"poly": "0004f2000001", "cisco": "000e08000001", "snom": "000413000001", "grandstream": "000b82000001"}
MACS |= OTHERS
CTI = "/cgi-bin/api-sys_operation"
PUSH = b'<PolycomIPPhone><Data priority="Critical">Action:UpdateConfig</Data></PolycomIPPhone>'


def choose(office: Office, *ways: str, **more: object) -> None:
    values = {"push_ways": list(ways), "admin_password": PASSWORD, "push_http_from": "127.0.0.1", **more}
    settings.set_values(office.house, office.actor, "tenant", "", values)


def at(office: Office, mac: str, address: str = "127.0.0.1") -> None:
    """Have a phone be where it last fetched from."""
    with office.house.database.transaction() as session:
        session.execute(update(Device).where(Device.mac == mac).values(address=address))


def task_of(office: Office, mac: str) -> Task:
    later = office.house.clock() + resync.SETTLE_LIMIT
    with office.house.database.transaction() as session:
        session.execute(update(Device).values(resync_claimed_until=None))  # nobody has it in hand any more
    found = resync.claim(office.house.database, office.house.config, later, 10)
    return next(task for task in found if task.mac == mac)


def saved(office: Office, mac: str = "") -> Task:
    """Save a description's worth of a change, and give the task that comes of it."""
    wanted = mac or office.yealink
    actions.act(office.house, office.actor, wanted, "resync")
    return task_of(office, wanted)


def lacking(office: Office, mac: str = "") -> str:
    (step,) = saved(office, mac).steps
    assert step.visit is None
    return step.lacking


async def _told(task: Task, phone: WebPhone) -> list[Attempt]:
    agent, pool = UserAgent(("127.0.0.1", 0), timers=Timers(timer_f=1)), Pool()
    await agent.start()
    try:
        async with phone:
            return await Teller(agent, pool, Visitor({"http": phone.port, "https": phone.port})).tell(task)
    finally:
        await agent.close()
        await pool.close()


def told(task: Task, phone: WebPhone) -> list[Attempt]:
    """Tell a phone on its page, over real sockets."""
    return asyncio.run(_told(task, phone))


@pytest.mark.parametrize(
    ("maker", "model", "action", "request_", "scheme"),
    [
        ("yealink", "T46U", "resync", "GET /servlet?key=AutoP", "digest"),
        ("yealink", "T46U", "reboot", "GET /servlet?key=Reboot", "basic"),
        ("yealink", "T28P", "resync", "GET /cgi-bin/ConfigManApp.com?key=AutoP", "digest"),
        ("fanvil", "X4U", "resync", "GET /cgi-bin/ConfigManApp.com?key=AutoP", "basic"),
        ("flyingvoice", "FIP15G", "resync", "GET /cgi-bin/ConfigManApp.com?key=AutoP", "basic"),
        ("htek", "UC926U", "resync", "GET /Phone_ActionURL&key=AutoP", "basic"),
        ("poly", "VVX301", "resync", "POST /push", "digest"),
        ("cisco", "SPA504G", "resync", "GET /admin/resync?http://prov.test/p/", "digest"),
        ("cisco", "SPA504G", "reboot", "GET /admin/reboot", "digest"),
        ("snom", "D785", "reboot", "GET /advanced_update.htm?reboot=Reboot", "digest"),
        ("grandstream", "GRP2614", "reboot", f"GET {CTI}?passcode={PASSWORD}&request=REBOOT", "query"),
    ],
)  # fmt: skip
def test_each_maker_is_asked_in_its_own_words(
    office: Office, caplog: pytest.LogCaptureFixture, maker: str, model: str, action: str, request_: str, scheme: str
) -> None:
    caplog.set_level(logging.DEBUG)
    choose(office, "http", push_http="http-plain")
    mac = MACS[maker]
    devices.add_device(office.house, office.actor, NewDevice(mac, maker, model, ("203",)))
    at(office, mac)
    actions.act(office.house, office.actor, mac, action)
    path = request_.split(" ")[1].partition("?")[0].partition("&")[0]
    phone = WebPhone(PASSWORD, pages=(path,), scheme=scheme)
    (attempt,) = told(task_of(office, mac), phone)
    (asked,) = phone.asked
    assert f"{asked.method} {asked.target}".startswith(request_)
    assert asked.body == (PUSH if maker == "poly" else b"")
    assert (attempt.way.value, attempt.status, attempt.meaning.reached) == ("http", 200, True)
    assert attempt.meaning.sentence == "the page of the phone took it"
    assert PASSWORD not in attempt.target and "?" not in attempt.target
    assert PASSWORD not in caplog.text and "/p/" not in caplog.text


def test_grandstreams_refusal_is_an_answer_of_200_and_no_success(office: Office) -> None:
    choose(office, "http", push_http="http-plain")
    mac = MACS["grandstream"]
    devices.add_device(office.house, office.actor, NewDevice(mac, "grandstream", "GRP2614", ("203",)))
    at(office, mac)
    actions.act(office.house, office.actor, mac, "reboot")
    (attempt,) = told(task_of(office, mac), WebPhone("another", scheme="query"))
    assert (attempt.status, attempt.meaning.reached) == (200, False)
    assert attempt.meaning.sentence == "the phone says no to its web action"


def test_the_next_way_is_gone_where_the_page_does_not_take_it(office: Office) -> None:
    choose(office, "http", "direct", push_http="http-digest")
    at(office, office.yealink)
    devices.change_device(office.house, office.actor, office.yealink, {"sip_address": "sip:202@127.0.0.1:9"})
    attempts = told(saved(office), WebPhone("another"))
    assert [(one.way.value, one.status) for one in attempts] == [("http", 401), ("direct", 503)]
    assert "password" in attempts[0].meaning.sentence and not attempts[0].meaning.retry


@pytest.mark.parametrize(
    ("status", "cause", "reached", "retry"),
    [
        (200, "answered", True, True), (204, "answered", True, True), (302, "answered", False, False),
        (401, "answered", False, False), (401, "readable", False, False), (403, "answered", False, False),
        (404, "answered", False, False), (500, "answered", False, True), (408, "silent", False, True),
        (503, "refused", False, True), (503, "untrusted", False, False), (503, "lost", False, True),
        (502, "no http", False, False),
    ],
)  # fmt: skip
def test_what_an_answer_of_a_page_means(status: int, cause: str, reached: bool, retry: bool) -> None:
    found = web_meaning(status, cause)
    assert (found.reached, found.retry) == (reached, retry)


def test_generated_passwords_are_proven_and_no_secret_is_in_sight(office: Office) -> None:
    settings.set_values(
        office.house, office.actor, "tenant", "", {"push_ways": ["http"], "push_http_from": "127.0.0.1"}
    )
    at(office, office.yealink)
    task = saved(office)
    (step,) = task.steps
    assert step.visit is not None
    generated = step.visit.password.reveal()
    assert generated and generated not in repr(task)


@contextmanager
def working(office: Office, port: int) -> Iterator[None]:
    """A worker that finds phones' pages at a port of the test's."""
    loop = asyncio.new_event_loop()
    worker = Worker(office.house, Timers(t1=0.05, t2=0.1, timer_f=1.5), Visitor({"http": port, "https": port}))
    thread = threading.Thread(target=lambda: loop.run_until_complete(worker.run()), daemon=True)
    thread.start()
    yield
    loop.call_soon_threadsafe(worker.stop)
    thread.join(timeout=30)
    assert not thread.is_alive()
    loop.close()


def test_a_key_reaches_a_phone_that_only_its_page_can_tell(office: Office) -> None:
    """The page's 200 proves nothing: the phone counts as told, and as applied once it fetched."""
    phones = asyncio.new_event_loop()
    thread = threading.Thread(target=phones.run_forever, daemon=True)
    thread.start()
    phone = WebPhone(PASSWORD)
    asyncio.run_coroutine_threadsafe(phone.__aenter__(), phones).result(30)
    with serving(office.house) as house:
        here = replace(office, house=house)
        choose(here, "http", push_http="http-digest")
        at(here, here.yealink)
        device = progress.standing(house, here.actor, here.yealink)[0].device
        assert refreshing.refresh_device(house, device.id) == ""
        url = devices.reveal_url(house, here.actor, here.yealink)
        with working(here, phone.port):
            keys.set_keys(house, here.actor, here.yealink, SPEED_DIAL)
            assert until(lambda: bool(phone.asked), 30)
            assert until(lambda: progress.standing(house, here.actor, here.yealink)[0].device.told_status == 200, 30)
            assert state(here, here.yealink) is State.SENDING
            standing = progress.standing(house, here.actor, here.yealink)[0]
            assert standing.device.told_way == "web action over HTTP"
            for file in (f"{here.yealink}.boot", "y000000000108.cfg", f"{here.yealink}.cfg"):
                with urlopen(url + file, timeout=30) as answer:
                    body = answer.read()
            assert b"*98" in body
            assert until(lambda: state(here, here.yealink) is State.APPLIED, 30)
    asyncio.run_coroutine_threadsafe(phone.__aexit__(None, None, None), phones).result(30)
    phones.call_soon_threadsafe(phones.stop)
    thread.join(30)
    phones.close()
    (tried, *_) = progress.tellings_of(office.house, office.actor, office.yealink)
    assert (tried.way, tried.status, tried.target) == ("http", 200, "http://127.0.0.1/servlet")
