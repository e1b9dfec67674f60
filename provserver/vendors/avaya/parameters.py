"""What a J100 is told: names and values of two peers that serve these phones, as models.toml lists them.

Not written, for want of a source: the language (its files would have to be served), call waiting, SRTP, tones, how long
a registration holds, and LLDP. They can be set as free parameters.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from provserver.domain.hardware import Feature
from provserver.domain.numbers import host_port
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params

OPEN_SIP: Mapping[str, int] = {
    "ENABLE_3PCC_ENVIRONMENT": 1,
    "3PCC_SERVER_MODE": 0,
    "ENABLE_AVAYA_ENVIRONMENT": 0,
    "DISCOVER_AVAYA_ENVIRONMENT": 0,
    "ENABLE_IPOFFICE": 0,
    "ENABLE_OOD_RESET_NOTIFY": 1,
    "ENABLE_OOD_MSG_TLS_ONLY": 0,
    "CUSTOMIZATION_MODE": 2,
}
"""An exchange of any maker; messages out of a dialog are obeyed, also without TLS; people may set their own keys."""

TAGGED, AUTOMATIC = 1, 0
PASSWORD = re.compile("[A-Za-z0-9]{8,31}")
"""What the phone takes as the password of its pages (FusionPBX); it ignores any other."""

NOTHING, POPUP, BOTH = 4, 6, 7
"""Forced, so that people cannot change it (FusionPBX): 4 none, 5 audible, 6 visual, 7 both."""

NAMES = {"pcma": "G711A", "pcmu": "G711U", "g722": "G722"}
SWITCHES = {"g722": "ENABLE_G722", "g729": "ENABLE_G729", "opus": "ENABLE_OPUS"}


def legible(text: str) -> str:
    """Give a name for the display; double quotes, which no value can hold, become single ones."""
    return text.replace('"', "'")


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks over plain HTTP, that the exchange is of any maker, and the password of its pages.

    The names for an address with HTTPS are not sourced: such a phone keeps the address that it came with.
    """
    params.put_all(OPEN_SIP, "server")
    address = urlsplit(phone.provisioning_url)
    if address.scheme == "http":
        params.put("HTTPSRVR", address.hostname or "", "server")
        params.put("HTTPPORT", address.port or 80, "server")
        params.put("HTTPDIR", Secret(address.path.rstrip("/")), "server")
    params.put("ENABLE_WEBSERVER", 1, "server")
    admin = phone.secret("admin_password")
    if PASSWORD.fullmatch(admin.reveal()):
        params.put("FORCE_WEB_ADMIN_PASSWORD", admin, "admin_password")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN (Installing and Administering J100 in an Open SIP environment, page 69)."""
    vlan = int(phone.text("vlan"))
    params.put("L2Q", TAGGED if vlan else AUTOMATIC, "vlan")
    params.put("L2QVLAN", vlan, "vlan")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone by its IANA name (firmware 4.1 and later), and the face of the clock."""
    params.put("SNTPSRVR", phone.time_server, "ntp_server")
    params.put("TIMEZONE", phone.text("time_zone"), "time_zone")
    params.put("ADMINTIMEFORMAT", phone.text("clock") == "24", "clock")


def put_line(params: Params, phone: Phone) -> None:
    """Write the one account; a phone without a line is told of none."""
    if phone.lines:
        line = phone.lines[0]
        params.put_all(_account(line), f"line {line.number}")
    else:
        params.put_all({f"FORCE_SIP_{name}": "" for name in ("EXTENSION", "USERNAME", "PASSWORD")}, "line 1")


def _account(line: Line) -> Mapping[str, str | int | Secret]:
    domain, _ = line.server
    host, port = line.proxy if line.outbound_proxy else line.server
    return {
        "SIPDOMAIN": domain,
        "SIP_CONTROLLER_LIST": f"{host_port(host, port)};transport={line.transport}",
        "FORCE_SIP_EXTENSION": line.username,
        "FORCE_SIP_USERNAME": line.username,
        "FORCE_SIP_PASSWORD": line.password,
        "DISPLAY_NAME": legible(line.display_name),
        "MWISRVR": domain,
    }


def put_calls(params: Params, phone: Phone) -> None:
    """Write voicemail, the pickup code, the directory, and what a call to a monitored extension does."""
    voicemail = next((line.voicemail for line in phone.lines if line.voicemail), "")
    params.put("PSTN_VM_NUM", voicemail or phone.text("voicemail_number"), "voicemail_number")
    params.put("CALL_PICKUP_BARGEIN_FAC", phone.text("pickup_code"), "pickup_code")
    params.put("DOWNLOADABLE_DIRECTORY", phone.text("phonebook_url"), "phonebook_url")
    if Feature.POPUP in phone.model.supports:
        params.put("BLF_INCOMING_CALL_INDICATION_MODE", _indication(phone), "monitor_popup")


def _indication(phone: Phone) -> int:
    if not phone.popup:
        return NOTHING
    return POPUP if phone.monitor_ring == "off" else BOTH


def put_codecs(params: Params, phone: Phone) -> None:
    """Write the codecs in order, and those that are not wanted as switched off."""
    params.put_all(_codecs(phone.codecs), "codecs")


@lru_cache(maxsize=256)
def _codecs(wanted: tuple[str, ...]) -> Mapping[str, str | int]:
    switches = {switch: int(codec in wanted) for codec, switch in SWITCHES.items()}
    return {**switches, "CODEC_PRIORITY": ",".join(NAMES[codec] for codec in wanted if codec in NAMES)}
