"""SIP over TLS: whose certificate is believed, which name is asked for, and that one connection serves all."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from provserver.sip.client import Answer, Cause, Timers, UserAgent
from provserver.sip.message import SipUri, parse
from provserver.sip.notice import Notice
from provserver.sip.resolver import Resolver
from provserver.sip.stream import Trust
from tests.fakes.certificates import Authority
from tests.fakes.sip_peer import StreamPeer, reply

SHORT = Timers(t1=0.05, t2=0.2, timer_f=2)


async def accept(data: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(reply(data, 200, "OK"))


@asynccontextmanager
async def phone(context: ssl.SSLContext | None) -> AsyncIterator[tuple[StreamPeer, int]]:
    peer = StreamPeer(accept)
    listener = await asyncio.start_server(peer.serve, "127.0.0.1", 0, ssl=context)
    yield peer, listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()
    await asyncio.sleep(0.05)  # the peer's own connection closes after it has read the end


def tell(
    context: ssl.SSLContext | None,
    trust: Trust,
    target: str = "sip:201@127.0.0.1:{port};transport=tls",
    *,
    verify: bool = True,
    times: int = 1,
) -> tuple[list[Answer], StreamPeer]:
    async def once() -> tuple[list[Answer], StreamPeer]:
        async with phone(context) as (peer, port):
            hosts = HOSTS[0]
            agent = UserAgent(("127.0.0.1", 0), timers=SHORT, trust=trust, resolver=Resolver(["127.0.0.1"], 9, hosts))
            await agent.start()
            notice = Notice(SipUri.parse(target.format(port=port)), "check-sync", verify=verify)
            answers = [await agent.send(notice) for _ in range(times)]
            await agent.close()
            return answers, peer

    return asyncio.run(once())


HOSTS: list[Path] = []


@pytest.fixture(autouse=True)
def hosts(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("# a comment\n127.0.0.1 pbx.test proxy.pbx.test\n")
    HOSTS[:] = [tmp_path / "hosts"]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_phone_with_a_certificate_of_our_authority_is_told_over_one_connection(authority: Authority) -> None:
    answers, peer = tell(authority.server_context("127.0.0.1"), Trust(str(authority.file)), times=3)
    assert [(answer.status, answer.cause) for answer in answers] == [(200, Cause.ANSWERED)] * 3
    assert peer.connections == 1
    request = parse(peer.heard[0])
    assert request.header("Via").startswith("SIP/2.0/TLS 127.0.0.1:")
    assert request.header("Contact").endswith(";transport=tls>")


def test_a_sips_address_goes_over_tls(authority: Authority) -> None:
    context = authority.server_context("127.0.0.1")
    answers, _ = tell(context, Trust(str(authority.file)), "sips:201@127.0.0.1:{port}")
    assert answers[0].status == 200


def test_the_name_of_the_domain_is_asked_for_and_checked(authority: Authority) -> None:
    asked: list[str | None] = []
    context = authority.server_context("pbx.test")
    context.sni_callback = lambda _socket, name, _context: asked.append(name)  # type: ignore[assignment,func-returns-value]
    trust = Trust(str(authority.file))
    assert tell(context, trust, "sip:201@pbx.test:{port};transport=tls")[0][0].status == 200
    wrong = tell(context, trust, "sip:201@proxy.pbx.test:{port};transport=tls")[0][0]
    assert (wrong.status, wrong.cause) == (503, Cause.UNTRUSTED)
    assert "Hostname mismatch" in wrong.reason
    assert asked == ["pbx.test", "proxy.pbx.test"]


def test_a_certificate_of_nobody_we_trust_is_refused_unless_any_is_allowed(authority: Authority) -> None:
    context = authority.server_context("127.0.0.1")
    refused, peer = tell(context, Trust())
    assert (refused[0].status, refused[0].cause, refused[0].sent, peer.heard) == (503, Cause.UNTRUSTED, 0, [])
    assert "certificate is not trusted" in refused[0].reason
    assert tell(context, Trust(), verify=False)[0][0].status == 200


def test_a_peer_without_tls_is_a_503_with_the_reason(authority: Authority) -> None:
    answer = tell(None, Trust(str(authority.file)))[0][0]
    assert (answer.status, answer.cause) in {(503, Cause.UNCONNECTED), (408, Cause.UNCONNECTED), (503, Cause.REFUSED)}
    assert answer.reason


def test_a_file_of_authorities_that_is_not_there_is_a_503(tmp_path: Path, authority: Authority) -> None:
    answer = tell(authority.server_context("127.0.0.1"), Trust(str(tmp_path / "gone.pem")))[0][0]
    assert (answer.status, answer.sent) == (503, 0)
