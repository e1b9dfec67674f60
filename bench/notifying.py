"""NOTIFY → 200 over UDP: the server's own user agent, and a peer in another process that answers at once."""

import asyncio
import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench.rolling import resident
from provserver.sip.client import UserAgent
from provserver.sip.uri import SipUri
from tests.fakes.sip_peer import UdpPeer, answering

NOTIFIES = 5_000
AT_ONCE = 50


@dataclass(frozen=True)
class Notified:
    """Transactions a second, the milliseconds of each, how many did not end with 200, and our memory in MB."""

    per_second: float
    waits: list[float]
    failed: int
    memory: float


def run() -> Notified:
    """Measure it."""
    ours, theirs = multiprocessing.Pipe()
    peer = multiprocessing.get_context("spawn").Process(target=_peer, args=(theirs,), daemon=True)
    peer.start()
    try:
        return asyncio.run(_notify(ours.recv()))
    finally:
        peer.terminate()
        peer.join()


def _peer(told: Connection) -> None:
    async def answer() -> None:
        async with UdpPeer(answering(200)) as peer:
            told.send(peer.port)
            await asyncio.Event().wait()

    asyncio.run(answer())


async def _notify(port: int) -> Notified:
    agent = UserAgent(("127.0.0.1", 0), concurrency=AT_ONCE)
    await agent.start()
    target = SipUri.parse(f"sip:201@127.0.0.1:{port}")
    waits: list[float] = []
    failed = 0

    async def one() -> None:
        nonlocal failed
        began = time.perf_counter()
        answer = await agent.notify(target, "check-sync")
        waits.append((time.perf_counter() - began) * 1000)
        failed += answer.status != 200

    left = iter(range(NOTIFIES))

    async def several() -> None:
        for _ in left:
            await one()

    began = time.perf_counter()
    await asyncio.gather(*(several() for _ in range(AT_ONCE)))
    seconds = time.perf_counter() - began
    await agent.close()
    return Notified(NOTIFIES / seconds, waits, failed, resident(multiprocessing.current_process().pid or 0))
