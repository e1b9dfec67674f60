"""What a phone asks, and what it is answered, in words that no web framework owns."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """How a request of a phone ended, for the page that explains it."""

    SERVED = "served"
    UNCHANGED = "unchanged"
    STORED = "stored"
    OPTIONAL = "optional"
    UNKNOWN_FILE = "unknown-file"
    UNKNOWN_PHONE = "unknown-phone"
    UNKNOWN_TOKEN = "unknown-token"  # noqa: S105  a word, not a secret
    UNTRUSTED = "untrusted"
    SECOND_ADDRESS = "second-address"
    MISMATCH = "mismatch"
    LOCKED = "locked"
    CHALLENGED = "challenged"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105  a word, not a secret
    WRONG_SERIAL = "wrong-serial"
    WRONG_PIN = "wrong-pin"
    REFUSED = "refused"
    LAST_GOOD = "last-good"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class PhoneRequest:
    """One request; ``file`` is the last part of the path, ``token`` what stood before it under ``/p/``.

    ``firmware`` tells that it stood below ``firmware/``, where only images are.
    ``query`` is what followed a question mark; only a phonebook reads it. ``certified`` is the address, in our
    spelling, that a valid certificate from the factory of ``certified_by`` names; empty where the phone showed none.
    ``authorization`` is the header of that name, ``path`` what was asked for as the server sees it, and ``secure``
    whether the way here is encrypted.
    """

    method: str
    file: str
    address: str
    token: str | None = None
    user_agent: str = ""
    if_none_match: str = ""
    trusted: bool = False
    query: str = ""
    certified: str = ""
    certified_by: str = ""
    firmware: bool = False
    range: str = ""
    if_range: str = ""
    authorization: str = field(default="", repr=False)
    path: str = field(default="", repr=False)
    secure: bool = False


class Stream(Protocol):
    """A body that is read while it is sent."""

    def __iter__(self) -> Iterator[bytes]:
        """Give it piece by piece."""

    def close(self) -> None:
        """Let go of what it is read from."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; ``reason`` is for the log and the page, never for the phone.

    Where ``length`` is given the body has so many bytes and is the ``stream``, or none at all is sent.
    """

    status: int
    verdict: Verdict
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    etag: str = ""
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=())
    length: int | None = None
    stream: Stream | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One request and how it ended."""

    device_id: int | None
    request: PhoneRequest
    reply: Reply
    at: datetime
