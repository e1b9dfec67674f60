"""Maxwell desk phones; names from Tancredi's template and github.com/clearvox/gigaset-provision-php."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.domain.settings import Scope
from provserver.domain.slots import KeyKind
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.daylight import rule
from provserver.vendors.gigaset.services import put_directory, put_services

STEPS = ("UnlockAllFunctionKeys",)
"""Without it keys that were locked stay as they were (Tancredi)."""

DAY = 1440
TRANSPORTS = {"udp": 1, "tcp": 1, "tls": 2}
DTMF = {"inband": 0, "rfc2833": 1, "info": 3}
SRTP = {"off": (0, 1), "optional": (1, 1), "required": (1, 0)}
"""Whether to encrypt, and whether to accept calls that are not."""

CODECS = {"g722": "9", "pcma": "8", "pcmu": "0", "g729": "18"}
"""Payload numbers (RFC 3551); Tancredi writes ``18,0,8``."""

LANGUAGES = {"en": "en-us", "it": "it-it"}
"""The two that a source spells; with another language the phone keeps its own."""

ZONES = {"Europe/Amsterdam": "GMT+1.Europe/Amsterdam", "Europe/London": "GMT.Europe/London"}
"""The two that a source spells; zones whose clocks show the same share them, others are left as the phone has them."""

RINGERS = ("01.mp3", "02_Memo.mp3", "03_Vibe.mp3", "04_Listen.mp3", "05_Down.mp3")
COLOUR = 3
NO_PROXY = 2

TYPES: Mapping[KeyKind, int] = {
    KeyKind.NONE: -1,
    KeyKind.LINE: 0,
    KeyKind.SPEED_DIAL: 3,
    KeyKind.BLF: 4,
    KeyKind.FORWARD: 6,
    KeyKind.DTMF: 7,
    KeyKind.URL: 8,
    KeyKind.PICKUP: 10,
    KeyKind.VOICEMAIL: 10,
}

FIELDS: Mapping[KeyKind, tuple[str, ...]] = {
    KeyKind.SPEED_DIAL: ("PhoneNumber",),
    KeyKind.BLF: ("PhoneNumber",),
    KeyKind.FORWARD: ("PhoneNumber",),
    KeyKind.DTMF: ("EnableCode", "DTMFCode"),
    KeyKind.URL: ("URL",),
    KeyKind.PICKUP: ("EnableCode",),
    KeyKind.VOICEMAIL: ("EnableCode",),
}
"""Where a key keeps what it dials. For tones the two sources differ, and a phone passes over a name it lacks."""


def parameters(phone: Phone) -> Params:
    """Give every parameter of a phone, before its overrides."""
    params = Params()
    _put_server(params, phone)
    _put_clock(params, phone)
    _put_speech(params, phone)
    put_every_account(params, phone, _put_line, _unused)
    put_services(params, phone)
    put_directory(params, phone)
    _put_keys(params, phone)
    return params


def _put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks and how often, that a refresh does not restart it, passwords and VLAN."""
    params.put("System.Provision.ProvisioningServer", Secret(f"{phone.provisioning_url}%MACD.xml"), "server")
    params.put("System.Provision.Period", DAY if phone.setting("poll") else 0, "poll")
    params.put("SIP.Checksync.Simple", 0, "server")
    for name, setting in (("AdminPassword", "admin_password"), ("UserPassword", "user_password")):
        if password := phone.secret(setting):
            params.put(f"WebUI.{name}", password, setting)
    vlan = phone.settings["vlan"]
    if vlan.value or vlan.origin is not Scope.DEFAULT:
        params.put("NET.VLAN.Tagging", bool(vlan.value), "vlan")
        params.put("NET.VLAN.LAN.Identifier", str(vlan.value or 0), "vlan")


def _put_clock(params: Params, phone: Phone) -> None:
    server = phone.time_server
    params.put("System.DateAndTime.AutoAdjustTime", "NTPServiceEnabled" if server else "NTPServiceDHCP", "ntp_server")
    params.put("System.DateAndTime.TimeServer", server, "ntp_server")
    if zone := _zone(phone.text("time_zone")):
        params.put("System.DateAndTime.TimeZone", zone, "time_zone")
        params.put("System.DateAndTime.AutoAdjustClockForDST", "AutomatedDaylightSavingEnabled", "time_zone")
    params.put("System.DateAndTime.TimeFormat", f"{phone.text('clock')}h", "clock")
    if language := LANGUAGES.get(phone.text("language")):
        params.put("PhoneUI.Settings.Language", language, "language")
        params.put("WebUI.Language", language, "language")


@lru_cache(maxsize=512)
def _zone(zone: str) -> str:
    wanted = rule(zone)
    return next((name for other, name in ZONES.items() if rule(other) == wanted), "")


def _put_speech(params: Params, phone: Phone) -> None:
    """Write what all accounts share; the transport is that of the first line."""
    transport = phone.lines[0].transport if phone.lines else phone.text("transport")
    params.put("SIP.TransportProtocol", TRANSPORTS[transport], "transport")
    params.put("SIP.Security.UseSIPS", transport == "tls", "transport")
    encrypt, accept = SRTP[phone.text("srtp")]
    params.put("SIP.Security.SRTP", encrypt, "srtp")
    params.put("SIP.Security.AcceptNonSRTPCalls", accept, "srtp")
    if numbers := [CODECS[name] for name in phone.codecs if name in CODECS]:
        params.put("SIP.ActiveCodecs", ",".join(numbers), "codecs")
    params.put("SIP.DefaultAccount", 0, "server")
    params.put("SIP.DefaultRingtone", RINGERS[int(phone.text("ring_tone")) - 1], "ring_tone")


@lru_cache(maxsize=64)
def _unused(number: int) -> Mapping[str, str | int]:
    account = f"SIP.Account.{number - 1}"
    blank = ("AccountName", "AuthName", "AuthPassword", "DisplayName", "Username")
    return {f"{account}.Active": 0, **{f"{account}.{name}": "" for name in blank}}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    account, source = f"SIP.Account.{line.number - 1}", f"line {line.number}"
    host, port = line.server
    proxy, proxy_port = line.proxy
    mailbox = phone.voicemail(line)
    values: dict[str, str | int | bool | Secret] = {
        "Active": 1,
        "AccountName": line.display_name or line.extension,
        "AuthName": line.username,
        "AuthPassword": line.password,
        "DisplayName": line.display_name,
        "Username": line.username,
        "Domain": host,
        "ProxyServer.Address": host,
        "ProxyServer.Port": port,
        "RegistrationServer.Address": host,
        "RegistrationServer.Port": port,
        "OutboundProxy.Mode": 0 if proxy else NO_PROXY,
        "OutboundProxy.Address": proxy,
        "OutboundProxy.Port": proxy_port,
        "VoiceMail.Active": bool(mailbox),
        "VoiceMail.Mailbox": mailbox,
    }
    params.put_all({f"{account}.{name}": value for name, value in values.items()}, source)
    params.put(f"{account}.CallWaiting", bool(phone.setting("call_waiting")), "call_waiting")
    params.put(f"{account}.DTMFTransmission", DTMF[phone.text("dtmf")], "dtmf")


def _put_keys(params: Params, phone: Phone) -> None:
    """Write all keys, counted from 0; a key that is none keeps no name and no number."""
    for slot in phone.slots:
        key = phone.key(slot)
        name = f"PhoneUI.Keys.FunctionKeys.{slot.number - 1}"
        params.put(f"{name}.Type", TYPES[key.kind], f"key {slot}")
        params.put(f"{name}.DisplayName", key.label, f"key {slot}")
        values = {field: phone.dialled(key) for field in FIELDS.get(key.kind, ())}
        params.put_all(
            {f"{name}.{field}": value for field, value in {"PhoneNumber": "", **values}.items()}, f"key {slot}"
        )
        if key.kind is KeyKind.LINE:
            params.put(f"{name}.Connection", key.line - 1, f"key {slot}")
        if key.kind is KeyKind.BLF:
            params.put(f"{name}.CallPickupCode", phone.text("pickup_code"), "pickup_code")
        if key.kind in (KeyKind.LINE, KeyKind.BLF):
            params.put(f"{name}.Color", COLOUR, f"key {slot}")
    if phone.slots:
        params.put("Telephony.ShowKeysDisplayName", 1, "server")
