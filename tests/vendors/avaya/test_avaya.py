"""Avaya: one mode for popup and ring, keys that are refused, where the phone asks, and the password of its pages."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key, KeyPlan
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Invalid
from provserver.vendors.phonebook import FORMS, Contact, Page
from provserver.vendors.registry import claim, vendors
from tests.vendors.reader_avaya import read_avaya
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone
from tests.vendors.test_hostile import Everybody


def phone(model: str = "J179", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["avaya"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its files."""
    return read_avaya({file.name: file.body for file in vendors()["avaya"].package.files(of)}, of.model)


@pytest.mark.parametrize(
    ("popup", "ring", "mode"),
    [(False, "off", "4"), (False, "splash", "4"), (True, "off", "6"), (True, "splash", "7"), (True, "tone", "7")],
)
def test_popup_and_ring_are_one_mode_and_the_ring_needs_the_popup(popup: bool, ring: str, mode: str) -> None:
    found = reading(phone(settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert found.parameters["BLF_INCOMING_CALL_INDICATION_MODE"] == mode
    assert found.popup == popup
    assert "BLF_INCOMING_CALL_INDICATION_MODE" not in reading(phone("J129")).parameters


def test_a_key_is_refused_with_the_reason_and_none_is_written() -> None:
    model = vendors()["avaya"].models["J179"]
    with pytest.raises(Invalid, match="not how to empty it again"):
        KeyPlan({Slot(0, 1): Key(KeyKind.BLF, "204")}).check(model, 1, Everybody(), [Slot(0, 1)])
    assert "PHONEKEY" not in reading(phone()).parameters
    written = reading(phone(overrides={"PHONEKEY": "Key=4;Type=autodial;Name=autodial;attr1=204"})).parameters
    assert written["PHONEKEY"].startswith("Key=4;")


def test_the_phone_is_told_where_to_ask_only_over_plain_http() -> None:
    plain = reading(replace(phone(), provisioning_url="http://192.0.2.1:8080/p/token/")).parameters
    assert (plain["HTTPSRVR"], plain["HTTPPORT"], plain["HTTPDIR"]) == ("192.0.2.1", "8080", "/p/token")
    assert "HTTPSRVR" not in reading(phone()).parameters


@pytest.mark.parametrize(("password", "taken"), [("abcd1234", True), ("short1", False), ("with-a-dash", False)])
def test_only_a_password_that_the_phone_takes_is_written(password: str, taken: bool) -> None:
    found = reading(phone(settings={"admin_password": Secret(password)})).parameters
    assert ("FORCE_WEB_ADMIN_PASSWORD" in found) == taken


def test_the_account_goes_to_the_proxy_where_there_is_one() -> None:
    full = phone()
    assert reading(full).parameters["SIP_CONTROLLER_LIST"] == "pbx.example.com:5060;transport=udp"
    line = replace(full.lines[0], outbound_proxy="edge.example.com", transport="tls")
    found = reading(replace(full, lines=(line,))).parameters
    assert found["SIP_CONTROLLER_LIST"] == "edge.example.com:5061;transport=tls"
    assert found["SIPDOMAIN"] == "pbx.example.com"
    six = replace(full.lines[0], domain="[2001:db8::1]:5070")
    assert reading(replace(full, lines=(six,))).parameters["SIP_CONTROLLER_LIST"] == (
        "[2001:db8::1]:5070;transport=udp"
    )


def test_a_phone_without_a_line_is_told_of_none() -> None:
    found = reading(replace(phone(), lines=())).parameters
    assert found["FORCE_SIP_PASSWORD"] == found["FORCE_SIP_USERNAME"] == found["FORCE_SIP_EXTENSION"] == ""


def test_codecs_stand_in_order_and_the_unwanted_are_off() -> None:
    found = reading(phone(settings={"codecs": ("pcmu", "g729", "g722")})).parameters
    assert found["CODEC_PRIORITY"] == "G711U,G722"
    assert [found[f"ENABLE_{name}"] for name in ("G722", "G729", "OPUS")] == ["1", "1", "0"]


def test_a_vlan_is_tagged_and_none_is_left_to_the_network() -> None:
    found = reading(phone(settings={"vlan": 20})).parameters
    assert (found["L2Q"], found["L2QVLAN"]) == ("1", "20")
    assert vendors()["avaya"].rules.resync(["L2QVLAN"]).restarts == ("L2QVLAN",)
    assert (reading(phone()).parameters["L2Q"], reading(phone()).parameters["L2QVLAN"]) == ("0", "0")


@pytest.mark.parametrize("value", ['a"b', "a\nSET X", "a\r", "\0", "\u2028"])
def test_a_value_that_would_break_the_file_is_refused(value: str) -> None:
    assert vendors()["avaya"].package.cannot_carry(value)


def test_a_name_with_quotes_does_not_keep_the_phone_from_its_file() -> None:
    full = phone()
    named = replace(full, lines=(replace(full.lines[0], display_name='Anna "Ann" B'),), description='x\n"y')
    assert reading(named).parameters["DISPLAY_NAME"] == "Anna 'Ann' B"


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["avaya"].rules
    for name in ("FORCE_SIP_PASSWORD", "HTTPSRVR", "TLSSRVR", "ENABLE_OOD_RESET_NOTIFY"):
        assert rules.owns(name)
    assert not rules.owns("DIALPLAN")
    for wrong in ("", "set X", 'A"', "A B", "A\n", "a"):
        assert not rules.parameter.search(wrong)


def test_the_directory_names_people_and_their_numbers() -> None:
    body = FORMS["avaya"].write(Page([Contact("Anna", ("204", "+39021"))], "https://prov.example.com/x"))
    assert body.decode().count("<Number>") == 2
    found = claim("j100supgrade.txt")
    assert found is not None
    assert found.vendors == frozenset({"avaya"})
