"""Fronts such as nginx: who asked is believed only from one that the configuration names."""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from provserver.config import Config, Network, inside_any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
_BY_A_STRANGER = "provserver.forwarded_by_a_stranger"
_VERIFIED = "HTTP_X_SSL_CLIENT_VERIFY"
_CERTIFICATE = "HTTP_X_SSL_CLIENT_CERT"
_SHOWN = "provserver.client_certificate"
_LONGEST_CERTIFICATE = 8190
"""Characters of a certificate that a front passes on, percent-encoded."""


class KnownFronts:
    """WSGI middleware, outermost: take address, scheme, host and certificate from a known front, and from nobody else.

    A request that somebody else forwarded keeps its peer's address and is marked: its network is never trusted, so
    that a front in our own network cannot lend its trust to the internet.
    """

    def __init__(self, inside: Application, fronts: tuple[Network, ...]) -> None:
        self._inside = inside
        self._behind = ProxyFix(inside, x_for=1, x_proto=1, x_host=1)
        self._fronts = fronts

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on."""
        verified, certificate = environ.pop(_VERIFIED, ""), environ.pop(_CERTIFICATE, "")
        if any(name in environ for name in _FORWARDED):
            if inside_any(environ.get("REMOTE_ADDR") or "", self._fronts):
                if verified == "SUCCESS" and len(certificate) <= _LONGEST_CERTIFICATE:
                    environ[_SHOWN] = certificate
                return self._behind(environ, start_response)
            environ[_BY_A_STRANGER] = True
        return self._inside(environ, start_response)


def client_certificate(environ: Environ) -> str:
    """Give the certificate that a known front says it verified, as it sent it: PEM, percent-encoded; or nothing."""
    return str(environ.get(_SHOWN, ""))


def is_trusted(environ: Environ, config: Config) -> bool:
    """Tell whether a request comes from a trusted network, and nobody unknown forwarded it."""
    return _BY_A_STRANGER not in environ and inside_any(environ.get("REMOTE_ADDR") or "", config.trusted_networks)
