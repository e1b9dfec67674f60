"""Escene: settings in one file and keys in another, groups counted from 0, zones by number, an address in two."""

import re
from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import File
from provserver.vendors.escene import GROUPS
from provserver.vendors.registry import claim, vendors
from tests.vendors.reader_escene import read_escene
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

ANNA = Key(KeyKind.BLF, "204", "Anna", line=2)


def phone(**changes: object) -> Phone:
    """Give the standard phone."""
    return standard_phone(vendors()["escene"].models["ES620"], **changes)  # type: ignore[arg-type]


def render(of: Phone) -> list[File]:
    """Render the two files: settings, then keys."""
    return list(vendors()["escene"].package.files(of))


def reading(of: Phone) -> Reading:
    """Render a phone and read its files."""
    return read_escene({file.name: file.body for file in render(of)}, of.model)


@pytest.mark.parametrize("popup", [True, False])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_nothing_pops_up_or_rings_and_the_table_says_why(popup: bool, ring: str) -> None:
    found = reading(phone(settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == (False, "off")
    assert {"popup", "splash", "tone"} <= vendors()["escene"].models["ES620"].lacks.keys()


def test_groups_and_accounts_are_counted_from_zero() -> None:
    found = reading(phone(keys={Slot(0, 1): ANNA, Slot(1, 1): ANNA, Slot(6, 32): ANNA})).parameters
    assert (found["hotline[0].SipAccounts"], found["hotline[0].Type"]) == ("1", "1")
    assert found["extension[0].HotlineNum"] == found["extension6[31].HotlineNum"] == "204"
    assert "extension1[0].HotlineNum" not in found


def test_a_deleted_key_watches_nobody() -> None:
    found = reading(phone(keys={}))
    assert len(found.keys) == 12
    assert {key["kind"] for key in found.keys.values()} == {"none"}
    assert (found.parameters["hotline[11].Type"], found.parameters["hotline[11].HotlineNum"]) == ("1", "")


def test_pickup_and_voicemail_dial_what_the_settings_say() -> None:
    keys = {Slot(0, 1): Key(KeyKind.PICKUP, "", "Group"), Slot(0, 2): Key(KeyKind.VOICEMAIL, "", "Messages")}
    found = reading(phone(keys=keys)).keys
    assert (found["1"]["target"], found["2"]["target"]) == ("*98", "*97")


def test_the_file_of_keys_is_named_by_the_first_account_and_both_prove() -> None:
    of = phone()
    settings, keys = render(of)
    assert (settings.name, keys.name) == (f"{of.mac}.xml", "201_extern.xml")
    assert settings.proves and keys.proves
    assert render(replace(of, lines=()))[1].name == f"{of.mac}_extern.xml"
    found = claim("201_extern.xml")
    assert found is not None
    assert (found.vendors, found.mac) == (frozenset({"escene"}), None)
    assert not settings.parameters.keys() & keys.parameters.keys()


def test_the_file_of_keys_holds_no_secret() -> None:
    of = phone(keys={Slot(0, 1): ANNA})
    assert b"secret" not in render(of)[1].body
    assert b"token" not in render(of)[1].body


def test_what_a_phone_asks_for_beside_is_known_as_optional() -> None:
    optional = vendors()["escene"].rules.optional
    for name in ("enterprise_phonebook.xml", "201_phonebook.xml"):
        assert any(pattern.fullmatch(name) for pattern in optional)


def test_a_line_taken_away_is_switched_off_and_leaves_no_password() -> None:
    full = phone()
    found = reading(replace(full, lines=full.lines[:1])).parameters
    assert [found[f"sipUser[{n}].EnableAccount"] for n in range(8)] == ["1"] + ["0"] * 7
    assert found["sipUser[1].Password"] == found["sipUser[1].UserNumber"] == ""


@pytest.mark.parametrize(
    ("changes", "proxy"),
    [
        ({}, "pbx.example.com"),
        ({"port": 5080}, "pbx.example.com:5080"),
        ({"transport": "tls"}, "pbx.example.com:5061"),
        ({"outbound_proxy": "edge.example.com:5070", "port": 5080}, "edge.example.com:5070"),
    ],
)
def test_an_account_registers_at_its_proxy_or_its_server(changes: dict[str, object], proxy: str) -> None:
    full = phone()
    lines = (replace(full.lines[0], **changes),)  # type: ignore[arg-type]
    assert reading(replace(full, lines=lines)).parameters["sipUser[0].ProxyServerAddress"] == proxy


def test_the_server_is_a_protocol_by_number_and_an_address_without_one() -> None:
    found = reading(phone()).parameters
    assert (found["privision.protocol"], found["privision.Firmware"]) == ("3", "prov.example.com/p/not-a-real-token")
    assert (found["privision.PNP"], found["privision.DHCPOptionFlag"]) == ("0", "0")
    plain = replace(phone(), provisioning_url="http://10.0.0.1:8080/p/token/")
    found = reading(plain).parameters
    assert (found["privision.protocol"], found["privision.Firmware"]) == ("1", "10.0.0.1:8080/p/token")


@pytest.mark.parametrize(
    ("zone", "number"), [("Europe/Rome", "84"), ("Europe/Bucharest", "48"), ("Europe/Warsaw", "13"), ("UTC", "12")]
)
def test_a_zone_is_the_makers_number(zone: str, number: str) -> None:
    assert reading(phone(settings={"time_zone": zone})).parameters["systime.TimeZoneType"] == number


def test_codecs_stand_by_number_and_by_name_and_leave_the_rest_empty() -> None:
    found = reading(phone(settings={"codecs": ("g729", "opus", "pcma")})).parameters
    assert [found[f"dsp.CodecType{place}"] for place in ("", 1, 2, 8)] == ["3", "0", "255", "255"]
    assert [found[f"dsp.enableCode{place}"] for place in (0, 1, 2)] == ["G729A", "G711A", ""]


def test_a_change_restarts_the_phone_and_says_so() -> None:
    resync = vendors()["escene"].rules.resync(["hotline[0].HotlineNum"])
    assert (resync.push.event, resync.restarts) == ("check-sync;reboot=true", ("hotline[0].HotlineNum",))


def test_every_element_that_may_be_set_has_a_place_to_stand_in() -> None:
    rules = vendors()["escene"].rules
    for element in GROUPS:
        assert rules.parameter.search(f"{element}.X") or rules.parameter.search(f"{element}[0].X"), element
    found = reading(phone(overrides={"ldap[0].Address": "10.0.0.9", "lcd.Light": "5"})).parameters
    assert (found["ldap[0].Address"], found["lcd.Light"]) == ("10.0.0.9", "5")


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["escene"].rules
    for name in ("privision.Firmware", "sipUser[7].Password", "password.Password", "hotline[3].ID"):
        assert rules.owns(name)
    for name in ("call.AutoRedial", "sipUser[0].RegisteredNAT", "lcd.Language"):
        assert not rules.owns(name)
        assert rules.parameter.search(name)
    for wrong in ("", "call", "other.X", "call.X Y", "call.X\n", "sipUser.X", "call[0].X"):
        assert not rules.parameter.search(wrong)


@pytest.mark.parametrize("label", ["<b>&\"'", '"/><hotline id="9', "👩‍👩‍👧", "שלום", "--"])
def test_a_hostile_label_stays_a_label(label: str) -> None:
    found = reading(phone(keys={Slot(0, 2): replace(ANNA, label=label)}))
    assert found.keys["2"]["label"] == label
    assert found.parameters.keys() == reading(phone(keys={Slot(0, 2): ANNA})).parameters.keys()


def test_passwords_stand_in_the_file_of_settings_as_secrets() -> None:
    settings = render(phone())[0]
    secret = {name for name, parameter in settings.parameters.items() if parameter.secret}
    assert {"password.Password", "password.UserPassword", "sipUser[0].Password", "privision.Firmware"} == {
        name for name in secret if not re.fullmatch(r"sipUser\[[1-7]\]\.Password", name)
    }
