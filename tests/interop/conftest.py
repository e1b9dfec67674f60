"""A real Kamailio that the tests of this folder share."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from provserver.engines.base import Kind, Place
from provserver.sip.message import SipUri
from tests.fakes.certificates import Authority
from tests.fakes.ports import free_port
from tests.fakes.registering import RegisteringPhone

CONFIGURATION = Path(__file__).parent / "kamailio" / "kamailio.cfg"
STARTS_WITHIN = 20.0
MODULES = "kamailio is missing: install the Debian packages kamailio and kamailio-tls-modules."


@dataclass
class Proxy:
    """A Kamailio of our own with the authority that signed its certificate."""

    port: int
    tls_port: int
    authority: Authority
    hosts: Path

    @property
    def registrar(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def place(self) -> Place:
        return Place(Kind.KAMAILIO, "127.0.0.1", self.port, path="/RPC")

    def hop(self, transport: str) -> SipUri:
        port = self.tls_port if transport == "tls" else self.port
        return SipUri("pbx.test", None, port, (("transport", transport),))

    def phone(self, user: str, transport: str = "udp", **how: object) -> RegisteringPhone:
        trust = ssl.create_default_context(cafile=str(self.authority.file)) if transport == "tls" else None
        where = ("127.0.0.1", self.tls_port) if transport == "tls" else self.registrar
        return RegisteringPhone(user, "", where, domain="pbx.test", transport=transport, trust=trust, **how)


@pytest.fixture(scope="session")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Kamailio in the foreground with a configuration of its own, in a folder of its own."""
    program = shutil.which("kamailio", path=os.environ["PATH"] + ":/usr/sbin")
    if program is None or not list(Path("/usr/lib").glob("*/kamailio/modules/tls.so")):
        pytest.fail(MODULES)
    folder = tmp_path_factory.mktemp("kamailio")
    authority = Authority(folder)
    certificate, key = authority.issue("pbx.test", "127.0.0.1")
    found = Proxy(free_port(), free_port(), authority, folder / "hosts")
    found.hosts.write_text("127.0.0.1 pbx.test\n")
    text = CONFIGURATION.read_text().replace("SIP_PORT", str(found.port)).replace("TLS_PORT", str(found.tls_port))
    text = text.replace("CERTIFICATE", str(certificate)).replace("PRIVATE_KEY", str(key))
    (folder / "kamailio.cfg").write_text(text)
    command = [program, "-f", str(folder / "kamailio.cfg"), "-DD", "-E", "-m", "64", "-Y", str(folder), "-P", "pid"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(found.port, process, folder / "log")
            yield found
        finally:
            process.terminate()
            process.wait(10)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"kamailio did not start: {log.read_text()[-2000:]}")
