"""The SIP accounts: one for each line, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.numbers import host_port, split_port
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import dial_plan
from provserver.vendors.base import Params
from provserver.vendors.grandstream.family import Family, Value, family_of, load

LEFT_BEHIND = ("name", "server", "userid", "authid", "password", "display")
"""What a line that was taken away must not leave in the phone. A port of a shared profile has no server of its own."""

DIAL_PLAN = "{ [*x]+ | \\+x+ }"
"""Everything that a person dials, stars anywhere: the factory's plan knows no number that starts with two stars, and so
no pickup code ``**`` (maker's guide, dial plan examples; Wazo opens it likewise)."""

INBAND, RFC2833, INFO = "100", "101", "102"
DTMF_ORDER = {
    "inband": (INBAND, RFC2833, INFO),
    "rfc2833": (RFC2833, INFO, INBAND),
    "info": (INFO, RFC2833, INBAND),
}
"""Adapters and bases rank the three ways (HT80x template)."""

MINUTE = 60
CODEC_CHOICES = 8


def put_accounts(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    family = family_of(phone)
    shared = family.has_ports
    for number, line in phone.accounts:
        if line is None:
            params.put_all(_unused(family.name, number), f"line {number}")
            continue
        _put_who(params, family, line)
        if not shared:
            _put_how(params, family, phone, line, number)
    if shared and phone.lines:
        _put_how(params, family, phone, phone.lines[0], 1)


@lru_cache(maxsize=1024)
def _unused(name: str, number: int) -> Mapping[str, str]:
    family = load(name)
    blanks = LEFT_BEHIND if not family.has_ports else LEFT_BEHIND[2:]
    switch = "port_active" if family.has_ports else "active"
    wanted = {switch: family.flags[False], **dict.fromkeys(blanks, "")}
    return {family.accounts[f, number]: value for f, value in wanted.items() if (f, number) in family.accounts}


def _put_who(params: Params, family: Family, line: Line) -> None:
    values: dict[str, Value] = {
        "port_active": True,
        "profile": 0,
        "name": line.display_name or line.extension,
        "display": line.display_name,
        "userid": line.username,
        "authid": line.username,
        "password": line.password,
    }
    for name, value in values.items():
        family.put_account(params, line.number, name, value, f"line {line.number}")


def _put_how(params: Params, family: Family, phone: Phone, line: Line, number: int) -> None:
    """Write how an account registers and speaks; ports share what the first line says."""
    plan = dial_plan(phone, DIAL_PLAN) or DIAL_PLAN
    values: dict[str, tuple[Value, str]] = {
        "active": (True, "line"),
        "server": (line.address, "line"),
        "proxy": (host_port(*split_port(line.outbound_proxy)), "line"),
        "transport": (line.transport, "line"),
        "register": (True, "line"),
        "expires": (int(phone.text("register_expires")) // MINUTE, "register_expires"),
        "mwi": (True, "line"),
        "voicemail": (phone.voicemail(line), "line"),
        "nat": ("stun" if line.stun else "keep", "line"),
        "srtp": (phone.text("srtp"), "srtp"),
        "dialplan": (plan, "dial_plan" if plan != DIAL_PLAN else "server"),
        "call_features": (False, "server"),
        "pickup_prefix": (phone.text("pickup_code"), "pickup_code"),
        "ring_tone": (phone.text("ring_tone"), "ring_tone"),
        "call_waiting": (bool(phone.setting("call_waiting")), "call_waiting"),
    }
    for name, (value, source) in values.items():
        family.put_account(params, number, name, value, f"line {line.number}" if source == "line" else source)
    params.put_all(_dtmf(family.name, number, phone.text("dtmf")), "dtmf")
    params.put_all(_codecs(family.name, number, phone.codecs), "codecs")


@lru_cache(maxsize=1024)
def _dtmf(name: str, number: int, wanted: str) -> Mapping[str, str | Secret]:
    first, second, third = DTMF_ORDER[wanted]
    values: dict[str, Value] = {
        "dtmf_audio": wanted == "inband",
        "dtmf_rtp": wanted == "rfc2833",
        "dtmf_sip": wanted == "info",
        "dtmf_first": first,
        "dtmf_second": second,
        "dtmf_third": third,
    }
    family = load(name)
    return {
        family.accounts[field, number]: family.spelled(field, value)
        for field, value in values.items()
        if (field, number) in family.accounts
    }


@lru_cache(maxsize=4096)
def _codecs(name: str, number: int, wanted: tuple[str, ...]) -> Mapping[str, str]:
    """Fill every choice: what is wanted, then the last of it again, so that no other codec stays chosen.

    Without any codec that the family knows, the phone keeps its own.
    """
    family = load(name)
    codes = [code for codec in wanted if (code := family.word("codec", codec))]
    if not codes:
        return {}
    codes += [codes[-1]] * CODEC_CHOICES
    places = [(f"codec_{choice}", number) for choice in range(1, CODEC_CHOICES + 1)]
    return {family.accounts[place]: codes[i] for i, place in enumerate(places) if place in family.accounts}
