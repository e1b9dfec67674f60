"""The SIP services SP1, SP2 and on: one for each line, and the profiles A to D that say at which server."""

from collections.abc import Mapping
from dataclasses import dataclass

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params

PROFILES = "ABCD"
FLAGS = {True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class Server:
    """What a profile says: lines at the same server share one."""

    server: tuple[str, int]
    transport: str
    proxy: tuple[str, int]


def put_lines(params: Params, phone: Phone) -> None:
    """Write every profile and every service of the model; a fifth server finds no profile, and its line is off."""
    servers = list(dict.fromkeys(_server(line) for line in phone.lines))[: len(PROFILES)]
    for index in range(len(PROFILES)):
        _put_profile(params, phone, index + 1, servers[index] if index < len(servers) else None)
    lines = {line.number: line for line in phone.lines if _server(line) in servers}
    for number in range(1, phone.model.accounts + 1):
        if line := lines.get(number):
            _put_line(params, phone, line, PROFILES[servers.index(_server(line))])
        else:
            _put_unused(params, number)


def _server(line: Line) -> Server:
    return Server(line.server, line.transport, line.proxy)


def _put_profile(params: Params, phone: Phone, number: int, server: Server | None) -> None:
    sip = f"VoiceService.1.VoiceProfile.{number}.SIP"
    params.put(f"{sip}.ProxyServer", server.server[0] if server else "", "server")
    if server:
        params.put(f"{sip}.ProxyServerPort", server.server[1], "server")
        params.put(f"{sip}.ProxyServerTransport", server.transport.upper(), "server")
        params.put(f"{sip}.OutboundProxyPort", server.proxy[1], "server")
    params.put(f"{sip}.OutboundProxy", server.proxy[0] if server else "", "server")
    params.put(f"{sip}.RegistrationPeriod", phone.text("register_expires"), "register_expires")


def _put_line(params: Params, phone: Phone, line: Line, profile: str) -> None:
    service, source = f"VoiceService.1.VoiceProfile.1.Line.{line.number}", f"line {line.number}"
    values: Mapping[str, str | Secret] = {
        "Enable": FLAGS[True],
        "X_DisplayLabel": line.display_name or line.extension,
        "X_DisplayNumber": line.extension,
        "X_ServProvProfile": profile,
        "X_RegisterEnable": FLAGS[bool(line.domain)],
        "SIP.AuthUserName": line.username,
        "SIP.AuthPassword": line.password,
        "CallingFeatures.CallerIDName": line.display_name,
        "CallingFeatures.X_CheckVoiceMailNumber": phone.voicemail(line),
        "CallingFeatures.MWIEnable": FLAGS[True],
    }
    params.put_all({f"{service}.{name}": value for name, value in values.items()}, source)


def _put_unused(params: Params, number: int) -> None:
    service = f"VoiceService.1.VoiceProfile.1.Line.{number}"
    blank = {f"{service}.SIP.AuthUserName": "", f"{service}.SIP.AuthPassword": "", f"{service}.X_DisplayLabel": ""}
    params.put_all({f"{service}.Enable": FLAGS[False], **blank}, f"line {number}")
