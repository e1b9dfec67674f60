"""What a Grandstream phone makes of its file, for the cases where its rules bite."""

from dataclasses import replace

import pytest
from lxml import etree

from provserver.domain.secret import Secret
from provserver.domain.slots import KeyKind
from provserver.vendors.grandstream.clock import posix
from provserver.vendors.registry import claim, find_model, vendors
from tests.vendors.grandstream.phones import body, grandstream, parameters, phone, reading


@pytest.mark.parametrize("model", ["GRP2614", "GXP2130"])
@pytest.mark.parametrize(
    ("popup", "ring", "expected"),
    [
        (False, "off", (False, "off")),
        (False, "splash", (False, "off")),
        (False, "tone", (False, "off")),
        (True, "off", (True, "off")),
        (True, "splash", (True, "splash")),
        (True, "tone", (True, "splash")),
    ],
)
def test_a_splash_sounds_only_with_the_popup_and_both_are_always_written(
    model: str, popup: bool, ring: str, expected: tuple[bool, str]
) -> None:
    found = reading(phone(model, settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == expected
    assert found.parameters["sip.blf.pickupSound.mode"] == "ExceptList"
    assert found.parameters["sip.blf.pickupSound.list.except"] == ""


def test_a_phone_without_a_pickup_screen_is_told_nothing_of_it() -> None:
    for name in ("GXP1782", "GXP1628", "GXV3370", "WP826", "HT802"):
        assert not {"popup", "splash", "tone"} & grandstream().models[name].supports
        assert not [found for found in parameters(phone(name)) if "pickup" in found.lower() and "Sound" in found]
        assert "P9905" not in parameters(phone(name))


@pytest.mark.parametrize("name", sorted(vendors()["grandstream"].models))
def test_a_file_is_of_one_dialect(name: str) -> None:
    overrides = {"P102": "2", "dateTime.format.date": "2"}
    config = etree.fromstring(body(phone(name, overrides=overrides))).find("config")
    assert config is not None
    is_alias = config.get("version") == "2"
    assert {child.tag == "item" for child in config.iterchildren(etree.Element)} == {is_alias}
    written = parameters(phone(name, overrides=overrides))
    assert ("P102" in written, "dateTime.format.date" in written) == (not is_alias, is_alias)


@pytest.mark.parametrize(("seconds", "minutes"), [(60, "1"), (119, "1"), (3600, "60"), (86400, "1440")])
def test_a_registration_is_renewed_in_minutes(seconds: int, minutes: str) -> None:
    settings = {"register_expires": seconds}
    assert parameters(phone("GRP2612", settings=settings))["account.1.sip.registerExpiration"] == minutes
    assert parameters(phone("GXP1630", settings=settings))["P412"] == minutes
    assert parameters(phone("HT802", settings=settings))["P732"] == minutes


def test_accounts_five_and_six_are_at_seventeen_and_eighteen_hundred() -> None:
    written = parameters(phone("GXP2120"))
    assert (written["P1701"], written["P1801"], written["P1706"]) == ("0", "0", "")
    assert "P701" not in written


def test_a_removed_line_is_switched_off_and_keeps_no_password() -> None:
    two = phone("GRP2612")
    one = replace(two, lines=two.lines[:1])
    assert parameters(two)["account.2.enable"] == "Yes"
    written = parameters(one)
    assert (written["account.2.enable"], written["account.2.sip.subscriber.password"]) == ("No", "")
    assert parameters(replace(phone("HT802"), lines=two.lines[:1]))["P734"] == ""


def test_ports_of_a_large_adapter_share_the_server_of_the_first_line() -> None:
    written = parameters(phone("HT814"))
    assert (written["P47"], written["P4060"], written["P4061"]) == ("pbx.example.com", "201", "202")
    assert [written[f"P{at}"] for at in (4595, 4596, 4597, 4598)] == ["1", "1", "0", "0"]
    assert "P747" not in written
    second = replace(phone("HT814"), lines=phone("HT814").lines[1:])
    assert (parameters(second)["P47"], parameters(second)["P4595"]) == ("pbx.example.com", "0")


def test_the_server_has_no_scheme_and_dhcp_does_not_lead_the_phone_elsewhere() -> None:
    written = parameters(phone("GXP1782"))
    assert (written["P212"], written["P237"], written["P145"]) == ("2", "prov.example.com/p/not-a-real-token", "0")
    plain = replace(phone("GRP2612"), provisioning_url="http://192.0.2.1:8080/p/token/")
    assert parameters(plain)["provisioning.config.protocol"] == "HTTP"
    assert parameters(plain)["provisioning.config.serverPath"] == "192.0.2.1:8080/p/token"


def test_an_order_to_refresh_needs_no_password_whatever_the_template_calls_it() -> None:
    assert parameters(phone("GRP2612"))["sip.notify.challenge"] == "No"
    assert parameters(phone("GXP2130"))["sip.notify.challenge"] == "Yes"
    assert parameters(phone("GXP1628"))["P4428"] == parameters(phone("HT802"))["P4428"] == "1"


@pytest.mark.parametrize(
    ("model", "poll"),
    [("GXP1628", "2"), ("WP810", "2"), ("GXV3240", "1"), ("HT802", "1"), ("GXP1100", "1"), ("DP750", "2")],
)
def test_every_night_has_another_number_on_other_families(model: str, poll: str) -> None:
    assert parameters(phone(model))["P194"] == poll
    assert parameters(phone(model, settings={"poll": False}))["P194"] == "0"


def test_the_nightly_hour_ends_with_the_next_one() -> None:
    written = parameters(phone("GRP2612", settings={"poll_hour": 23}))
    assert (written["provisioning.auto.hour"], written["provisioning.auto.endHour"]) == ("23", "0")


@pytest.mark.parametrize(
    ("zone", "rule"),
    [
        ("Europe/Rome", "STD-1DST-2,M3.5.0/2,M10.5.0/3"),
        ("Europe/London", "STD+0DST-1,M3.5.0/1,M10.5.0/2"),
        ("America/New_York", "STD+5DST+4,M3.2.0/2,M11.1.0/2"),
        ("America/St_Johns", "STD+3:30DST+2:30,M3.2.0/2,M11.1.0/2"),
        ("Australia/Sydney", "STD-10DST-11,M10.1.0/2,M4.1.0/3"),
        ("Asia/Kolkata", "STD-5:30"),
        ("UTC", "STD+0"),
    ],
)
def test_a_zone_is_one_rule(zone: str, rule: str) -> None:
    assert posix(zone) == rule
    written = parameters(phone("GXP1628", settings={"time_zone": zone}))
    assert (written["P64"], written["P246"]) == ("customize", rule)


def test_android_phones_take_a_zone_by_its_name_and_older_ones_choose_their_own() -> None:
    assert parameters(phone("GXV3370"))["dateTime.timezone"] == "Europe/Rome"
    assert parameters(phone("WP820"))["P64"] == "Europe/Rome"
    assert "P64" not in parameters(phone("GXV3240"))


def test_call_waiting_is_turned_off_by_a_one_in_p_values_and_by_a_no_in_words() -> None:
    off = {"call_waiting": False}
    assert (parameters(phone("GXP1628"))["P91"], parameters(phone("GXP1628", settings=off))["P91"]) == ("0", "1")
    assert parameters(phone("GRP2612", settings=off))["call.callWaiting.enable"] == "No"
    two = parameters(phone("HT802", settings=off))
    assert (two["P91"], two["P791"]) == ("1", "1")


def test_every_codec_choice_is_filled_so_that_no_unwanted_one_stays() -> None:
    written = parameters(phone("GRP2612", settings={"codecs": ("opus", "pcma")}))
    assert [written[f"account.1.codec.choice.{n}"] for n in range(1, 9)] == ["OPUS"] + ["PCMA"] * 7
    old = parameters(phone("GXP1628", settings={"codecs": ("opus", "pcma")}))
    assert (old["P57"], old["P58"]) == ("8", "8")
    assert "P57" not in parameters(phone("GXP1628", settings={"codecs": ("opus",)}))


def test_a_phonebook_is_its_folder_without_a_scheme() -> None:
    book = {"phonebook_url": "https://books.example.com/a/phonebook.xml"}
    written = parameters(phone("GXP1628", settings=book))
    assert (written["P330"], written["P331"], written["P332"]) == ("3", "books.example.com/a", "720")
    assert parameters(phone("GRP2612", settings=book))["phonebook.download.mode"] == "EnabledUseHTTPS"
    assert parameters(phone("GRP2612"))["phonebook.download.mode"] == "Disabled"


def test_a_vlan_is_switched_on_with_its_tag_and_off_with_a_zero() -> None:
    written = parameters(phone("GRP2612", settings={"vlan": 20}))
    assert (written["network.port.eth.1.vlan.enable"], written["network.port.eth.1.vlan.tag"]) == ("Yes", "20")
    assert parameters(phone("GRP2612"))["network.port.eth.1.vlan.tag"] == "0"


def test_a_stun_server_is_shared_and_every_line_says_whether_it_uses_it() -> None:
    plain = phone("GXP1628")
    written = parameters(replace(plain, lines=(replace(plain.lines[0], stun="stun.example.com:3479"), plain.lines[1])))
    assert (written["P76"], written["P52"], written["P414"]) == ("stun.example.com:3479", "1", "2")


def test_dtmf_is_three_flags_on_a_phone_and_an_order_on_an_adapter() -> None:
    for wanted, flags, order in (
        ("rfc2833", "010", ("101", "102", "100")),
        ("info", "001", ("102", "101", "100")),
        ("inband", "100", ("100", "101", "102")),
    ):
        settings = {"dtmf": wanted}
        one = parameters(phone("GXP1628", settings=settings))
        two = parameters(phone("HT802", settings=settings))
        assert one["P2301"] + one["P2302"] + one["P2303"] == flags
        assert (two["P860"], two["P861"], two["P862"]) == order


def test_a_description_cannot_leave_its_comment() -> None:
    plain = phone("GRP2612")
    odd = replace(plain, description="a -- b --> <x>\n\x00--")
    assert parameters(odd) == parameters(plain)


def test_an_empty_password_is_not_written_and_a_set_one_is_hidden() -> None:
    bare = phone("GXP1628", settings={"admin_password": Secret(""), "user_password": Secret("")})
    assert not {"P2", "P196"} & set(parameters(bare))
    (file,) = grandstream().package.files(phone("GXP1628"))
    hidden = {name for name, parameter in file.parameters.items() if parameter.secret}
    assert hidden == {"P2", "P196", "P237", "P34", "P406"}
    for name in hidden:
        assert grandstream().rules.hides(name)


@pytest.mark.parametrize("name", sorted(vendors()["grandstream"].models))
def test_no_parameter_is_one_that_an_override_could_not_name(name: str) -> None:
    (file,) = grandstream().package.files(phone(name))
    rules = grandstream().rules
    assert all(rules.parameter.fullmatch(parameter) for parameter in file.parameters)
    own = {"P2", "P237", "P212", "P34", "P4120", "users.admin.password", "account.1.sip.subscriber.password"}
    assert all(rules.owns(parameter) for parameter in own & set(file.parameters))
    found = claim(file.name)
    assert found is not None
    assert "grandstream" in found.vendors


def test_a_vlan_restarts_the_phone_and_a_key_does_not() -> None:
    rules = grandstream().rules
    assert rules.resync(["P51"]).push.event == "check-sync;reboot=true"
    assert rules.resync(["network.port.eth.1.vlan.tag"]).restarts == ("network.port.eth.1.vlan.tag",)
    assert rules.resync(["pks.vpk.3.keyMode", "P1465"]).push.event == "resync"


def test_every_kind_is_either_offered_or_refused_with_a_reason() -> None:
    for model in grandstream().models.values():
        if model.blocks:
            refused = set(KeyKind) - model.kinds - {KeyKind.NONE}
            assert {kind for kind in refused if not model.lacks.get(kind)} == set(), model.name
        else:
            assert model.lacks["keys"]


@pytest.mark.parametrize("spelled", ["GXP2130", "Grandstream GXP-2130", "gxp 2130"])
def test_models_are_found_by_any_spelling(spelled: str) -> None:
    found = find_model("Grandstream", spelled)
    assert found is not None
    assert found.name == "GXP2130"
