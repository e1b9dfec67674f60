"""Broken SIP and TFTP at every socket that hears it: nothing falls over, and a good message is answered afterwards."""

import asyncio
import logging
import random
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest

from provserver.config import networks
from provserver.discovery.pnp import Responder
from provserver.discovery.tftp import TftpServer
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.sip.client import Timers, UserAgent
from provserver.sip.message import SipUri
from tests.discovery.conftest import SNOM, anna
from tests.fakes.pnp_phone import subscribe
from tests.fakes.sip_peer import StreamPeer, UdpPeer, answering, reply
from tests.hostile.bytes_at import mutated
from tests.hostile.conftest import LONG, Report, Size

__all__ = ["anna"]

pytestmark = pytest.mark.timeout(7200 if LONG else 300)

SEED = random.SystemRandom().randrange(2**32) if LONG else 11
QUICK = Timers(t1=0.02, t2=0.05, timer_f=0.1)
CALM = Timers()
"""For the good message at the end: a busy machine may take its time."""
METHODS = ("OPTIONS", "INVITE", "ACK", "CANCEL", "BYE", "NOTIFY", "SUBSCRIBE", "REGISTER", "MESSAGE", "BREW")


@pytest.fixture(autouse=True)
def calm(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing may be logged as an error, neither by us nor by the event loop for us."""
    yield
    loud = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR or record.exc_info]
    assert loud == []


def a_request(dice: random.Random, source: str = "127.0.0.1:5060") -> bytes:
    """Give a good request of some kind, from some peer."""
    method = dice.choice(METHODS)
    if method == "SUBSCRIBE":
        return subscribe(SNOM, *_host(source))
    lines = (
        f"{method} sip:provserver SIP/2.0", f"Via: SIP/2.0/UDP {source};branch=z9hG4bK{dice.randrange(10**6)};rport",
        "Via: SIP/2.0/TCP [2001:db8::1]:5061;received=192.0.2.1;branch=z9hG4bKfirst", "From: Ann <sip:201@a>;tag=1",
        "To: <sip:us;user=phone>", "Call-ID: ask@x", f"CSeq: 7 {method}",
        "Contact: <sip:201@192.0.2.1:5060;transport=tls>",
        'Authorization: Digest username="a", realm="r", nonce="n", uri="sip:x", response="0"', "Content-Length: 4",
        "", "body",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def _host(source: str) -> tuple[str, int]:
    host, _colon, port = source.rpartition(":")
    return host, int(port)


def test_broken_datagrams_leave_the_user_agent_as_it_was(size: Size, report: Report) -> None:
    dice, count = random.Random(SEED), size(1_500, 200_000)

    def broken(peer: UdpPeer, data: bytes, source: tuple[str, int]) -> None:
        if data.startswith(b"NOTIFY"):
            answer = reply(data, dice.choice((100, 200, 401, 407, 481, 500, 999)), "So")
            challenge = b'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth,auth-int", algorithm=SHA-256\r\n'
            peer.send(mutated(answer.replace(b"Content-Length", challenge + b"Content-Length"), dice), source)

    async def run() -> tuple[int, int]:
        agent = UserAgent(("127.0.0.1", 0), timers=QUICK)
        await agent.start()
        async with UdpPeer(broken) as peer, UdpPeer(answering(200)) as good:
            for number in range(count):
                peer.send(mutated(a_request(dice, f"127.0.0.1:{peer.port}"), dice), agent.address)
                if number % 50 == 0:
                    await agent.notify(SipUri("127.0.0.1", "201", peer.port), "check-sync")
            status = 0
            for _ in range(200):  # its patience is short, and the machine may be busy
                if status != 200:
                    status = (await agent.notify(SipUri("127.0.0.1", "201", good.port), "check-sync")).status
            await agent.close()
            return status, agent.dropped

    status, dropped = asyncio.run(run())
    assert status == 200 and dropped
    report(datagrams=count, dropped=dropped, seed=SEED)


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_broken_peer_on_a_connection_hurts_nobody_else(transport: str, size: Size, report: Report) -> None:
    dice, count = random.Random(SEED), size(40, 5_000)

    async def broken(data: bytes, writer: asyncio.StreamWriter) -> None:
        answer = reply(data, 200, "OK") if data.startswith(b"NOTIFY") else a_request(dice)
        writer.write(mutated(answer + a_request(dice), dice))

    async def good(data: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(data, 200, "OK"))

    async def noise(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(dice.choice((b"\x16\x03\x01", b"HTTP/1.1 200 OK\r\n\r\n", b"")) + dice.randbytes(200))
        await writer.drain()
        writer.close()

    async def run() -> tuple[int, int]:
        peer, fine = StreamPeer(broken), StreamPeer(good)
        bad = await asyncio.start_server(peer.serve if transport == "tcp" else noise, "127.0.0.1", 0)
        kind = await asyncio.start_server(fine.serve, "127.0.0.1", 0)
        agent, calm_agent = UserAgent(("127.0.0.1", 0), timers=QUICK), UserAgent(("127.0.0.1", 0), timers=CALM)
        await agent.start()
        await calm_agent.start()
        for _ in range(count):
            port = bad.sockets[0].getsockname()[1]
            await agent.notify(SipUri("127.0.0.1", "201", port, (("transport", transport),)), "check-sync")
        port = kind.sockets[0].getsockname()[1]
        answer = await calm_agent.notify(SipUri("127.0.0.1", "201", port, (("transport", "tcp"),)), "check-sync")
        await agent.close()
        await calm_agent.close()
        for listener in (bad, kind):
            listener.close()
            await listener.wait_closed()
        return answer.status, peer.connections

    status, connections = asyncio.run(run())
    assert status == 200
    report(notifies=count, connections=connections, seed=SEED)


def test_broken_questions_to_the_group_leave_the_responder_as_it_was(
    sqlite_house: House, anna: Actor, size: Size, report: Report
) -> None:
    dice, count = random.Random(SEED), size(600, 60_000)

    async def send(responder: Responder, phone: UdpPeer) -> None:
        for number in range(count):
            source = f"127.{dice.randrange(1, 255)}.{dice.randrange(256)}.{dice.randrange(1, 255)}", 5060
            responder.received(mutated(subscribe(SNOM, *source, call=str(number)), dice), source)
            responder._answered(mutated(a_request(dice), dice), source)
            if number % 100 == 0:
                await asyncio.sleep(0)
        while responder._under_way:
            await asyncio.sleep(0.05)
        question = subscribe(SNOM, phone.host, phone.port, call="good")
        while not any(data.startswith(b"NOTIFY") for data in phone.heard):
            responder.received(question, (phone.host, phone.port))
            await asyncio.sleep(0.2)

    dropped = asyncio.run(_responding(sqlite_house, send))
    report(questions=count, dropped=sum(dropped.values()), seed=SEED)


async def _responding(house: House, what: Callable[[Responder, UdpPeer], Awaitable[None]]) -> dict[str, int]:
    responder = Responder(house, lambda _heard: None, "127.0.0.1")
    await responder.open()
    try:
        async with UdpPeer(lambda peer, data, source: answering(200)(peer, data, source)) as phone:
            await what(responder, phone)
    finally:
        await responder.close()
    return dict(responder.dropped.counts)


def test_broken_tftp_leaves_the_server_as_it_was(sqlite_house: House, anna: Actor, size: Size, report: Report) -> None:
    dice, count, name = random.Random(SEED), size(800, 40_000), f"snomD785-{SNOM}.htm".encode()
    good = b"\0\1" + name + b"\0octet\0"
    odd = good + b"blksize\x001428\0tsize\x000\0timeout\x001\0"
    config = replace(sqlite_house.config, tftp_bind="127.0.0.1:0", trusted_networks=networks("127.0.0.0/8"))

    async def run() -> bytes:
        server = TftpServer(replace(sqlite_house, config=config))
        await server.open()
        try:
            for number in range(count):
                source = f"127.{dice.randrange(1, 255)}.{dice.randrange(256)}.{dice.randrange(1, 255)}", 40_000
                server.datagram_received(mutated(odd if number % 2 else good, dice), source)
                if number % 20 == 0:
                    await asyncio.sleep(0)
            return await _first_block(server, good)
        finally:
            await server.close()

    assert (asyncio.run(run()))[:4] == b"\0\3\0\1"
    report(datagrams=count, seed=SEED)


async def _first_block(server: TftpServer, good: bytes) -> bytes:
    """Ask as a phone does until the first block comes: others may hold every transfer for a while."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.77", 0))
        phone.setblocking(False)
        while True:
            phone.sendto(good, server.address)
            try:
                async with asyncio.timeout(3):
                    data: bytes = await asyncio.get_running_loop().sock_recv(phone, 65_536)
                    if data.startswith(b"\0\3"):
                        return data
            except TimeoutError:
                continue
