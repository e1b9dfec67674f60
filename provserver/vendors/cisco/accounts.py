"""The SIP accounts: one for each line, the rest of the model's switched off and emptied."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.numbers import SIP_PORTS, host_port, split_port
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import dial_plan
from provserver.vendors.base import Params
from provserver.vendors.cisco.dialects import DIALECTS, Dialect, dialect, yes

DTMF = {"rfc2833": "AVT", "info": "INFO", "inband": "InBand"}

DIAL_PLAN = "([x*#].)"
"""Any digits, star and hash: the factory's plan is North America's (value: wazo-provd-plugins, spa-phone.xml)."""


PREFERENCES = ("Preferred_Codec_{}_", "Second_Preferred_Codec_{}_", "Third_Preferred_Codec_{}_")

LEFT_BEHIND = ("User_ID", "Auth_ID", "Password", "Display_Name", "Proxy", "Outbound_Proxy")
"""What a line that was taken away must not leave in the phone: a tag that is left out keeps its old value."""


def put_accounts(params: Params, phone: Phone) -> None:
    """Write every account of the model."""
    spelled = dialect(phone)
    for number, line in phone.accounts:
        if line:
            _put_line(params, phone, spelled, line)
        else:
            params.put_all(_unused(number), f"line {number}")


@lru_cache(maxsize=64)
def _unused(number: int) -> Mapping[str, str]:
    blank = {f"{name}_{number}_": "" for name in LEFT_BEHIND}
    return {f"Line_Enable_{number}_": "No", f"Auth_Resync-Reboot_{number}_": "No", **blank}


def _put_line(params: Params, phone: Phone, spelled: Dialect, line: Line) -> None:
    """Write one account; the phone fetches on a NOTIFY without asking who sends it (``Auth_Resync-Reboot``).

    Left at its factory value it answers 401 and wants the credentials of its own account (SPA 921 provisioning
    guide, page 53), which a server that is not the registrar need not have.
    """
    number, source = line.number, f"line {line.number}"
    params.put_all(_identity(line), source)
    params.put_all(_servers(line), source)
    if spelled.explicit:
        params.put(f"Use_Auth_ID_{number}_", "Yes", source)
        params.put(f"Use_Outbound_Proxy_{number}_", yes(line.outbound_proxy), source)
    params.put(f"Register_Expires_{number}_", phone.text("register_expires"), "register_expires")
    params.put(f"Auth_Resync-Reboot_{number}_", "No", "server")
    params.put(f"NAT_Mapping_Enable_{number}_", yes(line.stun), source)
    params.put(f"NAT_Keep_Alive_Enable_{number}_", yes(line.stun), source)
    params.put(f"DTMF_Tx_Method_{number}_", DTMF[phone.text("dtmf")], "dtmf")
    params.put_all(_codecs(phone.model.facts["dialect"], number, phone.codecs), "codecs")
    params.put(spelled.ring.format(number), phone.text("ring_tone"), "ring_tone")
    plan = dial_plan(phone, DIAL_PLAN) or DIAL_PLAN
    params.put(f"Dial_Plan_{number}_", plan, "dial_plan" if plan != DIAL_PLAN else "server")
    _put_services(params, phone, spelled, number)


def _identity(line: Line) -> Mapping[str, str | Secret]:
    return {
        f"Line_Enable_{line.number}_": "Yes",
        f"Display_Name_{line.number}_": line.display_name,
        f"User_ID_{line.number}_": line.username,
        f"Auth_ID_{line.number}_": line.username,
        f"Password_{line.number}_": line.password,
    }


def _servers(line: Line) -> Mapping[str, str]:
    proxy = _address(line.domain, line.port, line.transport)
    return {
        f"Proxy_{line.number}_": proxy,
        f"Outbound_Proxy_{line.number}_": _address(line.outbound_proxy, None, line.transport),
        f"Register_{line.number}_": yes(proxy),
        f"SIP_Transport_{line.number}_": line.transport.upper(),
    }


def _address(text: str, port: int | None, transport: str) -> str:
    """Write a server as ``host`` or ``host:port``; the port of TLS is written out, as no guide tells the default."""
    host, own = split_port(text)
    if not host:
        return ""
    wanted = port or own or (SIP_PORTS["tls"] if transport == "tls" else None)
    return host_port(host, wanted)


@lru_cache(maxsize=1024)
def _codecs(family: str, number: int, wanted: tuple[str, ...]) -> Mapping[str, str]:
    """Write the three first wanted codecs in order, and switch each of the others on or off.

    G.711 has no switch. Nothing is written where the family speaks none of the wanted ones, because a phone
    without a codec has no speech.
    """
    spelled = DIALECTS[family]
    known = [spelled.codecs[codec] for codec in wanted if codec in spelled.codecs]
    if not known:
        return {}
    preferred = [*known[:3], "Unspecified", "Unspecified"]
    values = {name.format(number): codec for name, codec in zip(PREFERENCES, preferred, strict=False)}
    values |= {name.format(number): yes(codec in wanted) for codec, name in spelled.switches.items()}
    values[f"Use_Pref_Codec_Only_{number}_"] = "No"
    return values


def _put_services(params: Params, phone: Phone, spelled: Dialect, number: int) -> None:
    """Write what adapters keep for each account, and MPP's rule for calls that are not encrypted."""
    srtp = phone.text("srtp")
    if spelled.modern:
        option = "Required" if srtp == "required" else "Optional"
        params.put(f"Secure_Call_Option_{number}_", option, "srtp")
    if not spelled.phone:
        waiting = yes(phone.setting("call_waiting"))
        params.put(f"Call_Waiting_Serv_{number}_", waiting, "call_waiting")
        params.put(f"CW_Setting_{number}_", waiting, "call_waiting")
        params.put(f"Secure_Call_Setting_{number}_", yes(srtp != "off"), "srtp")
