"""TFTP with real clients, and with packets that no client sends: what is given, to whom, and what proves it."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from provserver.config import networks
from provserver.db.models import PhoneLog, Rendering
from provserver.discovery import tftp_packets as packets
from provserver.discovery.tftp import EACH, TftpServer, place_of
from provserver.domain.roles import Actor
from provserver.services.editing import settings
from provserver.services.house import House
from provserver.services.inventory import devices, firmware
from provserver.services.inventory.devices import NewDevice
from provserver.services.inventory.firmware import NewImage
from provserver.services.pushing import progress

YEALINK = "805ec0d9c744"
FILE = f"{YEALINK}.cfg"

Use = Callable[[TftpServer, str, int], Awaitable[None]]


@pytest.fixture
def url(sqlite_house: House, anna: Actor) -> str:
    """A phone whose files are asked for, by its own address."""
    _, address = devices.add_device(sqlite_house, anna, NewDevice(YEALINK, "yealink", "T46U", ("201",)))
    return address


def serving(house: House, use: Use, bind: str = "127.0.0.1:0", trusted: str = "127.0.0.0/8") -> TftpServer:
    """Answer TFTP on loopback while something happens."""
    here = replace(house, config=replace(house.config, tftp_bind=bind, trusted_networks=networks(trusted)))

    async def run() -> TftpServer:
        server = TftpServer(here)
        await server.open()
        try:
            await use(server, *server.address)
        finally:
            await server.close()
        return server

    return asyncio.run(run())


async def program(*command: str, folder: Path) -> tuple[int, str]:
    """Run a client; give its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, said.decode()


def state(house: House, actor: Actor) -> str:
    """Tell where the phone stands."""
    standing, _ = progress.standing(house, actor, YEALINK)
    return standing.state


def body(house: House, file: str = FILE) -> bytes:
    """Give a file as it is rendered."""
    with house.database.reading() as session:
        row = session.scalar(select(Rendering).where(Rendering.file == file))
        assert row is not None
        return house.database.keyring.open(row.sealed_body, "rendering")


def test_tftp_hpa_gets_a_phones_file_and_that_proves_it(
    sqlite_house: House, anna: Actor, url: str, tmp_path: Path
) -> None:
    async def get(_server: TftpServer, host: str, port: int) -> None:
        code, said = await program(
            "tftp", "-m", "octet", host, str(port), "-c", "get", FILE.upper(), "got", folder=tmp_path
        )
        assert code == 0, said

    assert state(sqlite_house, anna) == "new"
    serving(sqlite_house, get)
    assert (tmp_path / "got").read_bytes() == body(sqlite_house)
    with sqlite_house.database.reading() as session:
        (row,) = session.scalars(select(Rendering).where(Rendering.file == FILE))
        assert row.fetched_etag == row.etag
        methods = session.execute(select(PhoneLog.method, PhoneLog.file, PhoneLog.verdict)).all()
        assert [tuple(one) for one in methods] == [("TFTP", FILE, "served")]
    assert state(sqlite_house, anna) in {"current", "applied"}


@pytest.mark.parametrize("size", ["8", "512", "1400", "9000"])
def test_curl_gets_it_in_blocks_of_any_size(sqlite_house: House, url: str, tmp_path: Path, size: str) -> None:
    async def get(_server: TftpServer, host: str, port: int) -> None:
        where = f"tftp://{host}:{port}/{FILE}"
        code, said = await program("curl", "-sS", "--tftp-blksize", size, "-o", "got", where, folder=tmp_path)
        assert code == 0, said
        code, said = await program("curl", "-sS", "--tftp-no-options", "-o", "plain", where, folder=tmp_path)
        assert code == 0, said

    serving(sqlite_house, get)
    assert (tmp_path / "got").read_bytes() == (tmp_path / "plain").read_bytes() == body(sqlite_house)


def test_an_image_comes_in_blocks_to_who_may_have_it(
    sqlite_house: House, anna: Actor, url: str, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 1000
    new = NewImage("T46U-108.86.0.90.rom", "yealink", ("T46U",), "108.86.0.90")
    firmware.add(sqlite_house, anna, new, [content])
    token = url.rstrip("/").rpartition("/")[2]

    async def get(_server: TftpServer, host: str, port: int) -> None:
        where = f"tftp://{host}:{port}/p/{token}/firmware/{new.name}"
        code, said = await program("curl", "-sS", "--tftp-blksize", "1428", "-o", "got", where, folder=tmp_path)
        assert code == 0, said
        code, _ = await program("curl", "-sS", f"tftp://{host}:{port}/firmware/other.rom", folder=tmp_path)
        assert code == 68

    serving(sqlite_house, get)
    assert (tmp_path / "got").read_bytes() == content
    assert state(sqlite_house, anna) == "waiting"


def test_netascii_ends_lines_as_it_should(sqlite_house: House, url: str, tmp_path: Path) -> None:
    async def get(_server: TftpServer, host: str, port: int) -> None:
        await program("tftp", "-m", "ascii", host, str(port), "-c", "get", FILE, "got", folder=tmp_path)

    serving(sqlite_house, get)
    assert (tmp_path / "got").read_bytes() == body(sqlite_house)  # the client makes plain lines of it again


def test_the_token_opens_it_from_anywhere_and_nothing_else_does(sqlite_house: House, url: str, tmp_path: Path) -> None:
    token = url.rstrip("/").rpartition("/")[2]

    async def get(_server: TftpServer, host: str, port: int) -> None:
        base = f"tftp://{host}:{port}"
        for path, wanted in (
            (f"/p/{token}/{FILE}", 0),
            (f"//p/{token}/{FILE}", 0),
            (f"/{FILE}", 68),
            (f"/p/{'x' * 32}/{FILE}", 68),
            ("/001565000000.cfg", 68),
        ):
            code, said = await program("curl", "-sS", "-o", "got", base + path, folder=tmp_path)
            assert code == wanted, (path, said)

    serving(sqlite_house, get, trusted="192.0.2.0/24")


@pytest.mark.parametrize(
    "file",
    ["../secret.key", "/etc/passwd", "p/../secret.key", "..", ".", "", "a/b/c", "p/short/x.cfg", "\\..\\x", "x" * 200],
)
def test_names_outside_lead_nowhere(sqlite_house: House, url: str, file: str) -> None:
    async def ask(_server: TftpServer, host: str, port: int) -> None:
        answer = await talk(host, port, request(file))
        assert answer == packets.error(1, "file not found")

    serving(sqlite_house, ask)


def request(file: str, mode: str = "octet", *options: str, code: int = packets.READ) -> bytes:
    """Write a request."""
    return code.to_bytes(2, "big") + b"".join(word.encode() + b"\0" for word in (file, mode, *options))


async def talk(host: str, port: int, packet: bytes) -> bytes:
    """Send a packet and give the answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendto(client, packet, (host, port))
        return await asyncio.wait_for(loop.sock_recv(client, 65536), 20)


def test_nothing_is_proven_before_the_last_block_is_acknowledged(sqlite_house: House, anna: Actor, url: str) -> None:
    async def half(server: TftpServer, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setblocking(False)
            await loop.sock_sendto(client, request(FILE), (host, port))
            for number in range(1, len(body(sqlite_house)) // 512 + 1):
                block, source = await asyncio.wait_for(loop.sock_recvfrom(client, 65536), 20)
                assert block[:4] == packets.data(number, b"")
                await loop.sock_sendto(client, b"\0\4" + number.to_bytes(2, "big"), source)
            await asyncio.wait_for(loop.sock_recvfrom(client, 65536), 20)
            await loop.sock_sendto(client, packets.error(0, "no room"), source)
        while server._transfers:
            await asyncio.sleep(0.01)

    serving(sqlite_house, half)
    assert state(sqlite_house, anna) == "waiting"


def test_what_counts_is_the_version_that_was_sent(sqlite_house: House, anna: Actor, url: str) -> None:
    async def slow(server: TftpServer, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setblocking(False)
            await loop.sock_sendto(client, request(FILE, "octet", "blksize", "1428"), (host, port))
            _, source = await asyncio.wait_for(loop.sock_recvfrom(client, 65536), 20)
            change = {"language": "it"}
            await asyncio.to_thread(settings.set_values, sqlite_house, anna, "device", YEALINK, change)
            number, last = 0, False
            while True:
                await loop.sock_sendto(client, b"\0\4" + number.to_bytes(2, "big"), source)
                if last:
                    break
                block, _ = await asyncio.wait_for(loop.sock_recvfrom(client, 65536), 20)
                number, last = int.from_bytes(block[2:4], "big"), len(block) < 1432
        while server._transfers:
            await asyncio.sleep(0.01)

    serving(sqlite_house, slow)
    with sqlite_house.database.reading() as session:
        (row,) = session.scalars(select(Rendering).where(Rendering.file == FILE))
        assert row.fetched_etag and row.fetched_etag != row.etag


def test_it_only_reads_and_survives_garbage(sqlite_house: House, url: str) -> None:
    async def send(server: TftpServer, host: str, port: int) -> None:
        assert await talk(host, port, request("x.cfg", code=packets.WRITE)) == packets.error(
            2, "this server only reads"
        )
        assert await talk(host, port, request("x.cfg", "mail")) == packets.error(4, "octet or netascii")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            bad = [
                b"",
                b"\0",
                b"\0\1",
                b"\0\1x",
                b"\0\1\xff\0octet\0",
                b"\0\3\0\1",
                b"\0\1" + b"x" * 600 + b"\0octet\0",
            ]
            for packet in bad:
                client.sendto(packet, (host, port))
        while server.dropped.counts["garbage"] < len(bad):
            await asyncio.sleep(0.01)
        assert (await talk(host, port, request(FILE)))[:4] == b"\0\3\0\1"

    serving(sqlite_house, send)


def test_a_flood_of_one_address_is_bounded(sqlite_house: House, url: str) -> None:
    async def flood(server: TftpServer, host: str, port: int) -> None:
        for number in range(500):
            server.datagram_received(request(FILE), ("127.0.0.9", 20000 + number))
        assert len(server._transfers) <= EACH[1]
        assert server.dropped.counts["flood"] >= 500 - EACH[1] - 5
        assert (await talk(host, port, request(FILE)))[:4] == b"\0\3\0\1"

    serving(sqlite_house, flood)


@given(st.binary(max_size=600))
def test_any_packet_is_read_or_refused(packet: bytes) -> None:
    with suppress(ValueError):
        packets.read_request(packet)


@given(st.lists(st.binary(max_size=3000), max_size=5), st.integers(8, 1428))
def test_blocks_make_the_body_and_only_the_last_is_short(pieces: list[bytes], size: int) -> None:
    blocks = list(packets.blocks(pieces, size))
    assert b"".join(blocks) == b"".join(pieces)
    assert all(len(block) == size for block in blocks[:-1])
    assert len(blocks[-1]) < size


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ((), {}),
        (("blksize", "9000", "tsize", "0", "timeout", "3"), {"blksize": "1428", "timeout": "3", "tsize": "77"}),
        (("BLKSIZE", "1024"), {"blksize": "1024"}),
        (("blksize", "7", "timeout", "0", "windowsize", "16"), {}),
        (("blksize", "-5", "timeout", "255", "tsize"), {}),
    ],
)
def test_options_are_agreed_on_or_left_out(options: tuple[str, ...], answer: dict[str, str]) -> None:
    asked = packets.read_request(request("x", "OCTET", *options))
    assert packets.agree(asked, 77, 1.0).answer == answer


def test_the_count_of_blocks_starts_again() -> None:
    assert packets.data(65536, b"") == b"\0\3\0\0"
    assert packets.is_ack_of(b"\0\4\0\0", 65536)


def test_paths_are_read_as_over_http() -> None:
    assert place_of("/805EC0D9C744.CFG") == (None, "805ec0d9c744.cfg", False)
    assert place_of(f"p/{'A' * 32}/X.cfg") == ("A" * 32, "x.cfg", False)
    assert place_of("firmware/T46U.rom") == (None, "t46u.rom", True)
    assert place_of("a/b.cfg") is None
