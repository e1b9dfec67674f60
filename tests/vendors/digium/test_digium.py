"""Digium D and Sangoma P: lines that place themselves, sheets of contacts and keys, the ring of each, the popup."""

from dataclasses import replace

import pytest
from lxml import etree

from provserver.domain.keys import EMPTY, Key
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.registry import claim, identify, vendors
from tests.vendors.reader_digium import read_digium
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

MAC = "000fd3d9c744"
ANNA = Key(KeyKind.BLF, "204", "Anna")
PICKUP = Key(KeyKind.SPEED_DIAL, "*98", "Pickup")


def phone(model: str = "D65", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["digium"].models[model], **changes)  # type: ignore[arg-type]


def bodies(of: Phone) -> dict[str, bytes]:
    """Render a phone; its files by name."""
    return {file.name: file.body for file in vendors()["digium"].package.files(of)}


def reading(of: Phone) -> Reading:
    """Render a phone and read its files."""
    return read_digium(bodies(of), of.model)


def xml(of: Phone, rest: str) -> etree._Element:
    """Parse one of a phone's files."""
    return etree.fromstring(bodies(of)[f"{MAC}{rest}"])


@pytest.mark.parametrize(
    ("model", "popup", "ring", "expected"),
    [
        ("D65", True, "off", (True, "off")),
        ("D65", True, "splash", (True, "splash")),
        ("D65", True, "tone", (True, "tone")),
        ("D65", False, "off", (False, "off")),
        ("D65", False, "splash", (False, "off")),
        ("D65", False, "tone", (False, "off")),
        ("P325", True, "splash", (False, "off")),
        ("P325", True, "tone", (False, "off")),
    ],
)
def test_a_splash_sounds_only_with_the_popup(model: str, popup: bool, ring: str, expected: tuple[bool, str]) -> None:
    found = reading(phone(model, settings={"monitor_popup": popup, "monitor_ring": ring}, keys={Slot(0, 2): ANNA}))
    assert (found.popup, found.ring) == expected
    assert ("display_pickup_notification" in found.parameters) == (model == "D65")


def test_every_monitored_key_says_its_ring_both_ways() -> None:
    for ring, expected in (("off", "0"), ("splash", "1")):
        of = phone(settings={"monitor_ring": ring}, keys={Slot(0, 2): ANNA})
        (item,) = xml(of, "-smartblf.xml").iterfind(".//blf_item[@contact_id]")
        rings = {one.get("target_status"): one.get("ring") for one in item.iterfind("indicators/indicator")}
        assert rings == {"idle": "0", "ringing": expected, "on_the_phone": "0"}


def test_a_deleted_key_is_written_as_blank_and_leaves_no_contact() -> None:
    keys = {Slot(0, 1): PICKUP, Slot(0, 2): ANNA, Slot(0, 3): PICKUP}
    before, after = phone("D70", keys=keys), phone("D70", keys={**keys, Slot(0, 3): EMPTY, Slot(0, 2): EMPTY})
    assert reading(before).keys["2"]["target"] == "204"
    assert reading(after).keys["2"]["kind"] == "line", "the second line takes the first empty key"
    assert reading(after).keys["3"] == {"kind": "none", "target": "", "label": "", "line": None}
    assert b"204" not in bodies(after)[f"{MAC}-contacts.xml"]


def test_the_first_line_stands_on_the_first_key_and_the_others_on_the_first_that_is_empty() -> None:
    accounts = xml(phone("D70", keys={Slot(0, 1): ANNA}), ".cfg").findall("accounts/account")
    placed = {one.get("index"): one.get("username") for one in accounts if one.get("status") == "1"}
    assert placed == {"0": "201", "2": "202"}
    assert [one.get("index") for one in accounts] == [str(index) for index in range(6)]


def test_a_line_that_finds_no_empty_key_rings_all_the_same() -> None:
    accounts = xml(phone("D40", keys={Slot(0, 1): ANNA}), ".cfg").findall("accounts/account")
    assert [(one.get("index"), one.get("status")) for one in accounts] == [("0", "1"), ("1", "0"), ("2", "1")]
    assert reading(phone("D40", keys={Slot(0, 1): ANNA})).keys["1"]["target"] == "204"


def test_a_line_on_two_keys_is_two_accounts_of_different_names() -> None:
    accounts = xml(phone(keys={Slot(0, 1): Key(KeyKind.LINE, line=1)}), ".cfg").findall("accounts/account")
    assert [one.get("account_id") for one in accounts[:3]] == ["201", "201-1", "202"]


def test_a_line_taken_away_is_switched_off() -> None:
    full = phone(keys={})
    assert reading(full).parameters["account.1.password"] == "sip-secret-2"
    one = reading(replace(full, lines=full.lines[:1])).parameters
    assert one["account.1.status"] == "0"
    assert "account.1.password" not in one
    assert [account.get("status") for account in xml(replace(full, lines=()), ".cfg").iterfind(".//account")] == [
        "0"
    ] * 6


def test_pages_of_the_panel_and_of_a_module_repeat_their_index() -> None:
    found = reading(phone("D70", keys={Slot(0, 16): ANNA, Slot(0, 105): PICKUP}))
    assert (found.keys["16"]["target"], found.keys["105"]["target"]) == ("204", "*98")
    items = xml(phone("D70", keys={Slot(0, 16): ANNA}), "-smartblf.xml").findall(".//blf_item[@location='side']")
    assert [item.get("index") for item in items[:12]] == [*map(str, range(10)), "0", "1"]
    second = reading(phone("D65", keys={Slot(2, 40): ANNA}))
    assert second.keys["s2.40"]["target"] == "204"
    assert second.parameters["expansion_enable"] == "1"


def test_a_press_on_a_ringing_key_picks_the_call_up() -> None:
    of = phone(keys={Slot(0, 2): ANNA})
    (contact,) = xml(of, "-contacts.xml").iterfind("contacts/contact")
    actions = {one.get("id"): one.get("dial") for one in contact.iterfind("actions/action")}
    assert actions == {"primary": "204", "pickup": "**204"}
    assert contact.get("subscribe_to") == "sip:204@pbx.example.com"
    first = xml(of, "-smartblf.xml").find(".//blf_item[@contact_id]/behaviors/behavior")
    assert first is not None
    assert (first.get("target_status"), first.get("press_action")) == ("ringing", "pickup")
    without = phone(settings={"pickup_code": ""}, keys={Slot(0, 2): ANNA})
    assert b"pickup" not in bodies(without)[f"{MAC}-contacts.xml"]


def test_a_changed_sheet_changes_its_address_and_so_the_phones_own_file() -> None:
    before, after = phone(keys={Slot(0, 2): ANNA}), phone(keys={Slot(0, 2): replace(ANNA, label="Bruno")})
    assert bodies(before)[f"{MAC}.cfg"] != bodies(after)[f"{MAC}.cfg"]
    assert reading(before).parameters == reading(after).parameters


@pytest.mark.parametrize(
    ("model", "firmware", "path"),
    [
        ("D65", "", "host_primary.outbound_proxy.server"),
        ("D65", "2_9_15", "host_primary.outbound_proxy.server"),
        ("D65", "2_9_9", "outbound_proxy.server"),
        ("D40", "2_9_26", "outbound_proxy.server"),
        ("P325", "3_7_1", "host_primary.outbound_proxy.server"),
    ],
)
def test_the_proxy_stands_where_the_firmware_looks_for_it(model: str, firmware: str, path: str) -> None:
    full = phone(model)
    line = replace(full.lines[0], outbound_proxy="edge.example.com:5080", transport="tcp")
    found = reading(replace(full, lines=(line,), firmware=firmware)).parameters
    assert found[f"account.0.{path}"] == "edge.example.com"
    assert found[f"account.0.{path.replace('server', 'port')}"] == "5080"
    assert found["account.0.host_primary.transport"] == "tcp"


def test_more_watched_extensions_than_usual_are_allowed_for() -> None:
    keys = {Slot(0, number): replace(ANNA, target=str(200 + number)) for number in range(1, 61)}
    assert reading(phone("D70", keys=keys)).parameters["contacts_max_subscriptions"] == "60"
    assert reading(phone("D70", keys={})).parameters["contacts_max_subscriptions"] == "40"


def test_only_the_newer_series_asks_again_by_itself() -> None:
    found = reading(phone("P325", settings={"poll_hour": 14})).parameters
    assert (found["config_recheck"], found["config_recheck.start_time"]) == ("1", "1400")
    assert "config_recheck" not in reading(phone("D65")).parameters


def test_an_unset_password_is_not_written() -> None:
    assert "login_password" not in reading(phone(settings={"admin_password": Secret("")})).parameters


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["digium"].rules
    for name in ("config_server_url", "account.0.password", "sheet.contacts", "key.3.ring", "login_password"):
        assert rules.owns(name), name
        assert rules.parameter.search(name), name
    for name in ("brightness", "8021x_method", "time_zone"):
        assert not rules.owns(name), name
        assert rules.parameter.search(name), name
    assert rules.owns("account")
    assert rules.parameter.search("expansion_enable.type")
    for wrong in ("", "a b", 'x"', "a\n", ".a", "a..b", "<a>", "brightness.1", "brightness.id", "a.b.c"):
        assert not rules.parameter.search(wrong), wrong


def test_no_password_and_no_token_is_seen_outside_the_file() -> None:
    for file in vendors()["digium"].package.files(phone()):
        for name, parameter in file.parameters.items():
            if "not-a-real-token" in parameter.value or "secret" in parameter.value:
                assert parameter.secret, name


def test_both_names_of_the_maker_are_known_and_its_other_series_is_another() -> None:
    for agent, model in (
        ("Digium D65 2_9_19", "D65"),
        ("Sangoma P370 4_13_0", "P370"),
        ("digium_D40_1_0_5_46476", "D40"),
    ):
        found = identify(agent)
        assert found is not None
        assert (found.vendor, found.model) == ("digium", model)
    unknown = identify("Sangoma P310 3_7_1")
    assert unknown is not None
    assert (unknown.vendor, unknown.model) == ("digium", None)
    assert vendors()["digium"].identify("Sangoma S500 V2.0.4.67") is None


def test_the_sheets_are_files_that_the_phone_may_ask_for() -> None:
    for name in bodies(phone()):
        found = claim(name)
        assert found is not None
        assert "digium" in found.vendors
        assert found.mac == MAC


@pytest.mark.parametrize("label", ["<b>&\"'", "]]>", '\'/><account index="0"/>', "👩‍👩‍👧", "שלום", "--"])
def test_a_hostile_label_stays_a_label(label: str) -> None:
    found = reading(phone(keys={Slot(0, 2): replace(ANNA, label=label)}))
    assert found.keys["2"]["label"] == label
    assert found.parameters == reading(phone(keys={Slot(0, 2): ANNA})).parameters
