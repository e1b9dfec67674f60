"""The texts for DHCP servers as the real programs take them: read without a word, and handed to the right phones."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from provserver.config import Config
from provserver.services.network import dhcp
from tests.fakes.lan import Lan

CONFIG = Config(public_url="http://10.77.1.1:8080", tftp_bind="0.0.0.0:69")
URL = "http://10.77.1.1:8080/"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
LAPTOP = "f4a47500a1b2"

ISC_NETWORK = "subnet 10.77.1.0 netmask 255.255.255.0 { range 10.77.1.100 10.77.1.120; }\n"
KEA_NETWORK = {
    "interfaces-config": {"interfaces": ["s1"]},
    "lease-database": {"type": "memfile", "persist": False},
    "subnet4": [{"id": 1, "subnet": "10.77.1.0/24", "pools": [{"pool": "10.77.1.100 - 10.77.1.120"}]}],
}


def dnsmasq(folder: Path) -> tuple[list[str], list[str]]:
    """Write dnsmasq's file; give the commands that check it and that run it."""
    path = folder / "dnsmasq.conf"
    path.write_text(dhcp.snippet(CONFIG, "dnsmasq"))
    run = [
        "dnsmasq", "-k", "-p", "0", "-C", str(path), "--interface=s1", "--dhcp-range=10.77.1.100,10.77.1.120",
        f"--dhcp-leasefile={folder / 'leases'}", "--user=root", "--pid-file",
    ]  # fmt: skip
    return ["dnsmasq", "--test", "-C", str(path)], run


def isc(folder: Path) -> tuple[list[str], list[str]]:
    """Write ISC dhcpd's file, with a network."""
    path, leases = folder / "dhcpd.conf", folder / "leases"
    path.write_text(ISC_NETWORK + dhcp.snippet(CONFIG, "isc"))
    leases.touch()
    common = ["dhcpd", "-cf", str(path), "-lf", str(leases), "-pf", str(folder / "pid")]
    return [*common, "-t"], [*common, "-f", "s1"]


def kea(folder: Path) -> tuple[list[str], list[str]]:
    """Write Kea's file, with a network."""
    path = folder / "kea.json"
    text = dhcp.snippet(CONFIG, "kea")
    whole = json.loads(text[text.index("{") :])
    whole["Dhcp4"] |= KEA_NETWORK
    path.write_text(json.dumps(whole))
    bare = folder / "bare.json"
    bare.write_text(text)
    return ["kea-dhcp4", "-t", str(bare)], ["kea-dhcp4", "-c", str(path)]


SERVERS = (dnsmasq, isc, kea)
Server = Callable[[Path], tuple[list[str], list[str]]]


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.__name__)
def test_the_program_reads_it(server: Server, tmp_path: Path) -> None:
    check, _ = server(tmp_path)
    environment = {"PATH": PATH, "KEA_LOCKFILE_DIR": str(tmp_path)}
    done = subprocess.run(check, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(lan: Lan, command: list[str], folder: Path) -> Iterator[None]:
    """Run a DHCP server in the server's place."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*lan.server.enter(), *command], stdout=log, stderr=log,
            env={"PATH": PATH, "KEA_PIDFILE_DIR": str(folder), "KEA_LOCKFILE_DIR": str(folder)},
        )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.__name__)
def test_phones_get_what_their_maker_reads_and_others_nothing(server: Server, lan: Lan, tmp_path: Path) -> None:
    def offered(mac: str) -> dict[str, str]:
        found: dict[str, str] = json.loads(lan.phones.python("tests.fakes.dhcp_client", mac, "p1"))
        ours = {"43", "66", "114", "150", "159", "160"}
        bare = {code: value.rstrip("\0") for code, value in found.items()}  # dnsmasq ends 66 with a zero
        return {code: value for code, value in bare.items() if code in ours}

    _, run = server(tmp_path)
    with running(lan, run, tmp_path):
        assert offered("001565aabbcc") == {"66": URL, "43": URL}
        assert offered("0004f2aabbcc") == {"66": URL, "160": URL}
        assert offered("7c2f80aabbcc") == {"66": URL, "114": URL}
        assert offered("0c383eaabbcc")["66"] == URL + "$mac.cfg"
        cisco = {"160": URL, "159": URL, "66": "10.77.1.1", "150": "\x0a\x4d\x01\x01"}
        if server is kea:
            del cisco["159"]  # it knows the option by another meaning
        assert offered("000e08aabbcc") == cisco
        assert offered(LAPTOP) == {}
