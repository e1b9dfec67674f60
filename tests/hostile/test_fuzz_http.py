"""Bytes at a running server: whatever is sent, it is no 5xx, nothing falls over in the log, and it goes on."""

import json
import os
import random
import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from urllib.request import urlopen

import psutil
import pytest

from tests.cli.server import Server, running
from tests.hostile import bytes_at
from tests.hostile.conftest import LONG, Report, Size

pytestmark = pytest.mark.timeout(7200 if LONG else 300)

TOKEN = "fuzzing-token-fuzzing"
SEED = random.SystemRandom().randrange(2**32) if LONG else 7
PATIENCE = 60.0
"""Seconds that an answer may take on a busy machine; it ends where the server closes."""
MORE_MEMORY = 96 * 2**20
"""Bytes that all processes together may have grown by: what threads and caches take once, not what requests leave."""
_REFUSED = frozenset({501, 505})
"""Refusals by HTTP's own words: a transfer coding, or a version of HTTP, that this server does not know."""
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole program, that believes a front on loopback and so reads every header that a front may send."""
    with running(
        tmp_path_factory.mktemp("fuzz"),
        PROVSERVER_API_TOKEN=TOKEN, PROVSERVER_TRUSTED_PROXIES="127.0.0.0/8", PROVSERVER_TRUSTED_NETWORKS="10.0.0.0/8",
    ) as found:  # fmt: skip
        yield found


def test_no_bytes_break_the_server(server: Server, size: Size, report: Report) -> None:
    dice, paths = random.Random(SEED), _paths(server)
    for _ in range(30):
        _send(server, bytes_at.request(dice, paths, TOKEN.encode()))
    before, statuses, tried = _memory(server), Counter[int](), 0
    for _ in range(size(150, 8_000)):
        requests = [bytes_at.request(dice, paths, TOKEN.encode()) for _ in range(dice.choice((1, 1, 1, 2, 5)))]
        answer = _send(server, b"".join(requests))
        tried += len(requests)
        found = [int(code) for code in _STATUS.findall(answer)]
        statuses.update(found)
        assert b"Traceback" not in answer
        broken = [code for code in found if code >= 500 and code not in _REFUSED]
        assert not broken, f"seed {SEED}: {requests!r} was answered {answer[:300]!r}"
    assert "Traceback" not in server.err, server.err[-5000:]
    assert urlopen(f"http://{server.address}/healthz", timeout=PATIENCE).status == 200
    grown = _memory(server) - before
    assert grown < MORE_MEMORY
    report(
        requests=tried, seed=SEED, grown_by_kib=grown // 1024, **{f"status_{c}": n for c, n in sorted(statuses.items())}
    )


def _paths(server: Server) -> list[bytes]:
    """Give paths to start from: a phone's by its token and by its address, the API's, pages."""
    macs = [row["mac"] for row in json.loads(server.command("device", "list", "--json"))]
    found = re.search(r"http://[^/]+(/p/[^/\s]+/)", server.out)
    own = found[1] if found else "/p/x/"
    phones = [
        path
        for mac in macs[:2]
        for path in (f"/{mac}.cfg", f"/{mac}-app.log", f"{own}{mac}.cfg", f"{own}{mac}-app.log")
    ]
    calls = [
        f"/api/v1/{call}"
        for call in ("models", "lines", "devices", f"devices/{macs[0]}/keys", "settings/tenant", "rollback")
    ]
    others = [
        f"{own}phonebook.xml?q=a&page=2",
        "/firmware/x.ld",
        f"{own}firmware/x",
        "/",
        "/sign-in",
        "/api/v1/openapi.json",
        "/ca.pem",
    ]
    others += ["/static/provserver.css", "/phones/?q=x&sort=y", "/password/x", "/metrics", "/readyz", "/api/docs"]
    return [path.encode() for path in (*phones, *calls, *others)]


def _send(server: Server, data: bytes) -> bytes:
    """Send bytes, say that no more come, and read all that is answered."""
    host, _colon, port = server.address.rpartition(":")
    parts = []
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection, suppress(ConnectionError):
        connection.sendall(data)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def _memory(server: Server) -> int:
    """Give the bytes that the server's processes hold for themselves alone."""
    family = [psutil.Process(server.process.pid)]
    family += family[0].children(recursive=True)
    return sum(process.memory_full_info().uss for process in family if process.pid != os.getpid())
