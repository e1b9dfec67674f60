"""Akuvox's own: the popup without a ring, tones of the Wi-Fi phones, places of the clock, codecs by their place."""

from dataclasses import replace

import pytest

from provserver.domain.hardware import Feature
from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.akuvox import files
from provserver.vendors.registry import vendors
from tests.vendors.reader_akuvox import read_akuvox
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone


def phone(model: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["akuvox"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its file."""
    return read_akuvox({file.name: file.body for file in files(of)}, of.model)


@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
@pytest.mark.parametrize("popup", [True, False])
def test_the_popup_is_written_both_ways_and_nothing_rings(popup: bool, ring: str) -> None:
    found = reading(phone("SP-R63G", settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == (popup, "off")
    assert not any("AudioAlert" in name or "ToneType" in name for name in found.parameters)


def test_a_splash_and_a_restart_are_refused_with_a_reason() -> None:
    maker = vendors()["akuvox"]
    for model in maker.models.values():
        assert not model.supports & {Feature.SPLASH, Feature.TONE, Feature.REBOOT}
        assert {"splash", "tone"} <= set(model.lacks)
    assert {"reboot", "factory-reset"} <= set(maker.rules.refusals)
    assert maker.rules.resync(["Config.Network.VLAN.LanVid"]).restarts == ("Config.Network.VLAN.LanVid",)


def test_a_deleted_key_is_written_as_none() -> None:
    before = reading(phone("WP480", keys={Slot(0, 12): Key(KeyKind.BLF, "204", "Anna", line=2)})).parameters
    after = reading(phone("WP480", keys={})).parameters
    prefix = "Config.Programable.LINEKEY12."
    fields = ("Type", "Label", "Param1", "Param2", "Param3")
    assert [before[prefix + field] for field in fields] == ["16", "Anna", "204", "2", "**"]
    assert [after[prefix + field] for field in fields] == ["0", "", "", "", ""]


def test_messages_without_a_number_are_the_phones_own_key() -> None:
    plain = phone("SP-R63G", keys={Slot(0, 2): Key(KeyKind.VOICEMAIL)}, settings={"voicemail_number": ""})
    found = files(replace(plain, lines=()))[0].parameters
    assert found["Config.Programable.LINEKEY2.Type"].value == "26"


def test_the_wifi_phones_count_tones_from_one() -> None:
    values = {
        (model, dtmf): reading(phone(model, settings={"dtmf": dtmf})).parameters["Config.Account1.DTMF.Type"]
        for model in ("SP-R63G", "WP410")
        for dtmf in ("inband", "rfc2833", "info")
    }
    assert list(values.values()) == ["0", "1", "2", "1", "2", "3"]


def test_unwanted_codecs_are_off_and_the_first_wanted_is_first() -> None:
    found = reading(phone("SP-R63G", settings={"codecs": ("pcma", "opus")})).parameters
    on = {place for place in range(12) if found[f"Config.Account1.Audio{place}.Enable"] == "1"}
    assert on == {2, 9}
    assert found["Config.Account1.Audio2.Priority"] == "1"
    assert found["Config.Account1.Audio9.Priority"] == "2"


@pytest.mark.parametrize(
    ("zone", "offset", "place", "summer"),
    [
        ("Europe/Rome", "+1", "Italy(Rome)", "2"),
        ("Europe/Bucharest", "+2", "Romania(Bucharest)", "2"),
        ("Asia/Kolkata", "+5:30", None, "0"),
        ("Europe/Stockholm", "+1", None, "2"),
        ("UTC", "0", "United Kingdom(London)", "0"),
    ],
)
def test_a_zone_is_its_offset_and_a_place_where_one_is_known(
    zone: str, offset: str, place: str | None, summer: str
) -> None:
    found = reading(phone("SP-R63G", settings={"time_zone": zone})).parameters
    group = "Config.Settings.SNTP."
    assert (found[f"{group}TimeZone"], found.get(f"{group}Name"), found[f"{group}DTS"]) == (offset, place, summer)


def test_the_server_owns_where_the_phone_asks_and_who_it_is() -> None:
    found = files(phone("SP-R63G"))[0].parameters
    assert found["Config.Autoprovision.GENERAL.Url"].secret
    assert found["Config.Autoprovision.PNP.Enable"].value == "0"
    assert found["Config.Account3.GENERAL.Enable"].value == "0"
    assert found["Config.Account3.GENERAL.Pwd"].value == ""
    rules = vendors()["akuvox"].rules
    for name in ("Config.Autoprovision.GENERAL.Url", "Config.Account2.GENERAL.Pwd", "Config.Settings.LOGIN.Password"):
        assert rules.owns(name)
        assert rules.hides(name)
    assert not rules.owns("Config.Account2.GENERAL.Label")


def test_a_stun_server_belongs_to_its_account() -> None:
    plain = phone("SP-R63G")
    line = replace(plain.lines[0], stun="stun.example.com:3479")
    found = reading(replace(plain, lines=(line,))).parameters
    values = [found[f"Config.Account1.STUN.{field}"] for field in ("Enable", "Server", "Port")]
    assert values == ["1", "stun.example.com", "3479"]
