"""Escene: a file of settings by the phone's address, and one of keys by its first account."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import File, Parameter, Params, gathered
from provserver.vendors.daylight import nearest
from provserver.vendors.escene.keys import KEY_GROUPS, put_keys
from provserver.vendors.escene.lines import put_lines
from provserver.vendors.escene.zones import NAMES, ZONES
from provserver.vendors.formats.xml_nested import CONTENT_TYPE, cannot_carry, document, node

__all__ = ["cannot_carry", "files"]

GROUPS = {
    "dsp": "SipDSPs",
    "pnp": "pnps",
    "privision": "Privisions",
    "cwmp": "Cwmps",
    "network": "Networks",
    "nat": "NATs",
    "proxy": "Proxys",
    "sipserver": "sipServers",
    "sys": "syss",
    "DTMF": "DTMEFs",
    "call": "calls",
    "systime": "SysTimes",
    "CallFun": "FunCodes",
    "route": "RouteGoals",
    "log": "logs",
    "hotlineBLF": "hotlineBLFs",
    "lcd": "lcds",
    "password": "passwords",
    "HotLineFun": "HotLineFuns",
    "ldap": "LDAPs",
    "mode": "modes",
    "VPN": "VPNs",
    "Vlan": "VLANs",
    "sipUser": "sipUsers",
    "SipEncry": "SipEncrys",
    **KEY_GROUPS,
}
"""Which element stands in which, in the maker's spelling (Issabel, Escene_template; FusionPBX)."""

PROTOCOLS = {"http": 1, "https": 3}
EVERY_NIGHT, EVERY_WEEK = 24, 168
"""Hours between two checks; the second is the factory's, which no source has a word to switch off."""


def files(phone: Phone) -> list[File]:
    """Render the two files; a change may stand in either, so both prove."""
    params = parameters(phone)
    own = {name: one for name, one in params.items() if not _of_keys(name)}
    keys = {name: one for name, one in params.items() if _of_keys(name)}
    who = f"Escene {phone.model.title} {phone.mac} {phone.description}".strip()
    first = phone.lines[0].username.lower() if phone.lines else phone.mac
    return [
        File(f"{phone.mac}.xml", CONTENT_TYPE, _written(own, who), own),
        File(f"{first}_extern.xml", CONTENT_TYPE, _written(keys, who), keys),
    ]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, named ``element.Attribute`` or ``element[id].Attribute``."""
    return gathered((put_server, put_passwords, put_network, put_clock, put_calls, put_lines, put_keys), phone).merge(
        phone
    )


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks, for what, and when; DHCP and PnP are off, or whoever answers first would take it.

    That the one number counts hours and the other is an hour of the day is read off their names and factory values.
    """
    address = urlsplit(phone.provisioning_url)
    hour, asks = int(phone.text("poll_hour")), bool(phone.setting("poll"))
    params.put("privision.AutoPrivisionFlag", 1, "server")
    params.put("privision.DHCPOptionFlag", 0, "server")
    params.put("privision.PNP", 0, "server")
    params.put("privision.protocol", PROTOCOLS[address.scheme], "server")
    params.put("privision.Firmware", Secret(f"{address.netloc}{address.path.rstrip('/')}"), "server")
    params.put("privision.Downloadconfig", 1, "server")
    params.put("privision.DownloadExtension", 1, "server")
    for other in ("DownloadFirmwar", "DownloadKernel", "DownloadPhonebook", "DownloadPersonPhonebook"):
        params.put(f"privision.{other}", 0, "server")
    params.put("privision.Bootingchecked", 1, "server")
    params.put("privision.Freqency", EVERY_NIGHT if asks else EVERY_WEEK, "poll")
    params.put("privision.time", hour, "poll_hour")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write who may open the phone's own pages; an unset password is left as it is."""
    if password := phone.secret("admin_password"):
        params.put("password.UsrName", "root", "server")
        params.put("password.Password", password, "admin_password")
    if password := phone.secret("user_password"):
        params.put("password.User", "user", "server")
        params.put("password.UserPassword", password, "user_password")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN and LLDP."""
    vlan = int(phone.text("vlan"))
    params.put("Vlan.EnableVlan", bool(vlan), "vlan")
    params.put("Vlan.LocalEnableVlan", bool(vlan), "vlan")
    params.put("Vlan.LocalVID", vlan, "vlan")
    params.put("call.LLDP", bool(phone.setting("lldp")), "lldp")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, whose flag is 0 where it is in use, and the zone by its number."""
    params.put("systime.SNTPEnableFlag", 0, "ntp_server")
    params.put("systime.SNTPAddress", phone.time_server, "ntp_server")
    params.put("systime.TimeZoneType", ZONES[nearest(phone.text("time_zone"), NAMES)], "time_zone")


def put_calls(params: Params, phone: Phone) -> None:
    """Write call waiting, the ring tone, the voicemail's number, and that monitored keys are watched."""
    params.put("call.callwaiting", bool(phone.setting("call_waiting")), "call_waiting")
    params.put("call.CallLeaveMessageNum", phone.text("voicemail_number"), "voicemail_number")
    params.put("dsp.CurrentRingName", f"Ring{phone.text('ring_tone')}", "ring_tone")
    params.put("hotlineBLF.BLF", 1, "server")


@lru_cache(maxsize=4096)
def _place(name: str) -> tuple[str, str, str]:
    """Take a name apart: the element, its number or nothing, the attribute."""
    step, _, attribute = name.rpartition(".")
    element, _, number = step.removesuffix("]").partition("[")
    return element, number, attribute


def _of_keys(name: str) -> bool:
    return _place(name)[0] in KEY_GROUPS


def _written(parameters: Mapping[str, Parameter], comment: str) -> bytes:
    """Gather attributes under their elements, each in its group."""
    groups: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    for name, parameter in parameters.items():
        element, number, attribute = _place(name)
        rows = groups.setdefault(GROUPS[element], {})
        rows.setdefault((element, number), {"id": number} if number else {})[attribute] = parameter.value
    nodes = [
        node(group, {}, [_row(element, values) for (element, _), values in rows.items()])
        for group, rows in groups.items()
    ]
    return document(node("all", {}, nodes), comment)


def _row(element: str, values: Mapping[str, str]) -> str:
    return _key_row(element, tuple(values.items())) if element in KEY_GROUPS else node(element, values)


@lru_cache(maxsize=16384)
def _key_row(element: str, values: tuple[tuple[str, str], ...]) -> str:
    """Write a key; the same ones stand on phone after phone, and none holds a secret."""
    return node(element, dict(values))
