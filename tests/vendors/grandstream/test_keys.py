"""Keys of Grandstream phones: their numbers, their scales of modes, and none of them left out."""

import pytest

from provserver.domain.keys import Key
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.grandstream.family import load
from tests.vendors.grandstream.phones import grandstream, parameters, phone, reading

LINE = Key(KeyKind.LINE, line=2)
ANNA = Key(KeyKind.BLF, "204", "Anna", line=2)
NOTHING = {"kind": "none", "target": "", "label": "", "line": None}


def test_a_deleted_key_is_written_as_none() -> None:
    for name in ("GRP2614", "GXP2160", "GXP1782", "GXP1628", "GXP2110", "GXV3240"):
        slots = grandstream().models[name].slots
        before, after = phone(name, keys={slots[-1]: ANNA}), phone(name, keys={})
        assert reading(before).keys[str(slots[-1])]["target"] == "204"
        assert reading(after).keys == {str(slot): NOTHING for slot in slots}
        assert set(parameters(before)) == set(parameters(after))


def test_no_display_key_is_left_out_because_a_gap_deletes_the_later_ones() -> None:
    written = parameters(phone("GXP2170", keys={Slot(0, 48): ANNA}))
    assert [written[f"pks.vpk.{n}.keyMode"] for n in range(1, 49)] == ["None"] * 47 + ["BLF"]
    numbers = parameters(phone("GXP1782", keys={Slot(0, 32): ANNA}))
    assert [numbers[f"P{23800 + 4 * n}"] for n in range(26)] == ["-1"] * 25 + ["1"]


def test_fixed_keys_of_a_gxp17xx_count_their_modes_from_ten_and_dynamic_ones_from_zero() -> None:
    keys = {Slot(0, 1): LINE, Slot(0, 6): ANNA, Slot(0, 8): ANNA, Slot(0, 9): ANNA}
    small, large = parameters(phone("GXP1760", keys=keys)), parameters(phone("GXP1782", keys=keys))
    assert (small["P1363"], small["P1373"], small["P23804"], small["P23808"]) == ("0", "11", "1", "1")
    assert (large["P1363"], large["P1373"], large["P23804"], large["P23808"]) == ("0", "11", "11", "1")
    assert (large["P1365"], large["P23812"]) == ("-1", "-1")


@pytest.mark.parametrize(
    ("model", "blocks"),
    [
        ("GXP1620", [2]),
        ("GXP1630", [3, 8]),
        ("GXP1760", [24]),
        ("GXP1782", [32]),
        ("GXP2110", [4, 18]),
        ("GXP2120", [6, 7]),
        ("GXP2130", [12, 8]),
        ("GXP2135", [32]),
        ("GXP2140", [16]),
        ("GXP2160", [24, 24]),
        ("GXP2170", [48]),
        ("GRP2612", [16]),
        ("GRP2613", [24]),
        ("GRP2614", [16, 24]),
        ("GRP2615", [40]),
        ("GRP2616", [16, 24]),
        ("GRP2634", [32, 10]),
        ("GRP2650", [56]),
        ("GRP2670", [48]),
    ],
)
def test_models_have_the_keys_of_the_sheet(model: str, blocks: list[int]) -> None:
    assert [block.keys for block in grandstream().models[model].blocks] == blocks


def test_modes_in_words_need_no_scale() -> None:
    written = parameters(phone("GXP2130", keys={Slot(0, 1): ANNA, Slot(0, 4): ANNA, Slot(0, 13): ANNA}))
    assert {written[f"pks.{at}.keyMode"] for at in ("vpk.1", "vpk.4", "mpk.1")} == {"BLF"}


def test_keys_name_accounts_from_zero_and_memory_keys_in_words_from_one() -> None:
    grp = parameters(phone("GRP2614", keys={Slot(0, 2): ANNA, Slot(0, 17): ANNA}))
    assert (grp["pks.vpk.2.account"], grp["pks.mpk.1.account"]) == ("1", "Account2")
    assert parameters(phone("GXP1628", keys={Slot(0, 2): LINE, Slot(0, 3): ANNA}))["P301"] == "1"


def test_a_line_on_a_key_that_places_none_is_written_as_none() -> None:
    assert reading(phone("GXP2130", keys={Slot(0, 3): LINE})).keys["3"]["kind"] == "line"
    for slot in (4, 13):
        assert reading(phone("GXP2130", keys={Slot(0, slot): LINE})).keys[str(slot)] == NOTHING
    assert reading(phone("GRP2614", keys={Slot(0, 16): LINE})).keys["16"]["kind"] == "line"


def test_keys_of_modules_go_on_counting_from_module_to_module() -> None:
    found = reading(phone("GRP2615", keys={Slot(1, 5): ANNA, Slot(2, 1): ANNA}))
    assert found.parameters["pks.ext.5.keyMode"] == found.parameters["pks.ext.41.keyMode"] == "BLF"
    assert found.keys["s2.1"]["target"] == "204"
    assert "pks.ext.81.keyMode" not in found.parameters


def test_a_key_of_a_model_without_a_mode_for_none_is_a_speed_dial_without_a_number() -> None:
    written = parameters(phone("GXP1620", keys={Slot(0, 1): LINE}))
    assert (written["P1363"], written["P1365"], written["P1468"]) == ("0", "10", "")
    assert parameters(phone("GXP2110", keys={}))["P323"] == "0"


def test_pickup_and_voicemail_keys_dial_what_the_settings_say() -> None:
    keys = {Slot(0, 1): Key(KeyKind.PICKUP, "", "Group"), Slot(0, 2): Key(KeyKind.VOICEMAIL, "", "Messages")}
    written = parameters(phone("GRP2612", keys=keys))
    assert (written["pks.vpk.1.keyMode"], written["pks.vpk.1.value"]) == ("SpeedDial", "*98")
    assert (written["pks.vpk.2.keyMode"], written["pks.vpk.2.value"]) == ("VoiceMail", "*97")


@pytest.mark.parametrize("label", ["<b>&\"'", "]]>", "a--b", "<!-- x -->", "€uro &amp; ∂", "{$x}", "%NULL%"])
def test_a_hostile_label_arrives_whole(label: str) -> None:
    key = Key(KeyKind.BLF, "204", label)
    for name in ("GRP2614", "GXP1628"):
        slot = Slot(0, 3)
        found = reading(phone(name, keys={slot: key})).keys
        assert found["3"] == {"kind": "blf", "target": "204", "label": label, "line": 1}


def test_every_key_of_every_model_has_numbers_of_its_own() -> None:
    for model in grandstream().models.values():
        names = load(str(model.facts["family"])).keys
        slots = [(block.name, number) for block in model.blocks for number in range(1, block.keys + 1)]
        flat = [getattr(names[slot], said) for slot in slots for said in ("mode", "account", "description", "value")]
        assert len(flat) == len(set(flat))
