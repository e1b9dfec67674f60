"""First contacts at the door: who is let in, who is not, and what nobody can tell apart."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import event

from provserver.domain.requests import PhoneRequest
from provserver.services.delivery import provisioning
from provserver.services.delivery.provisioning import Desk
from provserver.services.enrolment import knocks, policies, windows
from provserver.services.enrolment.windows import Wanted
from tests.hostile import oracle
from tests.phones.conftest import Caller

UNKNOWN = "805ec0ffffff"
HOME = "203.0.113.9"


def open_window(caller: Caller, mac: str, **wanted: object) -> None:
    windows.open_windows(caller.office.house, caller.office.actor, Wanted((mac,), **wanted))  # type: ignore[arg-type]


@pytest.fixture
def home(caller: Caller) -> Caller:
    """A caller from somewhere on the internet."""
    return caller.from_address(HOME)


def test_a_window_lets_a_phone_in_from_anywhere_with_its_long_lived_address(home: Caller) -> None:
    file = f"/{home.office.yealink}.cfg"
    assert home.ask(file).status == 404
    open_window(home, home.office.yealink)
    answer = home.ask(file)
    assert answer.status == 200
    assert f"static.auto_provision.server.url = {home.office.yealink_url}".encode() in answer.body


def test_a_window_belongs_to_the_first_address_that_uses_it(home: Caller) -> None:
    file = f"/{home.office.yealink}.cfg"
    open_window(home, home.office.yealink)
    assert home.ask(file).status == 200
    assert home.from_address("203.0.113.10").ask(file).status == 404
    assert home.ask(file).status == 200


def test_a_window_closes_when_the_phone_comes_by_its_token(home: Caller) -> None:
    office = home.office
    open_window(home, office.yealink)
    assert home.ask(f"/{office.yealink}.cfg").status == 200
    assert home.ask(f"{office.yealink_url}{office.yealink}.cfg").status == 200
    assert home.ask(f"/{office.yealink}.cfg").status == 404
    window = windows.window_of(office.house, office.actor, office.yealink)
    assert window is not None and window.closed_why == windows.CAME


def test_a_window_closes_at_its_deadline(home: Caller) -> None:
    open_window(home, home.office.yealink, minutes=1)
    assert home.ask(f"/{home.office.yealink}.cfg").status == 200
    home.office.house.clock.forward(minutes=2)  # type: ignore[attr-defined]
    assert home.ask(f"/{home.office.yealink}.cfg").status == 404


def test_an_approved_window_is_for_one_address(home: Caller) -> None:
    open_window(home, home.office.yealink, address=HOME)
    assert home.from_address("203.0.113.10").ask(f"/{home.office.yealink}.cfg").status == 404
    assert home.ask(f"/{home.office.yealink}.cfg").status == 200


def test_an_address_of_ipv6_is_its_64(home: Caller) -> None:
    open_window(home, home.office.yealink)
    assert home.from_address("2001:db8:1:2::1").ask(f"/{home.office.yealink}.cfg").status == 200
    assert home.from_address("2001:db8:1:2:ffff::9").ask(f"/{home.office.yealink}.cfg").status == 200
    assert home.from_address("2001:db8:1:3::1").ask(f"/{home.office.yealink}.cfg").status == 404


def test_only_the_phone_of_the_window_is_let_in(home: Caller) -> None:
    open_window(home, home.office.yealink)
    assert home.ask(f"/{home.office.poly}.cfg").status == 404
    assert home.ask(f"/{UNKNOWN}.cfg").status == 404


def test_a_window_takes_uploads_too(home: Caller) -> None:
    file = f"/{home.office.yealink}-local.cfg"
    assert home.ask(file, "PUT", b"x = 1\n").status == 404
    open_window(home, home.office.yealink)
    assert home.ask(file, "PUT", b"x = 1\n").status == 201


def test_a_company_may_trust_no_network(caller: Caller) -> None:
    assert caller.ask(f"/{caller.office.yealink}.cfg").status == 200
    policies.set_policy(caller.office.house, caller.office.actor, {"ways": ["window"]})
    known, unknown = caller.ask(f"/{caller.office.yealink}.cfg"), caller.ask(f"/{UNKNOWN}.cfg")
    assert known == unknown and known.status == 404
    open_window(caller, caller.office.yealink)
    assert caller.ask(f"/{caller.office.yealink}.cfg").status == 200
    policies.set_policy(caller.office.house, caller.office.actor, {"ways": []})
    assert caller.ask(f"/{caller.office.yealink}.cfg").status == 404


def test_a_certificate_speaks_for_its_own_phone_only(caller: Caller) -> None:
    office = caller.office
    desk = Desk(office.house, caller.recorder)
    request = PhoneRequest("GET", f"{office.yealink}.cfg", HOME, certified=office.yealink, certified_by="yealink")
    assert provisioning.serve(desk, request).status == 200
    assert provisioning.serve(desk, replace(request, file=f"{office.poly}.cfg")).status == 404
    assert provisioning.serve(desk, replace(request, certified="")).status == 404
    assert provisioning.serve(desk, replace(request, certified_by="poly")).status == 404, "another maker's authority"
    policies.set_policy(office.house, office.actor, {"ways": ["trusted-network", "window"]})
    assert provisioning.serve(desk, request).status == 404


NAMES = ("{}.cfg", "{}.boot", "{}-local.cfg", "{}-contact.xml", "{}-app.log", "cfg{}.xml", "{}-directory.xml")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE"])
def test_known_and_unknown_phones_get_the_same_answer(home: Caller, method: str) -> None:
    body = b"x" if method in {"PUT", "POST"} else None
    for name in NAMES:
        known, unknown = (home.ask("/" + name.format(mac), method, body) for mac in (home.office.yealink, UNKNOWN))
        assert known == unknown
        assert known.status in {404, 405}
        by_token = home.ask(f"/p/{'a' * 32}/{name.format(home.office.yealink)}", method, body)
        assert by_token == known


def test_known_and_unknown_phones_take_the_same_statements(home: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    database = home.office.house.database
    asked: list[str] = []
    plain = database.fetch_one
    monkeypatch.setattr(database, "fetch_one", lambda query, values: asked.append(query) or plain(query, values))
    event.listen(database.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    counted = []
    windows_of_others = home.office.poly
    open_window(home, windows_of_others)
    home.recorder.close()
    for mac in (home.office.yealink, UNKNOWN):
        asked.clear()
        assert home.ask(f"/{mac}.cfg").status == 404
        counted.append([query for query in asked if "knock" not in query and "phone_log" not in query])
    assert counted[0] == counted[1]
    assert len(counted[0]) == 1 and "enrolment_window" in counted[0][0]


def test_known_and_unknown_phones_take_the_same_time(home: Caller) -> None:
    home.recorder.close()
    home.recorder._waiting.update({(number,): None for number in range(10_000)})  # type: ignore[misc]  # nothing is kept
    known, unknown = (f"/{mac}.cfg" for mac in (home.office.yealink, UNKNOWN))
    dice = random.Random(4)
    shares = oracle.compare(lambda _pair: home.ask(known), lambda _pair: home.ask(unknown), 1_000, dice)
    assert not shares.tells, shares


def test_who_knocked_in_vain_is_seen(home: Caller) -> None:
    office = home.office
    agent = "Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:44"
    home.ask(f"/{office.yealink}.cfg", USER_AGENT=agent)
    home.ask("/y000000000108.cfg", USER_AGENT=agent)
    home.ask(f"/{UNKNOWN}.cfg")
    home.ask("/y000000000108.cfg")
    home.recorder.flush()
    rows = {row.knock.mac: row for row in knocks.knocks(office.house, office.actor)}
    assert set(rows) == {office.yealink, UNKNOWN}
    known = rows[office.yealink].knock
    assert (known.address, known.count, known.model, known.verdict) == (HOME, 2, "T46U", "untrusted")
    assert rows[UNKNOWN].device is None
    knocks.approve(office.house, office.actor, known.id)
    assert home.ask(f"/{office.yealink}.cfg").status == 200


def test_a_knock_does_not_move_the_phone(home: Caller) -> None:
    from sqlalchemy import select

    from provserver.db.models import Device

    office = home.office
    home.ask(f"/{office.yealink}.cfg", USER_AGENT="Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:44")
    home.recorder.flush()
    with office.house.database.reading() as session:
        device = session.scalar(select(Device).where(Device.mac == office.yealink))
        assert device is not None and (device.address, device.last_seen, device.user_agent) == ("", None, "")
