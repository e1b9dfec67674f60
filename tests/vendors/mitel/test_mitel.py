"""Mitel's own: the splash without a popup, gaps between keys, what wins over local changes, passwords, parking."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.settings import Effective, Scope
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Vendor
from provserver.vendors.mitel import cannot_carry, files
from provserver.vendors.registry import claim, find_model, identify, vendors
from tests.vendors.reader_mitel import read_mitel
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

MAC = "00085dd9c744"
NOWHERE = "0.0.0.0"  # noqa: S104  a server that is none
ANNA = Key(KeyKind.BLF, "204", "Anna")


def mitel() -> Vendor:
    return vendors()["mitel"]


def phone(model: str, **changes: object) -> Phone:
    return standard_phone(mitel().models[model], **changes)  # type: ignore[arg-type]


def bodies(of: Phone) -> Mapping[str, bytes]:
    return {file.name: file.body for file in files(of)}


def reading(of: Phone) -> Reading:
    return read_mitel(bodies(of), of.model)


def text(of: Phone) -> str:
    return bodies(of)[f"{of.mac}.cfg"].decode()


@pytest.mark.parametrize(
    ("popup", "ring", "written"),
    [
        (False, "off", "0"),
        (False, "splash", "0"),
        (False, "tone", "0"),
        (True, "off", "0"),
        (True, "splash", "1"),
        (True, "tone", "1"),
    ],
)
def test_a_splash_sounds_only_with_the_popup_setting_and_is_always_written(
    popup: bool, ring: str, written: str
) -> None:
    for model in ("6867i", "6755i", "6930"):
        found = reading(phone(model, settings={"monitor_popup": popup, "monitor_ring": ring})).parameters
        assert found["play a ring splash"] == written


def test_a_phone_that_monitors_nobody_never_plays_a_splash() -> None:
    assert reading(phone("6751i")).parameters["play a ring splash"] == "0"


def test_each_monitored_key_rings_as_the_phone_does_where_a_key_could_differ() -> None:
    keys = {Slot(0, 1): ANNA, Slot(1, 2): ANNA}
    new, old = reading(phone("6867i", keys=keys)).parameters, reading(phone("6757i", keys=keys)).parameters
    assert new["topsoftkey1 ring splash"] == new["expmod1 key2 ring splash"] == "7"
    assert not [name for name in old if name.endswith(" ring splash") and name != "play a ring splash"]


def test_a_deleted_key_is_written_as_none() -> None:
    before = reading(phone("6865i", keys={Slot(0, 3): ANNA}))
    after = reading(phone("6865i", keys={}))
    assert before.keys["3"]["kind"] == "blf"
    assert after.keys["3"] == {"kind": "none", "target": "", "label": "", "line": None}
    assert after.parameters["prgkey3 type"] == "none"


def test_gaps_on_a_display_stay_and_nothing_is_added_behind_the_last_key() -> None:
    found = reading(phone("6867i", keys={Slot(0, 2): ANNA, Slot(0, 5): ANNA})).parameters
    types = [found[f"topsoftkey{number} type"] for number in range(1, 21)]
    assert types == ["empty", "blf", "empty", "empty", "blf"] + ["none"] * 15


def test_each_group_of_keys_and_each_module_has_gaps_of_its_own() -> None:
    keys = {Slot(0, 3): ANNA, Slot(0, 8): ANNA, Slot(2, 2): ANNA}
    found = reading(phone("6755i", keys=keys)).parameters
    assert [found[f"prgkey{number} type"] for number in range(1, 7)] == ["none", "none", "blf", "none", "none", "none"]
    assert [found[f"softkey{number} type"] for number in range(1, 4)] == ["empty", "blf", "none"]
    assert found["softkey20 type"] == found["expmod1 key60 type"] == found["expmod2 key60 type"] == "none"
    assert [found[f"expmod2 key{number} type"] for number in (1, 2)] == ["empty", "blf"]


def test_the_keys_of_a_second_block_count_from_one_again() -> None:
    found = reading(phone("6757i", keys={Slot(0, 10): ANNA, Slot(0, 11): ANNA})).parameters
    assert found["topsoftkey10 value"] == found["softkey1 value"] == "204"


def test_a_locked_key_is_locked_on_the_phone_and_the_others_are_open() -> None:
    keys = {Slot(0, 1): replace(ANNA, locked=True), Slot(0, 2): ANNA, Slot(0, 3): Key(locked=True)}
    found = reading(phone("6865i", keys=keys)).parameters
    assert [found[f"prgkey{number} locked"] for number in (1, 2, 3, 4)] == ["1", "0", "1", "0"]


def test_pickup_and_voicemail_dial_what_the_settings_say() -> None:
    keys = {Slot(0, 1): Key(KeyKind.PICKUP, "", "Group"), Slot(0, 2): Key(KeyKind.VOICEMAIL, "", "Messages")}
    found = reading(phone("6867i", keys=keys)).keys
    assert [(found[name]["kind"], found[name]["target"]) for name in "12"] == [
        ("speed-dial", "*98"),
        ("speed-dial", "*97"),
    ]


def test_before_release_4_a_line_is_told_its_one_parking_place() -> None:
    one = {Slot(0, 1): Key(KeyKind.PARK, "701", "Park"), Slot(0, 2): Key(KeyKind.PARK, "701", "Again", line=2)}
    two = {Slot(0, 1): Key(KeyKind.PARK, "701", "Park"), Slot(0, 2): Key(KeyKind.PARK, "702", "Other")}
    old, several, new = (
        reading(phone(m, keys=k)).parameters for m, k in (("6757i", one), ("6757i", two), ("6867i", one))
    )
    assert old["sip line1 park pickup config"] == old["sip line2 park pickup config"] == "701;701;asterisk"
    assert "sip line1 park pickup config" not in several
    assert "sip line1 park pickup config" not in new
    assert [several[f"topsoftkey{number} value"] for number in (1, 2)] == ["asterisk;701", "asterisk;702"]


def test_the_server_wins_over_local_changes_where_the_release_knows_how() -> None:
    plain = phone("6867i")
    lines = [line for line in text(plain).splitlines() if not line.startswith("#")]
    assert all(line.startswith("^") for line in lines)
    assert "^" not in text(replace(plain, firmware="2.6.0.2010"))
    assert b"^" not in bodies(plain)["startup.cfg"]


def test_a_password_is_a_number_or_the_pages_are_closed() -> None:
    digits = reading(phone("6867i", settings={"admin_password": Secret("40961"), "user_password": Secret("0000")}))
    assert digits.parameters["admin password"] == "40961"
    assert digits.parameters["user password"] == "0000"
    assert digits.parameters["web interface enabled"] == "1"
    for wrong in ("a40961", "4294967296", "٤٠٩٦١"):
        found = reading(phone("6867i", settings={"admin_password": Secret(wrong)})).parameters
        assert "admin password" not in found
        assert found["web interface enabled"] == "0"


def test_a_line_taken_away_registers_nowhere_and_keeps_no_password() -> None:
    plain = phone("6867i")
    found = reading(replace(plain, lines=plain.lines[:1])).parameters
    assert found["sip line1 registrar ip"] == "pbx.example.com"
    assert [found[f"sip line{number} registrar ip"] for number in range(2, 25)] == [NOWHERE] * 23
    assert "sip line2 password" not in found


def test_an_outbound_proxy_and_a_port_of_its_own_are_written() -> None:
    plain = phone("6867i")
    line = replace(
        plain.lines[0], outbound_proxy="proxy.example.com:5070", transport="tls", domain="pbx.example.com:5099"
    )
    found = reading(replace(plain, lines=(line,))).parameters
    assert (found["sip line1 outbound proxy"], found["sip line1 outbound proxy port"]) == ("proxy.example.com", "5070")
    assert (found["sip line1 registrar ip"], found["sip line1 registrar port"]) == ("pbx.example.com", "5099")
    assert found["sip transport protocol"] == "4"


@pytest.mark.parametrize(
    ("zone", "minutes", "start", "end"),
    [
        ("Europe/Rome", "-60", ("3", "-1", "1", "2"), ("10", "-1", "1", "3")),
        ("America/New_York", "300", ("3", "2", "1", "2"), ("11", "1", "1", "2")),
        ("Australia/Sydney", "-600", ("10", "1", "1", "2"), ("4", "1", "1", "3")),
    ],
)
def test_a_zone_is_its_minutes_to_greenwich_and_its_rule(
    zone: str, minutes: str, start: tuple[str, ...], end: tuple[str, ...]
) -> None:
    found = reading(phone("6867i", settings={"time_zone": zone})).parameters
    assert found["time zone minutes"] == minutes
    assert found["dst config"] == "3"
    for name, expected in (("start", start), ("end", end)):
        assert tuple(found[f"dst {name} {field}"] for field in ("month", "week", "day", "hour")) == expected


def test_a_zone_without_summer_time_says_so() -> None:
    found = reading(phone("6867i", settings={"time_zone": "Asia/Kolkata"})).parameters
    assert (found["time zone minutes"], found["dst config"]) == ("-330", "0")
    assert "dst start month" not in found


def test_a_value_with_a_number_sign_is_quoted_and_one_with_a_quote_is_refused() -> None:
    found = phone("6867i", overrides={"sip dial plan": "x+#|xx+*"})
    assert '^sip dial plan: "x+#|xx+*"\n' in text(found)
    assert reading(found).parameters["sip dial plan"] == "x+#|xx+*"
    assert "double quotes" in (cannot_carry('say "hi"') or "")


def test_a_name_with_quotes_does_not_keep_the_phone_from_its_file() -> None:
    plain = phone("6867i", keys={Slot(0, 1): replace(ANNA, label='Anna "Nanna" #1')})
    named = replace(plain, lines=(replace(plain.lines[0], display_name='The "Desk"'), *plain.lines[1:]))
    found = reading(named)
    assert found.keys["1"]["label"] == "Anna 'Nanna' #1"
    assert found.parameters["sip line1 display name"] == "The 'Desk'"


def test_the_address_of_the_server_is_taken_apart_and_its_token_is_secret() -> None:
    plain = phone("6867i")
    found = reading(replace(plain, provisioning_url="http://192.0.2.1:8080/p/token/")).parameters
    assert [found[f"http {part}"] for part in ("server", "port", "path")] == ["192.0.2.1", "8080", "p/token"]
    assert found["download protocol"] == "HTTP"
    parameters = files(plain)[-1].parameters
    assert parameters["https path"].secret
    assert parameters["sip line1 password"].secret


def test_common_files_tell_nothing_and_prove_nothing() -> None:
    startup, aastra, own = files(phone("6867i"))
    assert [startup.name, aastra.name, own.name] == ["startup.cfg", "aastra.cfg", f"{MAC}.cfg"]
    assert [startup.proves, aastra.proves, own.proves] == [False, False, True]
    assert b"secret" not in startup.body + aastra.body
    assert b"token" not in startup.body + aastra.body


@pytest.mark.parametrize(
    "name", ["6867i.st", "57ict.st", "startup.tuz", "6920w.cfg", "lang_it.txt", "00085dd9c744.cfg", "aastra.cfg"]
)
def test_what_these_phones_ask_for_is_known(name: str) -> None:
    found = claim(name)
    assert found is not None
    assert "mitel" in found.vendors


def test_a_vlan_is_written_once_somebody_set_it_and_taken_away_by_a_zero() -> None:
    plain = phone("6867i")
    assert "tagging enabled" not in reading(plain).parameters
    for value, expected in ((20, ("1", "20")), (0, ("0", None))):
        settings = {**plain.settings, "vlan": Effective(value, Scope.TENANT)}
        found = reading(replace(plain, settings=settings)).parameters
        assert (found["tagging enabled"], found.get("vlan id")) == expected


def test_codecs_are_listed_in_the_order_wanted_and_never_none() -> None:
    found = reading(phone("6867i", settings={"codecs": ("pcma", "opus", "g722")})).parameters
    assert found["sip customized codec"] == "payload=8;ptime=20;silsupp=off,payload=9;ptime=20;silsupp=off"
    assert "sip customized codec" not in reading(phone("6867i", settings={"codecs": ("opus",)})).parameters


def test_a_language_without_a_file_of_the_maker_is_english() -> None:
    italian, romanian = (reading(phone("6867i", settings={"language": word})).parameters for word in ("it", "ro"))
    assert (italian["language"], italian["language 1"]) == ("1", "lang_it.txt")
    assert romanian["language"] == "0"
    assert "language 1" not in romanian


def test_every_edit_restarts_the_phone_and_the_server_owns_what_leads_to_it() -> None:
    rules = mitel().rules
    resync = rules.resync(["topsoftkey3 label"])
    assert (resync.push.event, resync.restarts) == ("check-sync", ("topsoftkey3 label",))
    for name in ("https path", "Admin Password", "sip line24 password", "play a ring splash", "prgkey1 ring splash"):
        assert rules.parameter.search(name)
        assert rules.owns(name)
    for name in ("softkey1 type", "sip dial plan", "dst [start|end] relative date"):
        assert rules.parameter.search(name)
        assert not rules.owns(name)
    for name in ("", "^admin password", "!x", "a:b", "a ", "a\n", "a  b", "#a"):
        assert not rules.parameter.search(name)


@pytest.mark.parametrize("name", ["6757i CT", "57iCT", "Aastra 6757i CT", "mitel 6757ict"])
def test_models_are_found_by_old_names_too(name: str) -> None:
    model = find_model("mitel", name)
    assert model is not None
    assert model.name == "6757iCT"


def test_an_old_phone_signs_with_its_short_name() -> None:
    found = identify("Aastra57i MAC:00-08-5D-00-00-01 V:2.6.0.2010-SIP")
    assert found is not None
    assert (found.model, found.mac) == ("6757i", "00085d000001")
