"""Cisco's own keys and sounds: function strings, modules, what a label must not do, the popup that is none."""

from dataclasses import replace

import pytest

from provserver.domain.hardware import Feature
from provserver.domain.keys import EMPTY, Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.cisco import files
from provserver.vendors.registry import vendors
from tests.vendors.reader_cisco import read_cisco
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

LINE = Key(KeyKind.LINE, line=1)
ANNA = Key(KeyKind.BLF, "204", "Anna")


def phone(model: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["cisco"].models[model], **changes)  # type: ignore[arg-type]


def keyed(model: str, *keys: Key) -> Phone:
    """Give a phone whose keys are these, from key 1 on."""
    return phone(model, keys={Slot(0, number): key for number, key in enumerate(keys, start=1)})


def reading(of: Phone) -> Reading:
    """Render a phone and read what it makes of its files."""
    return read_cisco({file.name: file.body for file in files(of)}, of.model)


@pytest.mark.parametrize("model", ["SPA504G", "SPA525G2", "8851"])
@pytest.mark.parametrize(
    ("popup", "ring", "sounds", "tone"),
    [
        (False, "off", "No", "440@-10;30(.3/9.7/1)"),
        (False, "splash", "No", "440@-10;30(.3/9.7/1)"),
        (False, "tone", "No", "440@-10;30(.3/9.7/1)"),
        (True, "off", "No", "440@-10;30(.3/9.7/1)"),
        (True, "splash", "Yes", "440@-10;1(.3/.7/1)"),
        (True, "tone", "Yes", "440@-10;30(.3/9.7/1)"),
    ],
)
def test_a_splash_sounds_only_while_the_popup_is_switched_on(
    model: str, popup: bool, ring: str, sounds: str, tone: str
) -> None:
    found = reading(phone(model, settings={"monitor_popup": popup, "monitor_ring": ring})).parameters
    assert found["Call_Pickup_Audio_Notification"] == sounds
    assert found["Call_Pickup_Tone"] == tone


@pytest.mark.parametrize("popup", [True, False])
def test_phoneos_alone_has_something_like_a_popup_and_it_is_written_both_ways(popup: bool) -> None:
    settings = {"monitor_popup": popup}
    assert reading(phone("9861", settings=settings)).popup is popup
    assert "Wake_up_phone_screen_when_BLF_pickup_is_ringing" not in reading(phone("8851", settings=settings)).parameters


def test_no_model_claims_a_popup_and_each_says_why() -> None:
    for model in vendors()["cisco"].models.values():
        assert Feature.POPUP not in model.supports
        assert "popup" in model.lacks
        for feature in (Feature.SPLASH, Feature.TONE, Feature.PHONEBOOK, Feature.FACTORY_RESET):
            assert feature in model.supports or model.lacks[feature]


@pytest.mark.parametrize("model", ["SPA942", "SPA301", "7811", "ATA191"])
def test_where_nothing_is_monitored_or_sounds_no_sound_is_written(model: str) -> None:
    assert "Call_Pickup_Audio_Notification" not in reading(phone(model)).parameters


def test_every_kind_is_either_offered_or_refused_with_a_reason() -> None:
    for model in vendors()["cisco"].models.values():
        if model.slots or model.sidecar:
            refused = set(KeyKind) - model.kinds - {KeyKind.NONE}
            assert {kind for kind in refused if not model.lacks.get(kind)} == set(), model.name


@pytest.mark.parametrize("model", ["SPA508G", "8841"])
def test_a_function_counts_only_on_a_key_whose_extension_is_disabled(model: str) -> None:
    found = reading(keyed(model, LINE, ANNA, EMPTY, ANNA)).parameters
    assert [found[f"Extension_{number}_"] for number in range(1, 5)] == ["1", "Disabled", "Disabled", "Disabled"]
    assert [bool(found[f"Extended_Function_{number}_"]) for number in range(1, 5)] == [False, True, False, True]


def test_a_deleted_key_is_written_as_none_also_on_a_module() -> None:
    found = reading(phone("8851", keys={Slot(0, 1): LINE, Slot(1, 1): EMPTY, Slot(2, 28): EMPTY}))
    assert found.keys["2"]["kind"] == "none"
    assert found.parameters["Extension_2_"] == "Disabled"
    assert found.parameters["Short_Name_2_"] == found.parameters["Extended_Function_2_"] == ""
    for slot in ("1_1", "2_28"):
        unit, _, number = slot.partition("_")
        assert found.parameters[f"Unit_{unit}_Key_{number}_"] == ""
        assert found.parameters[f"Unit_{unit}_Extension_{number}_"] == "Disabled"


def test_monitoring_needs_the_lamp_the_call_and_the_pickup() -> None:
    function = reading(keyed("SPA504G", LINE, ANNA)).parameters["Extended_Function_2_"]
    assert function == "fnc=sd+blf+cp;sub=204@$PROXY;ext=204@$PROXY;nme=Anna"


def test_the_account_is_named_always_on_new_phones_and_from_the_second_on_old_ones() -> None:
    second = replace(ANNA, line=2)
    old, new = reading(keyed("SPA504G", ANNA, second)), reading(keyed("8851", ANNA, second))
    assert ["vid=" in old.parameters[f"Extended_Function_{number}_"] for number in (1, 2)] == [False, True]
    assert ["vid=" in new.parameters[f"Extended_Function_{number}_"] for number in (1, 2)] == [True, True]
    assert [old.keys[number]["line"] for number in "12"] == [new.keys[number]["line"] for number in "12"] == [1, 2]


def test_an_address_is_dialled_as_it_is_and_a_number_at_the_account_s_own_server() -> None:
    found = reading(keyed("8851", Key(KeyKind.SPEED_DIAL, "a.b@pbx.example.org", "A"), Key(KeyKind.SPEED_DIAL, "*98")))
    assert found.parameters["Extended_Function_1_"] == "fnc=sd;ext=a.b@pbx.example.org;vid=1;nme=A"
    assert found.parameters["Extended_Function_2_"] == "fnc=sd;ext=*98@$PROXY;vid=1"


def test_pickup_and_voicemail_dial_what_the_settings_say() -> None:
    keys = (Key(KeyKind.PICKUP, "", "Group"), Key(KeyKind.VOICEMAIL, "", "Mail"))
    assert [reading(keyed("SPA504G", *keys)).keys[number]["target"] for number in "12"] == ["*98", "*97"]
    mail = reading(keyed("8851", *keys)).parameters["Extended_Function_2_"]
    assert mail == "fnc=mwi+sd;ext=*97@$PROXY;sub=201@$PROXY;vid=1;nme=Mail"


def test_a_voicemail_key_without_any_number_is_none() -> None:
    silent = keyed("8851", Key(KeyKind.VOICEMAIL, "", "Mail"))
    silent = replace(silent, lines=tuple(replace(line, voicemail="") for line in silent.lines))
    assert reading(silent).keys["1"]["kind"] == "none"


@pytest.mark.parametrize("label", ["a;fnc=dnd", ";", "Anna;ext=0900@$PROXY", "a=b", "<b>&amp;", "]]>", "é שלום 😀"])
@pytest.mark.parametrize("model", ["SPA504G", "8851"])
def test_a_label_stays_a_label(model: str, label: str) -> None:
    found = reading(keyed(model, LINE, replace(ANNA, label=label)))
    assert found.keys["2"] == {"kind": "blf", "target": "204", "label": label, "line": 1}
    assert found.parameters["Extended_Function_2_"].startswith("fnc=sd+blf+cp;")
    assert ";fnc=" not in found.parameters["Extended_Function_2_"]


def test_a_semicolon_in_an_address_cannot_begin_another_field() -> None:
    gate = Key(KeyKind.URL, "http://192.0.2.7/a;b?c=1;fnc=dnd", "Gate")
    found = reading(keyed("8851", gate))
    assert found.parameters["Extended_Function_1_"] == "fnc=xml;url=http://192.0.2.7/a%3Bb?c=1%3Bfnc=dnd;nme=Gate"
    assert found.keys["1"]["target"] == gate.target


def test_modules_are_spelled_with_and_without_a_last_underscore() -> None:
    keys = {Slot(1, 5): ANNA}
    assert "Unit_1_Key_5" in reading(phone("SPA504G", keys=keys)).parameters
    assert "Unit_1_Key_5_" in reading(phone("8851", keys=keys)).parameters


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("SPA504G", {"Unit_1_Enable": "Yes", "Unit_2_Enable": "No", "PoE_Power_Required": "Maximum"}),
        ("6851", {"Number_of_Units": "1", "PoE_Power_Required": "Maximum"}),
        ("8851", {"Number_of_Units": "1", "KEM_Type": "CP-8800-Audio", "PoE_Power_Required": "Maximum"}),
        ("8865", {"Number_of_Units": "1", "KEM_Type": "CP-8800-Video", "PoE_Power_Required": "Maximum"}),
        ("9861", {"Number_of_Units": "1", "PoE_Power_Required": "Maximum"}),
    ],
)
def test_modules_in_use_are_announced_with_their_type_and_power(model: str, expected: dict[str, str]) -> None:
    found = reading(phone(model, keys={Slot(1, 1): ANNA})).parameters
    assert {name: found.get(name) for name in expected} == expected
    without = reading(phone(model, keys={Slot(0, 1): LINE})).parameters
    assert without["PoE_Power_Required"] == "Normal"
    assert without.get("Number_of_Units", "0") == "0"
    assert without.get("Unit_1_Enable", "No") == "No"


def test_a_line_stands_on_a_module_where_the_module_takes_lines() -> None:
    line = Key(KeyKind.LINE, label="Desk", line=2)
    keys = {Slot(0, 1): LINE, Slot(1, 3): line}
    assert reading(phone("8851", keys=keys)).keys["s1.3"] == {"kind": "line", "target": "", "label": "Desk", "line": 2}
    for model in ("SPA504G", "6851"):
        assert reading(phone(model, keys=keys)).keys["s1.3"]["kind"] == "none"


def test_a_phone_without_keys_of_its_own_takes_them_on_its_modules() -> None:
    found = reading(phone("SPA502G", keys={Slot(1, 32): ANNA}))
    assert KeyKind.BLF in vendors()["cisco"].models["SPA502G"].kinds
    assert len(found.keys) == 32
    assert found.keys["s1.32"]["target"] == "204"
