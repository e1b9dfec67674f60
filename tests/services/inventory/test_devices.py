"""Phones are added in any spelling, once, and their lines decide what their keys may use."""

from typing import Any

import pytest
from sqlalchemy import select

from provserver.db.models import DeviceToken, Line, StoredValue
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Conflict, Invalid, NotFound, Unsupported
from provserver.services.editing import keys
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from provserver.services.pushing import progress, resync
from provserver.services.steering import actions
from tests.services.conftest import Office


@pytest.mark.parametrize("spelling", ["00:15:65:00:00:01", "00-15-65-00-00-01", "0015.6500.0001", "001565000001"])
def test_any_common_spelling_of_an_address_is_taken(office: Office, spelling: str) -> None:
    device, url = devices.add_device(office.house, office.actor, NewDevice(spelling, "Yealink", "SIP-T46U"))
    assert device.mac == "001565000001" and url.startswith("http://prov.test/p/") and url.endswith("/")
    assert len(url.rstrip("/").rpartition("/")[2]) >= 32


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        (NewDevice("xyz", "acme", "1"), {"mac", "vendor"}),
        (NewDevice("001565000001", "yealink", "T99"), {"model"}),
        (NewDevice("001565000001", "yealink", "T46U", ("999",)), {"lines"}),
        (NewDevice("001565000001", "yealink", "T46U", ("201", "201")), {"lines"}),
        (NewDevice("001565000001", "poly", "VVX101", ("201", "202")), {"lines"}),
        (NewDevice("001565000001", "yealink", "T46U", (), "a\nb"), {"description"}),
    ],
)
def test_a_wrong_phone_is_refused_with_its_fields(office: Office, new: NewDevice, fields: set[str]) -> None:
    with pytest.raises(Invalid) as problem:
        devices.add_device(office.house, office.actor, new)
    assert {error.field for error in problem.value.fields} == fields
    assert not devices.find_devices(office.house, office.actor, "001565000001")


def test_an_address_is_taken_once(office: Office) -> None:
    with pytest.raises(Conflict, match="mac"):
        devices.add_device(office.house, office.actor, NewDevice(office.poly, "poly", "VVX301"))


def test_each_line_gets_a_key_of_its_own(office: Office) -> None:
    devices.add_device(office.house, office.actor, NewDevice("001565000001", "yealink", "T46U", ("203", "204")))
    read = keys.read_keys(office.house, office.actor, "001565000001")
    assert [(read[Slot(0, n)].key.kind, read[Slot(0, n)].key.line) for n in (1, 2)] == [
        (KeyKind.LINE, 1),
        (KeyKind.LINE, 2),
    ]
    assert read[Slot(0, 3)].key.kind is KeyKind.NONE


def test_a_line_that_goes_takes_its_keys_along(office: Office) -> None:
    mac = office.yealink
    devices.change_device(office.house, office.actor, mac, {"lines": ["202", "203"]})
    edited: dict[str, Any] = {"2": {"kind": "line", "line": 2}, "3": {"kind": "blf", "target": "204", "line": 2}}
    keys.set_keys(office.house, office.actor, mac, edited)
    devices.change_device(office.house, office.actor, mac, {"lines": ["202"]})
    read = keys.read_keys(office.house, office.actor, mac)
    assert read[Slot(0, 2)].key.kind is KeyKind.NONE
    assert (read[Slot(0, 3)].key.kind, read[Slot(0, 3)].key.line) == (KeyKind.BLF, 1)


def test_a_monitored_line_is_not_removed_unless_released(office: Office) -> None:
    keys.set_keys(office.house, office.actor, office.poly, {"3": {"kind": "blf", "target": "204"}})
    with pytest.raises(Conflict, match="204"):
        directory.remove_line(office.house, office.actor, "204")
    directory.remove_line(office.house, office.actor, "204", release=True)
    assert keys.read_keys(office.house, office.actor, office.poly)[Slot(0, 3)].key.kind is KeyKind.NONE
    with pytest.raises(NotFound):
        directory.get_line(office.house, office.actor, "204")


def test_a_removed_phone_leaves_nothing_behind(office: Office) -> None:
    devices.remove_device(office.house, office.actor, office.poly)
    with pytest.raises(NotFound):
        progress.standing(office.house, office.actor, office.poly)
    with office.house.database.reading() as session:
        assert len(session.scalars(select(DeviceToken)).all()) == 1
        assert len(session.scalars(select(StoredValue)).all()) == 2  # the other phone's two passwords


@pytest.mark.parametrize(
    "address", ["http://x", "sip:", "sip:a@b c", "sip:201@192.0.2.1;transport=ws", "sips:201@192.0.2.1:0", "x" * 2000]
)
def test_a_wrong_sip_address_is_refused(office: Office, address: str) -> None:
    with pytest.raises(Invalid) as problem:
        devices.change_device(office.house, office.actor, office.poly, {"sip_address": address})
    assert problem.value.fields[0].field == "sip_address"


def test_an_action_that_the_maker_has_no_way_for_is_refused_with_the_reason(office: Office) -> None:
    for mac in (office.poly, office.yealink):
        devices.change_device(office.house, office.actor, mac, {"sip_address": "sip:201@127.0.0.1:9"})
    with pytest.raises(Unsupported, match=r"reboot|restart"):
        actions.act(office.house, office.actor, office.poly, "reboot")
    actions.act(office.house, office.actor, office.yealink, "reboot")
    task = resync.claim(office.house.database, office.house.config, office.house.clock(), 10)
    assert [(one.mac, one.push.event) for one in task] == [(office.yealink, "check-sync;reboot=true")]
    with pytest.raises(Unsupported):
        actions.act(office.house, office.actor, office.yealink, "self-destruct")


def test_a_search_finds_phones_by_what_people_know(office: Office) -> None:
    def found(text: str) -> list[str]:
        return [device.mac for device in devices.find_devices(office.house, office.actor, text)]

    assert found("giulia") == [office.yealink] and found("202") == [office.yealink]
    assert found("AA:BB:CC") == [office.poly] and found("vvx") == [office.poly]
    assert found("nobody") == [] and len(found("")) == 2 and found("%") == []


def test_secrets_of_a_line_are_sealed(office: Office) -> None:
    _, password = directory.add_line(office.house, office.actor, NewLine("300", "New", password="my-sip-secret"))
    with office.house.database.reading() as session:
        line = session.scalar(select(Line).where(Line.extension == "300"))
        assert password == "my-sip-secret" and line is not None and b"my-sip-secret" not in line.sealed_password


def test_a_search_takes_every_character_literally_and_every_letter_in_any_case(office: Office) -> None:
    directory.add_line(office.house, office.actor, NewLine("299", "Ștefan Özil 100%_x"))
    for words, found in (("ștefan", ["299"]), ("ÖZIL", ["299"]), ("%", ["299"]), ("0%_X", ["299"]), ("_y", [])):
        assert [line.extension for line in directory.find_lines(office.house, office.actor, words)] == found
    assert devices.find_devices(office.house, office.actor, "_") == []
