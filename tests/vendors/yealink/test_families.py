"""What is no T2 to T5 desk phone: T7 and T8, video, conference phones, Wi-Fi handsets and DECT bases."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.registry import vendors
from provserver.vendors.yealink import files
from tests.vendors.readers import Reading, read_yealink
from tests.vendors.standard import standard_phone

MAC = "805ec0d9c744"
BASES = ["W52P", "W56P", "W60B", "W70B", "W73P", "W76P", "W79P", "W75DM", "W80DM", "W90DM"]
HANDSETS = ["AX83H", "AX86R"]
CONFERENCE = ["CP860", "CP920", "CP925", "CP960", "CP965"]


def phone(model: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["yealink"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its own file."""
    return read_yealink(files(of)[-1].body, of.model)


@pytest.mark.parametrize(
    ("name", "keys"),
    [("T73U", 40), ("T73W", 40), ("T74U", 50), ("T77U", 56), ("T85W", 60), ("T87W", 84), ("T88V", 84), ("VP59", 27)],
)
def test_where_sources_disagree_the_smaller_number_of_keys_is_written(name: str, keys: int) -> None:
    found = reading(phone(name, keys={})).parameters
    assert found[f"linekey.{keys}.type"] == "0"
    assert f"linekey.{keys + 1}.type" not in found
    if name.startswith("T"):
        assert vendors()["yealink"].models[name].note


def test_a_module_of_a_t74u_has_78_keys_of_its_own_numbers() -> None:
    anna = Key(KeyKind.BLF, "204", "Anna")
    read = reading(phone("T74U", keys={Slot(0, 50): anna, Slot(3, 78): anna}))
    assert read.parameters["expansion_module.3.key.78.value"] == "204"
    assert read.parameters["linekey.50.value"] == "204"
    assert [read.keys[slot]["kind"] for slot in ("50", "s1.1", "s3.78")] == ["blf", "none", "blf"]
    assert "expansion_module.3.key.79.type" not in read.parameters


@pytest.mark.parametrize(
    ("popup", "ring", "expected"),
    [
        (True, "splash", (True, "splash")),
        (True, "tone", (True, "tone")),
        (True, "off", (True, "off")),
        (False, "splash", (False, "off")),
        (False, "tone", (False, "off")),
        (False, "off", (False, "off")),
    ],
)
def test_a_t77u_rings_for_others_only_with_the_popup(popup: bool, ring: str, expected: tuple[bool, str]) -> None:
    found = reading(phone("T77U", settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == expected


@pytest.mark.parametrize("name", BASES)
def test_a_base_is_told_nothing_of_a_desk_phone(name: str) -> None:
    found = reading(phone(name)).parameters
    strange = ("linekey.", "features.pickup.", "features.blf.", "phone_setting.ring_type", "lang.gui")
    assert not [parameter for parameter in found if parameter.startswith(strange)]
    assert found["account.2.user_name"] == "202"
    assert found["lang.wui"] == "Italian"


def test_the_handsets_of_a_base_speak_the_language_and_show_the_time() -> None:
    found = reading(phone("W70B", settings={"clock": "12"})).parameters
    assert found["custom.handset.language"] == "3"
    assert found["static.auto_provision.handset_configured.enable"] == "1"
    assert found["custom.handset.time_format"] == found["local_time.time_format"] == "0"
    assert "custom.handset.language" not in reading(phone("W70B", settings={"language": "ro"})).parameters


def test_a_base_takes_as_many_lines_as_it_has_accounts() -> None:
    plain = phone("W90DM")
    line = replace(plain.lines[0], number=250, username="450", password=Secret("sip-secret-250"))
    rendered = files(replace(plain, lines=(*plain.lines, line)))[-1]
    found = read_yealink(rendered.body, plain.model).parameters
    assert (found["account.250.user_name"], found["account.249.enable"]) == ("450", "0")
    assert rendered.parameters["account.250.password"].secret
    assert "account.251.enable" not in found


@pytest.mark.parametrize("name", ["account.250.password", "account.100.enable", "account.101.auth_name"])
def test_an_account_past_the_hundredth_is_the_server_s_too(name: str) -> None:
    assert vendors()["yealink"].rules.owns(name)
    assert not vendors()["yealink"].rules.owns("account.250.codec.pcma.enable")


def test_which_handset_has_which_line_may_be_a_free_parameter() -> None:
    found = reading(phone("W70B", overrides={"handset.1.incoming_lines": "1,2"})).parameters
    assert found["handset.1.incoming_lines"] == "1,2"


@pytest.mark.parametrize("name", HANDSETS)
def test_a_handset_on_wi_fi_has_no_vlan_and_monitors_nobody(name: str) -> None:
    found = reading(phone(name)).parameters
    strange = ("static.network.", "linekey.", "features.pickup.blf_", "features.blf.")
    assert not [parameter for parameter in found if parameter.startswith(strange)]
    assert found["lang.gui"] == "Italian"
    assert "account.3.enable" not in found


@pytest.mark.parametrize("name", CONFERENCE)
def test_a_conference_phone_has_one_account_and_no_keys(name: str) -> None:
    plain = phone(name)
    found = reading(plain)
    assert (plain.model.accounts, plain.model.slots, found.popup, found.ring) == (1, (), False, "off")
    assert not [parameter for parameter in found.parameters if parameter.startswith(("linekey.", "memorykey."))]


@pytest.mark.parametrize("name", [*BASES, *HANDSETS, *CONFERENCE])
def test_what_has_no_keys_says_why(name: str) -> None:
    assert vendors()["yealink"].models[name].lacks["keys"]


def test_a_vp530_has_memory_keys_alone_and_counts_lines_from_zero_where_a_key_stays_with_one() -> None:
    keys = {Slot(0, 1): Key(KeyKind.BLF, "204", "Anna"), Slot(0, 18): Key(KeyKind.SPEED_DIAL, "*98", "Pickup")}
    found = reading(phone("VP530", keys=keys)).parameters
    assert (found["memorykey.1.line"], found["memorykey.1.pickup_value"]) == ("0", "**")
    assert (found["memorykey.18.line"], found["memorykey.18.value"]) == ("1", "*98")
    assert not [name for name in found if name.startswith(("linekey.", "static."))]


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("T77U", "y000000000188.cfg"),
        ("W60B", "y000000000077.cfg"),
        ("W70B", "y000000000146.cfg"),
        ("CP960", "y000000000073.cfg"),
        ("VP530", "y000000000023.cfg"),
    ],
)
def test_the_file_of_a_model_has_its_own_code_and_not_its_firmware_s(name: str, common: str) -> None:
    assert [file.name for file in files(phone(name))] == [f"{MAC}.boot", common, f"{MAC}.cfg"]


@pytest.mark.parametrize("name", ["W75DM", "W80DM", "W90DM", "T44U"])
def test_a_model_whose_code_is_not_known_has_no_file_of_its_model(name: str) -> None:
    assert [file.name for file in files(phone(name))] == [f"{MAC}.boot", f"{MAC}.cfg"]
