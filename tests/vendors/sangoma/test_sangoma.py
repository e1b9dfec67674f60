"""Sangoma S: popup and splash, three ranges of key numbers, minutes, codecs, zones, and what the server owns."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.registry import claim, identify, vendors
from provserver.vendors.sangoma.common import zone
from tests.vendors.reader_sangoma import read_sangoma
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

ANNA = Key(KeyKind.BLF, "204", "Anna", line=2)


def phone(model: str = "S705", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["sangoma"].models[model], **changes)  # type: ignore[arg-type]


def body(of: Phone) -> bytes:
    """Render a phone's one file."""
    (file,) = vendors()["sangoma"].package.files(of)
    return file.body


def reading(of: Phone) -> Reading:
    """Render a phone and read its file."""
    return read_sangoma({f"cfg{of.mac}.xml": body(of)}, of.model)


@pytest.mark.parametrize(
    ("model", "popup", "ring", "expected"),
    [
        ("S505", True, "off", (True, "off")),
        ("S505", True, "splash", (True, "own")),
        ("S505", True, "tone", (True, "own")),
        ("S505", False, "off", (False, "off")),
        ("S505", False, "splash", (False, "off")),
        ("S505", False, "tone", (False, "off")),
        ("S205", True, "splash", (False, "off")),
    ],
)
def test_a_splash_sounds_only_with_the_popup(model: str, popup: bool, ring: str, expected: tuple[bool, str]) -> None:
    found = reading(phone(model, settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == expected
    assert {"P4703", "P4704", "P23259", "P23260"} <= found.parameters.keys()


@pytest.mark.parametrize(
    ("slot", "names"),
    [
        (Slot(0, 1), ("P41200", "P20600", "P41300", "P41400", "P41500", "P41600")),
        (Slot(0, 4), ("P41203", "P20603", "P41303", "P41403", "P41503", "P41603")),
        (Slot(0, 5), ("P20200", "P20604", "P20201", "P20202", "P20203", "P20204")),
        (Slot(0, 36), ("P20355", "P20635", "P20356", "P20357", "P20358", "P20359")),
        (Slot(0, 37), ("P23000", "P23001", "P23002", "P23003", "P23004", "P23005")),
        (Slot(0, 45), ("P23048", "P23049", "P23050", "P23051", "P23052", "P23053")),
        (Slot(1, 1), ("P60000", None, "P60001", "P60002", "P60003", "P60004")),
        (Slot(2, 40), ("P61195", None, "P61196", "P61197", "P61198", "P61199")),
    ],
)
def test_a_key_is_written_under_its_numbers(slot: Slot, names: tuple[str | None, ...]) -> None:
    found = reading(phone(keys={slot: ANNA})).parameters
    values = ("3", "0", "204", "Anna", "1", "**")
    assert {n: found[n] for n in names if n} == {n: v for n, v in zip(names, values, strict=True) if n}


def test_a_deleted_key_is_written_as_none() -> None:
    found = reading(phone(keys={}))
    assert set(found.keys) == {str(number) for number in range(1, 46)}
    assert {key["kind"] for key in found.keys.values()} == {"none"}
    assert (found.parameters["P41202"], found.parameters["P41302"]) == ("0", "")


@pytest.mark.parametrize(("seconds", "minutes"), [(3600, "60"), (60, "1"), (119, "1"), (86400, "1440")])
def test_registrations_are_counted_in_minutes(seconds: int, minutes: str) -> None:
    assert reading(phone(settings={"register_expires": seconds})).parameters["P32"] == minutes


def test_the_last_codec_fills_the_choices_that_are_left() -> None:
    found = reading(phone(settings={"codecs": ("opus", "pcma", "g729")})).parameters
    assert [found[f"P{number}"] for number in range(57, 63)] == ["8", "18", "18", "18", "18", "18"]
    none = reading(phone(settings={"codecs": ("opus",)})).parameters
    assert "P57" not in none


def test_a_line_taken_away_is_switched_off_and_leaves_no_password() -> None:
    full = phone()
    found = reading(replace(full, lines=full.lines[:1])).parameters
    assert (found["P271"], found["P401"], found["P20361"]) == ("1", "0", "0")
    assert found["P734"] == found["P735"] == found["P1806"] == ""


def test_the_server_is_written_with_its_port_and_the_transport_decides_it() -> None:
    full = phone()
    line = replace(full.lines[0], transport="tls", outbound_proxy="2001:db8::1")
    found = reading(replace(full, lines=(line,))).parameters
    assert (found["P47"], found["P48"], found["P130"]) == ("pbx.example.com:5061", "[2001:db8::1]:5061", "2")
    assert reading(full).parameters["P48"] == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Europe/Rome", (52, 2)),
        ("Europe/London", (39, 2)),
        ("Europe/Dublin", (39, 2)),
        ("UTC", (33, 0)),
        ("America/New_York", (18, 2)),
        ("America/Toronto", (18, 2)),
        ("America/Denver", (9, 2)),
        ("America/Phoenix", (10, 0)),
        ("Africa/Lagos", (49, 0)),
        ("Europe/Bucharest", (57, 2)),
        ("Asia/Kolkata", (84, 0)),
        ("Asia/Kathmandu", (None, 0)),
    ],
)
def test_a_zone_is_the_phones_number_for_it(name: str, expected: tuple[int | None, int]) -> None:
    assert zone(name) == expected


def test_a_zone_that_the_phone_lacks_is_left_alone() -> None:
    assert "P64" not in reading(phone(settings={"time_zone": "Asia/Kathmandu"})).parameters


def test_the_upgrade_mode_follows_the_address() -> None:
    plain = replace(phone(), provisioning_url="http://192.0.2.1:8080/p/token/")
    found = reading(plain).parameters
    assert (found["P212"], found["P237"]) == ("1", "http://192.0.2.1:8080/p/token")
    assert reading(phone()).parameters["P212"] == "3"


def test_an_unset_password_is_not_written() -> None:
    found = reading(phone(settings={"admin_password": None})).parameters
    assert "P2" not in found
    assert "P196" in found


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["sangoma"].rules
    for name in ("P237", "P2", "P34", "p271", "P1806", "P4704", "P20983", "P24012"):
        assert rules.owns(name), name
    for name in ("P8683", "P41300", "P64"):
        assert not rules.owns(name), name
    for name in ("P34", "P237", "P1361"):
        assert rules.hides(name), name
    for wrong in ("P", "P0", "P123456", "para", "P1\n", "P1 x", "p1"):
        assert not rules.parameter.search(wrong), wrong


def test_a_refresh_is_no_reboot() -> None:
    rules = vendors()["sangoma"].rules
    assert rules.resync(["P41300"]).push.event == "resync"
    assert rules.resync(["P51"]).may_restart == ("P51",)
    assert rules.pushes["reboot"].event == "check-sync;reboot=true"


def test_another_series_of_the_same_brand_is_not_this_maker() -> None:
    assert vendors()["sangoma"].identify("Sangoma P325 4_9_2") is None
    found = identify("Sangoma S705 2.0.4.50 00:50:58:01:02:03")
    assert found is not None
    assert (found.vendor, found.model, found.mac) == ("sangoma", "S705", "005058010203")


def test_the_file_is_the_one_that_the_phone_asks_for() -> None:
    found = claim("cfg005058010203.xml")
    assert found is not None
    assert "sangoma" in found.vendors
    assert found.mac == "005058010203"


@pytest.mark.parametrize("label", ["<b>&\"'", "]]>", "Anna & Bruno", "👩‍👩‍👧", "שלום", "--><P2>x</P2>"])
def test_a_hostile_label_stays_a_label(label: str) -> None:
    plain = reading(phone(keys={Slot(0, 2): ANNA}))
    found = reading(phone(keys={Slot(0, 2): replace(ANNA, label=label)}))
    assert found.keys["2"]["label"] == label
    assert found.parameters.keys() == plain.parameters.keys()
