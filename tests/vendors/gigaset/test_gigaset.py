"""What Gigaset's three families make of their files, for the cases where their rules bite."""

from dataclasses import replace

import pytest
from lxml import etree

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Vendor
from provserver.vendors.formats.provisioning_xml import write
from provserver.vendors.registry import identify, model_of, vendor_of_mac, vendors
from tests.vendors.reader_gigaset import read_gigaset
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

ANNA = Key(KeyKind.BLF, "204", "Anna")
FUNCTION = "PhoneUI.Keys.FunctionKeys"


def gigaset() -> Vendor:
    return vendors()["gigaset"]


def model(name: str) -> PhoneModel:
    return model_of("gigaset", name)


def body(phone: Phone) -> bytes:
    (file,) = gigaset().package.files(phone)
    assert file.name == f"{phone.mac}.xml"
    assert file.proves
    return file.body


def reading(phone: Phone) -> Reading:
    return read_gigaset({f"{phone.mac}.xml": body(phone)}, phone.model)


@pytest.mark.parametrize("popup", [False, True])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_on_the_p_series_a_ring_sounds_only_while_the_popup_is_on(popup: bool, ring: str) -> None:
    read = reading(standard_phone(model("P850"), settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert read.parameters["callpickup_dialoginfo"] == ("on" if popup else "off")
    assert read.parameters["pickup_indication"] == ("on" if popup and ring != "off" else "off")


@pytest.mark.parametrize("name", ["Maxwell3", "N870"])
def test_the_others_have_neither_and_say_why(name: str) -> None:
    read = reading(standard_phone(model(name)))
    assert not [parameter for parameter in read.parameters if "pickup_indication" in parameter]
    assert {"popup", "splash", "tone"} <= set(model(name).lacks)
    assert not {"popup", "splash", "tone"} & {str(feature) for feature in model(name).supports}


def test_the_p_series_follows_what_the_order_to_refresh_says() -> None:
    read = reading(standard_phone(model("P820"))).parameters
    assert (read["checksync_action"], read["auto_reboot_on_setting_change"]) == ("", "off")
    assert gigaset().rules.owns("checksync_action")


def test_the_p_series_numbers_its_keys_as_snom_does() -> None:
    phone = standard_phone(model("P850"), keys={Slot(0, 40): ANNA, Slot(2, 1): ANNA})
    keys = etree.fromstring(body(phone)).iterfind("functionKeys/fkey")
    assert [key.attrib["idx"] for key in keys if key.text != "none"] == ["39", "100"]


def test_a_deleted_maxwell_key_is_none_and_keeps_no_name_and_no_number() -> None:
    read = reading(standard_phone(model("Maxwell3"), keys={Slot(0, 1): ANNA})).parameters
    assert (read[f"{FUNCTION}.1.Type"], read[f"{FUNCTION}.1.DisplayName"]) == ("-1", "")
    assert read[f"{FUNCTION}.1.PhoneNumber"] == ""
    assert f"{FUNCTION}.8.Type" not in read


def test_a_maxwell_key_picks_up_with_the_company_s_code() -> None:
    keys = {Slot(0, 1): ANNA, Slot(0, 2): Key(KeyKind.PICKUP), Slot(0, 3): Key(KeyKind.VOICEMAIL)}
    read = reading(standard_phone(model("Maxwell2"), keys=keys)).parameters
    assert (read[f"{FUNCTION}.0.Type"], read[f"{FUNCTION}.0.CallPickupCode"]) == ("4", "**")
    assert read[f"{FUNCTION}.1.EnableCode"] == "*98"
    assert read[f"{FUNCTION}.2.EnableCode"] == "*97"


def test_a_maxwell_refuses_the_keys_that_it_lacks_with_a_reason() -> None:
    maxwell = model("Maxwell3")
    refused = {KeyKind.PARK, KeyKind.INTERCOM, KeyKind.DND}
    assert not refused & maxwell.kinds
    assert all(maxwell.lacks[kind] for kind in refused)


def test_maxwell_keys_are_unlocked_and_a_base_gets_no_such_step() -> None:
    maxwell = etree.fromstring(body(standard_phone(model("Maxwell3"))))
    assert [step.attrib["type"] for step in maxwell.iterfind("custom/step")] == ["UnlockAllFunctionKeys"]
    assert etree.fromstring(body(standard_phone(model("N870")))).find("custom") is None


def test_both_own_formats_lead_back_by_the_device_s_own_address() -> None:
    for name, parameter in (
        ("Maxwell3", "System.Provision.ProvisioningServer"),
        ("N870", "Provisioning.global.ProvisioningServer"),
    ):
        assert reading(standard_phone(model(name))).parameters[parameter].endswith("/p/not-a-real-token/%MACD.xml")
        assert gigaset().rules.hides(parameter)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Rome", "GMT+1.Europe/Amsterdam"),
        ("Europe/London", "GMT.Europe/London"),
        ("Europe/Bucharest", None),
    ],
)
def test_a_maxwell_is_told_only_zones_that_a_source_spells(zone: str, expected: str | None) -> None:
    read = reading(standard_phone(model("Maxwell3"), settings={"time_zone": zone})).parameters
    assert read.get("System.DateAndTime.TimeZone") == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Europe/Bucharest", "Europe/Bucharest"), ("Europe/Vaduz", "Europe/Rome"), ("Africa/Casablanca", None)],
)
def test_a_base_is_told_a_zone_that_it_takes(zone: str, expected: str | None) -> None:
    read = reading(standard_phone(model("N870"), settings={"time_zone": zone})).parameters
    assert read.get("DmGlobal.0.TimeZone") == expected


@pytest.mark.parametrize(("srtp", "expected"), [("off", "01"), ("optional", "11"), ("required", "10")])
def test_encrypted_speech_is_asked_and_demanded(srtp: str, expected: str) -> None:
    maxwell = reading(standard_phone(model("Maxwell3"), settings={"srtp": srtp})).parameters
    base = reading(standard_phone(model("N870"), settings={"srtp": srtp})).parameters
    assert maxwell["SIP.Security.SRTP"] + maxwell["SIP.Security.AcceptNonSRTPCalls"] == expected
    assert base["SipProvider.0.SRTP_Enabled"] + base["SipProvider.0.AcceptNonSRTPCalls"] == expected


def test_a_maxwell_line_that_was_taken_away_leaves_nothing() -> None:
    phone = standard_phone(model("Maxwell3"))
    read = reading(replace(phone, lines=phone.lines[:1])).parameters
    account = [read[f"SIP.Account.1.{name}"] for name in ("Active", "Username", "AuthPassword")]
    assert account == ["0", "", ""]


def test_a_base_takes_away_handsets_without_a_line_and_shares_providers() -> None:
    phone = standard_phone(model("N670"))
    orders = etree.fromstring(body(phone)).findall("nvm/oper")
    assert [order.attrib.get("value") for order in orders] == [None, "00001", "00002"]
    assert orders[0].attrib["name"] == "DeleteNotProvisionedHS"
    assert "SipProvider.1.Name" not in reading(phone).parameters
    second = replace(phone.lines[1], transport="tls")
    read = reading(replace(phone, lines=(phone.lines[0], second))).parameters
    assert (read["SipProvider.1.TransportProtocol"], read["SipProvider.1.ProxyServerPort"]) == ("3", "5061")
    assert read["SipAccount.00002.ProviderId"] == "1"


def test_a_vlan_is_written_once_somebody_set_it_and_restarts_the_phone() -> None:
    assert "NET.VLAN.Tagging" not in reading(standard_phone(model("Maxwell3"))).parameters
    read = reading(standard_phone(model("Maxwell3"), settings={"vlan": 20})).parameters
    assert (read["NET.VLAN.Tagging"], read["NET.VLAN.LAN.Identifier"]) == ("1", "20")
    assert gigaset().rules.resync(["NET.VLAN.LAN.Identifier"]).push.event == "check-sync;reboot=true"
    assert gigaset().rules.resync([f"{FUNCTION}.0.Type"]).push.event == "check-sync;reboot=false"


def test_hostile_labels_stay_in_their_attribute() -> None:
    label = '"/><param name="x" value="& è 😀'
    phone = standard_phone(model("Maxwell3"), keys={Slot(0, 1): Key(KeyKind.SPEED_DIAL, "500", label)})
    assert reading(phone).keys["1"]["label"] == label
    assert len(etree.fromstring(body(phone)).findall("nvm/param[@name='x']")) == 0


def test_a_value_that_xml_cannot_carry_is_refused_with_its_name() -> None:
    with pytest.raises(ValueError, match=r"SIP\.Port"):
        write([("SIP.Port", "a\0b")], "")


def test_snom_s_addresses_are_left_to_snom_and_requests_tell_the_two_apart() -> None:
    assert vendor_of_mac("000413e20102") is vendors()["snom"]
    assert vendor_of_mac("7c2f80e0d605") is gigaset()
    found = identify("Gigaset P820-SIP 10.1.215.13 000413E20102")  # not seen, but whatever says the name is the maker's
    assert found is not None
    assert (found.vendor, found.model, found.mac) == ("gigaset", "P820", "000413e20102")


def test_codes_of_handsets_and_passwords_are_secrets() -> None:
    for name in ("hs.00001.DECT_AC", "SIP.Account.0.AuthPassword", "SipAccount.00001.AuthPassword", "user_pass[1]"):
        assert gigaset().rules.hides(name)
        assert gigaset().rules.parameter.fullmatch(name)
