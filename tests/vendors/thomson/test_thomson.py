"""Thomson: a number that tells one file from the next, keys that only dial, zones by number, Western letters."""

from dataclasses import replace

import pytest

from provserver.domain.keys import EMPTY, Key, KeyPlan
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Invalid
from provserver.vendors.base import File
from provserver.vendors.phonebook import form_of
from provserver.vendors.registry import claim, find_model, vendors
from provserver.vendors.thomson.clock import ZONES, zone_number
from provserver.vendors.thomson.texts import legible
from tests.vendors.reader_thomson import read_thomson
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone
from tests.vendors.test_hostile import Everybody

ANNA = Key(KeyKind.BLF, "204")


def phone(model: str = "ST2030", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["thomson"].models[model], **changes)  # type: ignore[arg-type]


def files(of: Phone) -> dict[str, File]:
    """Render a phone; its files by name."""
    return {file.name: file for file in vendors()["thomson"].package.files(of)}


def reading(of: Phone) -> Reading:
    """Render a phone and read its files."""
    return read_thomson({name: file.body for name, file in files(of).items()}, of.model)


def serial(of: Phone) -> str:
    """Give the number of a phone's file."""
    body = files(of)[f"{of.model.name.lower()}s_{of.mac}.txt"].body.decode("iso-8859-1")
    return body.partition("config_sn=")[2][:12]


@pytest.mark.parametrize("popup", [True, False])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_nothing_pops_up_or_rings_and_the_table_says_why(popup: bool, ring: str) -> None:
    found = reading(phone(settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == (False, "off")
    assert {"popup", "splash", "tone"} <= vendors()["thomson"].models["ST2030"].lacks.keys()


def test_a_deleted_key_is_written_as_the_maker_s_own_empty_one() -> None:
    found = reading(phone(keys={Slot(2, 28): EMPTY})).parameters
    places = [found[f"sys.FeatureKeyExt{number:02}"] for number in range(1, 67)]
    assert places == ["L/<sip:>"] * 66


def test_the_tb30_has_the_same_keys_and_any_of_them_monitors() -> None:
    found = reading(phone("TB30", keys={Slot(0, 1): ANNA, Slot(1, 28): ANNA, Slot(2, 1): ANNA})).parameters
    assert [name for name, value in found.items() if value == "S/<sip:204>"] == [
        "sys.FeatureKeyExt01",
        "sys.FeatureKeyExt38",
        "sys.FeatureKeyExt39",
    ]


def test_a_check_sync_is_obeyed_whoever_sends_it_and_restarts_nothing() -> None:
    found = reading(phone("TB30")).parameters
    assert (found["sip.sw_notify_autoprovision"], found["sip.AuthNotifyCheckSync"]) == ("1", "0.0.0.0")  # noqa: S104
    rules = vendors()["thomson"].rules
    assert rules.owns("sip.AuthNotifyCheckSync")
    assert (rules.pushes["resync"].event, rules.pushes["reboot"].event) == ("check-sync", "check-sync;reboot=true")


def test_the_keys_beside_the_phone_continue_its_own() -> None:
    found = reading(phone(keys={Slot(0, 10): ANNA, Slot(1, 1): ANNA, Slot(2, 28): Key(KeyKind.SPEED_DIAL, "*98")}))
    assert found.parameters["sys.FeatureKeyExt10"] == found.parameters["sys.FeatureKeyExt11"] == "S/<sip:204>"
    assert found.parameters["sys.FeatureKeyExt66"] == "L/<sip:*98>"


def test_the_first_two_keys_dial_and_do_not_monitor() -> None:
    model = vendors()["thomson"].models["ST2030"]
    for number, allowed in ((1, False), (2, False), (3, True), (10, True)):
        plan = KeyPlan({Slot(0, number): ANNA})
        if allowed:
            assert plan.check(model, 1, Everybody(), [Slot(0, number)]).slots[Slot(0, number)] == ANNA
        else:
            with pytest.raises(Invalid, match="others can"):
                plan.check(model, 1, Everybody(), [Slot(0, number)])


def test_pickup_and_voicemail_keys_dial_the_codes_of_the_company() -> None:
    keys = {Slot(0, 1): Key(KeyKind.PICKUP), Slot(0, 2): Key(KeyKind.VOICEMAIL), Slot(0, 3): Key(KeyKind.PARK, "701")}
    found = reading(phone(keys=keys, settings={"group_pickup_code": "*8"})).parameters
    assert found["sys.FeatureKeyExt01"] == "L/<sip:*8>"
    assert found["sys.FeatureKeyExt02"] == "L/<sip:*97>"
    assert found["sys.FeatureKeyExt03"] == "S/<sip:701>"


def test_the_number_of_a_file_changes_with_every_value_and_with_nothing_else() -> None:
    one = serial(phone())
    assert one == serial(phone())
    changed = [
        serial(phone(keys={})),
        serial(phone(settings={"language": "fr"})),
        serial(phone(overrides={"ipp.Ringer_default_vol": "9"})),
        serial(replace(phone(), provisioning_url="https://elsewhere.example.com/p/x/")),
    ]
    assert len({one, *changed}) == 1 + len(changed) - 1, "only where the phone asks stands in another file"
    assert changed[3] == one


def test_the_first_file_names_the_folder_and_proves_nothing() -> None:
    found = files(phone())
    start = found["st2030s.inf"]
    assert not start.proves
    assert start.body == b"[config]\nconfig=https://prov.example.com/p/not-a-real-token/\n"
    assert start.parameters["config.config"].secret


def test_a_pickup_code_has_a_place_for_the_extension_and_none_is_the_phone_s_own() -> None:
    found = reading(phone(settings={"pickup_code": "*8"})).parameters
    assert (found["sip.CallPkupFlg"], found["sip.CallPkupSC"]) == ("sc", "*8X")
    without = reading(phone(settings={"pickup_code": ""})).parameters
    assert (without["sip.CallPkupFlg"], without["sip.CallPkupSC"]) == ("local", "")


def test_a_line_taken_away_is_switched_off_and_leaves_no_password() -> None:
    full = phone()
    found = reading(replace(full, lines=full.lines[:1])).parameters
    assert [found[f"sip.TEL0{number}Use"] for number in range(1, 5)] == ["1", "0", "0", "0"]
    assert found["sip.regpwd2"] == found["sip.regid2"] == found["sip.RegisterServerMP2"] == ""


def test_tls_has_a_port_of_its_own() -> None:
    full = phone("ST2022")
    found = reading(replace(full, lines=(replace(full.lines[0], transport="tls", port=5071),))).parameters
    assert (found["sip.TransportFlgMP1"], found["sip.sip_pxy_tls_srv_portMP1"]) == ("2", "5071")
    assert found["sip.sip_pxy_srv_portMP1"] == "5060"


def test_a_stun_server_and_a_proxy_are_those_of_the_first_line() -> None:
    full = phone()
    line = replace(full.lines[0], stun="stun.example.com", outbound_proxy="edge.example.com:5080")
    found = reading(replace(full, lines=(line, full.lines[1]))).parameters
    assert (found["stun.STUNFlag"], found["stun.STUNSrv"], found["stun.STUNPort"]) == ("1", "stun.example.com", "3478")
    assert (found["sip.OutBoundProxy0"], found["sip.OutBoundPort0"]) == ("edge.example.com", "5080")


def test_wanted_codecs_come_before_the_others_and_none_is_lost() -> None:
    found = reading(phone(settings={"codecs": ("opus", "g722", "pcma")})).parameters["sys.CodecPriority"]
    assert found.startswith("g711a(2)g711mu(3)")
    assert "g722(1)" in found
    assert found.count("(") == 9


@pytest.mark.parametrize(
    ("zone", "number"),
    [("Europe/Rome", 25), ("Europe/London", 21), ("America/New_York", 11), ("Asia/Tokyo", 50), ("Europe/Oslo", 22)],
)
def test_a_zone_is_a_number_of_the_maker_s_list(zone: str, number: int) -> None:
    assert zone_number(zone) == number
    assert len(ZONES) == 64


def test_summer_time_only_where_the_zone_has_one() -> None:
    assert reading(phone()).parameters["ntp.NtpDaylight"] == "1"
    assert reading(phone(settings={"time_zone": "Asia/Tokyo"})).parameters["ntp.NtpDaylight"] == "0"


def test_a_name_keeps_its_western_letters_and_loses_the_accents_of_others() -> None:
    assert legible("Ștefan Müller 😀") == "Stefan Müller ?"
    full = phone()
    named = replace(full, lines=(replace(full.lines[0], display_name="Ioana Țîru"),))
    assert reading(named).parameters["sip.DisplayName1"] == "Ioana Tîru"


@pytest.mark.parametrize("value", ["a\nsip.regid1=x", "a\r", "\0", "ș", "😀", "\x85"])
def test_a_value_that_the_file_cannot_hold_is_refused(value: str) -> None:
    assert vendors()["thomson"].package.cannot_carry(value)


@pytest.mark.parametrize("value", ["é", "[sip]", "a=b;c", "#", ""])
def test_a_value_that_stands_on_its_line_is_carried(value: str) -> None:
    assert vendors()["thomson"].package.cannot_carry(value) is None
    assert reading(phone(overrides={"sys.PBXprefix": value})).parameters["sys.PBXprefix"] == value


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["thomson"].rules
    for name in ("config.config", "sip.regpwd4", "sip.TEL1Number", "sys.WebPWD", "sys.config_sn"):
        assert rules.owns(name)
    assert not rules.owns("sys.VOIPDialPlan")
    for wrong in ("", "sip", "sip.a b", "sip.a=b", "sip.a\n", "[sip].a"):
        assert not rules.parameter.search(wrong)


def test_the_nightly_hour_or_not_at_all() -> None:
    found = reading(phone(settings={"poll_hour": 4})).parameters
    assert found["autoprovision.AutoprovisionTimeDays"] == "1"
    assert found["autoprovision.Autoprovisionstarttime"] == "04:00"
    assert reading(phone(settings={"poll": False})).parameters["autoprovision.AutoprovisionTimeDays"] == "0"


def test_a_file_is_known_by_its_name_in_any_case() -> None:
    found = claim("ST2030S_001F9FD9C744.txt".lower())
    assert found is not None
    assert (found.vendors, found.mac) == (frozenset({"thomson"}), "001f9fd9c744")
    assert find_model("thomson", "ST2030S") is vendors()["thomson"].models["ST2030"]
    assert form_of(vendors()["thomson"].models["ST2030"]) is not None
    assert EMPTY.kind is KeyKind.NONE
