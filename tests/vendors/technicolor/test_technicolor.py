"""Technicolor: keys counted on over two modules, one number that changes with the file, letters, zones, addresses."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key, KeyKind, Slot
from provserver.domain.phone import Phone
from provserver.vendors.base import File
from provserver.vendors.phonebook import form_of
from provserver.vendors.registry import claim, vendors
from provserver.vendors.technicolor.clock import ZONES, zone_number
from tests.vendors.reader_technicolor import read_technicolor
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

ANNA = Key(KeyKind.BLF, "204", "", line=1)


def phone(model: str = "ST2030", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["technicolor"].models[model], **changes)  # type: ignore[arg-type]


def render(of: Phone) -> list[File]:
    """Render the two files of a phone, the first that it asks for and its own."""
    return list(vendors()["technicolor"].package.files(of))


def reading(of: Phone) -> Reading:
    """Render a phone and read its files."""
    return read_technicolor({file.name: file.body for file in render(of)}, of.model)


@pytest.mark.parametrize("popup", [True, False])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_nothing_pops_up_or_rings_and_the_table_says_why(popup: bool, ring: str) -> None:
    found = reading(phone(settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == (False, "off")
    assert {"popup", "splash", "tone"} <= vendors()["technicolor"].models["TB30"].lacks.keys()


def test_keys_are_counted_on_over_both_modules() -> None:
    found = reading(phone(keys={Slot(0, 10): ANNA, Slot(1, 1): ANNA, Slot(2, 28): ANNA})).parameters
    monitored = [name for name, value in found.items() if value == "S/<sip:204>"]
    assert monitored == ["sys.FeatureKeyExt10", "sys.FeatureKeyExt11", "sys.FeatureKeyExt66"]
    assert "sys.FeatureKeyExt67" not in found


def test_a_deleted_key_is_written_as_none() -> None:
    found = reading(phone("ST2022", keys={}))
    assert {key["kind"] for key in found.keys.values()} == {"none"}
    assert found.parameters["sys.FeatureKeyExt05"] == "L/<sip:>"
    assert "sys.FeatureKeyExt06" not in found.parameters, "the ST2022 has five"


def test_pickup_and_voicemail_dial_what_the_settings_say() -> None:
    keys = {Slot(0, 1): Key(KeyKind.PICKUP, "", ""), Slot(0, 2): Key(KeyKind.VOICEMAIL, "", "")}
    found = reading(phone(keys=keys)).keys
    assert (found["1"]["target"], found["2"]["target"]) == ("*98", "*97")


def test_a_label_is_refused_as_the_phone_keeps_none() -> None:
    assert vendors()["technicolor"].models["TB30"].label_limit == 0


def test_a_line_taken_away_is_out_of_use_and_leaves_no_password() -> None:
    full = phone()
    found = reading(replace(full, lines=full.lines[:1])).parameters
    assert [found[f"sip.TEL0{n}Use"] for n in range(1, 5)] == ["1", "0", "0", "0"]
    assert found["sip.regpwd2"] == found["sip.regid2"] == found["sip.RegisterServerMP2"] == ""


def test_the_number_of_the_file_changes_with_it_and_with_nothing_else() -> None:
    def serial(of: Phone) -> str:
        own = render(of)[1]
        return own.parameters["sys.config_sn"].value

    assert serial(phone()) == serial(phone())
    assert len({serial(phone()), serial(phone(keys={})), serial(phone(settings={"clock": "12"}))}) == 3
    assert all(len(serial(phone(settings={"poll_hour": hour}))) == 12 for hour in range(24))


def test_the_first_file_leads_to_the_second_and_proves_nothing() -> None:
    first, own = render(phone("TB30"))
    assert (first.name, first.proves, own.proves) == ("tb30s.inf", False, True)
    assert first.body == b"[config]\nconfig=https://prov.example.com/p/not-a-real-token/\n"
    assert not any(word in first.body for word in (b"secret", b"sip"))
    found = claim(own.name)
    assert found is not None
    assert (found.vendors, found.mac) == (frozenset({"technicolor"}), own.name[6:18])


@pytest.mark.parametrize(("name", "written"), [("Ștefan Țurcanu", "Stefan Turcanu"), ("Zoë", "Zoë"), ("דנה", "???")])
def test_a_name_is_written_in_letters_that_the_phone_has(name: str, written: str) -> None:
    full = phone()
    lines = (replace(full.lines[0], display_name=name), *full.lines[1:])
    assert reading(replace(full, lines=lines)).parameters["sip.DisplayName1"] == written


@pytest.mark.parametrize(
    ("zone", "number", "saves"),
    [
        ("Europe/Rome", "25", "1"),
        ("Europe/Bucharest", "27", "1"),
        ("Europe/Madrid", "22", "1"),
        ("America/Toronto", "11", "1"),
        ("Asia/Calcutta", "41", "0"),
        ("Australia/Lord_Howe", "56", "1"),
    ],
)
def test_a_zone_is_the_makers_number_with_the_same_summer(zone: str, number: str, saves: str) -> None:
    found = reading(phone(settings={"time_zone": zone})).parameters
    assert (found["ntp.NtpZoneNum"], found["ntp.NtpDaylight"]) == (number, saves)


def test_the_maker_counts_sixty_four_zones() -> None:
    assert len(ZONES) == len(set(ZONES)) == 64
    assert [zone_number(zone) for zone in ZONES] == list(range(64))


def test_codecs_are_numbered_the_wanted_first() -> None:
    found = reading(phone(settings={"codecs": ("g729", "opus", "pcma")})).parameters
    assert found["sys.CodecPriority"].startswith("g729(1)g711a(2)g711mu(3)g723(4)")
    assert found["sys.CodecPriority"].endswith("ilbc133(9)")


def test_encrypted_speech_is_written_only_as_off() -> None:
    assert reading(phone()).parameters["sys.SRTPFlag"] == "0"
    assert "sys.SRTPFlag" not in reading(phone(settings={"srtp": "required"})).parameters


def test_a_secure_line_has_its_own_port() -> None:
    full = phone()
    lines = (replace(full.lines[0], transport="tls", outbound_proxy="edge.example.com"),)
    found = reading(replace(full, lines=lines)).parameters
    assert found["sip.TransportFlgMP1"] == "2"
    assert (found["sip.ProxyServerMP1"], found["sip.sip_pxy_tls_srv_portMP1"]) == ("edge.example.com", "5061")


def test_without_a_pickup_code_the_phone_keeps_its_own_way() -> None:
    found = reading(phone(settings={"pickup_code": ""})).parameters
    assert (found["sip.CallPkupFlg"], found["sip.CallPkupSC"]) == ("local", "")


def test_a_restart_is_asked_for_only_by_name() -> None:
    rules = vendors()["technicolor"].rules
    assert rules.resync(["sys.FeatureKeyExt01"]).push.event == "check-sync"
    assert rules.pushes["reboot"].event == "check-sync;reboot=true"
    assert rules.resync(["net.VLAN"]).may_restart == ("net.VLAN",)


def test_the_phonebook_holds_eight_and_the_phone_searches_the_rest() -> None:
    form = form_of(vendors()["technicolor"].models["TB30"])
    assert form is not None
    assert (form.size, form.query) == (8, "?q=#SEARCH")


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["technicolor"].rules
    for name in ("autoprovision.AutoprovisionHTTPServer", "sip.regpwd1", "sys.WebPWD", "sys.config_sn", "sip.TEL01Use"):
        assert rules.owns(name)
    for name in ("sys.VOIPDialPlan", "sip.DNDFlg", "ipp.RingToneMP1", "sys.2833_volume"):
        assert not rules.owns(name)
        assert rules.parameter.search(name)
    for wrong in ("", "VOIPDialPlan", "sys.a b", "sys.a\n", "sys.a=b", "other.x"):
        assert not rules.parameter.search(wrong)


@pytest.mark.parametrize("value", ["a\nb=c", "[sys]\r\n", "Ș", "שלום", "\0"])
def test_what_would_break_the_file_is_refused_with_a_reason(value: str) -> None:
    assert vendors()["technicolor"].package.cannot_carry(value)
