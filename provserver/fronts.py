"""Fronts such as nginx: who asked is believed only from one that the configuration names."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from provserver.config import Config, Network, inside_any
from provserver.domain.enrolment import plain_address

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_FOR = "HTTP_X_FORWARDED_FOR"
_FORWARDED = (_FOR, "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
_FOR_A_STRANGER = "provserver.forwarded_for_a_stranger"
_VERIFIED = "HTTP_X_SSL_CLIENT_VERIFY"
_CERTIFICATE = "HTTP_X_SSL_CLIENT_CERT"
_SHOWN = "provserver.client_certificate"
_LONGEST_CERTIFICATE = 8190
"""Characters of a certificate that a front passes on, percent-encoded."""


class KnownFronts:
    """WSGI middleware, outermost: take address, scheme, host and certificate from a known front, and from nobody else.

    A request that somebody else forwarded, or that does not tell for whom, keeps its peer's address and is marked: its
    network is never trusted, so that a front in our own network cannot lend its trust to the internet.
    """

    def __init__(self, inside: Application, fronts: tuple[Network, ...]) -> None:
        self._inside = inside
        self._behind = ProxyFix(inside, x_for=0, x_proto=1, x_host=1)
        self._fronts = fronts

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on."""
        verified, certificate = environ.pop(_VERIFIED, ""), environ.pop(_CERTIFICATE, "")
        if not any(name in environ for name in _FORWARDED):
            return self._inside(environ, start_response)
        if not inside_any(environ.get("REMOTE_ADDR") or "", self._fronts):
            environ[_FOR_A_STRANGER] = True
            return self._inside(environ, start_response)
        asking = asking_address(environ.get(_FOR, ""), self._fronts)
        if not asking:
            environ[_FOR_A_STRANGER] = True
            return self._behind(environ, start_response)
        environ["REMOTE_ADDR"] = asking
        if verified == "SUCCESS" and len(certificate) <= _LONGEST_CERTIFICATE:
            environ[_SHOWN] = certificate
        return self._behind(environ, start_response)


def asking_address(forwarded_for: str, fronts: tuple[Network, ...]) -> str:
    """Give who asked the first of our fronts, by the list that they wrote; empty where that cannot be told.

    The last address is what the nearest front saw. Where that is a front of ours, too, the one before is what it saw,
    and so on; what stands farther left is the client's own word.
    """
    asking = ""
    for written in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
        asking = _bare(written)
        if not asking or not inside_any(asking, fronts):
            break
    return asking


def _bare(written: str) -> str:
    """Read an address as fronts write it: perhaps in quotes or brackets, with a port or a zone; else nothing."""
    text = written.strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return plain_address(str(ip_address(text.partition("%")[0])))
    except ValueError:
        return ""


def client_certificate(environ: Environ) -> str:
    """Give the certificate that a known front says it verified, as it sent it: PEM, percent-encoded; or nothing."""
    return str(environ.get(_SHOWN, ""))


def is_trusted(environ: Environ, config: Config) -> bool:
    """Tell whether a request comes from a trusted network, and was not forwarded for somebody unknown."""
    return _FOR_A_STRANGER not in environ and inside_any(environ.get("REMOTE_ADDR") or "", config.trusted_networks)
