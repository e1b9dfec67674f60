"""SIP plug and play in real networks of our own: who is heard, who is answered, and on which cable."""

from pathlib import Path

from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.network import seen
from provserver.services.network.neighbours import Way
from tests.cli.server import wait_for
from tests.discovery.conftest import SNOM, STRANGER, ask, program
from tests.fakes.lan import Lan

HEARD = "Phones are listened for"


def test_a_known_phone_is_told_and_a_stranger_is_only_seen(
    lan: Lan, sqlite_house: House, anna: Actor, tmp_path: Path
) -> None:
    with program(lan.server, sqlite_house, tmp_path, "discovery", PROVSERVER_DISCOVERY="pnp") as server:
        server.waits_for(HEARD, 4)
        accepted, notify = ask(lan, SNOM)
        assert accepted.startswith("SIP/2.0 200 OK\r\n")
        assert notify.startswith(f"NOTIFY sip:{lan.of(1, 2)}:")
        assert notify.endswith("\r\n\r\nhttp://10.77.1.1:8080/")
        assert "Content-Type: application/url\r\n" in notify
        assert "Subscription-State: terminated" in notify
        assert ask(lan, STRANGER, seconds=1) == []
        wait_for(lambda: bool(seen.seen(sqlite_house, anna)))
        (one,) = seen.seen(sqlite_house, anna)
        assert (one.mac, one.vendor, one.address, one.ways) == (STRANGER, "yealink", lan.of(1, 2), {Way.PNP})


def test_it_hears_every_cable_and_those_that_come_later(
    lan: Lan, sqlite_house: House, anna: Actor, tmp_path: Path
) -> None:
    lan.plug(2)
    lan.server.run("ip", "route", "add", "default", "via", lan.of(2, 9))
    with program(lan.server, sqlite_house, tmp_path, "discovery", PROVSERVER_DISCOVERY="pnp") as server:
        server.waits_for(HEARD, 6)
        for number in (1, 2):
            assert ask(lan, SNOM, number)[-1].startswith("NOTIFY")
        lan.plug(3)
        server.waits_for(f'"{lan.of(3)}"', 2)
        assert ask(lan, SNOM, 3)[-1].startswith("NOTIFY")
        lan.pull(1)
        lan.plug(1)
        server.waits_for(f'"{lan.of(1)}"', 4)
        assert ask(lan, SNOM, 1)[-1].startswith("NOTIFY")
        lan.server.run("ip", "address", "del", f"{lan.of(2)}/24", "dev", "s2")
        lan.server.run("ip", "address", "add", f"{lan.of(2)}/24", "dev", "s2")
        wait_for(lambda: any(ask(lan, SNOM, 2, seconds=1)))


def test_a_network_that_is_not_trusted_gets_no_word(lan: Lan, sqlite_house: House, anna: Actor, tmp_path: Path) -> None:
    with program(
        lan.server, sqlite_house, tmp_path, "discovery",
        PROVSERVER_DISCOVERY="pnp", PROVSERVER_TRUSTED_NETWORKS="192.0.2.0/24",
    ) as server:  # fmt: skip
        server.waits_for(HEARD, 4)
        assert ask(lan, SNOM, seconds=1) == []
        server.waits_for("is not ours to answer")


def test_without_an_address_of_its_own_it_tells_the_one_on_the_phones_cable(
    lan: Lan, sqlite_house: House, anna: Actor, tmp_path: Path
) -> None:
    lan.plug(2)
    with program(
        lan.server, sqlite_house, tmp_path, "discovery",
        PROVSERVER_DISCOVERY="pnp", PROVSERVER_PUBLIC_URL="", PROVSERVER_BIND="0.0.0.0:8080",
    ) as server:  # fmt: skip
        server.waits_for(HEARD, 6)
        for number in (1, 2):
            assert ask(lan, SNOM, number)[-1].endswith(f"http://{lan.of(number)}:8080/")
