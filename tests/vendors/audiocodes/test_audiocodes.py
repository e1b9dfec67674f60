"""AudioCodes: keys that dial, lines counted from 0, one server for all, summer by the week, and what is not written."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key, KeyPlan
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Invalid
from provserver.vendors.registry import vendors
from tests.vendors.reader_audiocodes import read_audiocodes
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone
from tests.vendors.test_hostile import Everybody


def phone(model: str = "405HD", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["audiocodes"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its file."""
    return read_audiocodes({file.name: file.body for file in vendors()["audiocodes"].package.files(of)}, of.model)


@pytest.mark.parametrize("popup", [True, False])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_nothing_pops_up_or_rings_and_the_table_says_why(popup: bool, ring: str) -> None:
    found = reading(phone(settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == (False, "off")
    assert {"popup", "splash", "tone"} <= vendors()["audiocodes"].models["405HD"].lacks.keys()


def test_keys_count_from_0_and_a_deleted_one_has_no_number_left() -> None:
    found = reading(phone(keys={Slot(0, 9): Key(KeyKind.SPEED_DIAL, "204", "Anna")})).parameters
    assert found["personal_settings/functional_key/8/speed_dial_number"] == "204"
    assert found["personal_settings/functional_key/8/key_label"] == "Anna"
    cleared = reading(phone(keys={})).parameters
    assert [cleared[f"personal_settings/functional_key/{n}/speed_dial_number"] for n in range(9)] == [""] * 9
    assert [cleared[f"personal_settings/functional_key/{n}/key_label"] for n in range(9)] == [""] * 9


def test_pickup_and_voicemail_keys_dial_the_codes_of_the_company() -> None:
    keys = {Slot(0, 1): Key(KeyKind.PICKUP), Slot(0, 2): Key(KeyKind.VOICEMAIL)}
    found = reading(phone(keys=keys, settings={"group_pickup_code": "*8"})).keys
    assert [found[slot]["target"] for slot in ("1", "2")] == ["*8", "*97"]


@pytest.mark.parametrize("kind", [KeyKind.BLF, KeyKind.PARK, KeyKind.LINE, KeyKind.DND])
def test_what_no_word_is_known_for_is_refused_with_the_reason(kind: KeyKind) -> None:
    model = vendors()["audiocodes"].models["405HD"]
    with pytest.raises(Invalid) as problem:
        KeyPlan({Slot(0, 1): Key(kind, "204")}).check(model, 1, Everybody(), [Slot(0, 1)])
    assert problem.value.fields[0].field == "1.kind"
    assert problem.value.fields[0].message == model.lacks[kind]


def test_a_phone_without_keys_takes_none_and_says_so() -> None:
    model = vendors()["audiocodes"].models["310HD"]
    with pytest.raises(Invalid, match="counts keys"):
        KeyPlan({Slot(0, 1): Key(KeyKind.SPEED_DIAL, "204")}).check(model, 1, Everybody(), [Slot(0, 1)])
    assert not reading(phone("310HD")).keys


def test_a_line_taken_away_is_switched_off_and_leaves_no_password() -> None:
    full = phone()
    found = reading(replace(full, lines=full.lines[:1])).parameters
    assert [found[f"voip/line/{number}/enabled"] for number in range(4)] == ["1", "0", "0", "0"]
    assert found["voip/line/1/auth_password"] == found["voip/line/1/auth_name"] == ""


def test_all_lines_share_the_server_and_the_proxy_of_the_first() -> None:
    full = phone()
    first = replace(full.lines[0], transport="tls", outbound_proxy="edge.example.com:5080")
    found = reading(replace(full, lines=(first, full.lines[1]))).parameters
    assert found["voip/signalling/sip/transport_protocol"] == "TLS"
    assert found["voip/signalling/sip/proxy_port"] == found["voip/signalling/sip/sip_registrar/port"] == "5061"
    proxy = [found[f"voip/signalling/sip/sip_outbound_proxy/{name}"] for name in ("enabled", "addr", "port")]
    assert proxy == ["1", "edge.example.com", "5080"]


@pytest.mark.parametrize(
    ("zone", "offset", "summer"),
    [
        ("Europe/Rome", "+01:00", "ENABLE"),
        ("Asia/Kolkata", "+05:30", "DISABLE"),
        ("America/St_Johns", "-03:30", "ENABLE"),
    ],
)
def test_summer_begins_on_a_day_of_a_week_of_a_month(zone: str, offset: str, summer: str) -> None:
    found = reading(phone(settings={"time_zone": zone})).parameters
    assert found["system/ntp/gmt_offset"] == offset
    assert found["system/daylight_saving/activate"] == summer
    assert (found.get("system/daylight_saving/mode") == "DayOfWeek") == (summer == "ENABLE")


def test_only_the_words_that_are_sourced_are_written() -> None:
    plain = reading(phone(settings={"clock": "12", "dtmf": "inband", "vlan": 20})).parameters
    for name in ("system/ntp/time_display_format", "voip/media/out_of_band_dtmf", "network/lan/vlan/mode"):
        assert name in reading(phone()).parameters
        assert name not in plain
    assert not [name for name in plain if "password" in name and not name.startswith("voip/line/")]


def test_codecs_that_are_not_wanted_are_off_and_older_phones_name_theirs_differently() -> None:
    found = reading(phone(settings={"codecs": ("pcma", "opus")})).parameters
    names = [found[f"voip/codec/codec_info/{place}/name"] for place in range(5)]
    flags = [found[f"voip/codec/codec_info/{place}/enabled"] for place in range(5)]
    assert names[:2] == ["PCMA", "OPUS"]
    assert flags == ["1", "1", "0", "0", "0"]
    older = reading(phone("310HD", settings={"codecs": ("opus", "g722")})).parameters
    assert older["voip/codec/codec_info/0/name"] == "G722"
    assert "voip/codec/codec_info/4/name" not in older


def test_the_phone_asks_at_its_hour_or_only_when_it_starts() -> None:
    found = reading(phone(settings={"poll_hour": 4})).parameters
    assert (found["provisioning/period/type"], found["provisioning/period/daily/time"]) == ("DAILY", "04:00")
    assert reading(phone(settings={"poll": False})).parameters["provisioning/period/type"] == "POWERUP"


def test_without_a_pickup_code_the_phone_offers_none() -> None:
    found = reading(phone(settings={"pickup_code": ""})).parameters
    assert found["voip/services/call_pickup/enabled"] == "0"


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["audiocodes"].rules
    for name in ("provisioning/configuration/url", "voip/line/3/auth_password", "voip/line/0/enabled"):
        assert rules.owns(name)
    assert rules.hides("system/password")
    assert not rules.owns("voip/dialing/timeout")
    for wrong in ("", "voip", "voip/", "voip//x", "voip/x=1", "voip/x\n", "/voip/x"):
        assert not rules.parameter.search(wrong)
    assert rules.resync(["network/lan/vlan/mode"]).restarts == ("network/lan/vlan/mode",)


@pytest.mark.parametrize("value", ["a\nvoip/line/0/enabled=0", "a\r", "\0", "\u2028"])
def test_a_value_that_would_break_the_file_is_refused(value: str) -> None:
    assert vendors()["audiocodes"].package.cannot_carry(value)
    assert vendors()["audiocodes"].package.cannot_carry("a=b; #c") is None
