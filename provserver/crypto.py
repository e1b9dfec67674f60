"""Secrets at rest: AES-GCM with a key id, keys that can be replaced, password hashes, and random words."""

import base64
import hashlib
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from provserver.errors import Unreadable

_KEY_ID = 4
_NONCE = 12
_MARK = 4
"""Random bytes in the name of a key file that is being written."""
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class _Keys:
    active: bytes
    ciphers: dict[bytes, AESGCM]
    session: str


class Keyring:
    """Seal and open bytes with the keys of one file.

    The file is JSON: ``{"session": …, "keys": [{"id": hex, "key": base64}, …]}``, newest key first, readable by
    its owner only. Sealed bytes are key id (4), nonce (12), ciphertext and tag (16). ``purpose`` is bound to the
    bytes, so that one column's value cannot stand in for another's. Whoever meets an unknown key id, or seals after
    the file was replaced, reads the file once more: that is how running processes learn of a rotation.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._version = _version(path)
        self._keys = _read(path)

    @classmethod
    def open_or_create(cls, path: Path) -> "Keyring":
        """Open the file; where there is none, make one with a fresh key (never over an existing one)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"session": secrets.token_urlsafe(32), "keys": [_fresh_key()]}
        with suppress(FileExistsError):
            _write_new(path, content)
        return cls(path)

    @property
    def session_key(self) -> str:
        """Give the key that signs browser sessions; a rotation of data keys leaves it alone."""
        return self._keys.session

    @property
    def active_id(self) -> bytes:
        """Give the id that new bytes are sealed with."""
        return self._keys.active

    @property
    def old_keys(self) -> int:
        """Count the keys that only open: there are some while a rotation is not finished."""
        return len(self._keys.ciphers) - 1

    def knows(self, sealed: bytes) -> bool:
        """Tell whether the key that these bytes were sealed with is here."""
        key_id = sealed[:_KEY_ID]
        return key_id in self._keys.ciphers or key_id in self._reload().ciphers

    def seal(self, text: bytes, purpose: str) -> bytes:
        """Encrypt bytes for storing, with the newest key of the file: a key that was replaced is soon forgotten."""
        keys = self._keys if _version(self.path) in {self._version, None} else self._reload()
        nonce = os.urandom(_NONCE)
        return keys.active + nonce + keys.ciphers[keys.active].encrypt(nonce, text, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Decrypt stored bytes; raises Unreadable where the key is missing or the bytes were altered."""
        key_id = sealed[:_KEY_ID]
        cipher = self._keys.ciphers.get(key_id) or self._reload().ciphers.get(key_id)
        if cipher is None:
            raise Unreadable(f"the key {key_id.hex()} is not in {self.path}")
        try:
            return cipher.decrypt(sealed[_KEY_ID : _KEY_ID + _NONCE], sealed[_KEY_ID + _NONCE :], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"a stored {purpose} was altered, or sealed for something else") from error

    def add_key(self) -> None:
        """Put a new key in front; what is sealed from now on uses it."""
        content = json.loads(self.path.read_text())
        content["keys"].insert(0, _fresh_key())
        _replace(self.path, content)
        self._reload()

    def retire_keys(self) -> None:
        """Forget every key but the active one; call it only when nothing is sealed with the others.

        Nothing is left of them beside the file either, where somebody was killed who wrote it.
        """
        content = json.loads(self.path.read_text())
        content["keys"] = content["keys"][:1]
        _replace(self.path, content)
        for left in self.path.parent.glob(f".{self.path.name}.{'[0-9a-f]' * 2 * _MARK}"):  # of who was killed
            left.unlink(missing_ok=True)
        self._reload()

    def _reload(self) -> _Keys:
        with self._lock:
            version = _version(self.path)
            self._keys = _read(self.path)
            self._version = version
            return self._keys


def joined_keys(first: bytes, others: bytes) -> bytes:
    """Give a key file with the keys of two: it seals as the first does, and opens what either of them sealed."""
    content = json.loads(first)
    known = {row["id"] for row in content["keys"]}
    more = json.loads(others)["keys"] if others else []
    content["keys"] += [row for row in more if row["id"] not in known]
    return json.dumps(content).encode()


def _read(path: Path) -> _Keys:
    """Read the file; raises Unreadable where it is damaged."""
    try:
        content = json.loads(path.read_text())
        ciphers = {bytes.fromhex(row["id"]): AESGCM(base64.b64decode(row["key"])) for row in content["keys"]}
        return _Keys(bytes.fromhex(content["keys"][0]["id"]), ciphers, content["session"])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Unreadable(f"{path} is damaged; put back a copy of it") from error


def _version(path: Path) -> tuple[int, int] | None:
    """Tell one state of the file from another, by which a replaced file shows; None while it cannot be seen."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns


def _fresh_key() -> dict[str, str]:
    return {"id": secrets.token_hex(_KEY_ID), "key": base64.b64encode(AESGCM.generate_key(256)).decode()}


def _write_new(path: Path, content: object) -> None:
    """Write beside, then link into place: the name appears whole or not at all, and never twice."""
    temporary = _write_beside(path, content)
    try:
        os.link(temporary, path)
    finally:
        temporary.unlink()


def _replace(path: Path, content: object) -> None:
    _write_beside(path, content).replace(path)


def _write_beside(path: Path, content: object) -> Path:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(_MARK)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def hash_password(password: str) -> str:
    """Hash a password with argon2id."""
    return _hasher.hash(password)


def verify_password(password: str, stored: str) -> bool:
    """Compare a password with a stored hash, in the hash's own time."""
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def needs_rehash(stored: str) -> bool:
    """Tell whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


def new_token() -> str:
    """Make a token of 192 random bits, for URLs and headers."""
    return secrets.token_urlsafe(24)


def new_password(length: int = 16, *, digits: bool = False) -> str:
    """Make a password without characters that look alike, about 5.8 bits each; of digits, 3.3 bits each."""
    alphabet = "0123456789" if digits else "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(secrets.choice(alphabet) for _ in range(length))


def token_hash(token: str) -> str:
    """Hash a random token for looking it up; a token has 128 bits and more, so a plain hash cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def fingerprint(body: bytes) -> str:
    """Give the entity tag of a body: 128 bits in hexadecimal, without quotes."""
    return hashlib.sha256(body).hexdigest()[:32]
