"""Htek's own: popup and splash, numbers and tags, profiles, minutes, the modules."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.htek import files
from provserver.vendors.registry import claim, find_model, vendors
from tests.vendors.reader_htek import read_htek
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone


def phone(model: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["htek"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its file."""
    return read_htek({file.name: file.body for file in files(of)}, of.model)


@pytest.mark.parametrize("model", ["UC926", "UC924U", "UC842"])
@pytest.mark.parametrize(
    ("popup", "ring", "expected"),
    [
        (True, "off", (True, "off")),
        (True, "splash", (True, "own")),
        (True, "tone", (True, "own")),
        (False, "off", (False, "off")),
        (False, "splash", (False, "off")),
        (False, "tone", (False, "off")),
    ],
)
def test_a_splash_sounds_only_with_the_popup_and_both_are_always_written(
    model: str, popup: bool, ring: str, expected: tuple[bool, str]
) -> None:
    found = reading(phone(model, settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == expected
    names = {"P4703", "P4704"}
    if model == "UC924U":
        names = {"CallPickup_VisualAlertForBLFPickup", "CallPickup_AudioAlertForBLFPickup"}
    assert names <= set(found.parameters)


def test_a_phone_without_keys_monitors_nobody() -> None:
    found = reading(phone("UC803"))
    assert not found.keys
    assert "P4703" not in found.parameters


@pytest.mark.parametrize(
    ("slot", "numbers"),
    [
        ("1", ("P41200", "P20600", "P41300", "P41600")),
        ("4", ("P41203", "P20603", "P41303", "P41603")),
        ("5", ("P20200", "P20604", "P20201", "P20204")),
        ("36", ("P20355", "P20635", "P20356", "P20359")),
        ("s1.1", ("P60000", None, "P60001", "P60004")),
        ("s1.21", ("P60100", None, "P60101", "P60104")),
        ("s6.40", ("P65195", None, "P65196", "P65199")),
    ],
)
def test_a_key_has_the_numbers_of_its_range(slot: str, numbers: tuple[str | None, ...]) -> None:
    found = files(phone("UC926", keys={Slot.parse(slot): Key(KeyKind.BLF, "204", "Anna", line=2)}))[0].parameters
    values = [found[name].value for name in numbers if name]
    assert values == (["3", "0", "204", "**"] if numbers[1] else ["3", "204", "**"])


def test_the_u_series_reads_tags_and_no_numbers() -> None:
    keys = {Slot(0, 28): Key(KeyKind.BLF, "204", "Anna"), Slot(2, 22): Key(KeyKind.PARK, "701", "Park")}
    found = files(phone("UC924U", keys=keys))[0].parameters
    assert found["LineKey28_Value"].value == "204"
    assert found["Exp2_2_2_KeyType"].value == "8"
    assert found["Account1_SipUserId"].value == "201"
    assert found["Profile2_Sipserver"].value == "pbx.example.com:5060"
    assert not any(name.startswith("P2") or name[1:].isdigit() for name in found)


def test_a_number_tells_people_what_it_means() -> None:
    body = files(phone("UC926"))[0].body
    assert b'<P47 para="Profile1_Sipserver">pbx.example.com:5060</P47>' in body
    assert b'<P41200 para="LineKey1_Type">' in body
    assert b"para=" not in files(phone("UC926U"))[0].body


def test_a_deleted_key_is_written_as_none() -> None:
    before = reading(phone("UC926", keys={Slot(0, 9): Key(KeyKind.BLF, "204", "Anna")}))
    after = reading(phone("UC926", keys={}))
    assert before.keys["9"]["kind"] == "blf"
    assert after.keys["9"] == {"kind": "none", "target": "", "label": "", "line": None}
    assert after.parameters["P20220"] == "0"


def test_accounts_without_a_line_are_switched_off_and_keep_no_password() -> None:
    found = reading(phone("UC926")).parameters
    assert [found[name] for name in ("P271", "P401", "P501", "P601")] == ["1", "1", "0", "0"]
    assert found["P506"] == found["P606"] == ""
    assert (found["P24082"], found["P24083"]) == ("0", "1")


def test_a_registration_lasts_minutes_and_never_none() -> None:
    for seconds, minutes in ((60, "1"), (3600, "60"), (90, "2")):
        assert reading(phone("UC926", settings={"register_expires": seconds})).parameters["P32"] == minutes


def test_servers_carry_their_port() -> None:
    plain = phone("UC926")
    line = replace(plain.lines[0], transport="tls", outbound_proxy="[2001:db8::1]:5070")
    found = reading(replace(plain, lines=(line,))).parameters
    assert (found["P47"], found["P48"], found["P130"]) == ("pbx.example.com:5061", "[2001:db8::1]:5070", "2")


def test_unwanted_codecs_stand_in_no_choice() -> None:
    found = reading(phone("UC926", settings={"codecs": ("pcma", "g729")})).parameters
    assert [found[f"P{number}"] for number in range(57, 63)] == ["8", "18", "18", "18", "18", "18"]


@pytest.mark.parametrize(
    ("zone", "place"), [("Europe/Rome", "52"), ("Europe/Paris", "49"), ("Asia/Kolkata", "84"), ("UTC", "33")]
)
def test_a_zone_is_a_place_of_the_makers_list(zone: str, place: str) -> None:
    found = reading(phone("UC926", settings={"time_zone": zone})).parameters
    assert (found["P64"], found["P75"]) == (place, "2")


def test_a_zone_that_the_list_lacks_leaves_the_phone_its_own() -> None:
    assert "P64" not in reading(phone("UC926", settings={"time_zone": "Asia/Kathmandu"})).parameters


def test_the_server_owns_where_the_phone_asks_and_who_it_is() -> None:
    rules = vendors()["htek"].rules
    for name in (
        *("P237", "P145", "P20165", "P24012", "P2", "P34", "P606", "P601"),
        *("FirmwareUpGrade_ConfigServerPath", "FirmwareUpGrade_ToOverrideServer", "Account12_AuthenticatePassword"),
    ):
        assert rules.parameter.search(name)
        assert rules.owns(name)
    for name in ("P4703", "P64", "Preference_TimeZone", "Account1_Label", "P20000"):
        assert not rules.owns(name)
    for name in ("", "P4 ", "4703", "P1\n", "a/b", "P1 para"):
        assert not rules.parameter.search(name)


def test_every_password_is_secret_by_name() -> None:
    rules = vendors()["htek"].rules
    for model in ("UC926", "UC926U"):
        for name, parameter in files(phone(model))[0].parameters.items():
            assert not parameter.secret or rules.hides(name), name


def test_a_vlan_restarts_the_phone_and_a_label_does_not() -> None:
    rules = vendors()["htek"].rules
    assert rules.resync(["P51"]).push.event == rules.resync(["NW_LLDP_Active"]).push.event == "check-sync;reboot=true"
    assert rules.resync(["P41400"]).push.event == "resync"


def test_labels_and_descriptions_cannot_leave_their_place() -> None:
    label = "A<b>&\"' ]]> -- <!-- x"
    found = reading(replace(phone("UC923", keys={Slot(0, 2): Key(KeyKind.BLF, "204", label)}), description="--> <P2>"))
    assert found.keys["2"]["label"] == label


def test_models_and_files_are_found() -> None:
    model = find_model("htek", "Htek UC924U")
    assert model is not None
    assert model.name == "UC924U"
    found = claim("cfg0010.xml")
    assert found is not None
    assert "htek" in found.vendors
