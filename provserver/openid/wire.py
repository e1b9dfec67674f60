"""HTTP to an OpenID provider: to its own hosts alone, without redirects, and never for long."""

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import BoundedSemaphore, Timer
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from provserver.errors import Unreachable

LARGEST = 256 * 1024
"""Bytes of an answer: key sets of large providers are a tenth of this."""
AT_ONCE = 3
"""Requests that may wait for the provider at the same time, so that one that hangs keeps few threads busy."""
_QUEUE = 1.0
"""Seconds that a further one waits for its turn."""
_WHOLE = 2.0
"""How many times the patience for one step a whole exchange may take."""


class Credentials(Protocol):
    """Who puts the client's credentials on a request, as Authlib's ``ClientAuth`` does."""

    def prepare(self, method: str, uri: str, headers: dict[str, str], body: str) -> tuple[str, dict[str, str], str]:
        """Give address, headers and body with the credentials."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, as far as Authlib asks for it."""

    status_code: int
    content: bytes

    def json(self) -> object:
        """Give the JSON that it is; raises ValueError."""
        try:
            found: object = json.loads(self.content)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        return found

    def raise_for_status(self) -> None:
        """Raise Unreachable for an error's status."""
        if self.status_code >= 400:
            raise Unreachable(f"the provider answered {self.status_code}")


class Wire:
    """Requests to the hosts that were named, and to no other; over TLS unless the provider itself is not.

    ``patience`` is how many seconds each step may take; ``trust`` is a PEM file, empty for the system's authorities.
    """

    def __init__(self, issuer: str, hosts: tuple[str, ...], trust: str, patience: float) -> None:
        own = urlsplit(issuer)
        self._plain = own.scheme == "http"
        self._hosts = {own.hostname, *hosts}
        self._patience = patience
        self._context = ssl.create_default_context(cafile=trust or None)
        self._turns = BoundedSemaphore(AT_ONCE)

    def allows(self, address: object) -> bool:
        """Tell whether an address is one that may be asked."""
        if not (isinstance(address, str) and address.isascii() and address.isprintable() and " " not in address):
            return False
        try:
            parts = urlsplit(address)
            has_port = parts.port is None or parts.port > 0
        except ValueError:
            return False
        schemes = {"https", "http"} if self._plain else {"https"}
        return parts.scheme in schemes and parts.hostname in self._hosts and has_port and not parts.username

    def get(self, address: str) -> Mapping[str, object]:
        """Ask for a JSON object; raises Unreachable where none comes."""
        reply = self._exchange("GET", address, {"Accept": "application/json"}, "")
        try:
            found = reply.json()
        except ValueError as error:
            raise Unreachable("the provider answered no JSON") from error
        if reply.status_code != 200 or not isinstance(found, dict):
            raise Unreachable(f"the provider answered {reply.status_code} and no JSON object")
        return found

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Credentials) -> Reply:
        """Send a form with the client's credentials; this is what Authlib calls."""
        address, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._exchange("POST", address, sent, body)

    def _exchange(self, method: str, address: str, headers: Mapping[str, str], body: str) -> Reply:
        if not self.allows(address):
            raise Unreachable("the provider names an address on another host")
        if not self._turns.acquire(timeout=_QUEUE):
            raise Unreachable("too many wait for the provider at once")
        try:
            return self._ask(method, address, headers, body)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"the provider does not answer ({type(error).__name__})") from error
        finally:
            self._turns.release()

    def _ask(self, method: str, address: str, headers: Mapping[str, str], body: str) -> Reply:
        parts = urlsplit(address)
        connection = self._connection(parts.scheme, parts.hostname or "", parts.port)
        end = Timer(self._patience * _WHOLE, _cut, [connection])
        end.daemon = True
        end.start()
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body or None, {**headers, "Accept-Encoding": "identity"})
            with connection.getresponse() as response:
                content = response.read(LARGEST + 1)
        finally:
            end.cancel()
            connection.close()
        if len(content) > LARGEST:
            raise Unreachable("the provider's answer does not come to an end")
        return Reply(response.status, content)

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self._patience)
        return http.client.HTTPSConnection(host, port, timeout=self._patience, context=self._context)


def _cut(connection: http.client.HTTPConnection) -> None:
    """End an exchange whose peer sends a little now and then, which no time limit for one step notices."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
