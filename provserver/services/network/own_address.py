"""Where phones reach this server: the address that they are told, as seen from where they are."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from provserver.config import Config
from provserver.domain.numbers import host_port, split_port

ANY_IPV4 = "0.0.0.0"  # noqa: S104  a question
ANYWHERE = frozenset({ANY_IPV4, "::"})
_HTTPS = "https"


def host_of(config: Config) -> str:
    """Give the host of the address that phones are told, an IPv6 address without its brackets."""
    host = split_port(urlsplit(config.base_url).netloc)[0]
    return host.removeprefix("[").removesuffix("]")


def port_of(config: Config) -> int:
    """Give the port of the address that phones are told."""
    parts = urlsplit(config.base_url)
    return parts.port or (443 if parts.scheme == _HTTPS else 80)


def is_local_only(config: Config) -> bool:
    """Tell whether nobody but this machine can reach the server at the address that it tells."""
    host = host_of(config)
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def url_seen_from(config: Config, address: str, find: Callable[[str], str] | None = None) -> str:
    """Give the address to tell a phone at ``address``, with a slash at the end.

    Where the server listens on every address and nobody set ``public_url``, it is the one on the phone's network.
    Raises OSError where there is no way to the phone.
    """
    parts = urlsplit(config.base_url)
    if host_of(config) in ANYWHERE:
        host = (find or local_address_towards)(address)
        parts = parts._replace(netloc=host_port(host, port_of(config)))
    return urlunsplit(parts).rstrip("/") + "/"


def local_address_towards(address: str) -> str:
    """Ask the kernel which of our addresses it would send from; nothing is sent. Raises OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((address, 9))
        return str(probe.getsockname()[0])
