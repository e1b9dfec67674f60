"""Flyingvoice's own: popup and splash, the boot file for all models, what is left out of Yealink's words."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.flyingvoice import files
from provserver.vendors.registry import vendors
from tests.vendors.reader_flyingvoice import read_flyingvoice
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone


def phone(model: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["flyingvoice"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its files."""
    return read_flyingvoice({file.name: file.body for file in files(of)}, of.model)


@pytest.mark.parametrize(
    ("popup", "ring", "model", "expected"),
    [
        (True, "off", "FIP14G", (True, "off")),
        (True, "splash", "FIP14G", (True, "own")),
        (True, "tone", "FIP14G", (True, "own")),
        (False, "splash", "FIP14G", (False, "off")),
        (False, "tone", "FIP14G", (False, "off")),
        (False, "off", "FIP14G", (False, "off")),
        (True, "splash", "FIP16", (False, "off")),
    ],
)
def test_a_splash_sounds_only_with_the_popup_and_both_are_always_written(
    popup: bool, ring: str, model: str, expected: tuple[bool, str]
) -> None:
    found = reading(phone(model, settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == expected


def test_the_boot_file_names_the_phones_own_and_holds_no_secret() -> None:
    boot, own = files(phone("FIP13G"))
    assert (boot.name, boot.proves, own.proves) == ("y000000000000.boot", False, True)
    assert boot.body.startswith(b"#!version:1.0.0.1\n")
    assert own.body.startswith(b"#!version:1.0.0.1\n")
    for secret in (b"secret", b"not-a-real-token"):
        assert secret not in boot.body


def test_a_deleted_key_is_written_as_none_with_its_pickup_code() -> None:
    before = reading(phone("FIP14G", keys={Slot(0, 3): Key(KeyKind.BLF, "204", "Anna")})).parameters
    after = reading(phone("FIP14G", keys={})).parameters
    assert (before["linekey.3.type"], before["linekey.3.extension"]) == ("16", "**")
    assert (after["linekey.3.type"], after["linekey.3.extension"], after["linekey.3.label"]) == ("0", "", "")


@pytest.mark.parametrize(
    ("zone", "written"), [("Europe/Rome", "+1"), ("America/St_Johns", "-3:30"), ("Asia/Kolkata", "+5:30"), ("UTC", "0")]
)
def test_a_zone_is_its_offset_in_winter(zone: str, written: str) -> None:
    assert reading(phone("FIP13G", settings={"time_zone": zone})).parameters["local_time.time_zone"] == written


def test_the_server_owns_where_the_phone_asks_and_that_a_refresh_is_no_reboot() -> None:
    found = files(phone("FIP13G"))[1].parameters
    assert found["static.auto_provision.server.url"].secret
    assert found["sip.notify_reboot_enable"].value == found["static.auto_provision.pnp_enable"].value == "0"
    rules = vendors()["flyingvoice"].rules
    for name in ("static.auto_provision.server.url", "account.2.password", "sip.notify_reboot_enable"):
        assert rules.owns(name)
    assert not rules.owns("features.pickup.blf_visual_enable")
    assert rules.resync(["static.network.vlan.internet_port_vid"]).push.event == "check-sync;reboot=true"
    assert rules.resync(["linekey.3.label"]).push.event == "check-sync;reboot=false"


def test_a_stun_server_and_a_word_for_the_factory_value_are_carried() -> None:
    plain = phone("FIP13G")
    line = replace(plain.lines[0], stun="stun.example.com:3479", display_name="100%NULL%")
    found = reading(replace(plain, lines=(line,))).parameters
    assert (found["static.sip.nat_stun.server"], found["static.sip.nat_stun.port"]) == ("stun.example.com", "3479")
    assert found["account.1.display_name"] == "100NULL"
    assert found["account.2.enable"] == "0"
