"""A peer's idea of digest, written without a look at ours: it demands, checks, and counts."""

from __future__ import annotations

import hashlib
import re

from provserver.sip.message import Request

Refusal = tuple[int, dict[str, str]]


class Guard:
    """Who may pass: a name with a password, asked by 401 or 407.

    A strict one wants the signed address to be that of the request it sees, which behind a proxy it never is.
    """

    strict = True

    def __init__(self, status: int, realm: str, name: str, password: str, **more: str) -> None:
        self.header = "Authorization" if status == 401 else "Proxy-Authorization"
        self.asks = "WWW-Authenticate" if status == 401 else "Proxy-Authenticate"
        self.status, self.realm, self.name, self.password = status, realm, name, password
        self.more = {"algorithm": "MD5", "qop": "auth", **more}
        self.nonce, self.number, self.counts = "first", 0, list[str]()

    def demand(self, *, stale: bool = False) -> Refusal:
        self.number += 1
        self.nonce, self.counts = f"nonce {self.number}", []
        words = "".join(f", {name}={value}" for name, value in self.more.items() if value and name != "qop")
        qop = f', qop="{self.more["qop"]}"' if self.more["qop"] else ""
        late = ", stale=TRUE" if stale else ""
        value = f'Digest realm="{self.realm}", nonce="{self.nonce}"{words}{qop}{late}'
        return self.status, {self.asks: value}

    def check(self, request: Request) -> Refusal | None:
        """Give what to answer instead, None where the request may pass."""
        given = [
            dict(re.findall(r'(\w+)="?([^",]+)"?', value))
            for value in request.all_headers(self.header)
            if f'realm="{self.realm}"' in value
        ]
        if not given or given[0]["nonce"] != self.nonce:
            return self.demand(stale=bool(given))
        word, algorithm = given[0], self.more["algorithm"]
        digest = hashlib.md5 if algorithm.startswith("MD5") else hashlib.sha256

        def h(*parts: str) -> str:
            return digest(":".join(parts).encode()).hexdigest()

        one = h(self.name, self.realm, self.password)
        if algorithm.endswith("-sess"):
            one = h(one, self.nonce, word["cnonce"])
        body = [digest(request.body).hexdigest()] if word.get("qop") == "auth-int" else []
        two = h(request.method, word["uri"], *body)
        middle = [word["nc"], word["cnonce"], word["qop"]] if "qop" in word else []
        if (self.strict and word["uri"] != request.uri) or word["response"] != h(one, self.nonce, *middle, two):
            return self.demand()
        if "nc" in word:
            if word["nc"] in self.counts:
                return 400, {}
            self.counts.append(word["nc"])
        return None
