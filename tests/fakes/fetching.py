"""A phone's HTTP/1.1 client: GET over one kept-alive connection, from the phone's own address."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from tests.fakes.answering import Answerer

SECONDS = 30.0  # for one answer


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; the names of the headers are in lower case, and ``every`` has those that came twice."""

    status: int
    headers: dict[str, str]
    body: bytes
    every: tuple[tuple[str, str], ...] = ()


class Fetcher:
    """GETs addresses one after the other, reconnecting where the server hung up or the host changes."""

    def __init__(self, user_agent: str, local_host: str) -> None:
        self._user_agent = user_agent
        self._local_host = local_host
        self._place: tuple[str, int] | None = None
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, url: str, etag: str | None = None) -> Reply:
        """Fetch an http address, if it differs from `etag`; raise OSError when there is no answer in 30 s.

        A 401 is answered once with the user and password of the address, as the challenge wants it.
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError(f"The fake phone fetches http addresses only, not {url}.")
        async with asyncio.timeout(SECONDS):
            reply = await self._ask(parts, etag, "")
            if reply.status == 401 and parts.username:
                client = Answerer(unquote(parts.username), unquote(parts.password or ""))
                digest = client.learn([value for name, value in reply.every if name == "www-authenticate"])
                shown = client.digest("GET", _path(parts)) if digest else client.basic()
                reply = await self._ask(parts, etag, f"Authorization: {shown}\r\n")
        return reply

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            streams, self._streams = self._streams, None
            streams[1].transport.abort()
            await asyncio.gather(streams[1].wait_closed(), return_exceptions=True)

    async def _ask(self, parts: SplitResult, etag: str | None, credentials: str) -> Reply:
        place = (parts.hostname or "", parts.port or 80)
        if place != self._place:
            await self.close()
            self._place = place
        request = (
            f"GET {_path(parts)} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
            f"User-Agent: {self._user_agent}\r\nAccept: */*\r\n"
            f"{f'If-None-Match: {etag}{chr(13)}{chr(10)}' if etag else ''}{credentials}\r\n"
        ).encode()
        if self._streams is not None:
            try:
                return await self._exchange(request)
            except (OSError, EOFError):  # the server hung up between two files
                await self.close()
        self._streams = await asyncio.open_connection(*place, local_addr=(self._local_host, 0))
        try:
            return await self._exchange(request)
        except EOFError as error:
            await self.close()
            raise ConnectionError("The server hung up in the middle of an answer.") from error

    async def _exchange(self, request: bytes) -> Reply:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        pairs = (line.partition(":") for line in head[1:] if line)
        every = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
        headers = dict(every)
        body = b"" if status in (204, 304) else await _body(reader, headers)
        if headers.get("connection", "").lower() == "close" or head[0].startswith("HTTP/1.0"):
            await self.close()
        return Reply(status, headers, body, every)


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        chunks = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            chunks.append(await reader.readexactly(size))
            await reader.readexactly(2)
        while (await reader.readline()).strip():  # trailers
            pass
        return b"".join(chunks)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read()
