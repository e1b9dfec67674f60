"""What answers at a JSON-RPC address and is no honest Kamailio: bounded, and told; the real one is in tests/interop."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from provserver.domain.secret import Secret
from provserver.engines import jsonrpc, wire
from provserver.engines.base import Contact, EngineError, Kind, Message, Outcome, Place
from provserver.engines.pool import Pool

CONTACT = Contact("1001", "", "sip:1001@10.0.0.1", "127.0.0.1", 5060, "", "", "sip:127.0.0.1:5060")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"


def ask(answer: bytes, *, tell: bool = False, hang: bool = False) -> tuple[object, list[bytes]]:
    """Serve one answer to whatever is asked; give what came of it, and what was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        asked.append(head + await reader.readexactly(length))
        writer.write(answer)
        if not hang:
            writer.close()
        else:
            opened.append(writer)

    opened: list[asyncio.StreamWriter] = []

    async def once() -> object:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        place = Place(Kind.KAMAILIO, "127.0.0.1", port, "prov", Secret("geheim"), path="/RPC")
        pool = Pool()
        try:
            if tell:
                return await pool.notify(place, CONTACT, Message("check-sync", "pbx.test"), alone=True)
            return await pool.contacts(place)
        finally:
            await pool.close()
            server.close()
            for writer in opened:
                writer.transport.abort()
            await asyncio.sleep(0.02)

    return asyncio.run(once()), asked


def result(value: object) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", "result": value, "id": 1}).encode()
    return OK % (len(body), body)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"", 503),
        (b"SSH-2.0-OpenSSH_9.2\r\n", 502),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", 502),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", 503),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 502),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", 502),
        (b"HTTP/1.1 404 Not found\r\nContent-Length: 9\r\n\r\nNot found", 502),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 401),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", 500),
        (b'HTTP/1.0 200 OK\r\nServer: x\r\n\r\n{"error":{"code":500,"message":"Method Not Found"}}', 403),
        (b'HTTP/1.0 200 OK\r\nServer: x\r\n\r\n{"error":{"code":500,"message":"no memory \\"\\n"}}', 500),
        (b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n" + b"[" * 200_000, 502),
    ],
)
def test_what_makes_no_sense_is_told(answer: bytes, status: int) -> None:
    with pytest.raises(EngineError) as problem:
        ask(answer)
    assert problem.value.status == status


@pytest.mark.parametrize("value", [None, {}, [], ["200"], [100, "Trying"], [700, "x"], [True]])
def test_an_answer_that_does_not_say_what_the_phone_said_is_not_believed(value: object) -> None:
    with pytest.raises(EngineError, match="does not say"):
        ask(result(value), tell=True)


def test_what_the_phone_said_is_passed_on_with_our_credentials_asked_for() -> None:
    outcome, asked = ask(result([481, "Subscription Does Not Exist"]), tell=True)
    assert outcome == Outcome(481, "Subscription Does Not Exist")
    assert b"Authorization: Basic cHJvdjpnZWhlaW0=" in asked[0]
    body = json.loads(asked[0].split(b"\r\n\r\n", 1)[1])
    assert body["method"] == "tm.t_uac_wait"
    assert body["params"][:4] == ["NOTIFY", "sip:1001@10.0.0.1", "sip:127.0.0.1:5060", "."]


def test_a_list_in_strange_boxes_is_walked_and_nonsense_in_it_passed_over() -> None:
    rows = [{"Contact": {"Address": "sip:1@10.0.0.1:5", "Path": "[not set]"}}, {"Contact": 7}, "x", None]
    dump = {"Domains": [[{"Info": {"AoR": "1", "Contacts": rows}}], 3, {"AoR": "2", "Contacts": None}]}
    found, _ = ask(result(dump))
    assert {user: [(one.address, one.port) for one in rows] for user, rows in found.items()} == {"1": [("10.0.0.1", 5)]}


def test_silence_is_the_phones_where_it_was_told_and_the_engines_where_it_was_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(jsonrpc, "WAIT_SECONDS", 0.2)
    started = time.monotonic()
    assert ask(b"", tell=True, hang=True)[0] == Outcome(408, "no answer within 0.2 s")
    with pytest.raises(EngineError, match="does not answer"):
        ask(b"", hang=True)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("uri", ["sip:1001@\ud800", "sip:1001@10.0.0.1\r\nX: y", "sip:1001@10.0.0.1\0"])
def test_a_registration_that_no_database_keeps_is_none(uri: str) -> None:
    rows = [{"Contact": {"Address": uri}}, {"Contact": {"Address": "sip:1001@10.0.0.1", "User-Agent": "T46U\0\ud800"}}]
    found, _ = ask(result([{"AoR": "1001", "Contacts": rows}]))
    assert {user: [(one.uri, one.user_agent) for one in rows] for user, rows in found.items()} == {
        "1001": [("sip:1001@10.0.0.1", "T46U\ufffd\ufffd")]
    }


def test_what_an_engine_says_can_be_written_down() -> None:
    body = b'{"error":{"code":500,"message":"\\ud800\\u0000 no"}}'
    with pytest.raises(EngineError) as problem:
        ask(OK % (len(body), body))
    assert problem.value.reason == "it refuses ul.dump: \ufffd\ufffd no"
