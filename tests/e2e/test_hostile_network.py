"""What a hostile or broken phone does to the real server: it gets a no in bounded time, and nobody else notices."""

import http.client
import socket
import time
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.cli.server import Server

MAC = "0004f2005301"


def host(server: Server) -> tuple[str, int]:
    name, _, port = server.address.rpartition(":")
    return name, int(port)


def raw(server: Server, data: bytes, seconds: float = 5) -> bytes:
    """Send bytes and read what comes until the server closes or the time is up."""
    with socket.create_connection(host(server), timeout=seconds) as connection:
        connection.sendall(data)
        parts = []
        try:
            while part := connection.recv(65536):
                parts.append(part)
        except (TimeoutError, ConnectionResetError):
            pass
        return b"".join(parts)


def alive(server: Server) -> bool:
    started = time.monotonic()
    with urlopen(f"http://{server.address}/{MAC}.cfg", timeout=10) as answer:
        return answer.status == 200 and time.monotonic() - started < 5


@pytest.mark.parametrize(
    "line",
    [
        b"GET /../../etc/passwd HTTP/1.1", b"GET /p/" + b"a" * 9000 + b"/x HTTP/1.1", b"GET /%00%0d%0a HTTP/1.1",
        b"BREW /0004f2005301.cfg HTTP/1.1", b"GET /p/aaaaaaaaaaaaaaaaaaaa/..%2f..%2fsecret.key HTTP/1.1",
        b"\x00\xff\x16\x03\x01", b"GET http://evil/0004f2ffffff.cfg HTTP/1.1", b"PUT /0004f2005301.cfg HTTP/1.1",
    ],
)  # fmt: skip
def test_nonsense_is_answered_with_a_4xx(server: Server, line: bytes) -> None:
    answer = raw(server, line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert b"Traceback" not in answer and alive(server)


def test_ten_megabytes_are_refused_before_they_are_read(server: Server) -> None:
    connection = http.client.HTTPConnection(*host(server), timeout=10)
    connection.putrequest("PUT", f"/{MAC}-app.log")
    connection.putheader("Content-Length", str(10 * 1024 * 1024))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    assert alive(server)


@pytest.mark.parametrize("path", [f"/{MAC}-app.log", "/p/aaaaaaaaaaaaaaaaaaaa/x.log", "/api/v1/lines"])
def test_who_sends_ten_megabytes_without_asking_still_reads_why_not(server: Server, path: str) -> None:
    connection = http.client.HTTPConnection(*host(server), timeout=10)
    connection.request("PUT" if "api" not in path else "POST", path, b"x" * 10 * 1024 * 1024)
    assert connection.getresponse().status in {401, 404, 413}
    connection.close()


def test_a_body_that_is_none_is_the_senders_fault(server: Server) -> None:
    head = f"PUT /{MAC}-app.log HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(server, head.encode() + b"ZZ\r\nhello\r\n").startswith(b"HTTP/1.1 400")


def test_an_endless_chunked_body_is_cut(server: Server) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection(host(server), timeout=15) as connection:
        connection.sendall(f"PUT /{MAC}-app.log HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        try:
            for _ in range(400):
                connection.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            return
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_slow_senders_hold_nobody_up_and_are_cut_off(server: Server) -> None:
    slow = []
    for number in range(24):
        connection = socket.create_connection(host(server), timeout=60)
        head = (
            b"GET /x HT"
            if number % 2
            else f"PUT /{MAC}-app.log HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc".encode()
        )
        connection.sendall(head)
        slow.append(connection)
    started = time.monotonic()
    time.sleep(1)
    for connection in slow:
        answer = b""
        with suppress(ConnectionResetError, TimeoutError):
            answer = connection.recv(200)
        assert b" 20" not in answer[:13]
        connection.close()
    assert time.monotonic() - started < 50
    assert alive(server)


def test_a_stranger_is_told_nothing_at_any_door(server: Server) -> None:
    for path in (f"/{MAC}.cfg", f"/{MAC}-config.cfg", "/0004f2ffffff.cfg"):
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"http://{server.address}{path}", headers={"X-Forwarded-For": "198.51.100.9"}))
        assert refused.value.code == 404 and refused.value.read() == b"not found\n"
        refused.value.close()
