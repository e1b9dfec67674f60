"""A NOTIFY as it is ordered, and as it is written for every round of being challenged."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from provserver.sip.digest import Authentication, Keys
from provserver.sip.message import Request, SipUri, build


@dataclass(frozen=True, slots=True)
class Notice:
    """One NOTIFY to send: ``target`` is the Request-URI, ``to`` the To header where it is another address.

    ``route`` are proxies in the order that they are passed, each with ``;lr`` unless it routes strictly (RFC 3261
    16.12); ``next_hop`` is where it goes first, where that is neither the first of them nor the target's own host.
    ``keys`` answer challenges; without ``verify`` any certificate of a TLS hop is taken.
    """

    target: SipUri
    event: str
    to: SipUri | None = None
    content_type: str | None = None
    body: bytes = b""
    route: tuple[SipUri, ...] = ()
    next_hop: SipUri | None = None
    keys: Keys = Keys()  # noqa: RUF009  (it is frozen)
    verify: bool = True


class Draft:
    """A NOTIFY but for the headers that depend on the way; each round is a new transaction of the same call."""

    def __init__(self, name: str, notice: Notice) -> None:
        """Check all that was given; raise ValueError for bad parts."""
        if not notice.event.strip():
            raise ValueError("A NOTIFY needs an event.")
        self._name = name
        self._body = notice.body
        self._uri, routes = _routed(notice.target, notice.route)
        self._call_id, self._tag, self._round = secrets.token_hex(16), secrets.token_hex(8), 0
        self._routes = [("Route", ", ".join(f"<{route}>" for route in routes))] if routes else []
        self._headers = [
            ("To", f"<{notice.to or notice.target}>"),
            ("Call-ID", self._call_id),
            ("Event", notice.event),
            ("Subscription-State", "terminated"),  # strict phones answer 400 without it
        ]
        if notice.content_type is not None:
            self._headers.append(("Content-Type", notice.content_type))
        build(Request("NOTIFY", self._uri, (*self._routes, *self._headers), self._body))

    def next_round(self, authentication: Authentication) -> _Round:
        """Give the next request of the call, signed for all who have asked so far."""
        self._round += 1
        signed = authentication.headers("NOTIFY", self._uri, self._body)
        headers = (*self._routes, *self._headers, ("CSeq", f"{self._round} NOTIFY"), *signed)
        return _Round(Request("NOTIFY", self._uri, headers, self._body), self._name, self._tag)


@dataclass(frozen=True, slots=True)
class _Round:
    """One request of a call; called with the transport, our address and a branch it gives the whole of it."""

    request: Request
    name: str
    tag: str

    def __call__(self, transport: str, sent_by: str, branch: str) -> Request:
        """Write the headers that depend on the way around the others."""
        first = (
            ("Via", f"SIP/2.0/{transport.upper()} {sent_by};branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:{quote(self.name, safe='')}@{_host_of(sent_by)}>;tag={self.tag}"),
        )
        contact = f"<sip:{sent_by}>" if transport == "udp" else f"<sip:{sent_by};transport={transport}>"
        last = (("Contact", contact), ("User-Agent", self.name))
        return replace(self.request, headers=(*first, *self.request.headers, *last))


def _host_of(sent_by: str) -> str:
    return sent_by.rpartition(":")[0]


def _routed(target: SipUri, route: Sequence[SipUri]) -> tuple[str, list[SipUri]]:
    """Give the Request-URI and the Route set; a strict router stands in the Request-URI (RFC 3261 12.2.1.1)."""
    if route and not route[0].has_parameter("lr"):
        return str(route[0]), [*route[1:], target]
    return str(target), list(route)
