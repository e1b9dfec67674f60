"""What a phone says that asks the network for its server, and how it is told: SIP's ``ua-profile``, pure."""

import re
from contextlib import suppress
from dataclasses import dataclass

from provserver.domain.mac import parse_mac
from provserver.domain.numbers import host_port
from provserver.sip.message import Request, SipUri
from provserver.vendors.registry import identify, vendor_of_mac

PACKAGE = "ua-profile"
USUAL_TYPE = "application/url"

_MAC = re.compile(r"mac(?:%3a|[:=])\s*([0-9a-f]{2}(?:[:-]?[0-9a-f]{2}){5})(?![0-9a-f])", re.IGNORECASE)
_USER = re.compile(r"sips?:([0-9a-f]{12})@", re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([a-z-]+)\s*=\s*("[^"]*"|[^;"\s]+)', re.IGNORECASE)
_TYPE = re.compile(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+")
_IN_BRACKETS = re.compile(r"<([^<>]+)>")
_PLACES = ("From", "To", "Contact", "Call-ID", "User-Agent")
_NOTHING_SAID = {"", "oem", "voip phone"}
"""What phones of several makers call themselves (facts: discovery)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A SUBSCRIBE for ``ua-profile``; ``mac`` and ``model`` are empty where the phone does not tell them."""

    mac: str
    vendor: str
    model: str
    version: str
    user_agent: str
    event: str
    content_type: str

    @property
    def said(self) -> str:
        """Give the phone's own words for people: its User-Agent, else what its Event says."""
        return self.user_agent or " ".join(part for part in (self.vendor, self.model, self.version) if part)


def read(request: Request) -> Asked | None:
    """Read a request; None where it does not ask for a server."""
    event = request.header("Event") or ""
    if request.method != "SUBSCRIBE" or event.partition(";")[0].strip().lower() != PACKAGE:
        return None
    told = {name.lower(): value.strip('"').strip()[:64] for name, value in _PARAMETER.findall(event)}
    agent = (request.header("User-Agent") or "")[:200]
    model = told.get("model", "")
    return Asked(
        mac=_mac(request, agent),
        vendor=told.get("vendor", ""),
        model="" if model.lower() in _NOTHING_SAID else model,
        version=told.get("version", ""),
        user_agent=agent,
        event=event[:500],
        content_type=_content_type(request.all_headers("Accept")),
    )


def _mac(request: Request, agent: str) -> str:
    """Find the hardware address where phones put it: in the address that they ask by, else in their name."""
    for text in (request.uri, *(request.header(name) or "" for name in _PLACES)):
        if match := _MAC.search(text):
            with suppress(ValueError):
                return parse_mac(match[1])
    if (match := _USER.search(request.uri)) and vendor_of_mac(match[1].lower()) is not None:
        return match[1].lower()  # else it may be a telephone number
    identity = identify(agent) if agent else None
    return (identity.mac if identity else None) or ""


def _content_type(accepted: list[str]) -> str:
    """Choose the form of the answer: the usual one where the phone takes it, else what it asks for first."""
    types = [part.partition(";")[0].strip().lower() for value in accepted for part in value.split(",")]
    named = [name for name in types if _TYPE.fullmatch(name)]
    return USUAL_TYPE if not named or USUAL_TYPE in named else named[0]


def destination(request: Request, source: tuple[str, int]) -> tuple[str, tuple[str, int]]:
    """Give the address to write in the NOTIFY, and where it goes: to the asking host and nowhere else.

    A Contact that names another host is not followed: whoever makes up a phone would have us write to anybody.
    """
    match = _IN_BRACKETS.search(request.header("Contact") or "")
    with suppress(ValueError):
        contact = SipUri.parse(match[1] if match else request.header("Contact") or "")
        if contact.host == source[0] and contact.transport == "udp":
            return str(contact), (source[0], contact.destination_port)
    return f"sip:{host_port(*source)}", source


def notification(request: Request, asked: Asked, target: str, tag: str, url: str) -> Request:
    """Write the NOTIFY that ends the subscription with the server's address; ``tag`` is that of our 200.

    The headers that depend on the way are added when it is sent.
    """
    headers = (
        ("From", f"{request.header('To') or ''};tag={tag}"),
        ("To", request.header("From") or ""),
        ("Call-ID", request.header("Call-ID") or ""),
        ("CSeq", "1 NOTIFY"),
        ("Event", asked.event),
        ("Subscription-State", "terminated;reason=timeout"),
        ("Content-Type", asked.content_type),
    )
    return Request("NOTIFY", target, headers, url.encode())
