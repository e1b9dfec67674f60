"""Hunt and pickup groups: added, changed, put in order, and what becomes of keys that dial them."""

import pytest

from provserver.db.models import Change
from provserver.domain.roles import Actor, Role
from provserver.domain.slots import Slot
from provserver.errors import Conflict, Forbidden, Invalid, NotFound
from provserver.services.delivery import rendered
from provserver.services.editing import keys
from provserver.services.history import audit
from provserver.services.organisation import directory, groups
from provserver.services.organisation.directory import NewLine
from provserver.services.organisation.groups import NewGroup
from tests.services.conftest import Office
from tests.services.stale import stale_phones

SALES = NewGroup("hunt", "Sales", "300", ("203", "201"))


def members(office: Office) -> list[str]:
    """Give the extensions of Sales in the order of ringing."""
    return [member.line.extension for member in groups.get(office.house, office.actor, "hunt", "Sales").members]


def last(office: Office) -> Change:
    """Give the newest line of the history."""
    return audit.history(office.house, office.actor, limit=1)[0]


def test_a_group_is_added_with_its_members_in_order(office: Office) -> None:
    groups.add(office.house, office.actor, SALES)
    assert members(office) == ["203", "201"]
    assert last(office).what == "hunt group added"


def test_members_are_put_in_another_order_added_and_removed(office: Office) -> None:
    groups.add(office.house, office.actor, SALES)
    groups.change(office.house, office.actor, "hunt", "Sales", {"members": ["202", "201", "203"]})
    assert members(office) == ["202", "201", "203"]
    groups.change(office.house, office.actor, "hunt", "Sales", {"members": ["203"]})
    assert members(office) == ["203"]
    assert last(office).before == {"members": ["202", "201", "203"]}


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewGroup("queue", "Sales", "300"), "kind"),
        (NewGroup("hunt", " ", "300"), "name"),
        (NewGroup("hunt", "a/b", "300"), "name"),
        (NewGroup("hunt", "..", "300"), "name"),
        (NewGroup("hunt", "Sales", "x y"), "number"),
        (NewGroup("pickup", "Sales", ""), "number"),
        (NewGroup("hunt", "Sales", "300", ("999",)), "members"),
        (NewGroup("hunt", "Sales", "300", ("201", "201")), "members"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(office: Office, new: NewGroup, field: str) -> None:
    with pytest.raises(Invalid) as problem:
        groups.add(office.house, office.actor, new)
    assert [error.field for error in problem.value.fields] == [field]
    assert not directory.groups(office.house, office.actor)


def test_a_name_and_a_pilot_number_belong_to_one_alone(office: Office) -> None:
    groups.add(office.house, office.actor, SALES)
    with pytest.raises(Conflict, match="name: there is a hunt group Sales already"):
        groups.add(office.house, office.actor, NewGroup("hunt", "Sales", "301"))
    with pytest.raises(Conflict, match="number: there is a hunt group 300 already"):
        groups.add(office.house, office.actor, NewGroup("hunt", "Support", "300"))
    with pytest.raises(Conflict, match="number: there is a line 201 already"):
        groups.change(office.house, office.actor, "hunt", "Sales", {"number": "201"})
    with pytest.raises(Conflict, match="extension: there is a hunt group 300 already"):
        directory.add_line(office.house, office.actor, NewLine("300", "Nobody"))
    groups.add(office.house, office.actor, NewGroup("hunt", "Support", "301"))
    with pytest.raises(Conflict, match="name: there is a hunt group Support already"):
        groups.change(office.house, office.actor, "hunt", "Sales", {"name": "Support"})


def test_pickup_groups_may_share_a_code(office: Office) -> None:
    groups.add(office.house, office.actor, NewGroup("pickup", "Front", "*98", ("201",)))
    groups.add(office.house, office.actor, NewGroup("pickup", "Back", "*98", ("202",)))
    groups.remove(office.house, office.actor, "pickup", "Front")
    assert [group.name for group in directory.groups(office.house, office.actor)] == ["Back"]


def test_a_key_follows_the_number_and_shows_the_name(office: Office) -> None:
    groups.add(office.house, office.actor, SALES)
    key = {"kind": "speed-dial", "target": "300", "use_name_as_label": True}
    keys.set_keys(office.house, office.actor, office.poly, {"3": key})
    assert keys.read_keys(office.house, office.actor, office.poly)[Slot(0, 3)].shown == "Sales"
    groups.change(office.house, office.actor, "hunt", "Sales", {"number": "310", "name": "Orders"})
    shown = keys.read_keys(office.house, office.actor, office.poly)[Slot(0, 3)]
    assert (shown.key.target, shown.shown) == ("310", "Orders")
    assert stale_phones(office.house) == {office.poly}
    assert audit.history(office.house, office.actor, office.poly)[0].what == "keys"


def test_what_keys_dial_is_removed_only_when_they_are_released(office: Office) -> None:
    groups.add(office.house, office.actor, SALES)
    keys.set_keys(office.house, office.actor, office.yealink, {"4": {"kind": "speed-dial", "target": "300"}})
    with pytest.raises(Conflict, match=r"keys of 1 phones point at 300 \(80:5E:C0:D9:C7:44\)"):
        groups.remove(office.house, office.actor, "hunt", "Sales")
    groups.remove(office.house, office.actor, "hunt", "Sales", release=True)
    assert keys.read_keys(office.house, office.actor, office.yealink)[Slot(0, 4)].key.target == ""
    with pytest.raises(NotFound):
        groups.get(office.house, office.actor, "hunt", "Sales")
    assert stale_phones(office.house) == {office.yealink}
    files = rendered.read(office.house, office.actor, office.yealink, f"{office.yealink}.cfg")
    assert files


def test_another_company_has_groups_of_its_own_and_a_reader_changes_none(office: Office) -> None:
    groups.add(office.house, office.actor, SALES)
    reader = Actor(office.actor.tenant_id, "rita", Role.READER)
    with pytest.raises(Forbidden):
        groups.remove(office.house, reader, "hunt", "Sales")
    with pytest.raises(NotFound):
        groups.get(office.house, Actor(office.actor.tenant_id + 1, "eve", Role.OPERATOR), "hunt", "Sales")
