"""What a Fanvil phone is told beside its accounts and keys: the server's own part, and the common settings."""

from functools import lru_cache
from urllib.parse import urlsplit

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import web_callers
from provserver.vendors.base import Params
from provserver.vendors.daylight import Turn, rule
from provserver.vendors.fanvil.dialect import is_old

LANGUAGES = {"en": "en", "it": "it", "de": "de", "fr": "fr", "es": "es", "ro": "en"}
OLD_LANGUAGES = {"en": "0", "it": "7", "de": "16", "fr": "4", "es": "10", "ro": "0"}
"""Wazo, serie_x. Romanian is not among the 21 languages that it lists, so a Romanian company reads English."""

PROTOCOLS = {"http": 4, "https": 5}
REBOOT_ONLY, INTERVAL = 1, 2
NIGHTLY = 24  # hours: no hour of the day can be told

MANUAL, BY_WEEK = 2, 2
"""Summer time by the rule in the file (Wazo: EnableDST and DSTFixedType 2). FusionPBX fills the newer names DSTType and
DSTRuleMode from the same two variables, so their scales are taken to be the same."""


def put_server(params: Params, phone: Phone) -> None:
    """Write what the server owns: where the phone asks, and that an order to refresh does not reboot it.

    DHCP options and PnP are off, or whoever answers first in the network would take the phone (Tancredi does so).
    """
    where = urlsplit(phone.provisioning_url)
    interval = INTERVAL if phone.setting("poll") else REBOOT_ONLY
    params.put("mt/AutoServerDigest", True, "server")
    params.put("sip/NotifyReboot", False, "server")
    params.put("ap/FlashServerIP", f"{where.scheme}://{where.netloc}", "server")
    params.put("ap/FlashFileName", Secret(f"{where.path.lstrip('/')}$mac.cfg"), "server")
    params.put("ap/FlashProtocol", PROTOCOLS[where.scheme], "server")
    params.put("ap/FlashMode", interval, "poll")
    params.put("ap/FlashInterval", NIGHTLY, "poll")
    params.put("ap/DownloadCommonConf", False, "server")
    params.put("ap/DownloadDeviceConf", True, "server")
    params.put("ap/pnp/PNPEnable", False, "server")
    params.put("ap/opt/DHCPOption", 0, "server")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write where the phone looks for news of its firmware, once an image is chosen; it then asks its user.

    It adds a name that holds its hardware to the address, and reads there what the image is (H2U guide, page 31;
    sheet, section 2). The first firmwares are told the image itself.
    """
    if phone.firmware_name and is_old(phone):
        params.put("ap/AutoImageURL", Secret(phone.firmware_url), "firmware")
    elif phone.firmware_name:
        params.put("fwCheck/EnableAutoUpgrade", True, "firmware")
        params.put("fwCheck/UpgradeServer1", Secret(phone.provisioning_url.rstrip("/")), "firmware")
        params.put("fwCheck/AutoUpgradeInterval", NIGHTLY, "firmware")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages, and of the menu, which opens with the administrator's."""
    people = ((1, "admin", "admin_password", 10), (2, "guest", "user_password", 5))
    for number, name, setting, level in people:
        password = phone.secret(setting)
        if password:
            params.put(f"web/account[{number}]/Name", name, "server")
            params.put(f"web/account[{number}]/Password", password, setting)
            params.put(f"web/account[{number}]/Level", level, "server")
    if password := phone.secret("admin_password"):
        params.put("phone/MenuPassword", password, "admin_password")


def put_web_actions(params: Params, phone: Phone) -> None:
    """Have the phone take web actions from this server's one address, where it is told that way (FusionPBX, v62)."""
    callers = web_callers(phone)
    if len(callers) == 1 and not is_old(phone):
        params.put("cti/EnabledActiveUri", True, "push_ways")
        params.put("cti/ActiveUriIP", callers[0], "push_http_from")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN, LLDP and the one STUN server that the phone has for all lines; the first two restart it."""
    vlan, lldp = int(phone.text("vlan")), bool(phone.setting("lldp"))
    params.put("qos/EnableVLAN", bool(vlan), "vlan")
    params.put("qos/VLANID", vlan or 256, "vlan")  # 256 is what the maker's own files have for none
    params.put("qos/LLDPTransmit", lldp, "lldp")
    params.put("qos/LLDPLearnPolicy", lldp, "lldp")
    host, port, source = phone.stun
    params.put("sip/STUNServer", host, source)
    params.put("sip/STUNPort", port, source)


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone with its summer time, the face of the clock, and the language."""
    server = phone.time_server
    languages = OLD_LANGUAGES if is_old(phone) else LANGUAGES
    params.put("phone/date/EnableSNTP", bool(server), "ntp_server")
    params.put("phone/date/SNTPServer", server, "ntp_server")
    params.put_all(_zone(phone.text("time_zone")), "time_zone")
    params.put("phone/timeDisplay/TimeDisplayStyle", phone.text("clock") == "12", "clock")
    params.put("phone/display/DefaultLanguage", languages[phone.text("language")], "language")


@lru_cache(maxsize=512)
def _zone(zone: str) -> dict[str, str | int]:
    """Say a zone in quarters of an hour, with the names of both generations of firmware for its summer time."""
    here = rule(zone)
    hours, minutes = divmod(abs(here.offset), 60)
    sign = "-" if here.offset < 0 else "+" if here.offset else ""
    name = "UTC" + (f"{sign}{hours}" if sign else "") + (f":{minutes:02}" if minutes else "")
    summer = here.start is not None
    values: dict[str, str | int] = {"TimeZone": here.offset // 15, "TimeZoneName": name}
    values |= {"EnableDST": MANUAL if summer else 0, "DSTType": MANUAL if summer else 0}
    if here.start and here.end:
        values |= {"DSTFixedType": BY_WEEK, "DSTRuleMode": BY_WEEK, "DSTMinOffset": here.saving}
        values |= _turn("DSTStart", here.start) | _turn("DSTEnd", here.end)
    return {f"phone/date/{leaf}": value for leaf, value in values.items()}


def _turn(name: str, turn: Turn) -> dict[str, str | int]:
    """Say when clocks turn: week 5 is the last (FusionPBX, Tancredi; Wazo writes -1), weekday 0 is Sunday."""
    return {
        f"{name}Mon": turn.month,
        f"{name}Week": turn.week,
        f"{name}Wday": (turn.weekday + 1) % 7,
        f"{name}Hour": turn.hour,
    }


def put_calls(params: Params, phone: Phone) -> None:
    """Write how calls ring and wait, and the company's phonebook."""
    tone = phone.text("ring_tone")
    params.put("phone/volume/RingType", tone if is_old(phone) else f"Type {tone}", "ring_tone")
    params.put("call/port[1]/CallWaiting", bool(phone.setting("call_waiting")), "call_waiting")
    if Feature.PHONEBOOK in phone.model.supports:
        book = phone.text("phonebook_url")
        params.put("phone/xmlContact[1]/Name", "Company" if book else "", "phonebook_url")
        params.put("phone/xmlContact[1]/Addr", book, "phonebook_url")
        params.put("phone/xmlContact[1]/Sipline", -1, "server")
        params.put("phone/xmlContact[1]/BindLine", -1, "server")
        params.put("phone/xmlContact[1]/PhonebookType", 0, "server")


MONITOR_RINGS = {"off": "", "splash": "", "tone": "Type 9"}
"""Blank is the phone's own sound. The dedicated tone is the last of the nine built in (Tancredi counts nine): the
phone's own ring is one of 1 to 5, so a monitored call never sounds like it. That this element is written as the other
RingType elements are is inferred; no file with a value in it was found."""


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the popup and the ring of monitored extensions, both always: what is left out keeps its old value."""
    if Feature.POPUP not in phone.model.supports:
        return
    ring = phone.monitor_ring
    params.put("phone/PickupVisualAlert", phone.popup, "monitor_popup")
    params.put("phone/PickupAudioAlert", ring != "off", "monitor_ring")
    params.put("phone/PickupRingType", MONITOR_RINGS[ring], "monitor_ring")


SERVER = (put_server, put_firmware, put_passwords, put_web_actions, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""
