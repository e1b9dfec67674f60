"""mDNS in a network of our own: the server is found and withdrawn, and phones that announce themselves are seen."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from provserver.config import Config
from provserver.discovery.arp import mac_of_ipv6
from provserver.discovery.mdns import announcement, mac_in, reachable_first
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.network import seen
from provserver.services.network.neighbours import Way
from tests.cli.server import wait_for
from tests.discovery.conftest import program
from tests.fakes.lan import ROOT, Lan

PHONE = [sys.executable, "-m", "tests.fakes.mdns_phone"]
READY = "The server is announced"


def test_the_server_is_found_and_withdraws_when_it_stops(
    lan: Lan, sqlite_house: House, anna: Actor, tmp_path: Path
) -> None:
    with program(lan.server, sqlite_house, tmp_path, "discovery", PROVSERVER_DISCOVERY="mdns") as server:
        server.waits_for(READY)
        with subprocess.Popen(
            [*lan.phones.enter(), *PHONE, "listen", lan.of(1, 2), "_http._tcp.local.", "--until-it-goes"],
            stdout=subprocess.PIPE, text=True, cwd=ROOT,
        ) as ear:  # fmt: skip
            assert ear.stdout is not None
            ((name, found),) = json.loads(ear.stdout.readline()).items()
            assert name.startswith("provserver on ")
            assert found == {
                "addresses": [lan.of(1)],
                "port": 8080,
                "told": {"path": "/", "url": f"http://{lan.of(1)}:8080/"},
            }
            server.stop()
            assert json.loads(ear.stdout.readline()) == [name]
        assert ear.returncode == 0


def test_phones_that_announce_themselves_are_seen_and_printers_are_not(
    lan: Lan, sqlite_house: House, anna: Actor, tmp_path: Path
) -> None:
    address = lan.of(1, 2)
    with program(lan.server, sqlite_house, tmp_path, "discovery", PROVSERVER_DISCOVERY="mdns") as server:
        server.waits_for(READY)
        said = (
            ("_http._tcp.local.", "LaserJet 4", {"ty": "LaserJet 4"}),
            ("_http._tcp.local.", "Yealink-001565aabbcc", {"model": "T46U"}),
            ("_sip._udp.local.", "Some door", {"mac": "000413aabbcc"}),
        )
        phones = [
            subprocess.Popen(
                [*lan.phones.enter(), *PHONE, "announce", address, service_type, "--name", name,
                 "--told", json.dumps(told)],
                cwd=ROOT, stdout=subprocess.DEVNULL,
            )
            for service_type, name, told in said
        ]  # fmt: skip
        assert [phone.wait(60) for phone in phones] == [0, 0, 0]
        wait_for(lambda: len(seen.seen(sqlite_house, anna)) >= 2)
    found = {(one.mac, one.vendor, one.model, one.said) for one in seen.seen(sqlite_house, anna)}
    assert found == {
        ("001565aabbcc", "yealink", "T46U", "Yealink-001565aabbcc"),
        ("000413aabbcc", "snom", "", "Some door"),
    }
    assert all(one.ways == {Way.MDNS} for one in seen.seen(sqlite_house, anna))


def test_the_server_is_found_and_phones_are_seen_over_ipv6_alone(
    lan: Lan, sqlite_house: House, anna: Actor, tmp_path: Path
) -> None:
    lan.plug_ipv6(1)
    here, there = lan.of_ipv6(1), lan.of_ipv6(1, 2)
    url = f"http://[{here}]:8080"
    with program(
        lan.server, sqlite_house, tmp_path, "discovery", PROVSERVER_DISCOVERY="mdns", PROVSERVER_PUBLIC_URL=url
    ) as server:
        server.waits_for(READY)
        found = json.loads(lan.phones.python("tests.fakes.mdns_phone", "listen", there, "_http._tcp.local."))
        assert list(found.values()) == [
            {"addresses": [here], "port": 8080, "told": {"path": "/", "url": f"{url}/"}},
        ]
        lan.phones.python(
            "tests.fakes.mdns_phone", "announce", there, "_sip._udp.local.",
            "--name", "Some door", "--told", '{"mac": "000413aabbcc"}',
        )  # fmt: skip
        wait_for(lambda: bool(seen.seen(sqlite_house, anna)))
    (one,) = seen.seen(sqlite_house, anna)
    assert (one.mac, one.vendor, one.address, one.ways) == ("000413aabbcc", "snom", there, {Way.MDNS})


def test_a_server_that_only_this_machine_reaches_is_not_announced_to_others(
    lan: Lan, sqlite_house: House, anna: Actor, tmp_path: Path
) -> None:
    url = "http://127.0.0.1:8080"
    with program(lan.server, sqlite_house, tmp_path, "discovery", PROVSERVER_PUBLIC_URL=url) as server:
        server.waits_for(READY)
        assert '"only_loopback": true' in server.log
        assert lan.of(1) not in server.log
        groups = lan.server.run("ip", "-o", "maddress", "show", "dev", "s1")
        assert "224.0.1.75" not in groups
        assert "224.0.0.251" not in groups


def test_the_announcement_says_what_phones_are_told() -> None:
    def say(**given: str) -> tuple[str, int | None, dict[str, str | None], list[str]]:
        info = asyncio.run(announcement(Config(**given), ["192.0.2.10"]))  # type: ignore[arg-type]
        return info.type, info.port, info.decoded_properties, info.parsed_addresses()

    def where(bind: str) -> list[str]:
        every = ["192.0.2.10", "fd77::1", "fe80::1"]
        return asyncio.run(announcement(Config(bind=bind), every)).parsed_addresses()

    assert where("0.0.0.0:8080") == ["192.0.2.10"]
    assert where("[::]:8080") == ["192.0.2.10", "fd77::1"]
    assert say(bind="0.0.0.0:8080") == ("_http._tcp.local.", 8080, {"path": "/"}, ["192.0.2.10"])
    url = "https://192.0.2.77"
    assert say(public_url=url) == ("_https._tcp.local.", 443, {"path": "/", "url": url + "/"}, ["192.0.2.77"])
    assert say(public_url="http://no-such-name.invalid")[3] == ["192.0.2.10"]


@pytest.mark.parametrize(
    ("address", "mac"),
    [
        ("fe80::215:65ff:feaa:bbcc", "001565aabbcc"),
        ("fd77::215:65ff:feaa:bbcc", "001565aabbcc"),
        ("fe80::215:65ff:feaa:bbcc%eth0", "001565aabbcc"),
        ("fd77::2", ""),
        ("fd77::1:2:3:4", ""),
        ("10.0.0.1", ""),
    ],
)
def test_an_ipv6_address_may_say_the_hardware_address(address: str, mac: str) -> None:
    assert mac_of_ipv6(address) == mac


def test_the_address_that_leads_farthest_is_kept() -> None:
    assert reachable_first(["fe80::1", "fd77::1", "192.0.2.1"]) == ["192.0.2.1", "fd77::1", "fe80::1"]


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("Yealink-001565aabbcc", "001565aabbcc"),
        ("00:15:65:AA:BB:CC phone", "001565aabbcc"),
        ("deadbeef0123 001565aabbcc", "001565aabbcc"),
        ("a1001565aabbcc", ""),
        ("printer 3c2af4001122", ""),
        ("", ""),
    ],
)
def test_only_addresses_of_makers_that_we_know_count(text: str, mac: str) -> None:
    assert mac_in(text) == mac
