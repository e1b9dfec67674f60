"""What a peer asks on a connection that we opened, over TCP and TLS, is answered on it, and the connection stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from provserver.sip.client import Answer, Timers, UserAgent
from provserver.sip.message import Response, SipUri, parse
from provserver.sip.notice import Notice
from provserver.sip.stream import Trust
from tests.fakes.certificates import Authority
from tests.fakes.sip_peer import StreamPeer, reply

ASKED = ("OPTIONS", "MESSAGE", "NOTIFY", "REGISTER", "FOO", "ACK", "INVITE", "CANCEL", "OPTIONS")
SAID = [200, 405, 405, 405, 501, 405, 481, 200]
"""Nothing to the ACK."""


def request(method: str, number: int, transport: str) -> bytes:
    return (
        f"{method} sip:provserver@127.0.0.1 SIP/2.0\r\n"
        f"Via: SIP/2.0/{transport} 192.0.2.1:5060;branch=z9hG4bK{number};rport\r\nFrom: <sip:201@a>;tag=1\r\n"
        f"To: <sip:provserver>\r\nCall-ID: {number}\r\nCSeq: {number} {method}\r\nContent-Length: 0\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_peer_is_answered_on_the_connection_that_we_opened(tmp_path: Path, transport: str) -> None:
    authority = Authority(tmp_path)
    answered: list[Response] = []
    done = asyncio.Event()

    async def ask(data: bytes, writer: asyncio.StreamWriter) -> None:
        message = parse(data)
        if isinstance(message, Response):
            answered.append(message)
            if len(answered) == len(SAID):
                done.set()
            return
        questions = [request(method, number, transport.upper()) for number, method in enumerate(ASKED, start=1)]
        writer.write(b"\r\n\r\n" + b"\r\n".join(questions) + b"\r\n\r\n")
        writer.write(reply(data, 200, "OK"))

    async def once() -> tuple[list[Answer], int]:
        peer = StreamPeer(ask)
        context = authority.server_context("127.0.0.1") if transport == "tls" else None
        listener = await asyncio.start_server(peer.serve, "127.0.0.1", 0, ssl=context)
        target = SipUri("127.0.0.1", "201", listener.sockets[0].getsockname()[1], (("transport", transport),))
        agent = UserAgent(("127.0.0.1", 0), timers=Timers(timer_f=30), trust=Trust(str(authority.file)))
        await agent.start()
        answers = [await agent.send(Notice(target, "check-sync"))]
        async with asyncio.timeout(60):
            await done.wait()
        answers.append(await agent.send(Notice(target, "check-sync")))
        await agent.close()
        listener.close()
        await listener.wait_closed()
        await asyncio.sleep(0.05)  # the peer's own connection closes after it has read the end
        return answers, peer.connections

    answers, connections = asyncio.run(once())
    assert [answer.status for answer in answers] == [200, 200]
    assert connections == 1
    assert [one.status for one in answered[: len(SAID)]] == SAID
    assert answered[0].header("Allow") == "OPTIONS"
    assert "received=127.0.0.1" in (answered[0].header("Via") or "")
