"""Phones that say they are others, secrets in two places, and phones that are locked."""

import pytest
from sqlalchemy import select

from provserver.db.models import Device, PhoneLog
from provserver.errors import NotFound
from provserver.services.enrolment import policies, windows
from provserver.services.enrolment.windows import Wanted
from provserver.services.guarding import alarms
from provserver.vendors.registry import disagreement, vendors
from tests.phones.conftest import Caller

YEALINK = "Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:44"
OTHER_YEALINK = "Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:45"
POLY = "FileTransport PolycomVVX-VVX_301-UA/5.9.6.2327 Type/Application"


@pytest.fixture
def phone(caller: Caller) -> Caller:
    """The T46U at home."""
    return caller.from_address("203.0.113.9")


def fetch(phone: Caller, agent: str = YEALINK) -> int:
    return phone.ask(f"{phone.office.yealink_url}{phone.office.yealink}.cfg", USER_AGENT=agent).status


def kinds(phone: Caller) -> list[str]:
    phone.recorder.flush()
    return sorted(alarm.kind for alarm in alarms.alarms(phone.office.house, phone.office.actor))


def test_a_phone_is_served_under_its_own_name_or_none(phone: Caller) -> None:
    for agent in (YEALINK, "", "curl/8.5.0", "Mozilla/5.0", "Yealink SIP-T46S 66.86.0.15 80:5e:c0:d9:c7:44"):
        assert fetch(phone, agent) == 200
    assert kinds(phone) == []


@pytest.mark.parametrize("agent", [POLY, OTHER_YEALINK])
def test_another_phone_with_its_address_is_seen_and_not_served(phone: Caller, agent: str) -> None:
    office = phone.office
    assert fetch(phone) == 200
    phone.recorder.flush()
    assert fetch(phone.from_address("198.51.100.66"), agent) == 404
    assert fetch(phone.from_address("198.51.100.66"), agent) == 404
    assert kinds(phone) == ["other-phone"]
    with office.house.database.reading() as session:
        device = session.scalar(select(Device).where(Device.mac == office.yealink))
        assert device is not None and (device.address, device.user_agent) == ("203.0.113.9", YEALINK)
        logged = session.scalars(select(PhoneLog.verdict).where(PhoneLog.device_id == device.id)).all()
    assert "mismatch" in logged
    assert fetch(phone) == 200


def test_every_request_of_a_makers_own_phone_is_let_through() -> None:
    for vendor in vendors().values():
        for row in vendor.seen:
            said, mac = str(row["user_agent"]), dict(row["is"]).get("mac") or "0c1105000001"  # type: ignore[call-overload]
            assert disagreement(said, vendor.name, str(mac)) == "", (vendor.name, said)
            for kin in vendor.rules.kin:
                assert disagreement(said, kin, str(mac)) == "", (vendor.name, kin, said)


def test_a_serial_number_in_place_of_an_address_locks_nobody_out() -> None:
    assert disagreement("Linksys/SPA-942-6.1.5(a) (88019FA42805)", "cisco", "000e08aabbcc") == ""
    assert disagreement("Panasonic_KX-UT670/01.022 (0080f0000000)", "panasonic", "0080f0c8c381") == ""
    assert "another" not in disagreement("", "cisco", "000e08aabbcc")
    assert disagreement(YEALINK, "poly", "0004f2aabbcc").startswith("it says that it is made by Yealink")
    assert disagreement(OTHER_YEALINK, "yealink", "805ec0d9c744").startswith(
        "it says that it is the phone 805ec0d9c745"
    )


def test_a_secret_in_two_places_raises_an_alarm(phone: Caller) -> None:
    thief = phone.from_address("198.51.100.66")
    fetch(phone)
    phone.recorder.flush()
    fetch(thief)
    assert kinds(phone) == []
    fetch(phone)
    assert kinds(phone) == ["two-addresses"]
    for _ in range(3):
        fetch(thief)
        phone.recorder.flush()
        fetch(phone)
    assert kinds(phone) == ["two-addresses"]
    [alarm] = alarms.alarms(phone.office.house, phone.office.actor)
    assert alarm.count > 1 and "198.51.100.66" in alarm.detail


def test_a_phone_that_moves_or_speaks_both_protocols_raises_none(phone: Caller) -> None:
    for address in ("203.0.113.9", "2001:db8::1", "203.0.113.9", "2001:db8::2", "198.51.100.1", "198.51.100.1"):
        fetch(phone.from_address(address))
        phone.recorder.flush()
    phone.office.house.clock.forward(hours=5)  # type: ignore[attr-defined]
    fetch(phone)
    assert kinds(phone) == []


def test_a_window_that_is_used_twice_raises_an_alarm_and_locks_nothing(phone: Caller) -> None:
    office = phone.office
    policies.set_policy(office.house, office.actor, {"lock_on_alarm": True})
    windows.open_windows(office.house, office.actor, Wanted((office.yealink,)))
    assert phone.ask(f"/{office.yealink}.cfg").status == 200
    assert phone.from_address("198.51.100.66").ask(f"/{office.yealink}.cfg").status == 404
    assert kinds(phone) == ["window-twice"]
    assert phone.ask(f"/{office.yealink}.cfg").status == 200


def test_an_alarm_locks_the_phone_where_the_company_wants_that(phone: Caller) -> None:
    office = phone.office
    policies.set_policy(office.house, office.actor, {"lock_on_alarm": True})
    assert fetch(phone) == 200
    assert fetch(phone, OTHER_YEALINK) == 404
    assert kinds(phone) == ["other-phone"]
    assert fetch(phone) == 404
    alarms.set_lock(office.house, office.actor, office.yealink, locked=False)
    assert fetch(phone) == 200


def test_a_locked_phone_gets_nothing_whatever_way_it_comes(caller: Caller) -> None:
    office = caller.office
    windows.open_windows(office.house, office.actor, Wanted((office.yealink,)))
    alarms.set_lock(office.house, office.actor, office.yealink, locked=True)
    alarms.set_lock(office.house, office.actor, office.yealink, locked=True)
    name, url = f"{office.yealink}.cfg", office.yealink_url
    nothing = caller.ask("/805ec0ffffff.cfg")
    for path in (f"/{name}", f"{url}{name}", f"{url}phonebook.xml", f"{url}{office.yealink}.boot"):
        assert caller.ask(path) == nothing
        assert caller.from_address("203.0.113.9").ask(path) == nothing
    assert caller.ask(f"{url}{office.yealink}-local.cfg", "PUT", b"x").status == 404
    alarms.set_lock(office.house, office.actor, office.yealink, locked=False)
    assert caller.ask(f"{url}{name}").status == 200


def test_an_alarm_is_acknowledged_by_its_company(phone: Caller) -> None:
    from dataclasses import replace

    from provserver.domain.roles import Role
    from provserver.services.access import accounts

    office = phone.office
    fetch(phone, OTHER_YEALINK)
    assert kinds(phone) == ["other-phone"]
    [alarm] = alarms.alarms(office.house, office.actor)
    other = replace(office.actor, tenant_id=accounts.ensure_company(office.house, "Bianchi"), role=Role.ADMIN)
    assert alarms.alarms(office.house, other) == []
    with pytest.raises(NotFound):
        alarms.acknowledge(office.house, other, alarm.id)
    alarms.acknowledge(office.house, office.actor, alarm.id)
    alarms.acknowledge(office.house, office.actor, alarm.id)
    assert kinds(phone) == []
    fetch(phone, OTHER_YEALINK)
    assert kinds(phone) == ["other-phone"]
    assert len(alarms.alarms(office.house, office.actor, everything=True)) == 2
