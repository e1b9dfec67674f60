"""A real Kamailio with the dialog module tells which of two phones of an extension is in a call."""

import asyncio
import re
import socket
import time
from datetime import UTC, datetime

from provserver.engines.base import Call
from provserver.engines.pool import Pool
from tests.interop.conftest import Proxy

PATIENCE = 30.0


def invite(proxy: Proxy, caller: int, callee: int) -> bytes:
    return (
        f"INVITE sip:1002@127.0.0.1:{callee} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{caller};branch=z9hG4bKcare1\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:1001@pbx.test>;tag=care\r\nTo: <sip:1002@pbx.test>\r\nCall-ID: care-1\r\n"
        f"CSeq: 1 INVITE\r\nContact: <sip:1001@127.0.0.1:{caller}>\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def answer(request: bytes, status: str, port: int) -> bytes:
    lines = request.decode().split("\r\n")
    kept = [line for line in lines if re.match("(Via|From|Call-ID|CSeq|Record-Route):", line)]
    to = next(line for line in lines if line.startswith("To:")) + ";tag=callee"
    head = [f"SIP/2.0 {status}", *kept, to, f"Contact: <sip:1002@127.0.0.1:{port}>", "Content-Length: 0", "", ""]
    return "\r\n".join(head).encode()


def calls(proxy: Proxy) -> list[Call]:
    async def once() -> list[Call]:
        pool = Pool()
        try:
            return await pool.calls(proxy.place)
        finally:
            await pool.close()

    return asyncio.run(once())


def test_a_call_is_listed_from_its_first_ring_to_its_end(proxy: Proxy) -> None:
    assert calls(proxy) == []
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as callee,
    ):
        for end in (caller, callee):
            end.bind(("127.0.0.1", 0))
            end.settimeout(PATIENCE)
        caller_port, callee_port = caller.getsockname()[1], callee.getsockname()[1]
        caller.sendto(invite(proxy, caller_port, callee_port), proxy.registrar)
        request, back = callee.recvfrom(65_535)
        callee.sendto(answer(request, "180 Ringing", callee_port), back)
        while b"180 Ringing" not in caller.recv(65_535):
            pass
        found = {call.user: call for call in calls(proxy)}
        assert set(found) == {"1001", "1002"}
        assert found["1001"].contact == f"sip:1001@127.0.0.1:{caller_port}"
        since = found["1001"].since
        assert since is not None and abs((datetime.now(UTC) - since).total_seconds()) < PATIENCE
        callee.sendto(answer(request, "486 Busy Here", callee_port), back)
        until = time.monotonic() + PATIENCE
        while calls(proxy) and time.monotonic() < until:
            time.sleep(0.2)
        assert calls(proxy) == []
