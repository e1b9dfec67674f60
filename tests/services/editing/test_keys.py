"""Keys are saved all or nothing, by the rules, and every save leaves a trace."""

from typing import Any

import pytest
from sqlalchemy import select

from provserver.db.models import Change, Device, Rendering
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Invalid, NotFound
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.delivery.rendered import read as read_rendered
from provserver.services.editing import keys
from provserver.services.history import audit
from provserver.services.organisation import directory
from provserver.services.rendering import renderings
from tests.services.conftest import Office

GOOD = {
    "3": {"kind": "blf", "target": "204", "label": "Front desk", "use_name_as_label": True},
    "4": {"kind": "speed-dial", "target": "*98", "label": "Pickup"},
}


def fields(problem: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {error.field for error in problem.value.fields}


def test_a_save_is_read_back_with_the_label_that_the_phone_shows(office: Office) -> None:
    _, slots, _ = keys.set_keys(office.house, office.actor, office.poly, GOOD)
    assert slots == [Slot(0, 3), Slot(0, 4)]
    read = keys.read_keys(office.house, office.actor, office.poly)
    assert read[Slot(0, 3)].key.label == "Front desk"
    assert read[Slot(0, 3)].shown == "Anna Bianchi"
    assert read[Slot(0, 4)].shown == "Pickup"
    assert read[Slot(0, 1)].key.kind is KeyKind.LINE
    assert len([slot for slot in read if slot.module == 0]) == 6


def test_the_same_save_twice_changes_nothing(office: Office) -> None:
    keys.set_keys(office.house, office.actor, office.poly, GOOD)
    _, slots, saved = keys.set_keys(office.house, office.actor, office.poly, GOOD)
    assert slots == [] and saved.files == ()


@pytest.mark.parametrize(
    ("slot", "key", "field"),
    [
        ("7", {"kind": "blf", "target": "204"}, "7"),
        ("s4.1", {"kind": "blf", "target": "204"}, "s4.1"),
        ("s1.85", {"kind": "blf", "target": "204"}, "s1.85"),
        ("0", {"kind": "none"}, "0"),
        ("x", {"kind": "none"}, "x"),
        ("3", {"kind": "teleport"}, "3.kind"),
        ("3", {"kind": "dtmf", "target": "1"}, "3.kind"),
        ("3", {"kind": "blf"}, "3.target"),
        ("3", {"kind": "blf", "target": "999"}, "3.target"),
        ("3", {"kind": "speed-dial", "target": "a b\nc"}, "3.target"),
        ("3", {"kind": "speed-dial", "target": "1", "label": "x\ny"}, "3.label"),
        ("3", {"kind": "speed-dial", "target": "1", "label": "x" * 300}, "3.label"),
        ("3", {"kind": "line", "line": 2}, "3.line"),
        ("3", {"kind": "line", "line": 0}, "3.line"),
        ("3", {"kind": "line", "line": "1"}, "3.line"),
        ("3", {"kind": "none", "colour": "red"}, "3.colour"),
        ("3", "blf", "3"),
        ("3", {"kind": "blf", "target": 204}, "3.target"),
    ],
)
def test_a_wrong_key_is_refused_with_its_field(office: Office, slot: str, key: Any, field: str) -> None:
    with pytest.raises(Invalid) as problem:
        keys.set_keys(office.house, office.actor, office.poly, {"4": GOOD["4"], slot: key})
    assert fields(problem) == {field}
    assert keys.read_keys(office.house, office.actor, office.poly)[Slot(0, 4)].key.kind is KeyKind.NONE


def test_every_wrong_field_is_named_at_once(office: Office) -> None:
    wrong = {"3": {"kind": "blf", "target": "999", "label": "a\nb"}, "5": {"kind": "line", "line": 9}}
    with pytest.raises(Invalid) as problem:
        keys.set_keys(office.house, office.actor, office.poly, wrong)
    assert fields(problem) == {"3.target", "3.label", "5.line"}


def test_a_dry_run_changes_nothing_and_says_what_it_would(office: Office) -> None:
    _, slots, saved = keys.set_keys(office.house, office.actor, office.poly, GOOD, dry_run=True)
    assert slots == [Slot(0, 3), Slot(0, 4)] and saved.files
    assert keys.read_keys(office.house, office.actor, office.poly)[Slot(0, 3)].key.kind is KeyKind.NONE
    assert not [change for change in audit.history(office.house, office.actor) if change.what == "keys"]


def test_an_edit_is_audited_with_before_and_after(office: Office) -> None:
    keys.set_keys(office.house, office.actor, office.poly, GOOD)
    keys.set_keys(office.house, office.actor, office.poly, {"4": {"kind": "none"}})
    newest = audit.history(office.house, office.actor, office.poly)[0]
    assert (newest.actor, newest.what) == ("anna", "keys")
    assert newest.before["4"]["target"] == "*98" and newest.after["4"]["kind"] == "none"


def test_a_rename_reaches_the_phones_that_show_the_name(office: Office) -> None:
    keys.set_keys(office.house, office.actor, office.poly, GOOD)
    directory.change_line(office.house, office.actor, "204", {"display_name": "Anna B. Conti"})
    with office.house.database.reading() as session:
        stale = renderings.stale_devices(session, 10)
        device = session.scalar(select(Device).where(Device.mac == office.poly))
        assert device is not None and stale == [device.id]
    assert refresh_device(office.house, stale[0]) == ""
    _, body = read_rendered(office.house, office.actor, office.poly, f"{office.poly}-config.cfg")
    assert b"Anna B. Conti" in body and b"Anna Bianchi" not in body and b"Front desk" not in body


def test_a_sidecar_key_brings_its_module_into_use(office: Office) -> None:
    keys.set_keys(office.house, office.actor, office.yealink, {"s1.5": {"kind": "blf", "target": "204"}})
    _, body = read_rendered(office.house, office.actor, office.yealink, f"{office.yealink}.cfg")
    assert b"expansion_module.1.key.5.type = 16" in body
    keys.set_keys(office.house, office.actor, office.yealink, {"s1.5": {"kind": "none"}})
    _, body = read_rendered(office.house, office.actor, office.yealink, f"{office.yealink}.cfg")
    assert b"expansion_module.1.key.5.type = 0" in body


def test_what_is_stored_of_a_rendering_is_sealed(office: Office) -> None:
    with office.house.database.reading() as session:
        for row in session.scalars(select(Rendering)):
            assert b"account" not in row.sealed_body and b"reg.1" not in row.sealed_body
            assert b"linekey" not in row.sealed_parameters
        assert session.scalars(select(Change)).all()


def test_a_foreign_phone_does_not_exist(office: Office) -> None:
    from dataclasses import replace

    stranger = replace(office.actor, tenant_id=office.actor.tenant_id + 1)
    with pytest.raises(NotFound):
        keys.set_keys(office.house, stranger, office.poly, GOOD)
