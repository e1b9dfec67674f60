"""Auerswald: six identities, keys that refer to a template, whose check-sync is obeyed, and what no source tells."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.formats import xml_tree
from provserver.vendors.formats.xml_tree import Bracket
from provserver.vendors.registry import claim, vendors
from tests.vendors.reader_auerswald import read_auerswald
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

ANNA = Key(KeyKind.BLF, "204", "Anna")


def phone(model: str = "D-200", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["auerswald"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its file."""
    return read_auerswald({file.name: file.body for file in vendors()["auerswald"].package.files(of)}, of.model)


@pytest.mark.parametrize("popup", [True, False])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_nothing_pops_up_or_rings_and_the_table_says_why(popup: bool, ring: str) -> None:
    found = reading(phone(settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == (False, "off")
    assert {"popup", "splash", "tone"} <= vendors()["auerswald"].models["D-100"].lacks.keys()


def test_a_key_names_the_template_that_dials_and_watches() -> None:
    found = reading(phone(keys={Slot(0, 18): ANNA})).parameters
    key = "keys/phoneXtensions/key[18]"
    assert (found[f"{key}/@keyNumber"], found[f"{key}/@label"]) == ("18", "Anna")
    assert found[f"{key}/templateName"] == "@string/speed_dial_title"
    assert (found[f"{key}/parameters/parameter[1]/@name"], found[f"{key}/parameters/parameter[1]/@value"]) == (
        "uri",
        "204",
    )


def test_the_keys_of_a_module_are_a_list_of_their_own() -> None:
    found = reading(phone(keys={Slot(1, 60): ANNA}))
    assert found.keys["s1.60"]["target"] == "204"
    assert found.parameters["keys/extensionModule1/key[60]/@keyNumber"] == "60"


def test_a_deleted_key_is_written_as_none_in_its_entirety() -> None:
    found = reading(phone("D-600", keys={}))
    assert len(found.keys) == 40
    assert {key["kind"] for key in found.keys.values()} == {"none"}
    assert found.parameters["keys/phoneXtensions/key[40]/templateName"] == ""


def test_a_label_never_becomes_a_text_of_the_phones_own() -> None:
    found = reading(phone(keys={Slot(0, 1): replace(ANNA, label="@string/speed_dial_title")})).keys
    assert found["1"]["label"] == "string/speed_dial_title"
    assert reading(phone(keys={Slot(0, 1): replace(ANNA, label="@home")})).keys["1"]["label"] == "@home"


def test_pickup_and_voicemail_dial_what_the_settings_say() -> None:
    keys = {Slot(0, 1): Key(KeyKind.PICKUP, "", "Group"), Slot(0, 2): Key(KeyKind.VOICEMAIL, "", "Messages")}
    found = reading(phone(keys=keys)).keys
    assert (found["1"]["target"], found["2"]["target"]) == ("*98", "*97")


def test_there_are_always_six_identities_and_a_line_taken_away_leaves_no_password() -> None:
    full = phone()
    found = reading(replace(full, lines=full.lines[:1])).parameters
    assert [found[f"identities/identity[{n}]/active"] for n in range(1, 7)] == ["true"] + ["false"] * 5
    assert "identities/identity[7]/active" not in found
    assert found["identities/identity[2]/password"] == found["identities/identity[2]/username"] == ""


@pytest.mark.parametrize(("seconds", "minutes"), [(60, "5"), (600, "10"), (3600, "60"), (86400, "60")])
def test_a_registration_is_renewed_within_the_makers_bounds(seconds: int, minutes: str) -> None:
    found = reading(phone(settings={"register_expires": seconds})).parameters
    assert found["identities/identity[1]/registerInterval"] == minutes


def test_an_outbound_proxy_is_the_registrar_of_another_domain() -> None:
    full = phone()
    lines = (replace(full.lines[0], outbound_proxy="edge.example.com:5080"),)
    found = reading(replace(full, lines=lines)).parameters
    identity = "identities/identity[1]"
    assert (found[f"{identity}/registrar"], found[f"{identity}/registrarPort"]) == ("edge.example.com", "5080")
    assert found[f"{identity}/domain"] == "pbx.example.com"


def test_a_check_sync_is_obeyed_from_the_exchange_and_from_this_server_alone() -> None:
    found = reading(phone()).parameters
    senders = {value for name, value in found.items() if "allowlistEntry" in name}
    assert senders == {"pbx.example.com", "prov.example.com"}
    assert found["provisioning/sip/active"] == "true"
    assert [found[f"provisioning/{source}"] for source in ("dhcp", "redirect", "pbx")] == ["false"] * 3


def test_the_nightly_check_is_every_day_or_never() -> None:
    asks = reading(phone(settings={"poll_hour": 4})).parameters
    assert (asks["provisioning/execution/sundays"], asks["provisioning/execution/time"]) == ("true", "04:00")
    assert reading(phone(settings={"poll": False})).parameters["provisioning/execution/mondays"] == "false"


def test_the_address_names_the_file_that_the_phone_gets() -> None:
    of = phone()
    (own,) = vendors()["auerswald"].package.files(of)
    assert reading(of).parameters["provisioning/url"] == of.provisioning_url + own.name
    assert own.parameters["provisioning/url"].secret
    found = claim(own.name)
    assert found is not None
    assert "auerswald" in found.vendors
    assert found.mac == of.mac


def test_nothing_restarts_the_phone() -> None:
    resync = vendors()["auerswald"].rules.resync(
        ["identities/identity[1]/registrar", "keys/phoneXtensions/key[1]/@label"]
    )
    assert (resync.push.event, resync.restarts, resync.may_restart) == ("check-sync", (), ())


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["auerswald"].rules
    for name in ("provisioning/url", "identities/identity[6]/password", "keys/phoneXtensions/key[1]/@keyNumber"):
        assert rules.owns(name)
    for name in (
        "telephony/callWaiting/tone",
        "identities/identity[1]/displayname",
        "keys/phoneXtensions/key[1]/@info",
    ):
        assert not rules.owns(name)
        assert rules.parameter.search(name)
    for wrong in ("", "telephony", "a b/c", "a/b\n", "a/@b/c", "a/b[0]", "a//b", "a/<b>"):
        assert not rules.parameter.search(wrong)


@pytest.mark.parametrize("label", ["<b>&\"'", '"/><key keyNumber="9', "👩‍👩‍👧", "שלום", "--"])
def test_a_hostile_label_stays_a_label(label: str) -> None:
    found = reading(phone(keys={Slot(0, 2): replace(ANNA, label=label)}))
    assert found.keys["2"]["label"] == label
    assert found.parameters.keys() == reading(phone(keys={Slot(0, 2): ANNA})).parameters.keys()


def test_a_step_in_order_carries_its_attributes_and_no_number() -> None:
    items = [("a/k[1]/@n", '1"'), ("a/k[1]/v", "x"), ("a/k[2]/@n", "2"), ("a/e[1]", "p"), ("a/e[2]", "q")]
    body = xml_tree.write("r", items, "c", Bracket.ORDER).decode()
    assert '<k n=\'1"\'>\n      <v>x</v>\n    </k>\n    <k n="2">' in body
    assert "<e>p</e>\n    <e>q</e>" in body
    with pytest.raises(ValueError, match="a/k"):
        xml_tree.write("r", [("a/k[1]/@n", "\0")], "c", Bracket.ORDER)
