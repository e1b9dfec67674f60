"""Panasonic's own: the way to the phone's file, the words of each family, the popup of the UTG, zones."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from lxml import etree

from provserver.domain.hardware import Feature
from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.settings import Effective, Scope
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Vendor
from provserver.vendors.panasonic import cannot_carry, files
from provserver.vendors.panasonic.clock import posix
from provserver.vendors.registry import claim, find_model, identify, vendors
from tests.vendors.reader_panasonic import read_panasonic, read_text
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

MAC = "0080f0d9c744"
ANNA = Key(KeyKind.BLF, "204", "Anna")


def panasonic() -> Vendor:
    return vendors()["panasonic"]


def phone(model: str, **changes: object) -> Phone:
    return standard_phone(panasonic().models[model], **changes)  # type: ignore[arg-type]


def bodies(of: Phone) -> Mapping[str, bytes]:
    return {file.name: file.body for file in files(of)}


def reading(of: Phone) -> Reading:
    return read_panasonic(bodies(of), of.model)


@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
@pytest.mark.parametrize("popup", [True, False])
def test_only_a_utg_has_a_popup_and_it_is_written_both_ways(popup: bool, ring: str) -> None:
    settings = {"monitor_popup": popup, "monitor_ring": ring}
    utg = reading(phone("UTG300", settings=settings))
    assert utg.popup is popup
    assert utg.parameters["DISP_BLF_CALL_INFO_ENABLE"] == ("Y" if popup else "N")
    for model in ("HDV230", "UT133", "TGP550"):
        assert "DISP_BLF_CALL_INFO_ENABLE" not in reading(phone(model, settings=settings)).parameters
        assert not panasonic().models[model].supports & {Feature.POPUP, Feature.SPLASH, Feature.TONE}


def test_a_deleted_key_is_written_as_none() -> None:
    for model in ("HDV230", "UT133"):
        before, after = reading(phone(model, keys={Slot(0, 3): ANNA})), reading(phone(model, keys={}))
        assert before.keys["3"]["target"] == "204"
        assert after.keys["3"] == {"kind": "none", "target": "", "label": "", "line": None}
        names = ("FACILITY_ACT", "FACILITY_ARG", "QUICK_DIAL", "LABEL")
        assert [after.parameters[f"FLEX_BUTTON_{name}3"] for name in names] == [""] * 4


def test_the_families_have_words_of_their_own_for_a_line_and_a_monitored_key() -> None:
    keys = {Slot(0, 1): Key(KeyKind.LINE, line=2), Slot(0, 2): ANNA, Slot(0, 3): Key(KeyKind.SPEED_DIAL, "*98", "Code")}
    hdv, ut = (reading(phone(model, keys=keys)).parameters for model in ("HDV230", "UT133"))
    prefix = "X_PANASONIC_IPTEL_"
    for found, words in ((hdv, ("LINE", "BLF", "ONETOUCH")), (ut, ("DN", "CONTACT", "ONETOUCH"))):
        assert [found[f"FLEX_BUTTON_FACILITY_ACT{number}"] for number in (1, 2, 3)] == [prefix + word for word in words]
        assert [found[f"FLEX_BUTTON_FACILITY_ARG{number}"] for number in (1, 2, 3)] == ["2", "204", ""]
        assert [found[f"FLEX_BUTTON_QUICK_DIAL{number}"] for number in (1, 2, 3)] == ["", "", "*98"]


def test_the_keys_of_the_module_have_names_of_their_own() -> None:
    found = reading(phone("HDV230", keys={Slot(1, 40): ANNA})).parameters
    assert found["DSS_BUTTON_FACILITY_ARG40"] == "204"
    assert found["DSS_BUTTON_FACILITY_ACT1"] == ""


def test_pickup_and_voicemail_dial_what_the_settings_say() -> None:
    keys = {Slot(0, 1): Key(KeyKind.PICKUP, "", "Group"), Slot(0, 2): Key(KeyKind.VOICEMAIL, "", "Messages")}
    found = reading(phone("UT133", keys=keys)).keys
    assert [found[name]["target"] for name in "12"] == ["*98", "*97"]


def test_the_models_file_leads_to_the_phones_own_and_says_what_a_notify_is_called() -> None:
    rendered = files(phone("UT133"))
    assert [(file.name, file.proves) for file in rendered] == [("kx-ut133.cfg", False), (f"config{MAC}.cfg", True)]
    leading = read_text(rendered[0].body)
    assert leading["CFG_STANDARD_FILE_PATH"] == "https://prov.example.com/p/not-a-real-token/Config{MAC}.cfg"
    assert leading["CFG_RESYNC_FROM_SIP"] == panasonic().rules.pushes["resync"].event
    own = reading(phone("UT133")).parameters
    assert {name: own[name] for name in leading} == leading
    assert rendered[-1].parameters["CFG_STANDARD_FILE_PATH"].secret


@pytest.mark.parametrize(
    ("model", "first", "names"),
    [
        ("HDV230", b"# Panasonic SIP Phone Standard Format File #", 5),
        ("UT670", b"# Panasonic SIP Phone Standard Format File #", 2),
        ("TGP500", b"# PCC Standard Format File #", 2),
    ],
)
def test_every_text_file_begins_with_the_line_that_it_must_have(model: str, first: bytes, names: int) -> None:
    rendered = files(phone(model))
    assert len(rendered) == names
    for file in rendered:
        assert file.body.startswith(first + b" DO NOT CHANGE THIS LINE!\r\n")
        assert file.body.endswith(b'"\r\n\r\n')
        assert b"\n" not in file.body.replace(b"\r\n", b"")


@pytest.mark.parametrize("name", ["kx-ut136.cfg", "kx-tgp550t04.cfg", "kx-hdv230x.cfg", f"config{MAC}.cfg"])
def test_what_these_phones_ask_for_is_known(name: str) -> None:
    found = claim(name)
    assert found is not None
    assert "panasonic" in found.vendors
    assert found.mac == (MAC if MAC in name else None)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Rome", "STD-1DST,M3.5.0/2,M10.5.0/3"),
        ("Europe/London", "STD0DST,M3.5.0/1,M10.5.0/2"),
        ("America/New_York", "STD5DST,M3.2.0/2,M11.1.0/2"),
        ("America/St_Johns", "STD3:30DST,M3.2.0/2,M11.1.0/2"),
        ("Asia/Kolkata", "STD-5:30"),
        ("Australia/Lord_Howe", "STD-10:30DST-11,M10.1.0/2,M4.1.0/2"),
        ("UTC", "STD0"),
    ],
)
def test_a_zone_is_said_by_posix(zone: str, expected: str) -> None:
    assert posix(zone) == expected
    assert reading(phone("HDV230", settings={"time_zone": zone})).parameters["LOCAL_TIME_ZONE_POSIX"] == expected


def test_a_base_and_a_utg_are_told_their_zone_in_minutes_and_turns() -> None:
    for model in ("TGP550", "UTG200"):
        found = reading(phone(model, settings={"time_zone": "America/New_York"})).parameters
        start = tuple(found[f"DST_START_{name}"] for name in ("MONTH", "ORDINAL_DAY", "DAY_OF_WEEK", "TIME"))
        stop = tuple(found[f"DST_STOP_{name}"] for name in ("MONTH", "ORDINAL_DAY", "DAY_OF_WEEK", "TIME"))
        assert (found["TIME_ZONE"], found["DST_ENABLE"]) == ("-300", "Y")
        assert (start, stop) == (("3", "2", "0", "120"), ("11", "1", "0", "120"))
        assert reading(phone(model, settings={"time_zone": "Asia/Tokyo"})).parameters["DST_ENABLE"] == "N"


def test_a_line_taken_away_leaves_nothing_behind() -> None:
    plain = phone("HDV230")
    found = reading(replace(plain, lines=plain.lines[:1])).parameters
    assert found["SIP_PASS_1"] == "sip-secret-1"
    names = ("PHONE_NUMBER", "SIP_AUTHID", "SIP_PASS", "SIP_RGSTR_ADDR", "SIP_PRXY_ADDR", "SIP_PRSNC_ADDR")
    assert [found[f"{name}_2"] for name in names] == [""] * len(names)


def test_a_utg_says_of_every_line_whether_it_is_one() -> None:
    found = reading(phone("UTG200")).parameters
    assert [found[f"LINE_ENABLE_{number}"] for number in (1, 2, 3, 4)] == ["Yes", "Yes", "No", "No"]


def test_a_utg_keeps_each_line_in_a_section_of_its_own() -> None:
    root = etree.fromstring(bodies(phone("UTG200"))[f"config{MAC}.cfg"])
    assert [line.get("idx") for line in root.iterfind("Device/Lines/Line")] == ["1", "2", "3", "4"]
    assert root.findtext("Device/Lines/Line[@idx='2']/Sip/SIP_AUTHID") == "202"
    assert root.findtext("Device/Lines/Line[@idx='2']/CallCtrl/DPICKUP_CODE") == "**"
    assert root.findtext("Device/System/Prov/CFG_RESYNC_FROM_SIP") == "check-sync"


def test_codecs_are_switched_by_their_place_and_numbered_as_wanted() -> None:
    settings = {"codecs": ("pcma", "g722", "opus")}
    found = reading(phone("HDV230", settings=settings)).parameters
    assert [found[f"CODEC_ENABLE{place}_1"] for place in range(5)] == ["Y", "Y", "N", "N", "N"]
    assert (found["CODEC_PRIORITY1_1"], found["CODEC_PRIORITY0_1"]) == ("1", "2")
    named = reading(phone("UTG200", settings=settings)).parameters
    assert (named["CODEC_ENABLE_PCMA_1"], named["CODEC_ENABLE_PCMU_1"]) == ("Y", "N")
    none = reading(phone("HDV230", settings={"codecs": ("opus",)})).parameters
    assert not [name for name in none if name.startswith("CODEC_")]


def test_a_secure_line_of_an_hdv_is_told_so_in_all_its_words() -> None:
    plain = phone("HDV230", settings={"srtp": "optional"})
    found = reading(replace(plain, lines=(replace(plain.lines[0], transport="tls"),))).parameters
    names = ("SIP_TRANSPORT_1", "SIP_TLS_MODE_1", "SRTP_CONNECT_MODE_1", "SIP_RGSTR_PORT_1", "SIP_PRSNC_PORT_1")
    assert [found[name] for name in names] == ["2", "1", "0", "5061", "5061"]


def test_a_vlan_is_written_once_somebody_set_it_and_taken_away_by_a_zero() -> None:
    plain = phone("UT133")
    assert "VLAN_ENABLE" not in reading(plain).parameters
    for value, expected in ((20, ("Y", "20")), (0, ("N", None))):
        settings = {**plain.settings, "vlan": Effective(value, Scope.TENANT)}
        found = reading(replace(plain, settings=settings)).parameters
        assert (found["VLAN_ENABLE"], found.get("VLAN_ID_IP_PHONE")) == expected


def test_a_house_of_phones_does_not_ask_in_the_same_minute() -> None:
    times = {
        reading(phone("UT133", mac=f"0080f00000{number:02x}")).parameters["CFG_RESYNC_TIME"] for number in range(60)
    }
    assert len(times) == 60
    assert all(time.startswith("03:") for time in times)
    assert reading(phone("UT133", settings={"poll": False})).parameters["CFG_RESYNC_TIME"] == ""


def test_what_the_format_cannot_hold_is_refused_or_made_legible() -> None:
    assert "double quotes" in (cannot_carry('say "hi"') or "")
    assert "500 bytes" in (cannot_carry("é" * 251) or "")
    assert cannot_carry("é" * 250) is None
    plain = phone("UT133", keys={Slot(0, 1): replace(ANNA, label='Anna "Nanna"')})
    named = replace(plain, lines=(replace(plain.lines[0], display_name='The "Desk"'),))
    found = reading(named)
    assert found.keys["1"]["label"] == "Anna 'Nanna'"
    assert found.parameters["DISPLAY_NAME_1"] == "The 'Desk'"


def test_a_password_that_the_format_cannot_hold_is_not_written() -> None:
    found = reading(phone("UT133", settings={"admin_password": Secret('a"b"c"d')})).parameters
    assert "ADMIN_PASS" not in found
    assert found["USER_PASS"] == "user-secret"


def test_a_person_owns_no_address_no_account_and_no_popup_by_override() -> None:
    rules = panasonic().rules
    for name in ("CFG_STANDARD_FILE_PATH", "CFG_RESYNC_FROM_SIP", "SIP_PASS_3", "HTTP_USER_AGENT", "ADMIN_PASS"):
        assert rules.parameter.search(name)
        assert rules.owns(name)
    for name in ("HTTPD_PORTOPEN_AUTO", "FLEX_BUTTON_LABEL3", "DIAL_PLAN_1"):
        assert rules.parameter.search(name)
        assert not rules.owns(name)
    for name in ("", "ntp_addr", "A=B", 'A"', "A B", "A" * 33, "A\n", "1A"):
        assert not rules.parameter.search(name)


@pytest.mark.parametrize("name", ["KX-UTG300B", "utg300", "Panasonic KX-UTG300", "kx utg 300"])
def test_models_are_found_by_the_names_on_boxes(name: str) -> None:
    model = find_model("panasonic", name)
    assert model is not None
    assert model.name == "UTG300"


@pytest.mark.parametrize(
    ("agent", "model"),
    [
        ("Panasonic_KX-TGP550T04/12.81 (0080f0000001)", "TGP550"),
        ("Panasonic_KX-HDV230NE/07.100 (BCC342000001)", "HDV230"),
        ("Panasonic_KX-TGP600/04.000 (bcc342000002)", None),
    ],
)
def test_letters_of_the_region_do_not_hide_the_model(agent: str, model: str | None) -> None:
    found = identify(agent)
    assert found is not None
    assert (found.vendor, found.model) == ("panasonic", model)
