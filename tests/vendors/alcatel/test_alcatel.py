"""Alcatel-Lucent Myriad: positions behind the first line, two types of keys, settings and what is refused."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.registry import claim, vendors
from tests.vendors.reader_alcatel import read_alcatel
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

ANNA = Key(KeyKind.BLF, "204", "Anna", line=2)


def phone(model: str = "M5", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["alcatel"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its files."""
    return read_alcatel({file.name: file.body for file in vendors()["alcatel"].package.files(of)}, of.model)


@pytest.mark.parametrize("popup", [True, False])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_nothing_pops_up_or_rings_and_the_table_says_why(popup: bool, ring: str) -> None:
    found = reading(phone(settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == (False, "off")
    assert {"popup", "splash", "tone"} <= vendors()["alcatel"].models["M3"].lacks.keys()


def test_the_first_key_is_position_two() -> None:
    found = reading(phone(keys={Slot(0, 1): ANNA, Slot(0, 27): ANNA})).parameters
    assert (found["ProgramKey2Type"], found["ProgramKey2Value"], found["ProgramKey2Account"]) == ("59", "204", "2")
    assert found["ProgramKey28Label"] == "Anna"
    assert "ProgramKey1Type" not in found
    assert "ProgramKey29Type" not in found


def test_a_deleted_key_is_written_without_a_type() -> None:
    found = reading(phone(keys={}))
    assert {key["kind"] for key in found.keys.values()} == {"none"}
    assert (found.parameters["ProgramKey3Type"], found.parameters["ProgramKey3Value"]) == ("", "")


def test_pickup_and_voicemail_dial_what_the_settings_say() -> None:
    keys = {Slot(0, 1): Key(KeyKind.PICKUP, "", "Group"), Slot(0, 2): Key(KeyKind.VOICEMAIL, "", "Messages")}
    found = reading(phone(keys=keys)).keys
    assert (found["1"]["target"], found["2"]["target"]) == ("*98", "*97")


def test_messages_are_asked_for_by_the_account_and_dialled_by_the_number() -> None:
    found = reading(phone()).parameters
    assert (found["Account2VmNumber"], found["Account2MwiUri"]) == ("*97", "202")
    nobody = phone()
    without = replace(nobody, lines=tuple(replace(line, voicemail="") for line in nobody.lines))
    assert reading(without).parameters["Account2MwiUri"] == ""


def test_a_line_taken_away_is_switched_off_and_leaves_no_password() -> None:
    full = phone()
    found = reading(replace(full, lines=full.lines[:1])).parameters
    assert [found[f"Account{n}Enable"] for n in range(1, 9)] == ["true"] + ["false"] * 7
    assert found["Account2Password"] == found["Account2UserName"] == ""


@pytest.mark.parametrize(
    ("zone", "offset"),
    [("Europe/Rome", "+1:00"), ("America/St_Johns", "-3:30"), ("UTC", "+0:00"), ("Asia/Kolkata", "+5:30")],
)
def test_a_zone_is_its_offset_and_its_name(zone: str, offset: str) -> None:
    found = reading(phone(settings={"time_zone": zone})).parameters
    assert (found["SettingTimeZone"], found["SettingTimeZoneLocation"]) == (offset, zone)


def test_codecs_are_a_list_of_payload_types_in_order() -> None:
    found = reading(phone(settings={"codecs": ("g729", "opus", "pcma")})).parameters
    assert found["Account1AudioCodec"] == "18;8"
    assert "Account1AudioCodec" not in reading(phone(settings={"codecs": ("opus",)})).parameters


def test_encrypted_speech_is_written_only_as_off() -> None:
    assert reading(phone()).parameters["Account1SrtpWorkingMode"] == "0"
    assert "Account1SrtpWorkingMode" not in reading(phone(settings={"srtp": "required"})).parameters


def test_the_models_file_tells_nothing_and_proves_nothing() -> None:
    common, own = vendors()["alcatel"].package.files(phone("M3"))
    assert (common.name, common.proves) == ("config.m3.xml", False)
    assert b"secret" not in common.body
    assert b"token" not in common.body
    assert own.proves
    found = claim(own.name)
    assert found is not None
    assert found.mac == own.name[7:19]


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["alcatel"].rules
    for name in ("DeviceProvisionServerUrl", "Account8Password", "DeviceSecurityAdminPwd", "Account1Enable"):
        assert rules.owns(name)
    for name in ("SettingTimeFormat", "Account1DigitMap"):
        assert not rules.owns(name)
        assert rules.parameter.search(name)
    for wrong in ("", "settingX", "Setting Time", "A\n", 'A"'):
        assert not rules.parameter.search(wrong)


@pytest.mark.parametrize("label", ["<b>&\"'", '"/><setting id="x', "👩‍👩‍👧", "שלום", "--"])
def test_a_hostile_label_stays_a_label(label: str) -> None:
    found = reading(phone(keys={Slot(0, 2): replace(ANNA, label=label)}))
    assert found.keys["2"]["label"] == label
    assert found.parameters.keys() == reading(phone(keys={Slot(0, 2): ANNA})).parameters.keys()
