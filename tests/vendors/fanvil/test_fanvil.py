"""Fanvil's own: popup and splash, the version that marks a change, pages of keys, the first firmwares' XML."""

import re
from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.settings import Effective, Scope
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.fanvil import cannot_carry, files
from provserver.vendors.registry import claim, find_model, vendors
from tests.vendors.reader_fanvil import read_fanvil
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone


def phone(model: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["fanvil"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its file."""
    return read_fanvil({file.name: file.body for file in files(of)}, of.model)


def version(of: Phone) -> str:
    """Give the version that a phone compares with its own."""
    match = re.search(rb"<[Vv]ersion>([0-9.]+)</", files(of)[0].body)
    assert match
    return match[1].decode()


@pytest.mark.parametrize(
    ("popup", "ring", "model", "expected"),
    [
        (True, "off", "X6U", (True, "off")),
        (True, "splash", "X6U", (True, "splash")),
        (True, "tone", "X6U", (True, "tone")),
        (False, "off", "X6U", (False, "off")),
        (False, "splash", "X6U", (False, "off")),
        (False, "tone", "X6U", (False, "off")),
        (True, "splash", "X4", (False, "off")),
        (True, "splash", "X1S", (False, "off")),
        (True, "splash", "i61", (False, "off")),
    ],
)
def test_a_splash_sounds_only_with_the_popup_and_both_are_always_written(
    popup: bool, ring: str, model: str, expected: tuple[bool, str]
) -> None:
    found = reading(phone(model, settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == expected
    assert ("phone/PickupVisualAlert" in found.parameters) == (model == "X6U")
    assert ("phone/PickupRingType" in found.parameters) == (model == "X6U")


def test_the_dedicated_tone_is_none_that_the_phone_itself_may_ring_with() -> None:
    for tone in range(1, 6):
        found = reading(phone("X6U", settings={"monitor_ring": "tone", "ring_tone": tone})).parameters
        assert found["phone/volume/RingType"] == f"Type {tone}"
        assert found["phone/PickupRingType"] == "Type 9"


def test_the_version_changes_exactly_when_a_value_does() -> None:
    plain = phone("X6U")
    assert version(plain) == version(phone("X6U")) == version(replace(plain, description="Another desk"))
    changed = [
        phone("X6U", keys={}),
        phone("X6U", settings={"language": "de"}),
        phone("X6U", overrides={"phone/display/BacklightOffTime": "60"}),
        phone("X6U", overrides={"call/port[1]/CallWaiting": None}),
        replace(plain, lines=plain.lines[:1]),
    ]
    assert len({version(one) for one in [plain, *changed]}) == 6
    assert all(re.fullmatch(r"2\.[1-9]\d{9}", version(one)) for one in changed)


@pytest.mark.parametrize(
    ("model", "slot", "place"),
    [
        ("X6U", 5, "dssSide[1]/Fkey[5]"),
        ("X6U", 6, "internal[1]/Fkey[1]"),
        ("X6U", 18, "internal[2]/Fkey[1]"),
        ("X6U", 65, "internal[5]/Fkey[12]"),
        ("X7C", 13, "dssSide[2]/Fkey[1]"),
        ("X210", 43, "internal[2]/Fkey[1]"),
        ("V63", 8, "dssSide[2]/Fkey[1]"),
        ("V61G", 4, "dssSide[2]/Fkey[1]"),
        ("V67", 30, "internal[2]/Fkey[1]"),
        ("i51W", 1, "internal[2]/Fkey[1]"),
        ("H2U-V2", 10, "dssSoft[10]"),
    ],
)
def test_a_key_counts_from_one_again_on_each_page(model: str, slot: int, place: str) -> None:
    found = reading(phone(model, keys={Slot(0, slot): Key(KeyKind.SPEED_DIAL, "700", "Door")})).parameters
    assert found[f"dsskey/{place}/Value"] == "700@1/f"


def test_a_deleted_key_is_written_as_none() -> None:
    before = reading(phone("X5U", keys={Slot(0, 9): Key(KeyKind.BLF, "204", "Anna")}))
    after = reading(phone("X5U", keys={}))
    assert before.keys["9"]["kind"] == "blf"
    assert after.keys["9"] == {"kind": "none", "target": "", "label": "", "line": None}
    assert after.parameters["dsskey/internal[1]/Fkey[5]/Type"] == "0"


def test_a_monitored_key_carries_the_whole_string_that_picks_up() -> None:
    keys = {Slot(0, 2): Key(KeyKind.BLF, "204", "Anna", line=2)}
    assert reading(phone("V64", keys=keys)).parameters["dsskey/dssSide[1]/Fkey[2]/Value"] == "204@2/ba**204"
    without = reading(phone("V64", keys=keys, settings={"pickup_code": ""})).parameters
    assert without["dsskey/dssSide[1]/Fkey[2]/Value"] == "204@2/ba"


def test_keys_without_a_number_do_what_the_phone_itself_can() -> None:
    keys = {
        Slot(0, number): Key(kind)
        for number, kind in enumerate((KeyKind.DND, KeyKind.FORWARD, KeyKind.VOICEMAIL, KeyKind.PICKUP), start=1)
    }
    plain = phone("V64", keys=keys, settings={"voicemail_number": "", "group_pickup_code": ""})
    found = files(replace(plain, lines=()))[0].parameters
    values = [found[f"dsskey/dssSide[1]/Fkey[{number}]/Value"].value for number in range(1, 5)]
    assert values == ["F_DND", "F_CFWD", "F_MWI", "F_PICKUP"]


def test_the_first_firmwares_read_their_own_names_and_values() -> None:
    old = phone("X3SP", settings={"language": "fr", "ring_tone": 3, "codecs": ("opus", "pcma")})
    old = replace(old, lines=tuple(replace(line, transport="tls") for line in old.lines))
    found = reading(old).parameters
    entry = "SIP_CONFIG_MODULE/SIP_Line_List/SIP_Line_List_Entry[SIP1]"
    assert found[f"{entry}/Transport"] == "2"
    assert found[f"{entry}/VoiceCodecMap"] == "G711A"
    assert found["GLOBAL_CONFIG_MODULE/Language"] == "4"
    assert found["DSP_CONFIG_MODULE/Ring_Type"] == "3"
    assert not any(name.startswith(("sip/", "phone/", "dsskey/")) for name in found)
    new = phone("X3SG")
    new = replace(new, lines=tuple(replace(line, transport="tls") for line in new.lines))
    assert reading(new).parameters["sip/line[1]/Transport"] == "3"


def test_the_firmware_that_the_phone_runs_decides_the_xml() -> None:
    assert files(phone("X6"))[0].body.count(b"<sysConf>") == 1
    old = replace(phone("X6", keys={Slot(0, 60): Key(KeyKind.BLF, "204", "Anna")}), firmware="1.12.2")
    assert files(old)[0].body.count(b"<VOIP_CONFIG_FILE>") == 1
    assert reading(old).keys["60"]["target"] == "204"


@pytest.mark.parametrize(
    ("zone", "quarters", "name", "rule"),
    [
        ("Europe/Rome", "4", "UTC+1", ("3", "5", "0", "2", "10", "5", "0", "3")),
        ("America/New_York", "-20", "UTC-5", ("3", "2", "0", "2", "11", "1", "0", "2")),
        ("Asia/Kolkata", "22", "UTC+5:30", None),
        ("UTC", "0", "UTC", None),
    ],
)
def test_a_zone_is_quarters_of_an_hour_and_a_rule_by_week(
    zone: str, quarters: str, name: str, rule: tuple[str, ...] | None
) -> None:
    found = reading(phone("X6U", settings={"time_zone": zone})).parameters
    date = {path.removeprefix("phone/date/"): value for path, value in found.items() if "/date/" in path}
    assert (date["TimeZone"], date["TimeZoneName"]) == (quarters, name)
    assert date["EnableDST"] == date["DSTType"] == ("2" if rule else "0")
    if rule:
        leaves = [f"DST{end}{part}" for end in ("Start", "End") for part in ("Mon", "Week", "Wday", "Hour")]
        assert tuple(date[leaf] for leaf in leaves) == rule


def test_the_server_owns_where_the_phone_asks_and_that_a_refresh_is_no_reboot() -> None:
    found = files(phone("X6U"))[0].parameters
    assert found["ap/FlashServerIP"].value == "https://prov.example.com"
    assert found["ap/FlashFileName"].value == "p/not-a-real-token/$mac.cfg"
    assert found["ap/FlashFileName"].secret
    assert (found["ap/FlashProtocol"].value, found["sip/NotifyReboot"].value) == ("5", "0")
    assert (found["ap/pnp/PNPEnable"].value, found["ap/opt/DHCPOption"].value) == ("0", "0")
    rules = vendors()["fanvil"].rules
    for name in (
        *("ap/FlashServerIP", "sip/NotifyReboot", "mt/AutoServerDigest", "sip/line[12]/RegisterPswd"),
        *("web/account[1]/Password", "AUTOUPDATE_CONFIG_MODULE/Download_Server_IP"),
        "SIP_CONFIG_MODULE/SIP_Line_List/SIP_Line_List_Entry[SIP1]/Register_Pswd",
    ):
        assert rules.parameter.search(name)
        assert rules.owns(name)
    for name in ("Version", "", "phone", "phone/date/", "phone//x", "a/b[x y]/c", "a/b c", "a/b>c", "/a/b", "a/b\n"):
        assert not rules.parameter.search(name), name


def test_every_password_is_secret_by_name() -> None:
    rules = vendors()["fanvil"].rules
    for model in ("X6U", "X3SP"):
        for name, parameter in files(phone(model))[0].parameters.items():
            assert not parameter.secret or rules.hides(name), name


def test_a_vlan_restarts_the_phone_and_a_label_does_not() -> None:
    rules = vendors()["fanvil"].rules
    assert rules.resync(["qos/VLANID"]).push.event == "check-sync;reboot=true"
    assert rules.resync(["dsskey/internal[1]/Fkey[1]/Title"]).push.event == "check-sync"


def test_a_free_parameter_stands_in_its_group() -> None:
    text = files(phone("X6U", overrides={"sip/line[2]/AutoAnswer": "1", "call/basic/DialbyPound": "1"}))[0].body
    assert text.index(b"<AutoAnswer>1</AutoAnswer>") < text.index(b'<line index="3">')
    assert b"    <basic>\n      <DialbyPound>1</DialbyPound>\n    </basic>\n" in text


def test_labels_and_descriptions_cannot_leave_their_place() -> None:
    label = "A<b>&\"' ]]> -- <!-- x"
    plain = phone("X6U", keys={Slot(0, 2): Key(KeyKind.BLF, "204", label)})
    found = reading(replace(plain, description="Desk --> <sip/> \n <!--"))
    assert found.keys["2"]["label"] == label
    assert cannot_carry("\0")
    with pytest.raises(ValueError, match="phone/x"):
        files(replace(plain, overrides={"phone/x": Effective("\0", Scope.DEVICE)}))


@pytest.mark.parametrize("spelled", ["X6U Pro", "Fanvil X6U-Pro", "x6upro"])
def test_models_are_found_by_any_spelling(spelled: str) -> None:
    model = find_model("fanvil", spelled)
    assert model is not None
    assert model.name == "X6U-Pro"


@pytest.mark.parametrize("name", ["f0v00x5u0000.cfg", "f0x3shw1.100.cfg", "f0000x600000.cfg", "fanvil_v67_hw1_1.txt"])
def test_the_files_of_a_hardware_are_known_as_fanvils(name: str) -> None:
    found = claim(name)
    assert found is not None
    assert "fanvil" in found.vendors
    assert found.mac is None
