"""N bases (N610 to N870E): providers, and handsets that carry an account each.

Names from wazo-provd-plugins, Nx70_83_v2_65_0. What opens the base for handsets to register carries the time of day
there, so it is left to the base's own page: a file must depend on its phone alone.
"""

from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params
from provserver.vendors.daylight import rule
from provserver.vendors.formats.provisioning_xml import operation

PRODUCT = "e2"
TRANSPORTS = {"udp": 1, "tcp": 2, "tls": 3}
DTMF = {"inband": 1, "rfc2833": 2, "info": 4}
SRTP = {"off": (0, 1), "optional": (1, 1), "required": (1, 0)}
NO_PROXY = 2

ZONES = (
    "Europe/Rome",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Amsterdam",
    "Europe/Brussels",
    "Europe/Vienna",
    "Europe/Zurich",
    "Europe/Prague",
    "Europe/Warsaw",
    "Europe/Budapest",
    "Europe/Belgrade",
    "Europe/Copenhagen",
    "Europe/Oslo",
    "Europe/Stockholm",
    "Europe/Zagreb",
    "Europe/Luxembourg",
    "Europe/Malta",
    "Europe/Monaco",
    "Europe/Bucharest",
    "Europe/Athens",
    "Europe/Helsinki",
    "Europe/Sofia",
    "Europe/Riga",
    "Europe/Tallinn",
    "Europe/Vilnius",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Africa/Cairo",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Dhaka",
    "Asia/Hong_Kong",
    "Asia/Tokyo",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Caracas",
    "America/Sao_Paulo",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Noumea",
)
"""Zones that the base takes by their IANA name, out of Wazo's list."""

Provider = tuple[str, int, str, str, int]


def orders(phone: Phone) -> list[str]:
    """Take away handsets that have no line any more, and make room for those that have one."""
    wanted = [operation("add_hs", _handset(line), {"hs.RegStatus": "ToReg"}) for line in phone.lines]
    return [operation("DeleteNotProvisionedHS"), *wanted]


def parameters(phone: Phone) -> Params:
    """Give every parameter of a base, before its overrides."""
    params = Params()
    params.put("Provisioning.global.ProvisioningServer", Secret(f"{phone.provisioning_url}%MACD.xml"), "server")
    params.put("SystemSettings.global.CheckSyncRebootEnabled", 1, "server")
    if password := phone.secret("admin_password"):
        params.put("WebUIAccounts.1.Password", password, "admin_password")
    params.put("DmGlobal.0.NtpServer", phone.time_server, "ntp_server")
    if zone := _zone(phone.text("time_zone")):
        params.put("DmGlobal.0.TimeZone", zone, "time_zone")
    _put_phonebook(params, phone)
    providers = {key: number for number, key in enumerate(dict.fromkeys(_provider(line) for line in phone.lines))}
    for provider, number in providers.items():
        _put_provider(params, phone, provider, number)
    for line in phone.lines:
        _put_line(params, phone, line, providers[_provider(line)])
    return params


def _put_phonebook(params: Params, phone: Phone) -> None:
    book = phone.text("phonebook_url")
    params.put("Netdir.1.Activated", bool(book), "phonebook_url")
    params.put("XMLDir.1.ServerURL", book, "phonebook_url")
    if book:
        params.put("XMLDir.1.ProviderName", "Company", "phonebook_url")
        params.put("XMLDir.1.WhitePagesDirName", "Company", "phonebook_url")
        params.put("XMLDir.1.StartWithListWP", 1, "phonebook_url")


def _provider(line: Line) -> Provider:
    """Give what lines must share to register by one provider: server, port, transport, outbound proxy."""
    return *line.server, line.transport, *line.proxy


def _put_provider(params: Params, phone: Phone, provider: Provider, number: int) -> None:
    host, port, transport, proxy, proxy_port = provider
    name, source = f"SipProvider.{number}", f"provider {number}"
    encrypt, accept = SRTP[phone.text("srtp")]
    params.put(f"{name}.Name", host, source)
    params.put(f"{name}.Domain", host, source)
    params.put(f"{name}.ProxyServerAddress", host, source)
    params.put(f"{name}.ProxyServerPort", port, source)
    params.put(f"{name}.RegServerAddress", host, source)
    params.put(f"{name}.RegServerPort", port, source)
    params.put(f"{name}.RegServerRefreshTimer", phone.text("register_expires"), "register_expires")
    params.put(f"{name}.TransportProtocol", TRANSPORTS[transport], source)
    params.put(f"{name}.UseSIPS", 0, source)
    params.put(f"{name}.SRTP_Enabled", encrypt, "srtp")
    params.put(f"{name}.AcceptNonSRTPCalls", accept, "srtp")
    params.put(f"{name}.DTMFTransmission", DTMF[phone.text("dtmf")], "dtmf")
    params.put(f"{name}.OutboundProxyMode", 0 if proxy else NO_PROXY, source)
    params.put(f"{name}.OutboundProxyAddress", proxy, source)
    params.put(f"{name}.OutboundProxyPort", proxy_port, source)
    params.put(f"{name}.MWISubscription", 1, source)


def _put_line(params: Params, phone: Phone, line: Line, provider: int) -> None:
    account, source = f"SipAccount.{_handset(line)}", f"line {line.number}"
    mailbox = phone.voicemail(line)
    params.put(f"{account}.ProviderId", provider, source)
    params.put(f"{account}.AuthName", line.username, source)
    params.put(f"{account}.AuthPassword", line.password, source)
    params.put(f"{account}.UserName", line.username, source)
    params.put(f"{account}.DisplayName", line.display_name, source)
    params.put(f"{account}.VoiceMailMailbox", mailbox, source)
    params.put(f"{account}.VoiceMailActive", bool(mailbox), source)


def _handset(line: Line) -> str:
    return f"{line.number:05d}"


@lru_cache(maxsize=512)
def _zone(zone: str) -> str:
    """Give the zone, or one whose clocks show the same all year; empty where the base takes neither."""
    if zone in ZONES:
        return zone
    wanted = rule(zone)
    return next((other for other in ZONES if rule(other) == wanted), "")
