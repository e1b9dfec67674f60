"""Alcatel-Lucent Enterprise Myriad: a file for the model and one for the phone, both lists of settings."""

from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import dial_plan, do_not_disturb, forwards
from provserver.vendors.alcatel.keys import put_keys
from provserver.vendors.alcatel.lines import put_lines
from provserver.vendors.alike import put_forwards
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.daylight import rule
from provserver.vendors.formats.xml_nested import CONTENT_TYPE, cannot_carry, document, node

__all__ = ["cannot_carry", "files"]

LANGUAGES = {"en": 0, "fr": 1, "de": 2, "it": 3, "es": 4, "ro": 0}
"""Numbers as Wazo has them; Romanian is not among them, so a Romanian company reads English."""

AUTOMATIC_SUMMER = 2
FORWARDS = {"always": "Imm", "busy": "Busy", "no_answer": "NoReply"}
FLAGS = {True: "true", False: "false"}


def files(phone: Phone) -> list[File]:
    """Render the model's file, which tells nothing, and the phone's own, which alone proves."""
    params = parameters(phone)
    settings = [(_written if one.secret else _remembered)(name, one.value) for name, one in params.items()]
    title = f"Alcatel-Lucent {phone.model.title}"
    own = document(node("settings", {}, settings), f"{title} {phone.mac} {phone.description}".strip())
    common = document(node("settings", {}), f"{title}: what all of them share")
    return [
        File(f"config.{phone.model.name.lower()}.xml", CONTENT_TYPE, common, proves=False),
        File(f"config.{phone.mac}.xml", CONTENT_TYPE, own, params.as_dict()),
    ]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, the free ones laid over the rest."""
    return gathered(
        (put_server, put_passwords, put_network, put_clock, put_calls, put_services, put_lines, put_keys), phone
    ).merge(phone)


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks, for which files, and that the server's values win over what was typed there."""
    params.put("DeviceProvisionServerUrl", Secret(phone.provisioning_url), "server")
    params.put("DeviceProvisionFileFirst", "config.$model.xml", "server")
    params.put("DeviceProvisionFileSecond", "config.$mac.xml", "server")
    params.put("DeviceProvisionUserConfigProtectEnable", "false", "server")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write who may open the phone's own pages; an unset password is left as it is."""
    for person in ("Admin", "User"):
        setting = f"{person.lower()}_password"
        if password := phone.secret(setting):
            params.put(f"DeviceSecurity{person}Name", person.lower(), "server")
            params.put(f"DeviceSecurity{person}Pwd", password, setting)


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN and LLDP."""
    vlan = int(phone.text("vlan"))
    params.put("DeviceNetworkLanVlanEnable", FLAGS[bool(vlan)], "vlan")
    params.put("DeviceNetworkLanVlanNumber", vlan or "", "vlan")
    params.put("DeviceNetworkLldpVlanEnable", FLAGS[bool(phone.setting("lldp"))], "lldp")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone by its offset and its own name, and the language."""
    language, zone = LANGUAGES[phone.text("language")], phone.text("time_zone")
    params.put("SettingSntpServer", phone.time_server, "ntp_server")
    params.put("SettingTimeZone", _offset(zone), "time_zone")
    params.put("SettingTimeZoneLocation", zone, "time_zone")
    params.put("SettingDstEnable", AUTOMATIC_SUMMER, "time_zone")
    params.put("SettingLanguage", language, "language")
    params.put("SettingWuiLanguage", language, "language")


def put_calls(params: Params, phone: Phone) -> None:
    """Write call waiting and the company's phonebook."""
    book = phone.text("phonebook_url")
    params.put("FeatureCallWaitingEnable", FLAGS[bool(phone.setting("call_waiting"))], "call_waiting")
    params.put("RemotePhoneBookEnable", FLAGS[bool(book)], "phonebook_url")
    params.put("RemotePhoneBook1GroupName", "Company" if book else "", "phonebook_url")
    params.put("RemotePhoneBook1Url", book, "phonebook_url")


def put_services(params: Params, phone: Phone) -> None:
    """Write do not disturb, forwarding and the digit map (names: Wazo; the word for the wait is not among them)."""
    quiet, found, plan = do_not_disturb(phone), forwards(phone), dial_plan(phone)
    if quiet is not None:
        params.put("FeatureDndEnable", FLAGS[quiet], "dnd")
    if found is not None:
        put_forwards(params, found, FORWARDS, "Feature%sFwdEnable", "Feature%sFwdNumber", FLAGS)
    if plan is not None:
        params.put("DigitMapEnable", FLAGS[bool(plan)], "dial_plan")
        params.put("DigitMap", plan, "dial_plan")


@lru_cache(maxsize=1024)
def _offset(zone: str) -> str:
    """Write the winter offset as Wazo does: ``+1:00``, ``-3:30``."""
    minutes = rule(zone).offset
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours}:{rest:02d}"


def _written(name: str, value: str) -> str:
    return node("setting", {"id": name, "value": value})


_remembered = lru_cache(maxsize=16384)(_written)
"""What is the same on phone after phone, written once; a secret is never kept here."""
