"""A line to an engine: text over TCP or TLS, where every wait and every length has an end."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

from provserver.engines.base import EngineError, Place

T = TypeVar("T")

CONNECT_SECONDS = 4.0
ANSWER_SECONDS = 5.0
"""How long an engine may take for each piece of an answer."""
LONGEST_LINE = 8192
MOST_LINES = 1000
MOST_BYTES = 32 * 1024 * 1024
"""Of one answer: 50,000 registrations with room to spare."""


class Wire:
    """One connection; the first error closes it, every error is an EngineError, `patience` is in seconds."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.closed = False
        self.patience = ANSWER_SECONDS
        self._reader = reader
        self._writer = writer
        self._read = 0

    @classmethod
    async def open(cls, place: Place) -> Wire:
        """Connect; raises EngineError where nobody listens, or nobody answers."""
        try:
            context = ssl.create_default_context() if place.tls else None
            async with asyncio.timeout(CONNECT_SECONDS):
                return cls(*await asyncio.open_connection(place.host, place.port, ssl=context, limit=LONGEST_LINE))
        except TimeoutError as error:
            raise EngineError(504, "it takes no connection") from error
        except ssl.SSLCertVerificationError as error:
            raise EngineError(503, "its certificate is not trusted") from error
        except OSError as error:
            raise EngineError(503, f"it takes no connection: {in_words(error)}") from error

    def begin(self) -> None:
        """Start a new answer: the bytes of the one before count no more."""
        self._read = 0

    async def send(self, text: bytes) -> None:
        """Send a message."""
        self._writer.write(text)
        await self._do(self._writer.drain(), "it does not read what it is sent")

    async def line(self) -> str:
        """Read one line, without its end."""
        raw = await self._do(self._reader.readuntil(b"\n"))
        self._count(len(raw))
        return raw.decode("utf-8", "replace").rstrip("\r\n")

    async def block(self) -> list[tuple[str, str]]:
        """Read ``Name: value`` lines up to an empty one, names in lower case; without a colon the name is empty."""
        found: list[tuple[str, str]] = []
        while (text := await self.line()) or not found:
            if text:
                name, colon, value = text.partition(":")
                found.append((name.strip().lower(), value.strip()) if colon else ("", text))
            if len(found) > MOST_LINES:
                raise await self._fail(502, "it sends a message that never ends")
        return found

    async def exactly(self, length: int) -> bytes:
        """Read so many bytes."""
        self._count(length)
        return await self._do(self._reader.readexactly(length))

    async def rest(self) -> bytes:
        """Read until the engine hangs up."""
        parts: list[bytes] = []
        while part := await self._do(self._reader.read(65_536)):
            self._count(len(part))
            parts.append(part)
        return b"".join(parts)

    def abort(self) -> None:
        """Hang up without waiting for the end of it."""
        self.closed = True
        self._writer.transport.abort()

    async def close(self) -> None:
        """Hang up."""
        self.abort()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def _do(self, doing: Awaitable[T], late: str = "it does not answer") -> T:
        try:
            async with asyncio.timeout(self.patience):
                return await doing
        except TimeoutError as error:
            raise await self._fail(504, late) from error
        except EOFError as error:
            raise await self._fail(503, "it hung up") from error
        except (asyncio.LimitOverrunError, ValueError) as error:
            raise await self._fail(502, "it sends a line that never ends") from error
        except OSError as error:
            raise await self._fail(503, "the connection broke") from error

    def _count(self, more: int) -> None:
        self._read += more
        if more < 0 or self._read > MOST_BYTES:
            self.abort()
            raise EngineError(502, "its answer is longer than any that makes sense")

    async def _fail(self, status: int, reason: str) -> EngineError:
        await self.close()
        return EngineError(status, reason)


def in_words(error: OSError) -> str:
    """Say what the system says, without the addresses that asyncio adds."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)


def safe(text: str) -> str:
    """Give a text that may stand in one line of a message; raises EngineError for one that would begin another."""
    if len(text) > 1024 or not text.isprintable():
        raise EngineError(502, "it names a registration that cannot be real")
    return text


def number(text: str, most: int) -> int | None:
    """Read a whole number up to ``most``; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= most else None
