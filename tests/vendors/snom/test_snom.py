"""What a Snom phone makes of its files, for the cases where its rules bite."""

from dataclasses import replace

import pytest
from lxml import etree

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import Key
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.domain.settings import Value
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Vendor
from provserver.vendors.daylight import rule
from provserver.vendors.formats.settings_xml import write
from provserver.vendors.registry import claim, identify, model_of, vendor_of_mac, vendors
from provserver.vendors.snom_settings.clock import CODES, zone_code
from tests.vendors.reader_snom import read_snom
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

ANNA = Key(KeyKind.BLF, "204", "Anna")
LINE = Key(KeyKind.LINE, line=2)


def snom() -> Vendor:
    return vendors()["snom"]


def model(name: str = "D735") -> PhoneModel:
    return model_of("snom", name)


def keyed(*keys: Key, of: str = "D735") -> Phone:
    """A phone whose keys are these, from key 1 on."""
    return standard_phone(model(of), keys={Slot(0, number): key for number, key in enumerate(keys, start=1)})


def bodies(phone: Phone) -> dict[str, bytes]:
    return {file.name: file.body for file in snom().package.files(phone)}


def reading(phone: Phone) -> Reading:
    return read_snom(bodies(phone), phone.model)


def config(phone: Phone) -> bytes:
    return bodies(phone)[f"{phone.mac}.xml"]


def functions(phone: Phone) -> dict[str, tuple[str, str]]:
    """Give what the file says of every key: text and context by index."""
    found = etree.fromstring(config(phone)).iterfind("functionKeys/fkey")
    return {str(key.attrib["idx"]): (key.text or "", str(key.attrib["context"])) for key in found}


@pytest.mark.parametrize("name", ["D735", "D865", "320"])
@pytest.mark.parametrize("popup", [False, True])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_a_ring_sounds_only_while_the_popup_is_on(name: str, popup: bool, ring: str) -> None:
    read = reading(standard_phone(model(name), settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert read.parameters["callpickup_dialoginfo"] == ("on" if popup else "off")
    assert read.parameters["pickup_indication"] == ("on" if popup and ring != "off" else "off")


def test_a_device_without_keys_has_neither_popup_nor_splash() -> None:
    for name in ("MP", "PA1", "M900"):
        read = reading(standard_phone(model(name)))
        assert not {"callpickup_dialoginfo", "pickup_indication"} & set(read.parameters)
        assert {"popup", "splash", "tone", "keys"} <= set(model(name).lacks)


def test_a_deleted_key_is_written_as_none_with_no_name_and_for_no_line() -> None:
    assert functions(keyed(LINE, Key(), ANNA))["1"] == ("none", "active")
    assert len(functions(keyed(LINE))) == 32


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (LINE, "line"),
        (ANNA, "blf 204|**"),
        (Key(KeyKind.PICKUP), "speed *98"),
        (Key(KeyKind.VOICEMAIL), "keyevent F_RETRIEVE"),
        (Key(KeyKind.VOICEMAIL, "*97"), "speed *97"),
        (Key(KeyKind.FORWARD), "keyevent F_REDIRECT"),
        (Key(KeyKind.FORWARD, "0612345"), "redirect 0612345"),
        (Key(KeyKind.DND), "keyevent F_DND"),
        (Key(KeyKind.PARK, "701"), "orbit 701"),
    ],
)
def test_a_key_says_its_function_in_the_maker_s_words(key: Key, text: str) -> None:
    assert functions(keyed(key))["0"] == (text, str(key.line))


def test_without_a_pickup_code_a_monitored_key_has_none() -> None:
    phone = standard_phone(model(), settings={"pickup_code": ""}, keys={Slot(0, 1): ANNA})
    assert functions(phone)["0"][0] == "blf 204"


def test_keys_of_modules_follow_those_of_the_phone_module_by_module() -> None:
    keys = {Slot(1, 1): ANNA, Slot(3, 2): LINE}
    assert functions(standard_phone(model("D335"), keys=keys))["32"][0] == "blf 204|**"
    assert functions(standard_phone(model("D335"), keys=keys))["69"] == ("line", "2")
    assert len(functions(standard_phone(model("D335"), keys=keys))) == 32 + 3 * 18


def test_on_a_d385_the_keys_of_modules_begin_elsewhere() -> None:
    found = functions(standard_phone(model("D385"), keys={Slot(1, 1): ANNA}))
    assert found["174"][0] == "blf 204|**"
    assert "48" not in found


def test_the_rule_that_no_setting_restarts_the_phone_comes_first() -> None:
    settings = etree.fromstring(config(keyed())).find("phone-settings")
    assert settings is not None
    assert (settings[0].tag, settings[0].text) == ("auto_reboot_on_setting_change", "off")


def test_a_vlan_restarts_the_phone_and_a_key_does_not() -> None:
    assert snom().rules.resync(["vlan_id", "fkey[3]"]).push.event == "check-sync;reboot=true"
    assert snom().rules.resync(["fkey[3]", "fkey[3].label", "user_name[2]"]).push.event == "check-sync;reboot=false"


def test_a_vlan_is_written_once_somebody_set_it_and_taken_away_by_a_zero() -> None:
    assert "vlan_id" not in reading(standard_phone(model())).parameters
    assert reading(standard_phone(model(), settings={"vlan": 20})).parameters["vlan_id"] == "20"
    assert reading(standard_phone(model(), settings={"vlan": 0})).parameters["vlan_id"] == ""


def test_the_phone_asks_for_its_own_file_from_then_on_and_only_that_one_proves() -> None:
    phone = standard_phone(model())
    address = f"https://prov.example.com/p/not-a-real-token/{phone.mac}.xml"
    assert reading(phone).parameters["setting_server"] == address
    files = snom().package.files(phone)
    assert [file.name for file in files if file.proves] == [f"{phone.mac}.xml"]
    common = files[0]
    assert common.name == "snomd735.htm"
    assert phone.mac.encode() not in common.body.lower()
    assert not common.parameters


def test_a_phone_is_asked_by_the_name_that_it_gives_itself() -> None:
    assert "snom715-000413d9c744.htm" in bodies(standard_phone(model("D715")))
    assert snom().model("Snom D715") is snom().model("715") is model("D715")


@pytest.mark.parametrize("name", ["snomD785.htm", "snomD785-000413922D24.htm", "000413922D24.xml"])
def test_names_that_phones_ask_for_are_known(name: str) -> None:
    found = claim(name.lower())
    assert found is not None
    assert "snom" in found.vendors
    assert found.mac == (None if name == "snomD785.htm" else "000413922d24")


def test_d8xx_phones_have_other_passwords_for_their_pages() -> None:
    new, old = (reading(standard_phone(model(name))).parameters for name in ("D865", "D735"))
    assert (new["webserver_admin_password"], new["webserver_user_password"]) == ("admin-secret", "user-secret")
    assert "http_pass" not in new
    assert old["http_pass"] == "admin-secret"
    assert "webserver_admin_password" not in old


def test_firmware_8_asks_by_an_interval_and_later_ones_at_night() -> None:
    old = reading(replace(standard_phone(model()), firmware="8.9.3.80")).parameters
    new = reading(standard_phone(model(), settings={"poll_hour": 4})).parameters
    off = reading(standard_phone(model(), settings={"poll": False})).parameters
    assert old["settings_refresh_timer"] == "86400"
    assert "prov_polling_enabled" not in old
    assert (new["prov_polling_time"], new["prov_polling_time_rand_end"]) == ("04:00", "04:59")
    assert off["prov_polling_enabled"] == "off"


def test_a_line_that_was_taken_away_leaves_nothing() -> None:
    phone = standard_phone(model())
    read = reading(replace(phone, lines=phone.lines[:1])).parameters
    assert (read["user_active[2]"], read["user_name[2]"], read["user_pass[2]"]) == ("off", "", "")
    assert read["user_active[12]"] == "off"


@pytest.mark.parametrize(
    ("domain", "proxy", "transport", "route"),
    [
        ("pbx.example.com", "", "udp", "pbx.example.com:5060;transport=udp"),
        ("pbx.example.com:5070", "", "tcp", "pbx.example.com:5070;transport=tcp"),
        ("pbx.example.com", "sbc.example.com", "tls", "sbc.example.com:5061;transport=tls"),
        ("pbx.example.com", "sbc.example.com:5081", "tls", "sbc.example.com:5081;transport=tls"),
        ("", "", "udp", ""),
    ],
)
def test_requests_go_by_the_proxy_or_else_to_the_registrar(domain: str, proxy: str, transport: str, route: str) -> None:
    line = Line(1, "201", "Mario", "201", Secret("x"), domain, None, transport, proxy)
    read = reading(replace(standard_phone(model()), lines=(line,))).parameters
    assert read["user_outbound[1]"] == route
    assert read["user_host[1]"] == domain.partition(":")[0]


@pytest.mark.parametrize(
    ("srtp", "expected"), [("off", ("off", "off")), ("optional", ("on", "optional")), ("required", ("on", "mandatory"))]
)
def test_encrypted_speech_is_two_settings(srtp: str, expected: tuple[str, str]) -> None:
    read = reading(standard_phone(model(), settings={"srtp": srtp})).parameters
    assert (read["user_srtp[1]"], read["user_savp[1]"]) == expected


def test_codecs_keep_their_order_and_tones_go_in_the_speech_or_beside_it() -> None:
    settings: dict[str, Value] = {"codecs": ("opus", "pcma", "g722"), "dtmf": "rfc2833"}
    speech = reading(standard_phone(model(), settings=settings)).parameters
    beside = reading(standard_phone(model(), settings={**settings, "dtmf": "info"})).parameters
    none = reading(standard_phone(model(), settings={"codecs": ("opus",)})).parameters
    assert (speech["codec_priority_list[1]"], speech["user_dtmf_info[1]"]) == ("pcma,g722,telephone-event", "off")
    assert (beside["codec_priority_list[1]"], beside["user_dtmf_info[1]"]) == ("pcma,g722", "sip_info_only")
    assert "codec_priority_list[1]" not in none


def test_every_code_of_a_time_zone_says_the_offset_that_the_zone_has() -> None:
    for zone, code in CODES.items():
        hours = float(code[3:])
        assert rule(zone).offset == hours * 60, zone


@pytest.mark.parametrize(
    ("zone", "code"),
    [("Europe/Rome", "ITA+1"), ("Europe/Bucharest", "ROU+2"), ("Europe/Vienna", "GER+1"), ("Africa/Casablanca", "")],
)
def test_a_zone_without_a_code_takes_one_whose_clocks_agree_or_none(zone: str, code: str) -> None:
    assert zone_code(zone) == code


def test_the_directory_key_opens_the_company_s_phonebook() -> None:
    own = reading(standard_phone(model())).parameters
    company = reading(standard_phone(model(), settings={"phonebook_url": "https://pbx.example.com/book"})).parameters
    assert own["dkey_directory"] == "keyevent F_ADR_BOOK"
    assert company["dkey_directory"] == "url https://pbx.example.com/book"


def test_hostile_labels_stay_in_their_attribute() -> None:
    label = '"/><fkey idx="9">& <br> è 😀'
    assert reading(keyed(Key(KeyKind.SPEED_DIAL, "500", label))).keys["1"]["label"] == label


def test_an_attribute_of_a_key_can_be_overridden_and_one_of_nothing_is_left_out() -> None:
    phone = standard_phone(model(), overrides={"fkey[0].perm": "R", "nothing[1].perm": "R", "fkey[1]": None})
    keys = {str(key.attrib["idx"]): key for key in etree.fromstring(config(phone)).iterfind("functionKeys/fkey")}
    assert keys["0"].attrib["perm"] == "R"
    assert "1" not in keys
    assert b"nothing" not in config(phone)


def test_a_value_that_xml_cannot_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="language"):
        write([("language", "a\0b")], "")


@pytest.mark.parametrize(
    ("name", "owned"),
    [
        ("setting_server", True),
        ("user_pass[3]", True),
        ("pickup_indication", True),
        ("webserver_admin_password", True),
        ("user_ringer[1]", False),
        ("webserver_type", False),
    ],
)
def test_what_the_server_owns_no_override_may_touch(name: str, owned: bool) -> None:
    assert snom().rules.owns(name) is owned
    assert snom().rules.parameter.fullmatch(name)


def test_a_parameter_s_name_is_checked() -> None:
    for wrong in ("a b", "user_name[x]", "1a", "fkey[1].onload", "a>b", "a\n", "user_name[1"):
        assert not snom().rules.parameter.fullmatch(wrong), wrong


def test_a_base_numbers_its_servers_and_switches_the_other_accounts_off() -> None:
    phone = standard_phone(model("M900"))
    second = replace(phone.lines[1], domain="other.example.com", port=5070)
    read = reading(replace(phone, lines=(phone.lines[0], second))).parameters
    assert (read["user_host[1]"], read["user_host[2]"]) == ("pbx.example.com", "other.example.com:5070")
    assert (read["subscr_sip_ua_data_server_id[1]"], read["subscr_sip_ua_data_server_id[2]"]) == ("1", "2")
    assert (read["user_active[2]"], read["user_active[3]"], read["user_active[1000]"]) == ("on", "off", "off")
    assert (read["user_pass[3]"], read["user_pass[1000]"]) == ("", "")


def test_an_address_of_snom_is_snom_s_and_every_kind_has_a_reason_or_a_key() -> None:
    assert vendor_of_mac("000413922d24") is snom()
    for phone in snom().models.values():
        if phone.blocks:
            assert not {kind for kind in set(KeyKind) - phone.kinds - {KeyKind.NONE} if not phone.lacks.get(kind)}


def test_an_unknown_snom_is_still_a_snom() -> None:
    found = identify("Mozilla/4.0 (compatible; snomD999-SIP 10.1.215.13 000413AABBCC)")
    assert found is not None
    assert (found.vendor, found.model, found.mac) == ("snom", None, "000413aabbcc")
