"""What a Poly phone makes of its files, for the cases where its rules bite."""

from dataclasses import replace

import pytest
from lxml import etree

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.settings import Effective, Scope
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Vendor
from provserver.vendors.registry import model_of, vendors
from tests.vendors.reader_poly import read_poly
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

VVX = "VVX450"
LINE = Key(KeyKind.LINE, line=1)
ANNA = Key(KeyKind.BLF, "204", "Anna")
BRUNO = Key(KeyKind.BLF, "205", "Bruno")
CARLA = Key(KeyKind.BLF, "206", "Carla")
PICKUP = Key(KeyKind.SPEED_DIAL, "*98", "Pickup")


def poly() -> Vendor:
    return vendors()["poly"]


def model(name: str = VVX) -> PhoneModel:
    return model_of("poly", name)


def keyed(*keys: Key) -> Phone:
    """A phone whose keys are these, from key 1 on."""
    return standard_phone(model(), keys={Slot(0, number): key for number, key in enumerate(keys, start=1)})


def bodies(phone: Phone) -> dict[str, bytes]:
    return {file.name: file.body for file in poly().package.files(phone)}


def reading(phone: Phone) -> Reading:
    return read_poly(bodies(phone), phone.model)


def config(phone: Phone) -> bytes:
    return bodies(phone)[f"{phone.mac}-config.cfg"]


def meanings(phone: Phone) -> dict[str, tuple[object, object]]:
    return {name: (key["kind"], key["target"]) for name, key in reading(phone).keys.items() if key["kind"] != "none"}


@pytest.mark.parametrize(
    ("popup", "ring", "automata", "ringer"),
    [
        (False, "off", "0", "ringer1"),
        (False, "splash", "0", "ringer1"),
        (False, "tone", "0", "ringer1"),
        (True, "off", "0", "ringer1"),
        (True, "splash", "0", "ringer14"),
        (True, "tone", "0", "ringer10"),
    ],
)
def test_a_ring_sounds_only_while_the_popup_is_on(popup: bool, ring: str, automata: str, ringer: str) -> None:
    phone = standard_phone(model(), settings={"monitor_popup": popup, "monitor_ring": ring})
    read = reading(phone)
    behaviours = "attendant.behaviors.display.spontaneousCallAppearances"
    assert read.popup is popup
    assert read.ring == (ring if popup else "off")
    assert read.parameters[f"{behaviours}.normal"] == str(int(popup))
    assert read.parameters[f"{behaviours}.automata"] == automata
    assert read.parameters["attendant.ringType"] == ringer
    assert read.parameters["feature.directedCallPickup.enabled"] == "1"


def test_before_uc_software_4_there_is_no_splash_and_ringers_are_numbers() -> None:
    phone = standard_phone(model("IP335"))
    old = replace(phone, firmware="3.2.1.0078")
    assert reading(old).parameters["attendant.ringType"] == "1"
    assert reading(old).parameters["reg.1.server.1.transport"] == "UDPonly"
    assert reading(phone).parameters["reg.1.server.1.transport"] == "UDPOnly"


def test_monitored_keys_keep_their_places_when_one_in_the_middle_is_deleted() -> None:
    before = keyed(LINE, ANNA, BRUNO, CARLA)
    after = keyed(LINE, ANNA, Key(), CARLA)
    assert meanings(before) == {
        "1": ("line", ""),
        "2": ("blf", "204"),
        "3": ("blf", "205"),
        "4": ("blf", "206"),
    }
    assert meanings(after) == {"1": ("line", ""), "2": ("blf", "204"), "4": ("blf", "206")}
    assert "attendant.resourceList.3.address" not in reading(after).parameters


def test_a_speed_dial_may_stand_before_a_monitored_key() -> None:
    phone = keyed(PICKUP, ANNA, LINE)
    assert meanings(phone) == {"1": ("speed-dial", "*98"), "2": ("blf", "204"), "3": ("line", "")}


def test_a_deleted_key_is_written_as_unassigned() -> None:
    parameters = reading(keyed(LINE, Key(), ANNA)).parameters
    assert parameters["lineKey.2.category"] == "Unassigned"
    assert "lineKey.2.index" not in parameters
    assert [parameters[f"lineKey.{number}.category"] for number in range(4, 13)] == ["Unassigned"] * 9


def test_a_module_continues_the_numbers_of_the_phone() -> None:
    phone = standard_phone(model("VVX411"), keys={Slot(0, 1): LINE, Slot(1, 5): ANNA, Slot(2, 1): BRUNO})
    assert reading(phone).parameters["lineKey.17.category"] == "BLF"
    assert meanings(phone) == {"1": ("line", ""), "s1.5": ("blf", "204"), "s2.1": ("blf", "205")}


def test_parking_places_and_extensions_share_the_list_in_the_order_of_the_keys() -> None:
    phone = keyed(LINE, Key(KeyKind.PARK, "701", "Park"), ANNA)
    assert meanings(phone) == {"1": ("line", ""), "2": ("park", "701"), "3": ("blf", "204")}


def test_pickup_and_voicemail_dial_what_the_settings_say() -> None:
    phone = keyed(LINE, Key(KeyKind.PICKUP, "", "Group"), Key(KeyKind.VOICEMAIL, "", "Messages"))
    assert meanings(phone) == {"1": ("line", ""), "2": ("speed-dial", "*98"), "3": ("speed-dial", "*97")}


def test_equal_speed_dials_share_an_entry_and_a_second_label_is_kept() -> None:
    phone = keyed(LINE, PICKUP, PICKUP, Key(KeyKind.SPEED_DIAL, "*98", "Group"))
    read = reading(phone).keys
    assert [read[name]["target"] for name in "234"] == ["*98"] * 3
    assert [read[name]["label"] for name in "234"] == ["Pickup", "Pickup", "Group"]
    third = reading(keyed(PICKUP, Key(KeyKind.SPEED_DIAL, "*98", "B"), Key(KeyKind.SPEED_DIAL, "*98", "C")))
    assert third.keys["3"] == third.keys["1"]


def test_an_address_on_a_speed_dial_is_dialled_as_it_is() -> None:
    phone = keyed(Key(KeyKind.SPEED_DIAL, "a#b@pbx.example.com", "Door"))
    assert meanings(phone) == {"1": ("speed-dial", "a#b@pbx.example.com")}
    assert b"<ct>sip:a%23b@pbx.example.com</ct>" in bodies(phone)["0004f2aabbcc-directory.xml"]


def test_a_long_name_is_cut_between_two_characters() -> None:
    phone = keyed(LINE, Key(KeyKind.SPEED_DIAL, "500", "è" * 39 + "x"))
    assert reading(phone).keys["2"]["label"] == "è" * 20


def test_a_change_of_the_directory_changes_the_configuration_that_a_check_sync_compares() -> None:
    before, after = keyed(LINE, PICKUP), keyed(LINE, Key(KeyKind.SPEED_DIAL, "*97", "Pickup"))
    assert reading(before).parameters == reading(after).parameters
    assert config(before) != config(after)


def test_a_phone_without_speed_dials_gets_an_empty_directory() -> None:
    body = bodies(keyed(LINE))["0004f2aabbcc-directory.xml"]
    assert etree.fromstring(body).findall("item_list/item") == []


@pytest.mark.parametrize(
    ("zone", "offset", "start", "stop"),
    [
        ("Europe/Rome", "3600", ("3", "1", "1", "2"), ("10", "1", "1", "3")),
        ("America/New_York", "-18000", ("3", "1", "0", "2"), ("11", "1", "0", "2")),
        ("Australia/Sydney", "36000", ("10", "1", "0", "2"), ("4", "1", "0", "3")),
    ],
)
def test_summer_time_comes_from_the_zone(zone: str, offset: str, start: tuple[str, ...], stop: tuple[str, ...]) -> None:
    parameters = reading(standard_phone(model(), settings={"time_zone": zone})).parameters

    def turn(name: str) -> tuple[str, ...]:
        prefix = f"tcpIpApp.sntp.daylightSavings.{name}"
        fields = ("month", "dayOfWeek", "dayOfWeek.lastInMonth", "time")
        return tuple(parameters[f"{prefix}.{field}"] for field in fields)

    assert parameters["tcpIpApp.sntp.gmtOffset"] == offset
    assert parameters["tcpIpApp.sntp.daylightSavings.enable"] == "1"
    assert (turn("start"), turn("stop")) == (start, stop)


def test_the_second_sunday_of_march_is_the_one_from_the_eighth_on() -> None:
    parameters = reading(standard_phone(model(), settings={"time_zone": "America/New_York"})).parameters
    assert parameters["tcpIpApp.sntp.daylightSavings.start.date"] == "8"
    assert parameters["tcpIpApp.sntp.daylightSavings.stop.date"] == "1"


def test_a_zone_without_summer_time_says_so() -> None:
    parameters = reading(standard_phone(model(), settings={"time_zone": "Asia/Kolkata"})).parameters
    assert parameters["tcpIpApp.sntp.gmtOffset"] == "19800"
    assert parameters["tcpIpApp.sntp.daylightSavings.enable"] == "0"
    assert "tcpIpApp.sntp.daylightSavings.start.month" not in parameters


def test_a_removed_line_is_written_as_empty() -> None:
    phone = standard_phone(model("VVX301"))
    one = replace(phone, lines=phone.lines[:1])
    assert reading(phone).parameters["reg.2.address"] == "202"
    assert reading(one).parameters["reg.2.address"] == ""
    assert "reg.2.auth.password" not in reading(one).parameters
    assert "reg.7.address" not in reading(one).parameters


def test_a_line_is_named_as_its_key_and_has_as_many_keys_as_the_plan() -> None:
    parameters = reading(keyed(Key(KeyKind.LINE, label="Desk"), LINE)).parameters
    assert (parameters["reg.1.label"], parameters["reg.1.lineKeys"]) == ("Desk", "2")
    assert (parameters["reg.2.label"], parameters["reg.2.lineKeys"]) == ("202", "1")


def test_an_override_replaces_adds_and_removes() -> None:
    overrides = {"up.oneTouchVoiceMail": "0", "nat.keepalive.interval": "30", "lcl.ml.lang": None}
    parameters = reading(standard_phone(model(), overrides=overrides)).parameters
    assert parameters["up.oneTouchVoiceMail"] == "0"
    assert parameters["nat.keepalive.interval"] == "30"
    assert "lcl.ml.lang" not in parameters


def test_a_vlan_is_written_once_somebody_set_it_and_taken_away_by_a_zero() -> None:
    assert "device.net.vlanId" not in reading(standard_phone(model())).parameters
    tagged = reading(standard_phone(model(), settings={"vlan": 20})).parameters
    untagged = reading(standard_phone(model(), settings={"vlan": 0})).parameters
    assert (tagged["device.net.vlanId"], tagged["device.net.vlanId.set"]) == ("20", "1")
    assert (untagged["device.net.vlanId"], untagged["device.net.vlanId.set"]) == ("", "1")


def test_every_device_parameter_has_the_mark_without_which_it_is_ignored() -> None:
    parameters = reading(standard_phone(model(), settings={"vlan": 20})).parameters
    assert parameters["device.set"] == "1"
    names = [name for name in parameters if name.startswith("device.") and not name.endswith("set")]
    assert [name for name in names if parameters.get(f"{name}.set") != "1"] == []


def test_both_masters_lead_to_the_same_configuration() -> None:
    files = bodies(standard_phone(model()))
    own = etree.fromstring(files["0004f2aabbcc.cfg"]).attrib["CONFIG_FILES"]
    common = etree.fromstring(files["000000000000.cfg"]).attrib["CONFIG_FILES"]
    assert common.replace("[PHONE_MAC_ADDRESS]", "0004f2aabbcc") == own == "0004f2aabbcc-config.cfg"


def test_sip_3_also_lists_the_makers_own_files_and_keeps_its_own_order_of_keys() -> None:
    phone = standard_phone(model("IP430"), keys={})
    master = etree.fromstring(bodies(phone)["0004f2aabbcc.cfg"])
    assert master.attrib["CONFIG_FILES"] == "0004f2aabbcc-config.cfg, phone1.cfg, sip.cfg"
    assert "lineKey.reassignment.enabled" not in reading(phone).parameters
    assert phone.model.slots == ()


def test_a_description_cannot_end_the_comment() -> None:
    phone = replace(standard_phone(model()), description="a -- b --> <x>\n\x00--")
    root = etree.fromstring(config(phone))
    assert root.tag == "PHONE_CONFIG"
    comment = root.getprevious()
    assert comment is not None
    assert phone.mac in (comment.text or "")


def test_a_codec_that_the_phone_does_not_have_never_leaves_it_without_any() -> None:
    both = reading(standard_phone(model(), settings={"codecs": ("opus", "pcma")})).parameters
    assert (both["voice.codecPref.G711_A"], both["voice.codecPref.G722"]) == ("1", "0")
    none = reading(standard_phone(model(), settings={"codecs": ("opus",)})).parameters
    assert not [name for name in none if name.startswith("voice.codecPref")]


def test_an_empty_password_is_not_written() -> None:
    phone = standard_phone(model(), settings={"admin_password": Secret("")})
    assert "device.auth.localAdminPassword" not in reading(phone).parameters


def test_the_address_of_the_server_says_how_to_reach_it() -> None:
    phone = standard_phone(model())
    plain = replace(phone, provisioning_url="http://192.0.2.1:8080/p/token/")
    assert reading(phone).parameters["device.prov.serverType"] == "HTTPS"
    assert reading(plain).parameters["device.prov.serverType"] == "HTTP"


def test_a_setting_s_origin_does_not_change_what_is_written_elsewhere() -> None:
    phone = standard_phone(model())
    settings = {**phone.settings, "language": Effective("it", Scope.DEVICE)}
    assert config(replace(phone, settings=settings)) == config(phone)
