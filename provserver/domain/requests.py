"""What a phone asks, and what it is answered, in words that no web framework owns."""

from dataclasses import dataclass, field
from enum import StrEnum


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
    REFUSED = "refused"
    LAST_GOOD = "last-good"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class PhoneRequest:
    """One request; ``file`` is the last part of the path, ``token`` what stood before it under ``/p/``.

    ``query`` is what followed a question mark; only a phonebook reads it. ``certified`` is the address, in our
    spelling, that a valid certificate from the factory of ``certified_by`` names; empty where the phone showed none.
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


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; ``reason`` is for the log and the page, never for the phone."""

    status: int
    verdict: Verdict
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    etag: str = ""
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=())
