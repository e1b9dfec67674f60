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


class KnownFronts:
    """WSGI middleware, outermost: take address, scheme and host from a known front, and from nobody else.

    A request that somebody else forwarded keeps its peer's address and is marked: its network is never trusted, so
    that a front in our own network cannot lend its trust to the internet.
    """

    def __init__(self, inside: Application, fronts: tuple[Network, ...]) -> None:
        self._inside = inside
        self._behind = ProxyFix(inside, x_for=1, x_proto=1, x_host=1)
        self._fronts = fronts

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on."""
        if any(name in environ for name in _FORWARDED):
            if inside_any(environ.get("REMOTE_ADDR") or "", self._fronts):
                return self._behind(environ, start_response)
            environ[_BY_A_STRANGER] = True
        return self._inside(environ, start_response)


def is_trusted(environ: Environ, config: Config) -> bool:
    """Tell whether a request comes from a trusted network, and nobody unknown forwarded it."""
    return _BY_A_STRANGER not in environ and inside_any(environ.get("REMOTE_ADDR") or "", config.trusted_networks)
