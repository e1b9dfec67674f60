"""What every engine is asked for, in the words of SIP: registrations, and a message for one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from provserver.domain.numbers import host_port
from provserver.domain.secret import Secret


class Kind(StrEnum):
    """The engines that we can speak with."""

    ASTERISK = "asterisk"
    FREESWITCH = "freeswitch"
    KAMAILIO = "kamailio"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an engine is and how it lets us in; equal places share connections.

    ``path`` is that of a JSON-RPC address, ``profile`` the Sofia profile of a FreeSWITCH.
    """

    kind: Kind
    host: str
    port: int
    user: str = ""
    secret: Secret = Secret("")  # noqa: RUF009  (it holds nothing and never changes)
    tls: bool = False
    path: str = ""
    profile: str = ""

    def __str__(self) -> str:
        """Name the engine for people."""
        return f"{TITLES[self.kind]} {host_port(self.host, self.port)}"


TITLES = {Kind.ASTERISK: "Asterisk", Kind.FREESWITCH: "FreeSWITCH", Kind.KAMAILIO: "Kamailio"}


@dataclass(frozen=True, slots=True)
class Contact:
    """One registration: whose it is, where its phone says it is, and where its packets come from.

    ``reference`` is what the engine itself calls it, ``seconds`` how long it lasts unless renewed; ``socket`` and
    ``route`` are how a Kamailio reaches it. What an engine does not tell is empty.
    """

    user: str
    domain: str
    uri: str
    address: str
    port: int
    user_agent: str
    instance: str
    reference: str
    seconds: int | None = None
    socket: str = ""
    route: str = ""

    def readable(self) -> Contact:
        """Give it with marks in place of what no page can show and no database keeps."""
        return replace(
            self,
            user=readable(self.user),
            domain=readable(self.domain),
            uri=readable(self.uri),
            address=readable(self.address),
            user_agent=readable(self.user_agent),
            instance=readable(self.instance),
            reference=readable(self.reference),
            socket=readable(self.socket),
            route=readable(self.route),
        )


def readable(text: str) -> str:
    """Put a mark in place of each control character, half of a character and the like."""
    return text if text.isprintable() else "".join(one if one.isprintable() else "\ufffd" for one in text)


@dataclass(frozen=True, slots=True)
class Call:
    """One end of a call: whose it is, and since when as far as the engine tells.

    ``contact`` is the SIP address of the phone in it; "" where the engine knows no more than the user.
    """

    user: str
    since: datetime | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """The NOTIFY to send, in the name of a SIP domain."""

    event: str
    domain: str
    content_type: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, as a SIP status: the phone's own, or 202 where the engine took it and tells no more."""

    status: int
    reason: str = ""


class EngineError(Exception):
    """An engine was not there, did not let us in, or did not keep to its protocol; ``status`` says it in SIP's words.

    401 it refuses our credentials, 403 it must be set up for this, 500 it cannot just now, 502 it makes no sense,
    503 nobody listens, 504 it does not answer.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = readable(reason)


class Engine(Protocol):
    """One engine, over connections of its own; every call ends in bounded time."""

    async def contacts(self) -> list[Contact]:
        """List all registrations; raises EngineError."""

    async def calls(self) -> list[Call]:
        """List who is in a call, ringing ones too; raises EngineError."""

    async def notify(self, contact: Contact, message: Message, *, alone: bool) -> Outcome:
        """Send a NOTIFY to one registration, ``alone`` where its extension has no other; raises EngineError."""

    async def close(self) -> None:
        """Hang up."""
