"""Obihai: two lists of keys on a VVX, profiles of servers, the daily question, and what is refused."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.registry import claim, identify, vendors
from tests.vendors.reader_obihai import read_obihai
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

ANNA = Key(KeyKind.BLF, "204", "Anna", line=2)
PHONE = "VoiceService.1.Phone"
PROFILE = "VoiceService.1.VoiceProfile"


def phone(model: str = "OBi1062", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["obihai"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its file."""
    files = vendors()["obihai"].package.files(of)
    return read_obihai({file.name: file.body for file in files}, of.model)


@pytest.mark.parametrize("popup", [True, False])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_nothing_pops_up_or_rings_and_the_table_says_why(popup: bool, ring: str) -> None:
    found = reading(phone(settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == (False, "off")
    assert found.parameters == reading(phone(settings={"monitor_popup": False})).parameters
    assert {"popup", "splash", "tone"} <= vendors()["obihai"].models["OBi1062"].lacks.keys()


def test_a_key_names_its_function_and_its_service() -> None:
    found = reading(phone(keys={Slot(0, 24): ANNA})).parameters
    values = {field: found[f"{PHONE}.LineKey.24.{field}"] for field in ("Function", "Service", "Number", "Name")}
    assert values == {"Function": "Busy Lamp Field", "Service": "SP2", "Number": "204", "Name": "Anna"}


def test_a_deleted_key_is_written_as_none() -> None:
    found = reading(phone(keys={})).parameters
    assert [found[f"{PHONE}.LineKey.{number}.Function"] for number in range(1, 25)] == ["None"] * 24
    assert found[f"{PHONE}.LineKey.3.Number"] == found[f"{PHONE}.LineKey.3.Service"] == ""


def test_the_left_column_of_a_vvx_is_a_list_of_its_own() -> None:
    found = reading(phone("VVX450", keys={Slot(0, 6): ANNA, Slot(0, 7): replace(ANNA, target="205")})).parameters
    assert found[f"{PHONE}.LeftLineKey.6.Number"] == "204"
    assert found[f"{PHONE}.LineKey.1.Number"] == "205"
    assert f"{PHONE}.LeftLineKey.7.Number" not in found


def test_lines_at_one_server_share_a_profile_and_others_have_their_own() -> None:
    full = phone()
    other = replace(full.lines[1], domain="other.example.com", transport="tls", outbound_proxy="edge.example.com:5071")
    shared = reading(full).parameters
    apart = reading(replace(full, lines=(full.lines[0], other))).parameters
    assert [shared[f"{PROFILE}.1.Line.{n}.X_ServProvProfile"] for n in (1, 2)] == ["A", "A"]
    assert [apart[f"{PROFILE}.1.Line.{n}.X_ServProvProfile"] for n in (1, 2)] == ["A", "B"]
    assert (apart[f"{PROFILE}.2.SIP.ProxyServer"], apart[f"{PROFILE}.2.SIP.ProxyServerPort"]) == (
        "other.example.com",
        "5061",
    )
    assert (apart[f"{PROFILE}.2.SIP.OutboundProxy"], apart[f"{PROFILE}.2.SIP.OutboundProxyPort"]) == (
        "edge.example.com",
        "5071",
    )
    assert apart[f"{PROFILE}.2.SIP.ProxyServerTransport"] == "TLS"
    assert shared[f"{PROFILE}.2.SIP.ProxyServer"] == ""


def test_a_fifth_server_finds_no_profile_and_its_line_is_off() -> None:
    full = phone()
    lines = tuple(replace(full.lines[0], number=number, domain=f"pbx{number}.example.com") for number in range(1, 6))
    found = reading(replace(full, lines=lines)).parameters
    assert [found[f"{PROFILE}.1.Line.{n}.Enable"] for n in range(1, 7)] == ["true"] * 4 + ["false"] * 2


def test_a_line_taken_away_is_off_and_leaves_no_password() -> None:
    full = phone()
    found = reading(replace(full, lines=full.lines[:1])).parameters
    assert found[f"{PROFILE}.1.Line.2.Enable"] == "false"
    assert found[f"{PROFILE}.1.Line.2.SIP.AuthPassword"] == ""


def test_the_phone_asks_once_a_day_or_only_as_it_starts() -> None:
    prefix = "X_DeviceManagement.ITSPProvisioning"
    daily = reading(phone(settings={"poll_hour": 4})).parameters
    assert (daily[f"{prefix}.Method"], daily[f"{prefix}.TimeofDay"]) == ("Time Of Day", "04:00+60")
    assert daily[f"{prefix}.ConfigURL"] == "https://prov.example.com/p/not-a-real-token/9cadefd9c744.xml"
    assert reading(phone(settings={"poll": False})).parameters[f"{prefix}.Method"] == "System Start"


def test_a_vlan_is_switched_on_and_off() -> None:
    tagged, plain = reading(phone(settings={"vlan": 20})).parameters, reading(phone()).parameters
    assert (tagged["DeviceInfo.WAN.VLANEnable"], tagged["DeviceInfo.WAN.VLANID"]) == ("true", "20")
    assert (plain["DeviceInfo.WAN.VLANEnable"], plain["DeviceInfo.WAN.VLANID"]) == ("false", "")


def test_an_adapter_has_services_and_no_keys() -> None:
    found = reading(phone("OBi508"))
    assert found.keys == {}
    assert [found.parameters[f"{PROFILE}.1.Line.{n}.Enable"] for n in (1, 2, 9)] == ["true", "true", "false"]


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["obihai"].rules
    for name in (
        "X_DeviceManagement.ITSPProvisioning.ConfigURL",
        "X_DeviceManagement.WebServer.AdminPassword",
        "VoiceService.1.VoiceProfile.1.Line.6.SIP.AuthPassword",
    ):
        assert rules.owns(name)
        assert rules.hides(name)
    assert not rules.owns("VoiceService.1.VoiceProfile.1.DigitMap")
    assert rules.pushes["resync"].event == "Resync"


def test_an_obi_edition_is_told_from_the_same_phone_of_poly() -> None:
    found = identify("OBIHAI/VVX450-6.4.3.1")
    assert found is not None
    assert (found.vendor, found.model) == ("obihai", "VVX450")
    claimed = claim("9cadefd9c744.xml")
    assert claimed is not None
    assert "obihai" in claimed.vendors


@pytest.mark.parametrize("label", ["<b>&\"'", "]]>", "</Name><Value>x</Value>", "👩‍👩‍👧", "$MAC", "שלום"])
def test_a_hostile_label_stays_a_label(label: str) -> None:
    found = reading(phone(keys={Slot(0, 2): replace(ANNA, label=label)}))
    assert found.keys["2"]["label"] == label
    assert found.parameters.keys() == reading(phone(keys={Slot(0, 2): ANNA})).parameters.keys()
