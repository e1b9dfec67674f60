"""The whole server as one process tree: it starts, answers, mends itself, and stops with all that it started."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.cli.server import Server, running, wait_for

POLY = "0004f2005301"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with the demo company."""
    with running(tmp_path_factory.mktemp("server")) as found:
        yield found


def test_it_prints_an_address_an_admin_and_a_phone_to_try(server: Server) -> None:
    assert f"http://{server.address}" in server.out
    assert re.search(r"admin / \w{16} ", server.out)
    assert server.get("/healthz")
    url = re.search(r"curl (\S+)", server.out)
    assert url is not None
    assert server.get(url[1]).startswith("#!version:1.0.0.1\n")


def test_the_demo_trusts_phones_on_loopback(server: Server) -> None:
    assert "PHONE_CONFIG" in server.get(f"/{POLY}-config.cfg")


def test_an_edit_reaches_a_simulated_phone(server: Server) -> None:
    server.command("keys", "set", POLY, "4=blf:216", "--wait", "30")
    shown = json.loads(server.command("device", "show", POLY, "--json"))
    assert shown["state"] == "applied"


def test_half_requests_hold_nobody_up(server: Server) -> None:
    host, _colon, port = server.address.partition(":")
    slow = [socket.create_connection((host, int(port)), 30) for _ in range(200)]
    try:
        for number, connection in enumerate(slow):
            before = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" if number % 2 else b""
            connection.sendall(before + b"GET /healthz HTTP/1.1\r\nHost: ")
        assert server.get("/healthz")
        still_open = [connection for connection in slow if not _is_closed(connection)]
        assert len(still_open) > len(slow) // 2, "who comes later is answered before those are given up"
    finally:
        for connection in slow:
            connection.close()


def _is_closed(connection: socket.socket) -> bool:
    """Tell whether the other side has closed, after what it answered."""
    connection.setblocking(False)
    try:
        while connection.recv(4096):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def test_a_request_may_come_in_pieces(server: Server) -> None:
    host, _colon, port = server.address.partition(":")
    asked = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection((host, int(port)), 30) as connection:
        for _ in range(2):
            for piece in (asked[:1], asked[1:17], asked[17:-1], asked[-1:] + asked):
                connection.sendall(piece)
            answers = b""
            while answers.count(b"200 OK") < 2:
                answers += connection.recv(4096)
            assert answers.count(b"HTTP/1.1") == 2


def test_a_killed_worker_is_started_again(server: Server) -> None:
    before = server.part("worker")
    before.kill()
    wait_for(lambda: any("worker" in child.cmdline() for child in _children(server) if child.pid != before.pid))
    assert "A part of the server ended" in server.err
    assert server.get("/healthz")


def test_a_killed_web_part_is_started_again(server: Server) -> None:
    server.part("web").kill()
    wait_for(lambda: "web" in server.err.rpartition("A part of the server ended")[2])
    assert server.get("/healthz")


def test_a_rotation_beside_the_running_server_loses_nothing(server: Server) -> None:
    path = Path(server.environment["PROVSERVER_DATA_DIR"]) / "secret.key"
    old = {key["id"] for key in json.loads(path.read_text())["keys"]}
    before = server.get(f"/{POLY}-config.cfg")
    done = json.loads(server.command("key", "rotate", "--json"))
    assert done["finished"]
    (new,) = {key["id"] for key in json.loads(path.read_text())["keys"]}
    assert new not in old
    assert server.get(f"/{POLY}-config.cfg") == before
    server.command("keys", "set", POLY, "5=blf:215", "--wait", "30")


def _children(server: Server) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children(recursive=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_with_all_that_it_started(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as server:
        children = _children(server)
        assert len(children) >= 4
        server.process.send_signal(number)
        assert server.process.wait(15) == 0
        assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
        assert "Traceback" not in server.err


def test_nothing_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        children = _children(server)
        server.process.kill()
        server.process.wait(10)
        _, left = psutil.wait_procs(children, timeout=15)
        assert left == []


def test_a_second_start_keeps_the_password_and_the_company(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        assert "shown this once" in first.out
        exported = _company(first)
    with running(tmp_path) as second:
        assert "shown this once" not in second.out
        assert _company(second) == exported


def _company(server: Server) -> str:
    """Give all lines and phones, but for the ports that the simulated ones found free."""
    return re.sub(r"127\.0\.0\.1:\d+", "", server.command("export", "--secrets"))


@pytest.mark.parametrize(
    ("variable", "kind"), [("PROVSERVER_BIND", socket.SOCK_STREAM), ("PROVSERVER_SIP_BIND", socket.SOCK_DGRAM)]
)
def test_a_taken_address_costs_one_sentence(tmp_path: Path, variable: str, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        environment = {"PROVSERVER_DATA_DIR": str(tmp_path), "PROVSERVER_SIP_BIND": "127.0.0.1:0", variable: address}
        done = subprocess.run(
            [sys.executable, "-m", "provserver", "run", "--demo"],
            env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert re.fullmatch(rf"Error: {address} is taken by another program; choose another .*{variable}\n", done.stderr)
    assert done.stdout == ""
