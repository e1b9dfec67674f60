"""Changes taken back: what returns, what is refused with its reason, and that nothing is ever done by half."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from provserver.domain.roles import Actor, Role
from provserver.domain.secret import MASK
from provserver.domain.slots import Slot
from provserver.errors import Conflict, Forbidden, Invalid, NotFound
from provserver.services.access.accounts import ensure_company
from provserver.services.editing import keys, settings
from provserver.services.history import audit, undoing
from provserver.services.history.audit import Wanted
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.organisation import directory
from provserver.services.steering import actions
from tests.services.conftest import Office

BLF = {"kind": "blf", "target": "204", "label": "Front desk", "use_name_as_label": False}


def newest(office: Office) -> int:
    return audit.history(office.house, office.actor, limit=1)[0].id


def set_keys(office: Office, edited: dict[str, object], mac: str = "") -> int:
    keys.set_keys(office.house, office.actor, mac or office.poly, edited)
    return newest(office)


def set_values(office: Office, scope: str, name: str, **raw: object) -> int:
    settings.set_values(office.house, office.actor, scope, name, raw)
    return newest(office)


def key(office: Office, slot: int) -> tuple[str, str]:
    shown = keys.read_keys(office.house, office.actor, office.poly)[Slot(0, slot)].key
    return shown.kind.value, shown.target


def undo(office: Office, number: int, **more: bool) -> undoing.Undone:
    return undoing.undo(office.house, office.actor, number, **more)


def test_keys_return_and_the_history_names_what_was_taken_back(office: Office) -> None:
    set_keys(office, {"3": {"kind": "speed-dial", "target": "300"}})
    number = set_keys(office, {"3": BLF, "4": BLF})
    done = undo(office, number)
    assert key(office, 3) == ("speed-dial", "300")
    assert key(office, 4) == ("none", "")
    (row,) = done.lines
    assert row.undoes == [number]
    assert row.what == "keys"
    assert row.sequence is not None
    assert audit.history(office.house, office.actor, office.poly, limit=1)[0].undoes == [number]


def test_an_undo_can_be_taken_back_itself_but_nothing_twice(office: Office) -> None:
    number = set_keys(office, {"3": BLF})
    again = undo(office, number).lines[0].id
    with pytest.raises(Conflict, match=f"taken back already, by change {again}"):
        undo(office, number)
    undo(office, again)
    assert key(office, 3) == ("blf", "204")
    undo(office, number)
    assert key(office, 3) == ("none", "")


def test_settings_and_free_parameters_return_wherever_they_were_set(office: Office) -> None:
    directory.add_department(office.house, office.actor, "Uffici")
    for scope, name in (("tenant", ""), ("department", "Uffici"), ("model", "yealink/T46U"), ("line", "202")):
        set_values(office, scope, name, clock="12", overrides={"features.a": "1", "features.c": "3"})
        before = settings.stored_values(office.house, office.actor, scope, name)
        raw: dict[str, object] = {"overrides": {"features.a": None, "features.b": "2"}, "unset": ["features.c"]}
        number = set_values(office, scope, name, clock=None, language="it", **raw)
        undo(office, number)
        assert settings.stored_values(office.house, office.actor, scope, name) == before


def test_a_parameter_that_is_left_out_of_the_file_is_told_from_one_that_is_not_set(office: Office) -> None:
    number = set_values(office, "device", office.yealink, overrides={"features.a": None})
    undo(office, set_values(office, "device", office.yealink, unset=["features.a"]))
    assert settings.stored_values(office.house, office.actor, "device", office.yealink)[1] == {"features.a": None}
    undo(office, number, overwrite=True)
    assert settings.stored_values(office.house, office.actor, "device", office.yealink)[1] == {}


def test_what_was_changed_again_is_refused_by_name_unless_told_to_go_over_it(office: Office) -> None:
    number = set_keys(office, {"3": BLF, "4": BLF})
    later = set_keys(office, {"3": {"kind": "speed-dial", "target": "300"}})
    with pytest.raises(Conflict, match=rf"3 \(change {later}, anna\)"):
        undo(office, number)
    assert key(office, 4) == ("blf", "204")
    undo(office, number, overwrite=True)
    assert key(office, 3) == key(office, 4) == ("none", "")


def test_a_change_after_which_all_is_as_it_left_it_can_be_taken_back(office: Office) -> None:
    number = set_keys(office, {"3": BLF})
    set_keys(office, {"3": {"kind": "none"}})
    set_keys(office, {"3": BLF})
    undo(office, number)
    assert key(office, 3) == ("none", "")


def test_a_gone_extension_is_refused_with_the_reason_and_nothing_is_half_done(office: Office) -> None:
    set_keys(office, {"3": BLF, "4": {"kind": "speed-dial", "target": "1"}})
    number = set_keys(office, {"3": {"kind": "none"}, "4": {"kind": "speed-dial", "target": "2"}})
    directory.remove_line(office.house, office.actor, "204", release=True)
    last = newest(office)
    with pytest.raises(Invalid, match=r"3\.target: there is no extension 204"):
        undo(office, number)
    assert key(office, 4) == ("speed-dial", "2")
    assert newest(office) == last


def test_a_secret_is_not_brought_back_and_the_refusal_says_so(office: Office) -> None:
    set_values(office, "tenant", "", admin_password="first-secret")
    number = set_values(office, "tenant", "", admin_password="second-secret", language="it")
    with pytest.raises(Invalid, match="admin_password: the history keeps no secrets"):
        undo(office, number)
    done = undo(office, number, partly=True)
    assert [one.name for one in done.plan.left] == ["admin_password"]
    stored, _ = settings.stored_values(office.house, office.actor, "tenant")
    assert stored.keys() == {"admin_password"}
    assert stored["admin_password"].reveal() == "second-secret"


def test_a_secret_that_was_not_set_before_is_forgotten_again(office: Office) -> None:
    number = set_values(
        office, "device", office.yealink, admin_password="first-secret", overrides={"ldap.password": "x"}
    )
    undo(office, number)
    assert settings.stored_values(office.house, office.actor, "device", office.yealink) == ({}, {})


def test_a_line_password_stays_while_its_name_returns(office: Office) -> None:
    directory.change_line(office.house, office.actor, "204", {"display_name": "Anna", "password": "new-secret"})
    number = newest(office)
    with pytest.raises(Invalid, match="password: the history keeps no secrets"):
        undo(office, number)
    undo(office, number, partly=True)
    assert directory.get_line(office.house, office.actor, "204").display_name == ""


def test_a_phone_gets_its_lines_and_the_keys_that_went_with_them(office: Office) -> None:
    devices.change_device(office.house, office.actor, office.poly, {"lines": ["201", "203"]})
    set_keys(office, {"2": {"kind": "line", "line": 2}, "3": {"kind": "speed-dial", "target": "300", "line": 2}})
    devices.change_device(office.house, office.actor, office.poly, {"lines": ["201"], "description": "Hall"})
    assert key(office, 2) == ("none", "")
    undo(office, newest(office))
    shown = keys.read_keys(office.house, office.actor, office.poly)
    assert key(office, 2) == ("line", "")
    assert shown[Slot(0, 3)].key.line == 2
    (device,) = [one for one in devices.find_devices(office.house, office.actor) if one.mac == office.poly]
    assert [row.line.extension for row in device.lines] == ["201", "203"]
    assert device.description == ""


def test_departments_return_by_name(office: Office) -> None:
    directory.add_department(office.house, office.actor, "Uffici")
    devices.change_device(office.house, office.actor, office.poly, {"department": "Uffici"})
    phone = newest(office)
    directory.change_line(office.house, office.actor, "204", {"department": "Uffici"})
    undo(office, newest(office))
    undo(office, phone)
    assert directory.get_line(office.house, office.actor, "204").department is None
    row = audit.history(office.house, office.actor, limit=1)[0]
    assert (row.before, row.after) == ({"department": "Uffici"}, {"department": ""})


@pytest.mark.parametrize("what", ["device added", "line added", "action resync", "address revealed"])
def test_what_has_no_before_is_refused(office: Office, what: str) -> None:
    devices.reveal_url(office.house, office.actor, office.poly)
    devices.change_device(office.house, office.actor, office.poly, {"sip_address": "sip:201@192.0.2.1"})
    actions.act(office.house, office.actor, office.poly, "resync")
    number = audit.history(office.house, office.actor, wanted=Wanted(what=what))[0].id
    with pytest.raises(Conflict, match="cannot be taken back"):
        undo(office, number)


def test_a_phone_that_was_removed_and_added_again_is_another_one(office: Office) -> None:
    number = set_keys(office, {"3": BLF})
    devices.remove_device(office.house, office.actor, office.poly)
    devices.add_device(office.house, office.actor, devices.NewDevice(office.poly, "poly", "VVX301", ("201",)))
    with pytest.raises(Conflict, match="the phone was removed since"):
        undo(office, number)


def test_a_number_that_somebody_else_has_now_is_left_alone(office: Office) -> None:
    directory.change_line(office.house, office.actor, "204", {"display_name": "Anna"})
    number = newest(office)
    directory.remove_line(office.house, office.actor, "204")
    directory.add_line(office.house, office.actor, directory.NewLine("204", "Somebody Else"))
    with pytest.raises(Conflict, match="cannot be taken back"):
        undo(office, number, overwrite=True)
    assert directory.get_line(office.house, office.actor, "204").name == "Somebody Else"


def test_a_phone_goes_back_to_a_moment(office: Office) -> None:
    set_keys(office, {"3": BLF})
    then = office.house.clock() + timedelta(seconds=1)
    office.house.clock.forward(seconds=2)  # type: ignore[attr-defined]
    set_keys(office, {"3": {"kind": "none"}, "4": BLF})
    set_keys(office, {"4": {"kind": "speed-dial", "target": "1"}})
    set_values(office, "device", office.poly, language="ro")
    devices.change_device(office.house, office.actor, office.poly, {"description": "Hall"})
    set_keys(office, {"3": BLF}, office.yealink)
    done = undoing.roll_back(office.house, office.actor, Wanted(device=office.poly, since=then))
    assert key(office, 3) == ("blf", "204")
    assert key(office, 4) == ("none", "")
    assert [row.what for row in done.lines] == ["settings", "device", "keys"]
    assert len(done.lines[2].undoes) == 2
    assert keys.read_keys(office.house, office.actor, office.yealink)[Slot(0, 3)].key.target == "204"


def test_the_company_goes_back_to_before_a_change(office: Office) -> None:
    number = set_keys(office, {"3": BLF})
    set_values(office, "tenant", "", language="it")
    directory.change_line(office.house, office.actor, "204", {"name": "Renamed"})
    directory.add_line(office.house, office.actor, directory.NewLine("205", "New"))
    with pytest.raises(Invalid, match="205: a line that was added stays"):
        undoing.roll_back(office.house, office.actor, Wanted(), number)
    undoing.roll_back(office.house, office.actor, Wanted(), number, partly=True)
    assert key(office, 3) == ("none", "")
    assert directory.get_line(office.house, office.actor, "204").name == "Anna Bianchi"
    assert settings.stored_values(office.house, office.actor, "tenant") == ({}, {})
    assert directory.get_line(office.house, office.actor, "205").name == "New"


def test_a_roll_back_that_breaks_a_rule_names_the_phone_and_does_nothing(office: Office) -> None:
    set_keys(office, {"3": BLF})
    number = set_keys(office, {"3": {"kind": "none"}})
    set_values(office, "tenant", "", language="it")
    directory.remove_line(office.house, office.actor, "204")
    last = newest(office)
    with pytest.raises(Invalid, match=f"{office.poly} 3.target: there is no extension 204"):
        undoing.roll_back(office.house, office.actor, Wanted(), number, partly=True)
    assert newest(office) == last
    assert settings.stored_values(office.house, office.actor, "tenant")[0] == {"language": "it"}


def test_nothing_is_taken_back_by_who_may_not_or_for_another_company(office: Office) -> None:
    number = set_keys(office, {"3": BLF})
    with pytest.raises(Forbidden):
        undoing.undo(office.house, replace(office.actor, role=Role.READER), number)
    other = replace(office.actor, tenant_id=ensure_company(office.house, "Verdi S.r.l."))
    with pytest.raises(NotFound):
        undoing.undo(office.house, other, number)
    with pytest.raises(Conflict, match="nothing of it"):
        undoing.roll_back(office.house, other, Wanted(since=office.house.clock() - timedelta(days=1)))


def test_a_save_at_the_same_moment_is_not_overwritten(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is made, and before the phone is held somebody saves."""
    if office.house.database.is_sqlite:
        return  # there who saves at the same moment waits
    number = set_keys(office, {"3": BLF})
    put = undoing._put_keys

    def overtaken(house: House, actor: Actor, step: undoing.Step) -> None:
        other = threading.Thread(target=set_keys, args=(office, {"3": {"kind": "speed-dial", "target": "9"}}))
        other.start()
        other.join()
        put(house, actor, step)

    monkeypatch.setitem(undoing._RESTORERS, "keys", overtaken)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="at the same moment"):
        undo(office, number)
    assert key(office, 3) == ("speed-dial", "9")


def test_no_secret_stands_in_what_is_left(office: Office) -> None:
    set_values(office, "tenant", "", admin_password="first-secret")
    number = set_values(office, "tenant", "", admin_password="second-secret", language="it")
    done = undo(office, number, partly=True)
    assert "secret" not in repr([row.before for row in done.lines]).replace(MASK, "")
    assert "second-secret" not in repr(done.plan)
