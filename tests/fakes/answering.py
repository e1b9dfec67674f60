"""How a phone answers a challenge: RFC 7616 and 7617 from the client's side, written apart from the server's."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Answerer:
    """A client that knows a name and a password, and uses the last nonce until it is given a new one."""

    username: str
    password: str
    algorithms: Sequence[str] = ("MD5", "SHA-256")
    nonce: str = ""
    count: int = 0
    challenge: dict[str, str] = field(default_factory=dict)

    def learn(self, challenges: Sequence[str]) -> bool:
        """Take the first challenge that it knows; say whether there was one."""
        for text in challenges:
            scheme, _, rest = text.partition(" ")
            found = {
                name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', rest)
            }
            if scheme == "Digest" and found.get("algorithm", "MD5") in self.algorithms and found.get("qop") == "auth":
                self.challenge, self.nonce, self.count = found, found["nonce"], 0
                return True
        return False

    def digest(self, method: str, uri: str) -> str:
        """Give the next Authorization header for the challenge that it has."""
        self.count += 1
        realm, algorithm = self.challenge["realm"], self.challenge.get("algorithm", "MD5")

        def hashed(text: str) -> str:
            return hashlib.new("sha256" if algorithm == "SHA-256" else "md5", text.encode()).hexdigest()

        mine, count = secrets.token_hex(8), f"{self.count:08x}"
        who, what = hashed(f"{self.username}:{realm}:{self.password}"), hashed(f"{method}:{uri}")
        response = hashed(f"{who}:{self.nonce}:{count}:{mine}:auth:{what}")
        return (
            f'Digest username="{self.username}", realm="{realm}", nonce="{self.nonce}", uri="{uri}", '
            f'algorithm={algorithm}, qop=auth, nc={count}, cnonce="{mine}", response="{response}"'
        )

    def basic(self) -> str:
        """Give the header that shows the password in plain words."""
        return f"Basic {base64.b64encode(f'{self.username}:{self.password}'.encode()).decode()}"
