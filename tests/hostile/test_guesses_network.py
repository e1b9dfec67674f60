"""Guessers at real sockets: gunicorn, TFTP and plug and play tell nobody which phones there are, and give no secret."""

import asyncio
import http.client
import json
import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from provserver.config import Config, networks
from provserver.crypto import Keyring
from provserver.db.session import Database
from provserver.discovery.pnp import Responder
from provserver.discovery.tftp import TftpServer
from provserver.domain.roles import Actor
from provserver.services.house import House
from tests.cli.server import Server, running
from tests.discovery.conftest import SNOM, STRANGER, anna
from tests.fakes.pnp_phone import subscribe
from tests.fakes.sip_peer import UdpPeer, answering
from tests.hostile import oracle
from tests.hostile.conftest import LONG, Report, Size
from tests.hostile.treasure import Treasure, treasure

__all__ = ["anna"]

pytestmark = pytest.mark.timeout(7200 if LONG else 300)

NAMES = ("{}.cfg", "{}.boot", "{}-app.log", "{}-directory.xml", "snomD785-{}.htm", "cfg{}.xml")
ELSEWHERE = networks("10.0.0.0/8")
"""A network that is trusted, and from which nobody asks here."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole program, that trusts no network of this machine."""
    with running(tmp_path_factory.mktemp("guess"), PROVSERVER_TRUSTED_NETWORKS="10.0.0.0/8") as found:
        yield found


@pytest.fixture(scope="module")
def loot(server: Server) -> Iterator[Treasure]:
    """What that server must not give away."""
    config = Config(data_dir=server.folder / "var")
    house = House(Database(config.url, Keyring(config.data_dir / "secret.key")), config)
    yield treasure(house)
    house.database.close()


def test_gunicorn_answers_for_phones_as_for_nobody(server: Server, loot: Treasure, size: Size, report: Report) -> None:
    dice, count = random.Random(1), size(300, 20_000)
    macs = [row["mac"] for row in json.loads(server.command("device", "list", "--json"))]
    host, _colon, port = server.address.rpartition(":")
    line = http.client.HTTPConnection(host, int(port), timeout=60)
    answers: dict[str, set[tuple[int, str, bytes]]] = {}

    def asking(known: bool) -> Callable[[int], object]:
        def ask(number: int) -> None:
            mac = macs[number % len(macs)]
            mac = mac if known else f"{mac[:6]}{'fedcba'[number % 6]}{mac[7:]}"
            name = NAMES[number % len(NAMES)]
            line.request("GET", f"/{name.format(mac)}", headers={"User-Agent": "Mozilla/5.0"})
            answer = line.getresponse()
            heads = str([(key, value) for key, value in answer.getheaders() if key != "Date"])
            answers.setdefault(name, set()).add((answer.status, heads, answer.read()))

        return ask

    shares = oracle.compare(asking(True), asking(False), count, dice)
    line.close()
    every = [one for found in answers.values() for one in found]
    assert {name: len(found) for name, found in answers.items()} == dict.fromkeys(answers, 1)
    assert {status for status, _heads, _body in every} == {404}
    assert not [body for _status, heads, body in every if loot.inside(body) or loot.inside(heads.encode())]
    assert not shares.tells, shares
    report(requests=2 * count, secrets=0, known_slower_than_unknown=shares)


def test_tftp_says_the_same_of_phones_and_of_nobody(
    sqlite_house: House, anna: Actor, size: Size, report: Report
) -> None:
    config = replace(sqlite_house.config, tftp_bind="127.0.0.1:0", trusted_networks=ELSEWHERE)
    dice, count, answers = random.Random(2), size(60, 1_500), set[bytes]()

    async def run() -> None:
        server = TftpServer(replace(sqlite_house, config=config))
        await server.open()
        for number in range(count):
            file = dice.choice(NAMES).format(SNOM if number % 2 else STRANGER)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
                phone.bind((f"127.1.{number // 200}.{number % 200 + 1}", 0))
                phone.setblocking(False)
                phone.sendto(b"\0\1" + file.encode() + b"\0octet\0", server.address)
                async with asyncio.timeout(60):
                    answers.add(await asyncio.get_running_loop().sock_recv(phone, 65_536))
        await server.close()

    asyncio.run(run())
    assert answers == {b"\0\5\0\1file not found\0"}
    report(requests=count, answers=len(answers), secrets=0)


def test_plug_and_play_is_silent_to_all_but_those_who_may_come(
    sqlite_house: House, anna: Actor, size: Size, report: Report
) -> None:
    loot, dice, count = treasure(sqlite_house), random.Random(3), size(200, 5_000)

    async def ask(trusted: str, times: int) -> list[bytes]:
        house = replace(sqlite_house, config=replace(sqlite_house.config, trusted_networks=networks(trusted)))
        responder = Responder(house, lambda _heard: None, "127.0.0.1")
        await responder.open()
        async with UdpPeer(lambda peer, data, source: answering(200)(peer, data, source), host="0.0.0.0") as phone:  # noqa: S104  every loopback address
            for number in range(times):
                source = f"127.{dice.randrange(2, 250)}.{dice.randrange(256)}.{dice.randrange(1, 250)}"
                question = subscribe(SNOM if number % 2 == 0 else STRANGER, source, phone.port, call=str(number))
                responder.received(question, (source, phone.port))
                if number % 50 == 0:
                    await asyncio.sleep(0.05)
            while responder._under_way:
                await asyncio.sleep(0.05)
        await responder.close()
        return phone.heard

    assert asyncio.run(ask("10.0.0.0/8", count)) == []
    told = asyncio.run(ask("127.0.0.0/8", 20))
    assert any(data.startswith(b"NOTIFY") for data in told), "the control: who may come is told"
    assert not [data for data in told if loot.inside(data)]
    report(questions=count, answers=0, told_without_a_secret=len(told))
