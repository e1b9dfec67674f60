"""Yealink's own: popup and splash, daylight saving, the generations of firmware, memory keys, the boot file."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.registry import claim, find_model, vendors
from provserver.vendors.yealink import files
from provserver.vendors.yealink.clock import zone
from tests.vendors.readers import Reading, read_yealink
from tests.vendors.standard import standard_phone

MAC = "805ec0d9c744"


def phone(model: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["yealink"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its own file."""
    return read_yealink(files(of)[-1].body, of.model)


@pytest.mark.parametrize(
    ("popup", "ring", "model", "expected"),
    [
        (True, "off", "T46U", (True, "off")),
        (True, "splash", "T46U", (True, "splash")),
        (True, "tone", "T46U", (True, "tone")),
        (False, "off", "T46U", (False, "off")),
        (False, "splash", "T46U", (False, "off")),
        (False, "tone", "T46U", (False, "off")),
        (True, "splash", "T28P", (True, "own")),
        (True, "tone", "T28P", (True, "own")),
        (False, "tone", "T28P", (False, "off")),
        (True, "splash", "T20P", (False, "off")),
        (True, "splash", "T19P_E2", (False, "off")),
    ],
)
def test_a_splash_sounds_only_with_the_popup_and_both_are_always_written(
    popup: bool, ring: str, model: str, expected: tuple[bool, str]
) -> None:
    found = reading(phone(model, settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == expected


def test_the_dedicated_tone_is_none_that_the_phone_itself_may_ring_with() -> None:
    for tone in range(1, 6):
        found = reading(phone("T46U", settings={"monitor_ring": "tone", "ring_tone": tone})).parameters
        assert found["phone_setting.ring_type"] == f"Ring{tone}.wav"
        assert found["features.blf.ring_type"] == "Ring8.wav"


@pytest.mark.parametrize(
    ("name", "offset", "summer", "start", "end"),
    [
        ("Europe/Rome", "+1", 1, "3/5/7/2", "10/5/7/3"),
        ("Europe/Bucharest", "+2", 1, "3/5/7/3", "10/5/7/4"),
        ("Europe/London", "0", 1, "3/5/7/1", "10/5/7/2"),
        ("America/New_York", "-5", 1, "3/2/7/2", "11/1/7/2"),
        ("America/St_Johns", "-3:30", 1, "3/2/7/2", "11/1/7/2"),
        ("Australia/Sydney", "+10", 1, "10/1/7/2", "4/1/7/3"),
        ("Asia/Kolkata", "+5:30", 0, "", ""),
        ("Asia/Tokyo", "+9", 0, "", ""),
        ("UTC", "0", 0, "", ""),
        ("Asia/Jerusalem", "+2", 2, "", ""),
    ],
)
def test_a_zone_is_its_offset_and_its_rule(name: str, offset: str, summer: int, start: str, end: str) -> None:
    here = zone(name)
    assert (here.offset, here.summer_time, here.start, here.end) == (offset, summer, start, end)


def test_a_rule_is_written_by_week_and_a_zone_without_one_switches_summer_off() -> None:
    rome = reading(phone("T46U")).parameters
    assert rome["local_time.dst_time_type"] == "1"
    assert rome["local_time.start_time"] == "3/5/7/2"
    assert rome["local_time.offset_time"] == "60"
    tokyo = reading(phone("T46U", settings={"time_zone": "Asia/Tokyo"})).parameters
    assert tokyo["local_time.summer_time"] == "0"
    assert zone("Australia/Lord_Howe").shift == 30


def test_a_deleted_key_is_written_as_none() -> None:
    before = reading(phone("T46U", keys={Slot(0, 3): Key(KeyKind.BLF, "204", "Anna")}))
    after = reading(phone("T46U", keys={}))
    assert before.keys["3"]["kind"] == "blf"
    assert after.keys["3"] == {"kind": "none", "target": "", "label": "", "line": None}
    assert after.parameters["linekey.3.type"] == "0"


def test_overrides_replace_add_and_remove() -> None:
    overrides = {"lang.gui": "Polish", "account.1.cid_source": "2", "features.blf_led_mode": "1", "lang.wui": None}
    plain, changed = phone("T46U"), phone("T46U", overrides=overrides)
    found = reading(changed).parameters
    assert found == {
        **{name: value for name, value in reading(plain).parameters.items() if name != "lang.wui"},
        **{name: value for name, value in overrides.items() if value is not None},
    }
    text = files(changed)[-1].body.decode()
    assert text.index("account.1.cid_source") < text.index("# Line 2")
    assert "# Free parameters\nfeatures.blf_led_mode = 1" in text


def test_a_t38g_counts_lines_from_zero_where_a_key_stays_with_its_line() -> None:
    keys = {
        Slot(0, 2): Key(KeyKind.BLF, "204", "Anna", line=2),
        Slot(0, 3): Key(KeyKind.SPEED_DIAL, "*98", "Pickup", line=2),
        Slot(0, 4): Key(KeyKind.LINE, line=2),
    }
    old = reading(phone("T38G", keys=keys)).parameters
    new = reading(phone("T46U", keys=keys)).parameters
    assert [old[f"linekey.{number}.line"] for number in (2, 3, 4)] == ["1", "2", "2"]
    assert [new[f"linekey.{number}.line"] for number in (2, 3, 4)] == ["2", "2", "2"]


def test_the_memory_keys_of_a_t28p_go_on_counting_after_its_line_keys() -> None:
    found = reading(phone("T28P", keys={Slot(0, 7): Key(KeyKind.BLF, "204", "Anna")})).parameters
    assert found["memorykey.1.type"] == "16"
    assert found["memorykey.10.type"] == "0"
    assert "linekey.7.type" not in found
    assert found["linekey.6.type"] == "0"


def test_a_monitored_key_carries_the_pickup_code_in_the_words_of_its_generation() -> None:
    keys = {Slot(0, 2): Key(KeyKind.BLF, "204", "Anna")}
    new = reading(phone("T46U", keys=keys)).parameters
    old = reading(phone("T28P", keys=keys)).parameters
    assert new["linekey.2.extension"] == old["linekey.2.extension"] == old["linekey.2.pickup_value"] == "**"
    assert "linekey.2.pickup_value" not in new


def test_the_firmware_that_the_phone_runs_decides_the_names() -> None:
    new = reading(phone("T46G")).parameters
    old = reading(replace(phone("T46G"), firmware="28.72.0.1")).parameters
    assert "static.network.vlan.internet_port_enable" in new
    assert "network.vlan.internet_port_enable" in old
    assert not any(name.startswith("static.") for name in old)
    assert old["account.1.transport"] == new["account.1.sip_server.1.transport_type"] == "0"
    assert "features.blf.ring_type" not in old


def test_accounts_without_a_line_are_switched_off_and_keep_no_password() -> None:
    found = reading(phone("T46U")).parameters
    assert [found[f"account.{number}.enable"] for number in range(1, 17)] == ["1", "1"] + ["0"] * 14
    assert found["account.3.password"] == found["account.3.user_name"] == ""
    assert found["account.2.password"] == "sip-secret-2"


def test_every_codec_is_written_and_an_unwanted_one_is_off() -> None:
    found = reading(phone("T46U", settings={"codecs": ("pcma", "opus")})).parameters
    values = {c: found[f"account.1.codec.{c}.enable"] for c in ("opus", "g722", "pcma", "pcmu", "g729")}
    assert values == {"opus": "1", "g722": "0", "pcma": "1", "pcmu": "0", "g729": "0"}
    assert found["account.1.codec.pcma.priority"] < found["account.1.codec.opus.priority"]


def test_the_boot_file_names_the_others_and_only_the_phones_own_file_proves() -> None:
    boot, common, own = files(phone("T46U"))
    assert [boot.name, common.name, own.name] == [f"{MAC}.boot", "y000000000108.cfg", f"{MAC}.cfg"]
    assert [boot.proves, common.proves, own.proves] == [False, False, True]
    for file in (boot, common, own):
        assert file.body.startswith(b"#!version:1.0.0.1\n")
    assert b'include:config "y000000000108.cfg"\ninclude:config "805ec0d9c744.cfg"\n' in boot.body
    for secret in (b"secret", b"not-a-real-token"):
        assert secret not in boot.body + common.body


def test_a_model_whose_code_is_not_known_has_no_file_of_its_model() -> None:
    assert [file.name for file in files(phone("T41U"))] == [f"{MAC}.boot", f"{MAC}.cfg"]


@pytest.mark.parametrize("code", ["y000000000000", "y000000000007", "y000000000066", "y000000000108"])
def test_files_of_models_are_claimed_whatever_the_length_of_the_code(code: str) -> None:
    found = claim(f"{code}.cfg")
    assert found is not None
    assert "yealink" in found.vendors


def test_a_person_owns_no_page_and_no_account_by_override() -> None:
    rules = vendors()["yealink"].rules
    for name in (
        "static.auto_provision.server.url",
        "auto_provision.custom.protect",
        "static.security.user_password",
        "account.16.password",
        "account.1.user_name",
        "sip.notify_reboot_enable",
    ):
        assert rules.parameter.search(name)
        assert rules.owns(name)
    for name in ("features.pickup.blf_visual_enable", "account.1.label", "local_time.time_zone"):
        assert not rules.owns(name)
    for name in ("", "lang", "lang.gui ", "a.b\n", "a.b = c", "[T46S]a.b", "#a.b", "a..b"):
        assert not rules.parameter.search(name)


def test_a_vlan_restarts_the_phone_and_a_label_does_not() -> None:
    rules = vendors()["yealink"].rules
    assert rules.resync(["static.network.vlan.internet_port_vid"]).push.event == "check-sync;reboot=true"
    assert rules.resync(["linekey.3.label"]).push.event == "check-sync;reboot=false"


def test_models_are_found_by_any_spelling() -> None:
    for spelled in ("T46U", "t46u", "T 46 U"):
        model = find_model("Yealink", spelled)
        assert model is not None
        assert model.name == "T46U"


@pytest.mark.parametrize("name", ["%NULL%", "a %null% b", "%%NULL%%"])
def test_a_name_that_means_the_factory_value_does_not_keep_the_phone_from_its_file(name: str) -> None:
    plain = phone("T46U")
    lines = (replace(plain.lines[0], display_name=name), *plain.lines[1:])
    found = reading(replace(plain, lines=lines, keys={Slot(0, 2): Key(KeyKind.BLF, "204", name)}, modules=0))
    assert found.parameters["linekey.2.label"] == found.parameters["account.1.label"] == name.replace("%", "")


def test_a_stun_server_is_written_where_the_generation_looks_for_it() -> None:
    for model, expected in (("T46U", "static.sip.nat_stun.server"), ("T28P", "account.1.nat.stun_server")):
        plain = phone(model)
        with_stun = replace(plain, lines=(replace(plain.lines[0], stun="stun.example.com:3479"),))
        found = reading(with_stun).parameters
        assert found[expected] == "stun.example.com"
        assert found[expected.replace("server", "port")] == "3479"
        assert found["account.1.nat.nat_traversal"] == "1"


def test_v7x_and_v8x_are_told_their_accounts_in_their_own_words() -> None:
    old, new = reading(phone("T28P")).parameters, reading(phone("T46U")).parameters
    assert old["account.1.expires"] == new["account.1.sip_server.1.expires"] == "3600"
    assert old["account.1.sip_server_host"] == new["account.1.sip_server.1.address"] == "pbx.example.com"
    assert old["account.1.codec.6.payload_type"] == "G722"
