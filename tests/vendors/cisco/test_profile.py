"""The rest of Cisco's profile: who may resync the phone, its first file, accounts, clock, adapters, requests."""

from dataclasses import replace

import pytest

from provserver.domain.phone import Phone
from provserver.vendors.cisco import files
from provserver.vendors.cisco.clock import zone
from provserver.vendors.registry import claim, find_model, identify, vendors
from tests.vendors.reader_cisco import read_profile
from tests.vendors.standard import standard_phone

MAC = "0002fdd9c744"
OWN = f"https://prov.example.com/p/not-a-real-token/{MAC}.xml"
MODELS = sorted(vendors()["cisco"].models)


def phone(model: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["cisco"].models[model], **changes)  # type: ignore[arg-type]


def profile(of: Phone) -> dict[str, str]:
    """Render a phone and read its own file."""
    return read_profile(files(of)[-1].body)


@pytest.mark.parametrize("name", MODELS)
def test_every_file_is_one_that_cisco_phones_ask_for_and_only_the_own_one_proves(name: str) -> None:
    rendered = files(phone(name))
    assert [file.name for file in rendered if file.proves] == [f"{MAC}.xml"]
    for file in rendered:
        found = claim(file.name)
        assert found is not None
        assert "cisco" in found.vendors
        assert file.name == file.name.lower()


def test_a_factory_phone_is_sent_to_its_own_file_at_once_and_told_nothing_else() -> None:
    first, other, _ = files(phone("8851"))
    assert [first.name, other.name] == ["8851-3pcc.xml", "cp-8851-3pcc.xml"]
    assert read_profile(first.body) == {"Profile_Rule": OWN, "Profile_Rule_B": OWN}
    assert all(parameter.secret for parameter in first.parameters.values())
    assert files(phone("PAP2T"))[0].name == "init.cfg"


def test_the_own_file_keeps_one_rule_and_empties_the_others() -> None:
    found = profile(phone("8851"))
    assert found["Profile_Rule"] == OWN
    assert [found[f"Profile_Rule_{letter}"] for letter in "BCD"] == [""] * 3


@pytest.mark.parametrize("name", MODELS)
def test_the_phone_fetches_when_told_without_asking_who_tells(name: str) -> None:
    found = profile(phone(name))
    assert found["Resync_From_SIP"] == "Yes"
    for number in range(1, vendors()["cisco"].models[name].accounts + 1):
        assert found[f"Auth_Resync-Reboot_{number}_"] == "No"


def test_no_change_is_sent_as_a_restart() -> None:
    resync = vendors()["cisco"].rules.resync(["VLAN_ID", "Proxy_1_", "Extended_Function_2_"])
    assert resync.push.event == "resync"
    assert resync.restarts == ()
    assert resync.may_restart == ("Proxy_1_", "VLAN_ID")


def test_the_nightly_check_has_its_own_minute_and_old_phones_count_a_day() -> None:
    assert profile(phone("8851", settings={"poll_hour": 4}))["Resync_At__HHmm_"] == "0404"
    assert profile(phone("8851", mac="0002fdd9c745"))["Resync_At__HHmm_"] == "0305"
    assert profile(phone("8851", settings={"poll": False}))["Resync_At__HHmm_"] == ""
    assert profile(phone("SPA942"))["Resync_Periodic"] == "86400"
    assert profile(phone("SPA942", settings={"poll": False}))["Resync_Periodic"] == "0"


@pytest.mark.parametrize(
    ("model", "admin", "user"),
    [
        ("SPA504G", "Admin_Passwd", "User_Password"),
        ("8851", "Admin_Password", "User_Password"),
        ("PAP2T", "Admin_Passwd", "User_Password"),
        (
            "ATA191",
            "router-configuration/Web_Login_Admin_Password",
            "router-configuration/Web_Login_Guest_Password",
        ),
    ],
)
def test_passwords_have_a_name_of_each_family_and_none_is_ever_empty(model: str, admin: str, user: str) -> None:
    found = profile(phone(model))
    assert (found[admin], found[user]) == ("admin-secret", "user-secret")
    none = profile(phone(model, settings={"admin_password": None, "user_password": None}))
    assert not {name for name in none if "Admin_Pass" in name or "User_Pass" in name or "Web_Login" in name}


def test_a_line_that_was_taken_away_leaves_nothing_behind() -> None:
    found = profile(phone("8851"))
    assert found["Line_Enable_3_"] == "No"
    for name in ("User_ID", "Auth_ID", "Password", "Display_Name", "Proxy", "Outbound_Proxy"):
        assert found[f"{name}_3_"] == ""


def test_servers_carry_their_port_where_one_is_known() -> None:
    of = phone("SPA504G")
    lines = (
        replace(of.lines[0], domain="pbx.example.com", port=5070, outbound_proxy="[2001:db8::1]:5080"),
        replace(of.lines[1], domain="pbx.example.com", transport="tls", outbound_proxy=""),
    )
    found = profile(replace(of, lines=lines))
    assert (found["Proxy_1_"], found["Outbound_Proxy_1_"]) == ("pbx.example.com:5070", "[2001:db8::1]:5080")
    assert (found["Use_Outbound_Proxy_1_"], found["Use_Outbound_Proxy_2_"]) == ("Yes", "No")
    assert (found["Proxy_2_"], found["SIP_Transport_2_"]) == ("pbx.example.com:5061", "TLS")
    unknown = replace(of, lines=(replace(of.lines[0], domain=""),))
    assert (profile(unknown)["Proxy_1_"], profile(unknown)["Register_1_"]) == ("", "No")


def test_a_line_behind_nat_turns_stun_on_for_the_phone() -> None:
    of = phone("8851")
    found = profile(replace(of, lines=(of.lines[0], replace(of.lines[1], stun="stun.example.com:3478"))))
    assert (found["STUN_Enable"], found["STUN_Server"]) == ("Yes", "stun.example.com:3478")
    assert (found["NAT_Mapping_Enable_1_"], found["NAT_Mapping_Enable_2_"]) == ("No", "Yes")


@pytest.mark.parametrize(
    ("model", "wanted", "preferred", "switched_on"),
    [
        ("8851", ("opus", "g722", "pcma", "pcmu"), ["OPUS", "G722", "G711a"], {"OPUS", "G722"}),
        ("SPA504G", ("opus", "g729"), ["G729a", "Unspecified", "Unspecified"], {"G729a"}),
        ("SPA942", ("g722", "pcmu"), ["G711u", "Unspecified", "Unspecified"], set()),
    ],
)
def test_codecs_are_wanted_in_order_and_the_rest_is_switched_off(
    model: str, wanted: tuple[str, ...], preferred: list[str], switched_on: set[str]
) -> None:
    found = profile(phone(model, settings={"codecs": wanted}))
    order = ("Preferred", "Second_Preferred", "Third_Preferred")
    assert [found[f"{place}_Codec_1_"] for place in order] == preferred
    switches = {name: value for name, value in found.items() if name.startswith(("OPUS_E", "G722_E", "G729a_E"))}
    assert {name.partition("_")[0] for name, value in switches.items() if value == "Yes"} == switched_on


def test_a_phone_that_speaks_none_of_the_wanted_codecs_keeps_its_own() -> None:
    assert "Preferred_Codec_1_" not in profile(phone("SPA504G", settings={"codecs": ("opus",)}))


@pytest.mark.parametrize(
    ("srtp", "setting", "option"),
    [("off", "No", "Optional"), ("optional", "Yes", "Optional"), ("required", "Yes", "Required")],
)
def test_encrypted_speech_is_offered_or_demanded_as_far_as_the_family_can(srtp: str, setting: str, option: str) -> None:
    settings = {"srtp": srtp}
    modern = profile(phone("8851", settings=settings))
    assert (modern["Secure_Call_Setting"], modern["Secure_Call_Option_1_"]) == (setting, option)
    old = profile(phone("SPA504G", settings=settings))
    assert (old["Secure_Call_Setting"], old["SRTP_Method"]) == (setting, "s-descriptor")
    assert profile(phone("ATA191", settings=settings))["Secure_Call_Setting_1_"] == setting


@pytest.mark.parametrize(
    ("name", "offset", "turns"),
    [
        ("Europe/Rome", "GMT+01:00", "start=3/-1/7/2:0:0;end=10/-1/7/3:0:0;save=1:0:0"),
        ("Europe/London", "GMT", "start=3/-1/7/1:0:0;end=10/-1/7/2:0:0;save=1:0:0"),
        ("America/New_York", "GMT-05:00", "start=3/8/7/2:0:0;end=11/1/7/2:0:0;save=1:0:0"),
        ("Australia/Lord_Howe", "GMT+10:30", "start=10/1/7/2:0:0;end=4/1/7/2:0:0;save=0:30:0"),
        ("Asia/Kolkata", "GMT+05:30", ""),
        ("UTC", "GMT", ""),
    ],
)
def test_a_zone_is_its_offset_and_its_rule(name: str, offset: str, turns: str) -> None:
    assert zone(name) == {
        "Time_Zone": offset,
        "Daylight_Saving_Time_Enable": "Yes" if turns else "No",
        "Daylight_Saving_Time_Rule": turns,
    }


@pytest.mark.parametrize(
    ("model", "word", "parameter", "value"),
    [
        ("SPA504G", "en", "Language_Selection", "English"),
        ("8851", "en", "Language_Selection", "English-US"),
        ("8851", "ro", "Language_Selection", "Romanian"),
        ("9861", "it", "Phone_Language", "Italian"),
    ],
)
def test_languages_have_names_of_each_family(model: str, word: str, parameter: str, value: str) -> None:
    assert profile(phone(model, settings={"language": word}))[parameter] == value
    assert "Phone_Language" not in profile(phone("9861", settings={"language": "ro"}))


def test_a_vlan_is_left_alone_until_somebody_sets_it_and_a_nought_takes_it_away() -> None:
    assert not {name for name in profile(phone("8851")) if "VLAN" in name}
    for value, enabled, number in ((30, "Yes", "30"), (0, "No", "1")):
        found = profile(phone("8851", settings={"vlan": value}))
        assert (found["Enable_VLAN"], found["VLAN_ID"]) == (enabled, number)
    found = profile(phone("SPA122", settings={"vlan": 30}))
    section = "router-configuration/WAN_VLAN_Setting/"
    assert (found[f"{section}WAN_VLAN_Enable"], found[f"{section}WAN_VALN_ID"]) == ("1", "30")
    assert f"{section}WAN_VLAN_ID" in profile(phone("ATA192", settings={"vlan": 30}))


def test_the_pickup_code_has_a_place_for_the_extension() -> None:
    assert profile(phone("8851"))["Attendant_Console_Call_Pickup_Code"] == "**#"
    assert profile(phone("SPA962"))["SPA932_Call_Pickup_Code"] == "**#"
    assert profile(phone("8851", settings={"pickup_code": ""}))["Attendant_Console_Call_Pickup_Code"] == ""


def test_a_free_parameter_may_stand_in_the_router_s_section() -> None:
    name = "router-configuration/Time_Setup/Time_Zone"
    rules = vendors()["cisco"].rules
    assert rules.parameter.fullmatch(name)
    assert not rules.owns(name)
    assert profile(phone("ATA191", overrides={name: "+01 2 2"}))[name] == "+01 2 2"


@pytest.mark.parametrize("name", ["", "a b", "<x>", "Line_1_>", "other/Time_Zone", "router-configuration/a/b/c", "x\n"])
def test_a_parameter_s_name_is_checked(name: str) -> None:
    assert not vendors()["cisco"].rules.parameter.fullmatch(name)


@pytest.mark.parametrize(
    ("name", "owned"),
    [
        ("Profile_Rule_B", True),
        ("Auth_Resync-Reboot_3_", True),
        ("router-configuration/Web_Login_Admin_Password", True),
        ("Call_Pickup_Audio_Notification", True),
        ("Call_Pickup_Tone", False),
        ("Extended_Function_3_", False),
    ],
)
def test_what_the_server_owns_no_free_parameter_may_touch(name: str, owned: bool) -> None:
    assert vendors()["cisco"].rules.owns(name) is owned


def test_a_serial_number_is_no_address_even_where_it_looks_like_one() -> None:
    identity = identify("Linksys/SPA-942-6.1.5(a) (88019FA42805)")
    assert identity is not None
    assert identity.mac is None


@pytest.mark.parametrize(
    "user_agent", ["Cisco-CP-8841/12.5.1", "Cisco-CP-7942G/8.5.3", "Cisco/", "Mozilla/5.0 Cisco/SPA"]
)
def test_enterprise_firmware_and_strangers_are_not_recognized(user_agent: str) -> None:
    assert identify(user_agent) is None


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("CP-8851-3PCC", "8851"),
        ("Cisco IP Phone 8851", "8851"),
        ("Cisco SPA-504G", "SPA504G"),
        ("linksys spa942", "SPA942"),
    ],
)
def test_a_model_is_found_by_the_name_on_its_box(written: str, model: str) -> None:
    found = find_model("cisco", written)
    assert found is not None
    assert found.name == model
