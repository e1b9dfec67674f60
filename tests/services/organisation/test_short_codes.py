"""Short codes and ranges: added, edited, moved, deleted, as many as a company may have, by whom it may."""

import pytest

from provserver.domain.roles import Actor, Role
from provserver.domain.short_codes import spread
from provserver.domain.slots import Slot
from provserver.errors import Conflict, Forbidden, Invalid, NotFound
from provserver.services.editing import keys
from provserver.services.history import audit
from provserver.services.organisation import directory, short_codes
from provserver.services.organisation.directory import NewLine
from tests.services.conftest import Office
from tests.services.stale import stale_phones

COURIER = {"code": "801", "number": "+39 02 555 01", "name": "Courier"}
BRANCHES = {"first": "810", "last": "819", "number": "0255501810", "name": "Branch"}


def numbers(office: Office) -> dict[str, str]:
    """Give every code with what it dials."""
    return {row.code: row.number for row in directory.short_codes(office.house, office.actor)}


def test_one_code_is_added(office: Office) -> None:
    entry = short_codes.add(office.house, office.actor, COURIER)
    assert not entry.is_range
    assert numbers(office) == {"801": "+390255501"}


def test_a_range_dials_one_more_for_each_code(office: Office) -> None:
    entry = short_codes.add(office.house, office.actor, BRANCHES)
    assert (entry.first.code, entry.last.code, entry.is_range) == ("810", "819", True)
    assert numbers(office)["819"] == "0255501819"
    assert len(short_codes.find(office.house, office.actor)) == 1
    assert [entry.first.code for entry in short_codes.find(office.house, office.actor, "0255501814")] == ["810"]


def test_numbers_of_a_range_keep_their_zeros_and_signs() -> None:
    assert spread({"first": "08", "last": "11", "number": "+3900"}) == {
        "08": "+3900",
        "09": "+3901",
        "10": "+3902",
        "11": "+3903",
    }
    assert spread({"first": "1", "last": "1", "number": "anna@pbx.example.com"}) == {"1": "anna@pbx.example.com"}


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"code": "", "number": "1"}, "code"),
        ({"code": "8a", "number": "1"}, "code"),
        ({"code": "801", "number": "a b"}, "number"),
        ({"code": "801"}, "number"),
        ({"code": "801", "number": "1", "colour": "red"}, "colour"),
        ({"code": "801", "number": "1", "name": "a\nb"}, "name"),
        ({"code": "801", "number": "1", "department": "Nowhere"}, "department"),
        ({"first": "810", "last": "809", "number": "1"}, "last"),
        ({"first": "810", "last": "0819", "number": "1"}, "last"),
        ({"first": "*10", "last": "*19", "number": "1"}, "last"),
        ({"first": "0000", "last": "1000", "number": "1"}, "last"),
        ({"first": "810", "last": "819", "number": "anna@host"}, "number"),
        ({"first": "810", "last": "819", "number": "95"}, "number"),
        ({"first": "810", "number": "1"}, "last"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(office: Office, raw: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as problem:
        short_codes.add(office.house, office.actor, raw)
    assert field in {error.field for error in problem.value.fields}
    assert numbers(office) == {}


def test_a_code_belongs_to_one_alone(office: Office) -> None:
    short_codes.add(office.house, office.actor, BRANCHES)
    for raw, message in (
        ({"code": "815", "number": "1"}, "code: there is a short code 815 already"),
        ({"first": "805", "last": "811", "number": "1"}, "first: there is a short code 810 already"),
        ({"code": "201", "number": "1"}, "code: there is a line 201 already"),
    ):
        with pytest.raises(Conflict, match=message):
            short_codes.add(office.house, office.actor, raw)
    with pytest.raises(Conflict, match="there is a short code 812 already"):
        directory.add_line(office.house, office.actor, NewLine("812", "Nobody"))


def test_a_company_has_a_thousand_codes_at_most(office: Office) -> None:
    short_codes.add(office.house, office.actor, {"first": "1000", "last": "1999", "number": "5000"})
    with pytest.raises(Conflict, match="at most 1000"):
        short_codes.add(office.house, office.actor, COURIER)
    assert short_codes.count(office.house, office.actor) == 1000


def test_only_the_companys_own_administrators_change_them(office: Office) -> None:
    reader = Actor(office.actor.tenant_id, "rita", Role.READER)
    with pytest.raises(Forbidden):
        short_codes.add(office.house, reader, COURIER)
    admin = Actor(office.actor.tenant_id, "ada", Role.ADMIN)
    short_codes.add(office.house, admin, COURIER)
    with pytest.raises(Forbidden):
        short_codes.remove(office.house, reader, ["801"])


def test_a_code_is_edited_and_keys_follow_its_number(office: Office) -> None:
    short_codes.add(office.house, office.actor, COURIER)
    key = {"kind": "speed-dial", "target": "801", "use_name_as_label": True}
    keys.set_keys(office.house, office.actor, office.poly, {"3": key})
    short_codes.change(office.house, office.actor, "801", {"code": "807", "name": "Post"})
    shown = keys.read_keys(office.house, office.actor, office.poly)[Slot(0, 3)]
    assert (shown.key.target, shown.shown) == ("807", "Post")
    assert stale_phones(office.house) == {office.poly}
    assert numbers(office) == {"807": "+390255501"}


def test_a_range_is_edited_as_a_whole(office: Office) -> None:
    short_codes.add(office.house, office.actor, BRANCHES)
    keys.set_keys(office.house, office.actor, office.yealink, {"4": {"kind": "speed-dial", "target": "819"}})
    with pytest.raises(Conflict, match="keys of 1 phones point at 819"):
        short_codes.change(office.house, office.actor, "815", {"last": "814"})
    entry = short_codes.change(office.house, office.actor, "815", {"last": "821", "number": "700", "name": ""})
    assert (entry.first.code, entry.last.code, len(entry.rows)) == ("810", "821", 12)
    assert numbers(office)["821"] == "711"
    short_codes.change(office.house, office.actor, "810", {"last": "812"}, release=True)
    assert set(numbers(office)) == {"810", "811", "812"}
    assert keys.read_keys(office.house, office.actor, office.yealink)[Slot(0, 4)].key.target == ""


def test_nothing_is_written_where_nothing_changed(office: Office) -> None:
    short_codes.add(office.house, office.actor, COURIER)
    before = len(audit.history(office.house, office.actor))
    short_codes.change(office.house, office.actor, "801", {"name": "Courier"})
    assert len(audit.history(office.house, office.actor)) == before


def test_codes_and_ranges_move_between_departments(office: Office) -> None:
    directory.add_department(office.house, office.actor, "Milan")
    short_codes.add(office.house, office.actor, COURIER)
    short_codes.add(office.house, office.actor, BRANCHES)
    assert short_codes.move(office.house, office.actor, ["801", "810"], "Milan") == 11
    assert len(short_codes.find(office.house, office.actor, department="Milan")) == 2
    assert short_codes.move(office.house, office.actor, ["801"], "") == 1
    assert [entry.first.code for entry in short_codes.find(office.house, office.actor, department="")] == ["801"]


def test_chosen_codes_and_ranges_are_deleted_all_or_nothing(office: Office) -> None:
    short_codes.add(office.house, office.actor, COURIER)
    short_codes.add(office.house, office.actor, BRANCHES)
    with pytest.raises(NotFound):
        short_codes.remove(office.house, office.actor, ["801", "999"])
    assert len(numbers(office)) == 11
    assert short_codes.remove(office.house, office.actor, ["801", "812"]) == 11
    assert numbers(office) == {}
    assert audit.history(office.house, office.actor, limit=1)[0].what == "short codes removed"
