"""A UDP socket on loopback that is there inside an `async with`."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self


class Datagrams(asyncio.DatagramProtocol):
    """What every fake on UDP is; `host` and `port` are where it listens once it is entered."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._wanted = (host, port)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=self._wanted)
        self.host, self.port = self._transport.get_extra_info("sockname")[:2]
        self._closed = loop.create_future()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()
        await self._closed

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set_result(None)
