"""The documented front, run by the real nginx: TLS, phones' certificates, true addresses, no forged headers."""

import http.client
import json
import ssl
import subprocess
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.x509.oid import NameOID

from provserver.tls import authority
from tests.cli.server import Server, running, wait_for
from tests.fakes.maker import Maker
from tests.fakes.ports import free_port

EXAMPLE = Path(__file__).parents[2] / "docs" / "nginx.conf"
UNKNOWN = "/805ec0aaaaaa.cfg"
KNOWN = "/0004f2005301-config.cfg"


class Front:
    """nginx before a running server; phones of one maker have certificates."""

    def __init__(self, server: Server, folder: Path, port: int, old: int) -> None:
        self.server = server
        self.folder = folder
        self.port = port
        self.old = old

    def ask(
        self, path: str, chain: Path | None = None, source: str = "127.0.0.1", **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask through the front, from an address, with headers (``_`` for ``-``)."""
        context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        if chain is not None:
            context.load_cert_chain(chain)
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=context, timeout=30, source_address=(source, 0)
        )
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def told(self) -> dict[str, str]:
        """Give what the server last logged of a phone."""
        line = next(line for line in reversed(self.server.err.splitlines()) if "A phone asked" in line)
        told: dict[str, str] = json.loads(line[line.index("{") :])
        return told


@pytest.fixture(scope="module")
def makers() -> Maker:
    """The maker whose phones are believed."""
    return Maker("Yealink")


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, makers: Maker) -> Iterator[Front]:
    """A server that believes nginx, and trusts a network that nobody here is in."""
    folder = tmp_path_factory.mktemp("nginx")
    environment = {
        "PROVSERVER_TRUSTED_PROXIES": "127.0.0.1/32",
        "PROVSERVER_TRUSTED_NETWORKS": "192.0.2.0/24,127.0.0.1/32",
        "PROVSERVER_PUBLIC_URL": "https://prov.example.com",
    }
    with running(tmp_path_factory.mktemp("server"), **environment) as server:
        (folder / "maker.pem").write_bytes(makers.root.pem + makers.issuing.pem)
        server.command("certificates", "trust", "yealink", str(folder / "maker.pem"))
        (folder / "makers.pem").write_text(server.command("certificates", "list", "--pem"))
        with _nginx(folder, server.address) as ports:
            yield Front(server, folder, *ports)


@contextmanager
def _nginx(folder: Path, behind: str) -> Iterator[tuple[int, int]]:
    """Run the documented configuration with other paths and ports."""
    now = datetime.now(UTC)
    for name, old in (("server", False), ("old", True)):
        ours = authority.make_authority("front", now, old=old)
        pair = authority.issue(ours, ["prov.example.com", "127.0.0.1"], now)
        (folder / f"{name}.pem").write_bytes(pair.certificate)
        (folder / f"{name}.key").write_bytes(pair.key)
        (folder / ("old-ca.pem" if old else "ca.pem")).write_bytes(ours.certificate)
    port, old_port = free_port(), free_port()
    text = EXAMPLE.read_text().replace("/etc/provserver/", f"{folder}/").replace("127.0.0.1:8080", behind)
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace("listen 8444", f"listen 127.0.0.1:{old_port}")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log;\n"
        f"events {{ worker_connections 256; }}\nhttp {{ access_log off; {temporary}\n{text}}}\n"
    )
    command = ["nginx", "-e", str(folder / "log"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command) as process:
        try:
            wait_for(lambda: (folder / "pid").exists() and (folder / "pid").read_text() != "", 30)
            yield port, old_port
        finally:
            process.terminate()


def test_pages_come_through_and_stay_with_tls(front: Front) -> None:
    page, body = front.ask("/sign-in")
    assert page.status == 200 and b"<html" in body
    assert page.headers["Strict-Transport-Security"] and "; Secure;" in page.headers["Set-Cookie"]


def test_the_true_address_is_the_phones_and_no_header_changes_that(front: Front) -> None:
    front.ask(UNKNOWN, source="127.0.0.9", X_Forwarded_For="192.0.2.7", Forwarded="for=192.0.2.7")
    assert front.told()["address"] == "127.0.0.9" and front.told()["verdict"] == "untrusted"
    answer, _ = front.ask(KNOWN, source="127.0.0.9", X_Forwarded_For="192.0.2.7")
    assert answer.status == 404


def test_a_phone_with_its_factory_certificate_is_known(front: Front, makers: Maker, tmp_path: Path) -> None:
    phone = makers.phone((NameOID.COMMON_NAME, "805EC0D9C744")).write(tmp_path / "phone.pem", makers.issuing)
    front.ask(UNKNOWN, phone)
    assert front.told()["certified"] == "805ec0d9c744"
    front.ask(UNKNOWN)
    assert "certified" not in front.told()


@pytest.mark.parametrize("days", [(-20, -10), (10, 20)])
def test_a_certificate_that_is_not_valid_today_is_nobodys(
    front: Front, makers: Maker, tmp_path: Path, days: tuple[int, int]
) -> None:
    phone = makers.phone((NameOID.COMMON_NAME, "805EC0D9C744"), days=days).write(tmp_path / "p.pem", makers.issuing)
    assert front.ask(UNKNOWN, phone)[0].status == 404
    assert "certified" not in front.told()


@pytest.mark.parametrize("name", ["Stranger", "Yealink"])
def test_a_strangers_certificate_is_nobodys_and_comes_in(front: Front, tmp_path: Path, name: str) -> None:
    stranger = Maker(name)
    phone = stranger.phone((NameOID.COMMON_NAME, "805EC0D9C744")).write(tmp_path / "phone.pem", stranger.issuing)
    assert front.ask(UNKNOWN, phone)[0].status == 404
    assert "certified" not in front.told()


def test_headers_about_certificates_count_from_the_front_alone(front: Front, makers: Maker) -> None:
    pem = urllib.parse.quote(makers.phone((NameOID.COMMON_NAME, "805EC0D9C744")).pem.decode())
    forged = {"X_SSL_Client_Verify": "SUCCESS", "X_SSL_Client_Cert": pem}
    front.ask(UNKNOWN, **forged)
    assert "certified" not in front.told(), "nginx replaces what a client claims"
    host, _, port = front.server.address.partition(":")
    for source, forwarded in (("127.0.0.5", {}), ("127.0.0.5", {"X-Forwarded-For": "192.0.2.7"})):
        connection = http.client.HTTPConnection(host, int(port), timeout=30, source_address=(source, 0))
        headers = {name.replace("_", "-"): text for name, text in forged.items()} | forwarded
        connection.request("GET", UNKNOWN, headers=headers)
        assert connection.getresponse().status == 404
        connection.close()
        assert front.told()["address"] == source and "certified" not in front.told()


def test_old_phones_have_their_own_port(front: Front) -> None:
    def cipher(port: int) -> str:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"]
        done = subprocess.run(command, input="", capture_output=True, text=True, timeout=60, check=False)
        return done.stdout

    assert "Cipher is AES128-SHA" in cipher(front.old)
    assert "Cipher is (NONE)" in cipher(front.port)
