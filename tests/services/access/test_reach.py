"""What a department's administrator and the user of a phone can reach, on both databases."""

from collections.abc import Callable

import pytest

from provserver.db.models import Department, Device, DeviceToken, Group, GroupMember, Line, Note, ShortCode, Upload
from provserver.db.queries import of_company, owned
from provserver.db.reach import within
from provserver.domain.roles import Actor, Reach, Role
from provserver.errors import Conflict, Forbidden, Invalid, NotFound
from provserver.services.access import accounts
from provserver.services.delivery import rendered
from provserver.services.editing import keys, settings
from provserver.services.history import audit
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory, picker
from provserver.services.organisation.directory import NewLine
from provserver.services.pushing import progress

OFFICE, WORKSHOP, LOBBY = "0004f2000001", "0004f2000002", "0004f2000003"


@pytest.fixture
def company(house: House, actor: Actor) -> House:
    """Office with Front inside it, and Workshop: lines 101, 102, 201 with a phone each; 900 belongs to none."""
    for name, parent in (("Office", ""), ("Front", "Office"), ("Workshop", "")):
        directory.add_department(house, actor, name, parent)
    for extension, department, mac in (
        ("101", "Office", OFFICE),
        ("102", "Front", LOBBY),
        ("201", "Workshop", WORKSHOP),
    ):
        directory.add_line(house, actor, NewLine(extension, f"Line {extension}", department=department))
        devices.add_device(house, actor, NewDevice(mac, "poly", "VVX301", (extension,)))
    directory.add_line(house, actor, NewLine("900", "Nobody's"))
    with house.database.transaction() as session:
        lines = {line.extension: line.id for line in session.scalars(of_company(Line, actor))}
        inside = {row.name: row.id for row in session.scalars(of_company(Department, actor))}
        for name, member in (("Desk", "102"), ("Makers", "201")):
            group = Group(tenant_id=actor.tenant_id, kind="hunt", name=name, number="7" + member)
            group.members = [GroupMember(line_id=lines[member], position=1)]
            session.add(group)
        for code, department in (("*1", None), ("*2", "Front"), ("*3", "Workshop")):
            place = inside[department] if department else None
            session.add(ShortCode(tenant_id=actor.tenant_id, code=code, number="0039", department_id=place))
    return house


@pytest.fixture
def head(company: House, actor: Actor) -> Actor:
    """Somebody who looks after Office, and so after Front."""
    with company.database.reading() as session:
        office = session.scalar(of_company(Department, actor).where(Department.name == "Office"))
        assert office is not None
        reach = accounts.reach_of(session, actor.tenant_id, Role.DEPARTMENT_ADMIN, [office.id])
    return Actor(actor.tenant_id, "olga", Role.DEPARTMENT_ADMIN, reach=reach)


@pytest.fixture
def user(company: House, actor: Actor) -> Actor:
    """The user of 101."""
    line = directory.get_line(company, actor, "101")
    return Actor(actor.tenant_id, "ugo", Role.USER, reach=Reach(line=line.id))


def macs(house: House, actor: Actor, search: str = "") -> set[str]:
    """List the phones that somebody finds."""
    return {device.mac for device in devices.find_devices(house, actor, search)}


def test_a_department_administrator_finds_what_lies_in_the_department_and_inside_it(
    company: House, head: Actor
) -> None:
    assert {line.extension for line in directory.find_lines(company, head)} == {"101", "102"}
    assert macs(company, head) == {OFFICE, LOBBY} == macs(company, head, "VVX")
    assert macs(company, head, "201") == set()
    assert [row.name for row in directory.departments(company, head)] == ["Front", "Office"]
    assert [row.name for row in directory.groups(company, head)] == ["Desk"]
    assert [row.code for row in directory.short_codes(company, head)] == ["*1", "*2"]
    assert progress.phones_of_lines(company, head, ["101", "201"]) == {"101": [OFFICE]}


def test_pages_of_a_list_are_as_long_for_a_department_as_they_say(company: House, actor: Actor, head: Actor) -> None:
    first = directory.find_lines(company, head, limit=1)
    second = directory.find_lines(company, head, limit=1, after=first[-1].id)
    assert [line.extension for line in (*first, *second)] == ["101", "102"]
    assert directory.find_lines(company, head, limit=1, after=second[-1].id) == []
    assert len(directory.find_lines(company, actor)) == 4


def test_a_phone_of_another_department_with_a_line_of_ours_is_not_ours(
    company: House, actor: Actor, head: Actor
) -> None:
    devices.change_device(company, actor, OFFICE, {"department": "Workshop"})
    assert macs(company, head) == {LOBBY}
    devices.change_device(company, actor, OFFICE, {"department": None, "lines": ["201", "101"]})
    assert macs(company, head) == {LOBBY}


@pytest.mark.parametrize(
    "ask",
    [
        lambda house, who: directory.get_line(house, who, "201"),
        lambda house, who: directory.change_line(house, who, "201", {"name": "Mine"}),
        lambda house, who: directory.remove_line(house, who, "201"),
        lambda house, who: progress.standing(house, who, WORKSHOP),
        lambda house, who: keys.read_keys(house, who, WORKSHOP),
        lambda house, who: keys.set_keys(house, who, WORKSHOP, {"3": {"kind": "none"}}),
        lambda house, who: devices.reveal_url(house, who, WORKSHOP),
        lambda house, who: devices.remove_device(house, who, WORKSHOP),
        lambda house, who: rendered.read(house, who, WORKSHOP, f"{WORKSHOP}-config.cfg", reveal=True),
        lambda house, who: settings.set_values(house, who, "department", "Workshop", {"language": "it"}),
        lambda house, who: settings.set_values(house, who, "line", "201", {"language": "it"}),
        lambda house, who: settings.set_values(house, who, "device", WORKSHOP, {"language": "it"}),
        lambda house, who: audit.history(house, who, WORKSHOP),
    ],
)
def test_another_department_is_not_there(company: House, head: Actor, ask: Callable[[House, Actor], object]) -> None:
    with pytest.raises(NotFound):
        ask(company, head)


def test_nothing_is_added_to_or_moved_into_another_department_or_none(company: House, head: Actor) -> None:
    with pytest.raises(Invalid, match="department: there is no department Workshop"):
        directory.add_line(company, head, NewLine("103", "X", department="Workshop"))
    with pytest.raises(Invalid, match="department: name one of your own departments"):
        directory.add_line(company, head, NewLine("103", "X"))
    for wanted in ("Workshop", ""):
        with pytest.raises(Invalid, match="department"):
            directory.change_line(company, head, "101", {"department": wanted})
    with pytest.raises(Invalid, match="lines: there is no extension 201"):
        devices.add_device(company, head, NewDevice("0004f2000009", "poly", "VVX301", ("201",)))
    with pytest.raises(Invalid, match="department: name one of your own departments"):
        devices.add_device(company, head, NewDevice("0004f2000009", "poly", "VVX301"))
    with pytest.raises(Invalid, match="parent: name one of your own departments"):
        directory.add_department(company, head, "Own")
    directory.add_department(company, head, "Own", "Front")
    assert directory.add_line(company, head, NewLine("103", "X", department="Front"))[0].extension == "103"


def test_who_has_one_department_need_not_name_it(company: House, actor: Actor) -> None:
    workshop = directory.departments(company, actor)[-1].id
    head = Actor(actor.tenant_id, "wanda", Role.DEPARTMENT_ADMIN, reach=Reach(frozenset({workshop})))
    assert directory.add_line(company, head, NewLine("202", "X"))[0].department_id == workshop


def test_lines_that_a_phone_has_already_may_stay_on_it(company: House, actor: Actor, head: Actor) -> None:
    devices.change_device(company, actor, OFFICE, {"lines": ["101", "201"]})
    devices.change_device(company, head, OFFICE, {"lines": ["101", "201", "102"]})
    devices.change_device(company, head, OFFICE, {"lines": ["101"]})
    with pytest.raises(Invalid, match="there is no extension 201"):
        devices.change_device(company, head, OFFICE, {"lines": ["101", "201"]})


def test_a_line_that_others_monitor_is_removed_by_who_looks_after_all_of_them(
    company: House, actor: Actor, head: Actor
) -> None:
    keys.set_keys(company, actor, WORKSHOP, {"3": {"kind": "blf", "target": "102"}})
    for release in (False, True):
        with pytest.raises(Conflict, match="phones of other departments") as refused:
            directory.remove_line(company, head, "102", release=release)
        assert WORKSHOP not in str(refused.value)
    directory.remove_line(company, actor, "102", release=True)


def test_a_rename_reaches_the_phones_of_all_departments(company: House, actor: Actor, head: Actor) -> None:
    keys.set_keys(company, actor, WORKSHOP, {"3": {"kind": "blf", "target": "101"}})
    directory.change_line(company, head, "101", {"display_name": "Reception"})
    assert "Reception" in [shown.shown for shown in keys.read_keys(company, actor, WORKSHOP).values()]


def test_what_holds_for_the_company_is_read_and_not_changed_by_a_department(company: House, head: Actor) -> None:
    for scope, name in (("tenant", ""), ("model", "poly/VVX301")):
        settings.stored_values(company, head, scope, name)
        with pytest.raises(Forbidden):
            settings.set_values(company, head, scope, name, {"language": "it"})
    assert settings.set_values(company, head, "department", "Office", {"language": "it"}).touched == 2


def test_the_history_of_a_department_is_its_own(company: House, actor: Actor, head: Actor) -> None:
    subjects = {change.subject for change in audit.history(company, head)}
    assert subjects == {"101", "102", OFFICE, LOBBY}
    assert {WORKSHOP, "201"} < {change.subject for change in audit.history(company, actor)}


def test_keys_point_at_the_whole_company(company: House, head: Actor, user: Actor) -> None:
    for who in (head, user):
        assert {"101", "201", "900", "7102", "7201", "*1", "*3", "*98"} <= {
            choice.number for choice in picker.choices(company, who)
        }


def test_a_user_finds_the_phones_of_the_line_and_nothing_else(company: House, actor: Actor, user: Actor) -> None:
    assert macs(company, user) == {OFFICE}
    devices.change_device(company, actor, LOBBY, {"lines": ["102", "101"]})
    assert macs(company, user) == {OFFICE, LOBBY}
    for ask in (directory.find_lines, directory.departments, directory.groups, audit.history):
        with pytest.raises(Forbidden):
            ask(company, user)  # type: ignore[operator]
    with pytest.raises(Forbidden):
        rendered.read(company, user, OFFICE, f"{OFFICE}-config.cfg")
    with pytest.raises(NotFound):
        keys.read_keys(company, user, WORKSHOP)


def test_a_user_without_a_line_and_a_head_without_a_department_reach_nothing(company: House, actor: Actor) -> None:
    with company.database.reading() as session:
        for role in (Role.USER, Role.DEPARTMENT_ADMIN):
            reach = accounts.reach_of(session, actor.tenant_id, role, [])
            assert macs(company, Actor(actor.tenant_id, "x", role, reach=reach)) == set()


def test_a_user_sets_the_keys_that_are_not_locked(company: House, actor: Actor, user: Actor) -> None:
    keys.set_keys(company, actor, OFFICE, {"3": {"kind": "speed-dial", "target": "112", "locked": True}})
    keys.set_keys(company, user, OFFICE, {"4": {"kind": "blf", "target": "201"}})
    with pytest.raises(Invalid, match="3: this key is locked"):
        keys.set_keys(company, user, OFFICE, {"3": {"kind": "none"}, "5": {"kind": "speed-dial", "target": "113"}})
    with pytest.raises(Invalid, match="5: this key is locked"):
        keys.set_keys(company, user, OFFICE, {"5": {"kind": "speed-dial", "target": "113", "locked": True}})
    plan = {str(slot): shown.key.target for slot, shown in keys.read_keys(company, actor, OFFICE).items()}
    assert (plan["3"], plan["4"], plan["5"]) == ("112", "201", "")


def test_a_user_sees_and_sets_the_call_services_and_no_other_setting(company: House, user: Actor) -> None:
    settings.set_values(company, user, "device", OFFICE, {"monitor_popup": True, "monitor_ring": "splash"})
    values, overrides = settings.effective(company, user, OFFICE)
    assert values["monitor_ring"].value == "splash"
    assert "admin_password" not in values and "sip_domain" not in values
    assert overrides == {}
    for raw in (
        {"language": "it"},
        {"overrides": {"voice.volume": "1"}},
        {"unset": ["x"]},
        {"admin_password": "12345"},
    ):
        with pytest.raises(Forbidden):
            settings.set_values(company, user, "device", OFFICE, raw)
    for scope, name in (("line", "101"), ("tenant", ""), ("department", "Office")):
        with pytest.raises(Forbidden):
            settings.set_values(company, user, scope, name, {"monitor_popup": False})


def test_a_table_without_a_rule_shows_a_department_nothing(company: House, head: Actor) -> None:
    assert head.reach is not None
    with company.database.reading() as session:
        assert session.scalars(owned(Device, head).where(within(Note, head.reach))).all() == []
        tokens = session.query(DeviceToken).where(within(DeviceToken, head.reach)).all()
        assert len(tokens) == 2
        assert session.query(Upload).where(within(Upload, head.reach)).all() == []
