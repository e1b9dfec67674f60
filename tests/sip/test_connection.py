"""The user agent over TCP: one connection for a destination, framing, refusals and losses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from provserver.sip import stream
from provserver.sip.client import Answer, Timers, UserAgent
from provserver.sip.message import SipUri, parse
from tests.fakes.sip_peer import StreamPeer, StreamScript, reply

SHORT = Timers(t1=0.05, t2=0.2, timer_f=0.4)
OPTIONS = (
    b"OPTIONS sip:provserver SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKask\r\nFrom: <sip:201@a>;tag=1\r\n"
    b"To: <sip:provserver>\r\nCall-ID: ask\r\nCSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


@asynccontextmanager
async def talking_to(script: StreamScript) -> AsyncIterator[tuple[StreamPeer, UserAgent, SipUri]]:
    peer = StreamPeer(script)
    listener = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    target = SipUri("127.0.0.1", "201", listener.sockets[0].getsockname()[1], (("transport", "tcp"),))
    agent = UserAgent(("127.0.0.1", 0), timers=SHORT)
    await agent.start()
    try:
        yield peer, agent, target
    finally:
        await agent.close()
        listener.close()
        await listener.wait_closed()
        await asyncio.sleep(0.02)  # the peer's own connection closes after it has read the end


def notify(script: StreamScript, times: int = 1) -> tuple[list[Answer], StreamPeer]:
    async def once() -> tuple[list[Answer], StreamPeer]:
        async with talking_to(script) as (peer, agent, target):
            return [await agent.notify(target, "check-sync") for _ in range(times)], peer

    return asyncio.run(once())


async def accept(data: bytes, writer: asyncio.StreamWriter) -> None:
    if data.startswith(b"NOTIFY"):
        writer.write(reply(data, 200, "OK"))


def test_one_connection_serves_every_notify_to_a_destination() -> None:
    answers, peer = notify(accept, times=3)
    assert [(answer.status, answer.sent) for answer in answers] == [(200, 1)] * 3
    assert (len(peer.heard), peer.connections) == (3, 1)
    assert parse(peer.heard[0]).header("Via").startswith("SIP/2.0/TCP 127.0.0.1:")


def test_notifies_at_the_same_time_share_the_connection() -> None:
    async def once() -> tuple[list[Answer], int]:
        async with talking_to(accept) as (peer, agent, target):
            answers = await asyncio.gather(*(agent.notify(target, "check-sync") for _ in range(20)))
            return answers, peer.connections

    answers, connections = asyncio.run(once())
    assert {answer.status for answer in answers} == {200}
    assert connections == 1


def test_answers_are_found_however_the_stream_is_cut() -> None:
    async def in_pieces(data: bytes, writer: asyncio.StreamWriter) -> None:
        stream = b"\r\n\r\n" + reply(data, 100, "Trying") + reply(data, 200, "OK")
        for start in range(0, len(stream), 7):
            writer.write(stream[start : start + 7])
            await writer.drain()
            await asyncio.sleep(0)

    answers, _ = notify(in_pieces)
    assert answers[0].status == 200


def test_a_silent_peer_is_asked_only_once() -> None:
    async def silent(data: bytes, writer: asyncio.StreamWriter) -> None: ...

    answers, peer = notify(silent)
    assert (answers[0].status, answers[0].sent, len(peer.heard)) == (408, 1, 1)


@pytest.mark.parametrize("last_words", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_lost_connection_is_told_at_once_and_opened_again(last_words: bytes) -> None:
    async def hang_up(data: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(last_words)
        writer.close()

    answers, peer = notify(hang_up, times=2)
    assert [answer.status for answer in answers] == [503, 503]
    assert max(answer.seconds for answer in answers) < 0.3
    assert peer.connections == 2


def test_a_refused_connection_is_a_503() -> None:
    async def once() -> list[Answer]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))  # bound, not listening
            target = SipUri("127.0.0.1", "201", probe.getsockname()[1], (("transport", "tcp"),))
            agent = UserAgent(("127.0.0.1", 0))
            await agent.start()
            answers = await asyncio.gather(*(agent.notify(target, "check-sync") for _ in range(2)))
            await agent.close()
            return answers

    assert [(answer.status, answer.sent) for answer in asyncio.run(once())] == [(503, 0)] * 2


def test_a_host_that_does_not_take_the_connection_is_a_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provserver.sip.network.CONNECT_SECONDS", 0.1)

    async def once() -> Answer:
        with socket.socket() as full, socket.socket() as first:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            first.connect(full.getsockname())  # the kernel drops the next ones: the queue holds one
            agent = UserAgent(("127.0.0.1", 0))
            await agent.start()
            target = SipUri("127.0.0.1", "201", full.getsockname()[1], (("transport", "tcp"),))
            answer = await agent.notify(target, "check-sync")
            await agent.close()
            return answer

    answer = asyncio.run(once())
    assert (answer.status, answer.reason) == (408, "no connection within 0.1 s")


def test_a_connection_that_rests_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "IDLE_SECONDS", 0.05)

    async def once() -> int:
        async with talking_to(accept) as (peer, agent, target):
            await agent.notify(target, "check-sync")
            await asyncio.sleep(0.15)
            await agent.notify(target, "check-sync")
            return peer.connections

    assert asyncio.run(once()) == 2


def test_a_request_on_our_connection_is_answered_on_it() -> None:
    async def ask(data: bytes, writer: asyncio.StreamWriter) -> None:
        if data.startswith(b"NOTIFY"):
            writer.write(OPTIONS)
        else:
            writer.write(reply(peer_of[0].heard[0], 200, "answered"))

    peer_of: list[StreamPeer] = []

    async def once() -> tuple[Answer, bytes]:
        async with talking_to(ask) as (peer, agent, target):
            peer_of.append(peer)
            return await agent.notify(target, "check-sync"), peer.heard[1]

    answer, options = asyncio.run(once())
    assert answer.reason == "answered"
    assert options.startswith(b"SIP/2.0 200 OK\r\n")


def test_closing_while_connected_ends_the_notify() -> None:
    async def silent(data: bytes, writer: asyncio.StreamWriter) -> None: ...

    async def once() -> Answer:
        async with talking_to(silent) as (_, agent, target):
            waiting = asyncio.create_task(agent.notify(target, "check-sync"))
            await asyncio.sleep(0.05)
            await agent.close()
            return await waiting

    assert asyncio.run(once()).reason == "the user agent was closed"


def test_a_connection_that_died_unnoticed_is_opened_once_more() -> None:
    async def once() -> tuple[list[Answer], int]:
        async def hang_up_at_the_second(data: bytes, writer: asyncio.StreamWriter) -> None:
            if len(peer.heard) == 2:
                writer.close()
            else:
                writer.write(reply(data, 200, "OK"))

        async with talking_to(hang_up_at_the_second) as (peer, agent, target):
            return [await agent.notify(target, "check-sync") for _ in range(2)], peer.connections

    answers, connections = asyncio.run(once())
    assert [answer.status for answer in answers] == [200, 200]
    assert connections == 2


def test_a_connection_on_which_nothing_comes_back_is_not_used_again() -> None:
    async def once() -> tuple[list[int], int]:
        async def silent_on_the_first(data: bytes, writer: asyncio.StreamWriter) -> None:
            if peer.connections > 1:
                writer.write(reply(data, 200, "OK"))

        async with talking_to(silent_on_the_first) as (peer, agent, target):
            return [(await agent.notify(target, "check-sync")).status for _ in range(2)], peer.connections

    assert asyncio.run(once()) == ([408, 200], 2)


def test_a_silent_phone_behind_a_proxy_does_not_cost_the_others_their_connection() -> None:
    async def once() -> tuple[list[int], int]:
        async def answers_some(data: bytes, writer: asyncio.StreamWriter) -> None:
            if b"Event: silent" not in data:
                writer.write(reply(data, 200, "OK"))

        async with talking_to(answers_some) as (peer, agent, target):
            silent = asyncio.create_task(agent.notify(target, "silent"))
            await asyncio.sleep(SHORT.timer_f / 2)
            statuses = [(await agent.notify(target, "check-sync")).status]
            statuses += [(await silent).status, (await agent.notify(target, "check-sync")).status]
            return statuses, peer.connections

    assert asyncio.run(once()) == ([200, 408, 200], 1)


def test_a_peer_that_does_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_UNSENT", 1000)

    async def once() -> list[Answer]:
        async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.transport.pause_reading()
            deaf_ones.append(writer)

        deaf_ones: list[asyncio.StreamWriter] = []
        listener = await asyncio.start_server(deaf, "127.0.0.1", 0, limit=1)
        target = SipUri("127.0.0.1", "201", listener.sockets[0].getsockname()[1], (("transport", "tcp"),))
        agent = UserAgent(("127.0.0.1", 0), timers=Timers(timer_f=20), concurrency=1000)
        await agent.start()
        many = (agent.notify(target, "check-sync", content_type="text/plain", body=b"x" * 60_000) for _ in range(300))
        answers = await asyncio.gather(*many)
        await agent.close()
        listener.close()
        for writer in deaf_ones:
            writer.transport.abort()
        await asyncio.sleep(0.05)
        return answers

    answers = asyncio.run(once())
    assert {answer.status for answer in answers} == {503}
    assert max(answer.seconds for answer in answers) < 15
