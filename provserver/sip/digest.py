"""Digest authentication of a SIP request (RFC 7616, 8760, and 2069 for old peers): challenges read and answered."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from provserver.domain.secret import Secret
from provserver.sip.message import Response

_HASHES: dict[str, Callable[[bytes], str]] = {  # strongest first
    "SHA-512-256": lambda data: hashlib.new("sha512_256", data).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),  # what nearly every phone asks for
}
_STRENGTH = {name: strength for strength, name in enumerate(reversed(_HASHES))}
_PARAMETER = re.compile(r"""\s*([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)""")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_NEXT = re.compile(r",\s*(?=[A-Za-z][A-Za-z0-9-]*\s+[A-Za-z0-9_-]+\s*=)")
"""A comma before a scheme and its first parameter: where one header holds several challenges."""
_HEADERS = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}

MOST_STALE = 2
"""Fresh nonces that one request takes from a peer before it gives up."""
MOST_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name with its password; ``realm`` is the only one that may ask for it, "" allows any."""

    username: str
    password: Secret
    realm: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """Whom a request may be, best first: to a proxy that asks (407), and to whoever it is for (401)."""

    proxy: tuple[Credentials, ...] = ()
    target: tuple[Credentials, ...] = ()


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a peer asks to have proven; ``qop`` is auth, auth-int, or "" for RFC 2069."""

    realm: str
    nonce: str
    algorithm: str
    is_session: bool
    named: bool
    qop: str
    opaque: str | None
    stale: bool


@dataclass(slots=True)
class Session:
    """A challenge that is answered with certain credentials, and how often; shared by all who meet it."""

    header: str
    challenge: Challenge
    credentials: Credentials
    count: int = 0
    cnonce: str = field(default_factory=lambda: secrets.token_hex(8))

    def answer(self, method: str, uri: str, body: bytes) -> str:
        """Write the value of the header for one more request; every call uses the nonce once more."""
        self.count += 1
        challenge, quoted = self.challenge, _quoted
        parts = [
            f"username={quoted(self.credentials.username)}",
            f"realm={quoted(challenge.realm)}",
            f"nonce={quoted(challenge.nonce)}",
            f"uri={quoted(uri)}",
            f'response="{self._response(method, uri, body)}"',
        ]
        if challenge.named:
            parts.append(f"algorithm={challenge.algorithm}{'-sess' if challenge.is_session else ''}")
        if challenge.qop:
            parts += [f'cnonce="{self.cnonce}"', f"qop={challenge.qop}", f"nc={self.count:08x}"]
        elif challenge.is_session:
            parts.append(f'cnonce="{self.cnonce}"')
        if challenge.opaque is not None:
            parts.append(f"opaque={quoted(challenge.opaque)}")
        return "Digest " + ", ".join(parts)

    def _response(self, method: str, uri: str, body: bytes) -> str:
        challenge, name = self.challenge, self.credentials.username
        digest = _HASHES[challenge.algorithm]
        first = digest(f"{name}:{challenge.realm}:{self.credentials.password.reveal()}".encode())
        if challenge.is_session:
            first = digest(f"{first}:{challenge.nonce}:{self.cnonce}".encode())
        second = f"{method}:{uri}" + (f":{digest(body)}" if challenge.qop == "auth-int" else "")
        between = f"{self.count:08x}:{self.cnonce}:{challenge.qop}:" if challenge.qop else ""
        return digest(f"{first}:{challenge.nonce}:{between}{digest(second.encode())}".encode())


class Memory:
    """The sessions that worked with each next hop, so that the next request need not be refused first."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[tuple[str, str, str, str], Session] = OrderedDict()

    def recall(self, hop: str, keys: Keys) -> list[Session]:
        """Give the sessions of a hop that answer with credentials we may use now."""
        allowed = {"Authorization": keys.target, "Proxy-Authorization": keys.proxy}
        return [
            session
            for (place, header, _, _), session in self._sessions.items()
            if place == hop and session.credentials in allowed[header]
        ]

    def keep(self, hop: str, sessions: Sequence[Session]) -> None:
        """Remember the sessions of a proxy that took them; the oldest are forgotten."""
        for session in sessions:
            if session.header == "Proxy-Authorization":
                key = (hop, session.header, session.challenge.realm, session.credentials.username)
                self._sessions[key] = session
                self._sessions.move_to_end(key)
        while len(self._sessions) > MOST_REMEMBERED:
            self._sessions.popitem(last=False)

    def forget(self, hop: str) -> None:
        """Forget what a hop does not take any more."""
        for key in [key for key in self._sessions if key[0] == hop]:
            del self._sessions[key]


class Authentication:
    """The answers that one request has for those who challenge it, a proxy and the phone behind it alike."""

    def __init__(self, keys: Keys, known: Sequence[Session] = ()) -> None:
        self._keys = keys
        self._sessions = {(session.header, session.challenge.realm): session for session in known}
        self._guessed = set(self._sessions)
        self._tried: dict[tuple[str, str], int] = {}
        self._stale: dict[tuple[str, str], int] = {}

    @property
    def sessions(self) -> list[Session]:
        """Give what the last request was signed with."""
        return list(self._sessions.values())

    def headers(self, method: str, uri: str, body: bytes) -> list[tuple[str, str]]:
        """Sign one request: a header for every peer that has asked so far."""
        return [(session.header, session.answer(method, uri, body)) for session in self._sessions.values()]

    def meet(self, response: Response) -> bool:
        """Take a 401 or 407; say whether there is a new answer to it, which the same peer has not refused."""
        if response.status not in _HEADERS:
            return False
        asks, answers = _HEADERS[response.status]
        keys = self._keys.target if response.status == 401 else self._keys.proxy
        met = [self._answer(answers, challenge, keys) for challenge in strongest(response.all_headers(asks))]
        return any(met)

    def _answer(self, header: str, challenge: Challenge, keys: tuple[Credentials, ...]) -> bool:
        place = (header, challenge.realm)
        before = self._sessions.get(place)
        usable = [one for one in keys if one.realm in ("", challenge.realm)]
        if before is not None and challenge.stale and self._stale.get(place, 0) < MOST_STALE:
            self._stale[place] = self._stale.get(place, 0) + 1
            self._sessions[place] = Session(header, challenge, before.credentials)
            return True
        turn = 0 if before is None or place in self._guessed else self._tried.get(place, 0) + 1
        self._guessed.discard(place)
        if turn >= len(usable):
            return False
        self._tried[place] = turn
        self._sessions[place] = Session(header, challenge, usable[turn])
        return True


def strongest(values: Sequence[str]) -> list[Challenge]:
    """Read the challenges that we can answer, the strongest of each realm; what cannot be read is passed over."""
    best: dict[str, Challenge] = {}
    alone = [one for value in values for one in _apart(value)]
    for challenge in filter(None, map(read, alone)):
        known = best.get(challenge.realm)
        if known is None or _STRENGTH[challenge.algorithm] > _STRENGTH[known.algorithm]:
            best[challenge.realm] = challenge
    return list(best.values())


def _apart(value: str) -> list[str]:
    """Take the challenges of one header apart (RFC 9110 11.6.1)."""
    hidden = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), value)
    ends = [(match.start(), match.end()) for match in _NEXT.finditer(hidden)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(value)]
    return [value[start:stop] for start, stop in zip(starts, stops, strict=True)]


def read(value: str) -> Challenge | None:
    """Read one challenge; None for another scheme, an algorithm or protection we do not have, or half a challenge."""
    scheme, _, rest = value.strip().partition(" ")
    found = parameters(rest) if scheme.lower() == "digest" else None
    if not found or "realm" not in found or not found.get("nonce"):
        return None
    algorithm, _, session = found.get("algorithm", "MD5").upper().partition("-SESS")
    offered = [word.strip().lower() for word in found["qop"].split(",")] if found.get("qop") else []
    qop = next((word for word in ("auth", "auth-int") if word in offered), "")
    if algorithm not in _HASHES or session or (offered and not qop):
        return None
    return Challenge(
        found["realm"],
        found["nonce"],
        algorithm,
        found.get("algorithm", "").upper().endswith("-SESS"),
        "algorithm" in found,
        qop,
        found.get("opaque"),
        found.get("stale", "").lower() == "true",
    )


def parameters(text: str) -> dict[str, str] | None:
    """Read ``name=value, name="value"``; None where it is something else, or says one thing twice."""
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None or match[1].lower() in found:
            return None
        quoted = match[2]
        found[match[1].lower()] = match[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        position = match.end()
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
