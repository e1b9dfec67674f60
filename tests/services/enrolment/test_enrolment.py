"""Policies, windows and knocks: what admins decide about first contacts."""

import pytest
from sqlalchemy import func, select

from provserver.db.models import Change, Device, EnrolmentWindow, Knock
from provserver.domain.enrolment import Way
from provserver.domain.roles import Actor, Role
from provserver.errors import Forbidden, Invalid, NotFound, Unsupported
from provserver.services.access import accounts
from provserver.services.enrolment import knocks, policies, windows
from provserver.services.enrolment.knocks import Heard
from provserver.services.enrolment.windows import Wanted
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from tests.services.conftest import Office


def hear(house: House, *heard: tuple[str, str], verdict: str = "untrusted") -> None:
    with house.database.transaction() as session:
        knocks.write(session, [Heard(f"{mac}.cfg", address, "", verdict, house.clock()) for mac, address in heard])


def audited(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Change.what).order_by(Change.id)))


def test_the_usual_policy_counts_every_way_but_serial_numbers_and_a_change_is_audited(office: Office) -> None:
    assert policies.policy(office.house, office.actor).ways == frozenset(Way) - {Way.SERIAL}
    policies.set_policy(office.house, office.actor, {"ways": ["window", "approval"]})
    assert policies.policy(office.house, office.actor).ways == {Way.WINDOW, Way.APPROVAL}
    assert audited(office.house)[-1] == "enrolment policy"
    before = len(audited(office.house))
    policies.set_policy(office.house, office.actor, {"ways": ["approval", "window"]})
    assert len(audited(office.house)) == before
    with pytest.raises(Invalid, match="ways"):
        policies.set_policy(office.house, office.actor, {"ways": ["telepathy"]})
    with pytest.raises(Invalid, match="price"):
        policies.set_policy(office.house, office.actor, {"price": 1})


def test_a_window_is_opened_for_named_phones_a_department_or_all_never_seen(office: Office) -> None:
    house, actor = office.house, office.actor
    assert [one.device.mac for one in windows.open_windows(house, actor, Wanted(("00:04:F2:AA:BB:CC",)))] == [
        office.poly
    ]
    assert windows.is_open(windows.window_of(house, actor, office.poly), house.clock())
    assert windows.window_of(house, actor, office.yealink) is None
    opened = windows.open_windows(house, actor, Wanted(never_seen=True, minutes=5))
    assert {one.device.mac for one in opened} == {office.poly, office.yealink}
    directory.add_department(house, actor, "Sales")
    devices.change_device(house, actor, office.yealink, {"department": "Sales"})
    assert [one.device.mac for one in windows.open_windows(house, actor, Wanted(department="Sales"))] == [
        office.yealink
    ]
    assert len(windows.open_now(house, actor)) == 2
    assert audited(house).count("window opened") == 4


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(), "macs"),
        (Wanted(("nonsense",)), "macs"),
        (Wanted(("0004f2000000",)), "macs"),
        (Wanted(("0004f2aabbcc",), minutes=0), "minutes"),
        (Wanted(("0004f2aabbcc",), minutes=10**9), "minutes"),
        (Wanted(("0004f2aabbcc",), minutes="soon"), "minutes"),
        (Wanted(("0004f2aabbcc",), address="over there"), "address"),
        (Wanted(department="Nowhere"), "department"),
    ],
)
def test_what_cannot_be_opened_says_which_field_is_wrong(office: Office, wanted: Wanted, field: str) -> None:
    with pytest.raises(Invalid, match=f"^{field}"):
        windows.open_windows(office.house, office.actor, wanted)
    assert windows.open_now(office.house, office.actor) == []


def test_a_batch_with_one_wrong_phone_opens_nothing(office: Office) -> None:
    with pytest.raises(Invalid):
        windows.open_windows(office.house, office.actor, Wanted((office.poly, "0004f2000000")))
    assert windows.open_now(office.house, office.actor) == []


def test_windows_that_the_policy_does_not_count_are_not_opened(office: Office) -> None:
    policies.set_policy(office.house, office.actor, {"ways": ["approval"]})
    with pytest.raises(Unsupported):
        windows.open_windows(office.house, office.actor, Wanted((office.poly,)))
    windows.open_windows(office.house, office.actor, Wanted((office.poly,), address="198.51.100.7"))
    policies.set_policy(office.house, office.actor, {"ways": ["window"]})
    with pytest.raises(Unsupported):
        windows.open_windows(office.house, office.actor, Wanted((office.poly,), address="198.51.100.7"))


def test_a_closed_or_expired_window_leaves_nothing_to_look_up(office: Office) -> None:
    house, actor = office.house, office.actor
    windows.open_windows(house, actor, Wanted((office.poly, office.yealink), minutes=5))
    windows.close_window(house, actor, office.poly)
    windows.close_window(house, actor, office.poly)
    house.clock.forward(minutes=6)  # type: ignore[attr-defined]
    assert windows.open_now(house, actor) == []
    windows.close_expired(house)
    with house.database.reading() as session:
        assert session.scalars(select(EnrolmentWindow.open_mac)).all() == [None, None]
        assert not any(session.scalars(select(Device.watched)))
    assert audited(house).count("window closed") == 2


def test_rights_and_companies_are_kept_apart(office: Office) -> None:
    house = office.house
    reader = Actor(office.actor.tenant_id, "rita", Role.READER)
    other = Actor(accounts.ensure_company(house, "Bianchi S.r.l."), "bruno", Role.ADMIN)
    for refused in (reader,):
        with pytest.raises(Forbidden):
            windows.open_windows(house, refused, Wanted((office.poly,)))
        with pytest.raises(Forbidden):
            policies.set_policy(house, refused, {"ways": []})
    with pytest.raises(Invalid):
        windows.open_windows(house, other, Wanted((office.poly,)))
    with pytest.raises(NotFound):
        windows.close_window(house, other, office.poly)
    windows.open_windows(house, office.actor, Wanted((office.poly,)))
    assert windows.open_now(house, other) == []


def test_knocks_are_counted_once_for_each_phone_and_address(office: Office) -> None:
    hear(office.house, (office.poly, "198.51.100.7"), (office.poly, "198.51.100.7"))
    hear(office.house, (office.poly, "198.51.100.7"), (office.poly, "198.51.100.8"))
    rows = {row.knock.address: row for row in knocks.knocks(office.house, office.actor)}
    assert {address: row.knock.count for address, row in rows.items()} == {"198.51.100.7": 3, "198.51.100.8": 1}
    assert rows["198.51.100.7"].device is not None
    assert rows["198.51.100.7"].knock.vendor == "poly"


def test_a_million_addresses_fill_no_list(office: Office) -> None:
    house = office.house
    for batch in range(4):
        hear(house, *((f"0004f2{batch:02x}{number:04x}", "198.51.100.7") for number in range(500)))
    with house.database.reading() as session:
        assert (session.scalar(select(func.count(Knock.id))) or 0) <= knocks.KEEP_PER_SOURCE
    hear(house, (office.poly, "198.51.100.7"))
    assert office.poly in {row.knock.mac for row in knocks.knocks(house, office.actor)}
    hear(house, *((office.poly, f"203.0.113.{number}") for number in range(50)))
    knocks.prune(house)
    assert len(knocks.knocks(house, office.actor, office.poly)) == knocks.KEEP_PER_PHONE
    house.clock.forward(days=30)  # type: ignore[attr-defined]
    knocks.prune(house)
    assert knocks.knocks(house, office.actor) == []


def test_an_approved_phone_may_come_from_where_it_knocked(office: Office) -> None:
    hear(office.house, (office.poly, "198.51.100.7"))
    [row] = knocks.knocks(office.house, office.actor)
    window = knocks.approve(office.house, office.actor, row.knock.id, 10)
    assert (window.address, window.way) == ("198.51.100.7", Way.APPROVAL)
    assert knocks.knocks(office.house, office.actor)[0].is_open


def test_an_unknown_phone_is_added_before_it_is_let_in(office: Office) -> None:
    hear(office.house, ("0004f2000001", "198.51.100.7"))
    [row] = knocks.knocks(office.house, office.actor)
    assert row.device is None
    with pytest.raises(Unsupported):
        knocks.approve(office.house, office.actor, row.knock.id)
    devices.add_device(office.house, office.actor, NewDevice("0004f2000001", "poly", "VVX301"))
    knocks.approve(office.house, office.actor, row.knock.id)
    knocks.forget(office.house, office.actor, row.knock.id)
    with pytest.raises(NotFound):
        knocks.approve(office.house, office.actor, row.knock.id)


def test_a_company_sees_its_own_phones_and_what_knocks_beside_them(office: Office) -> None:
    house = office.house
    other = Actor(accounts.ensure_company(house, "Bianchi S.r.l."), "bruno", Role.ADMIN)
    mine = Actor(office.actor.tenant_id, "mara", Role.ADMIN)
    with house.database.transaction() as session:
        device = session.scalar(select(Device).where(Device.mac == office.poly))
        assert device is not None
        device.address = "198.51.100.7"
    hear(house, (office.poly, "192.0.2.1"), ("0004f2000001", "198.51.100.7"), ("0004f2000002", "192.0.2.99"))
    assert {row.knock.mac for row in knocks.knocks(house, mine)} == {office.poly, "0004f2000001"}
    assert knocks.knocks(house, other) == []
    assert len(knocks.knocks(house, office.actor)) == 3
    number = next(row.knock.id for row in knocks.knocks(house, mine) if row.knock.mac == office.poly)
    for do in (knocks.approve, knocks.forget):
        with pytest.raises(NotFound):
            do(house, other, number)
