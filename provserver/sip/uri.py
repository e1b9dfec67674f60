"""SIP addresses such as `sip:201@192.0.2.10:5062;transport=tcp`, checked once, when they are made."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self

from provserver.domain.numbers import SIP_PORTS, host_port

LONGEST_URI = 1024
TRANSPORTS = tuple(SIP_PORTS)

_USER = re.compile(r"(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})+")
_HOST_NAME = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_PARAMETER_NAME = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_PARAMETER_VALUE = re.compile(r"[A-Za-z0-9\-_.!~*'()\[\]/:&+$%`]+")


@dataclass(frozen=True, slots=True)
class SipUri:
    """A SIP address; an IPv6 host is kept without its brackets, a parameter without a value has None.

    Raises ValueError, with a sentence for the person who typed it, when a part cannot be in a SIP address.
    """

    host: str
    user: str | None = None
    port: int | None = None
    parameters: tuple[tuple[str, str | None], ...] = ()
    scheme: str = "sip"

    def __post_init__(self) -> None:
        """Check every part, so that no SipUri can carry a line break or a second header into a message."""
        if self.scheme not in ("sip", "sips"):
            raise ValueError(f"A SIP address starts with sip: or sips:, not {self.scheme!r}.")
        if self.user is not None and not _USER.fullmatch(self.user):
            raise ValueError(f"The user part {self.user!r} cannot be in a SIP address; write other characters as %XX.")
        _check_host(self.host)
        if self.port is not None and not 1 <= self.port <= 65535:
            raise ValueError(f"The port must be between 1 and 65535, not {self.port}.")
        for name, value in self.parameters:
            if not _PARAMETER_NAME.fullmatch(name):
                raise ValueError(f"The parameter name {name!r} cannot be in a SIP address.")
            if value is not None and not _PARAMETER_VALUE.fullmatch(value):
                raise ValueError(f"The value of the parameter {name!r} cannot be in a SIP address.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a SIP address of at most 1,024 characters; raise ValueError saying which part is wrong."""
        if len(text) > LONGEST_URI:
            raise ValueError(f"A SIP address may have at most {LONGEST_URI} characters.")
        scheme, colon, rest = text.partition(":")
        if not colon:
            raise ValueError("A SIP address looks like sip:201@192.0.2.10:5060.")
        user, at, place = rest.rpartition("@")
        if ":" in user:
            raise ValueError("A password has no place in a SIP address.")
        if "?" in place:
            raise ValueError("Headers (after a question mark) have no place in this SIP address.")
        host_and_port, *parameters = place.split(";")
        host, port = _split_port(host_and_port)
        named = (parameter.partition("=") for parameter in parameters)
        pairs = tuple((name, value if equals else None) for name, equals, value in named)
        return cls(host, user if at else None, port, pairs, scheme.lower())

    def parameter(self, name: str) -> str | None:
        """Give the value of a parameter, or None when it is absent or has no value."""
        return next((value for key, value in self.parameters if key.lower() == name.lower()), None)

    def has_parameter(self, name: str) -> bool:
        """Tell whether a parameter is there, with or without a value."""
        return any(key.lower() == name.lower() for key, _ in self.parameters)

    @property
    def is_digits(self) -> bool:
        """Tell whether the host is an IP address, which no name server need be asked for."""
        return _is_address(self.host)

    @property
    def named_transport(self) -> str | None:
        """Give the transport that the address itself names, None where its domain may choose."""
        return "tls" if self.scheme == "sips" else (self.parameter("transport") or "").lower() or None

    @property
    def transport(self) -> str:
        """Say how the address is reached: udp unless it names another transport, tls for sips."""
        return self.named_transport or "udp"

    @property
    def destination_port(self) -> int:
        """Give the port to send to: the written one, else that of the transport."""
        return self.port or SIP_PORTS.get(self.transport, 5060)

    def __str__(self) -> str:
        """Write the address as it stands in a message."""
        user = "" if self.user is None else f"{self.user}@"
        parameters = "".join(f";{name}" if value is None else f";{name}={value}" for name, value in self.parameters)
        return f"{self.scheme}:{user}{host_port(self.host, self.port)}{parameters}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _split_port(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, bracket, port = text[1:].partition("]")
        if not bracket or ":" not in host or (port and not port.startswith(":")):
            raise ValueError("An IPv6 address in a SIP address is written in brackets: sip:201@[2001:db8::1]:5060.")
        return host, _port(port[1:]) if port else None
    host, colon, port = text.partition(":")
    if ":" in port:
        raise ValueError("An IPv6 address in a SIP address is written in brackets: sip:201@[2001:db8::1]:5060.")
    return host, _port(port) if colon else None


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise ValueError("The port of a SIP address is a number between 1 and 65535.")
    return int(text)


def _check_host(host: str) -> None:
    if ":" not in host:
        if not _HOST_NAME.fullmatch(host):
            raise ValueError(f"{host!r} is neither a host name nor an IP address.")
        return
    if "%" in host:
        raise ValueError("An IPv6 address with a zone (%) cannot be in a SIP address.")
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        raise ValueError(f"{host!r} is not an IPv6 address.") from None
