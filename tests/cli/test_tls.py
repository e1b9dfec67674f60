"""TLS as phones and browsers meet it: a whole server, asked by Python's ssl, curl and openssl."""

import http.client
import json
import socket
import ssl
import subprocess
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import NameOID

from provserver.config import load
from provserver.services.opening import open_house
from provserver.services.rendering.profiles import OURS
from provserver.services.upkeep import own_authority
from provserver.tls.authority import issue
from provserver.tls.files import Store
from tests.cli.server import Server, running, wait_for
from tests.fakes.maker import Maker
from tests.fakes.ports import free_port

UNKNOWN = "/805ec0aaaaaa.cfg"


class Secure:
    """A running server with a TLS listener, and one for old phones."""

    def __init__(self, server: Server, tls: int, old: int) -> None:
        self.server = server
        self.tls = tls
        self.old = old
        self.folder = Path(server.environment["PROVSERVER_DATA_DIR"]) / "certificates"

    def context(self, authority: str = "authority.pem", chain: Path | None = None) -> ssl.SSLContext:
        """Give a client's context that trusts our authority, and shows a certificate where it has one."""
        context = ssl.create_default_context(cafile=str(self.folder / authority))
        if chain is not None:
            context.load_cert_chain(chain)
        return context

    def ask(self, path: str, context: ssl.SSLContext | None = None) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask over a connection of its own."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.tls, context=context or self.context(), timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def certificate(self) -> bytes | None:
        """Give the certificate that is shown now."""
        with self.connect() as shown:
            return shown.getpeercert(binary_form=True)

    def connect(self) -> ssl.SSLSocket:
        """Connect, and make the handshake; an end that was not told is an error."""
        plain = socket.create_connection(("127.0.0.1", self.tls), 30)
        return self.context().wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    """A running server."""
    tls, old = free_port(), free_port()
    environment = {"PROVSERVER_TLS_BIND": f"127.0.0.1:{tls}", "PROVSERVER_TLS_OLD_BIND": f"127.0.0.1:{old}"}
    with running(tmp_path_factory.mktemp("tls"), **environment) as server:
        yield Secure(server, tls, old)


def test_phones_are_told_https_and_curl_trusts_the_authority_that_is_handed_out(secure: Secure, tmp_path: Path) -> None:
    assert f"Open         https://127.0.0.1:{secure.tls}" in secure.server.out
    authority = tmp_path / "ca.pem"
    authority.write_text(secure.server.get("/ca.pem"))
    done = subprocess.run(
        ["curl", "-sS", "--cacert", str(authority), f"https://localhost:{secure.tls}/healthz"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "ok" in done.stdout
    refused = subprocess.run(
        ["curl", "-sS", f"https://127.0.0.1:{secure.tls}/healthz"], capture_output=True, timeout=60, check=False
    )
    assert refused.returncode == 60, "nobody else trusts it"


def test_the_authority_comes_in_the_forms_that_phones_take(secure: Secure) -> None:
    pem, text = secure.ask("/ca.pem")
    der, body = secure.ask("/ca.der")
    assert text == (secure.folder / "authority.pem").read_bytes()
    assert ssl.PEM_cert_to_DER_cert(text.decode()) == body
    assert pem.headers["Content-Type"] == "application/x-pem-file"
    assert der.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert secure.ask("/ca-old.pem")[1] == (secure.folder / "old-authority.pem").read_bytes()


def test_only_pages_over_tls_keep_browsers_there(secure: Secure) -> None:
    page, _ = secure.ask("/sign-in")
    assert page.headers["Strict-Transport-Security"] and "; Secure;" in page.headers["Set-Cookie"]
    for path in ("/ca.pem", "/healthz", "/api/v1/models", UNKNOWN):
        assert secure.ask(path)[0].headers["Strict-Transport-Security"] is None
    plain = http.client.HTTPConnection(secure.server.address, timeout=30)
    plain.request("GET", "/sign-in")
    answer = plain.getresponse()
    assert answer.headers["Strict-Transport-Security"] is None and "Secure" not in answer.headers["Set-Cookie"]
    plain.close()


def test_one_connection_carries_many_requests_even_two_in_one_breath(secure: Secure) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with secure.connect() as connection:
        for request, answers in ((one, 1), (one * 2, 2), (one, 1)):
            connection.sendall(request)
            seen = b""
            while seen.count(b"\r\n\r\nok") < answers:
                seen += connection.recv(4096)


def test_a_file_from_the_disk_is_sent_through_tls(secure: Secure) -> None:
    path = "/static/provserver.css"
    assert secure.ask(path)[1].decode() == secure.server.get(path)


def test_the_end_of_a_connection_is_told_so_that_nothing_can_be_cut_off(secure: Secure) -> None:
    with secure.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        while connection.recv(4096):
            pass


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\x00" * 64, b"\x00" * 512])
def test_what_is_no_tls_is_turned_away(secure: Secure, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", secure.tls), 30) as plain:
        plain.sendall(sent)
        seen = b""
        while part := _receive(plain):
            seen += part
    if sent.startswith(b"GET"):
        assert seen.startswith(b"HTTP/1.1 400 ") and b"speaks HTTPS" in seen
    assert secure.ask("/healthz")[1].startswith(b"ok")
    assert "Traceback" not in secure.server.err


def _receive(plain: socket.socket) -> bytes:
    try:
        return plain.recv(4096)
    except ConnectionResetError:
        return b""


def test_slow_handshakes_hold_nobody_up(secure: Secure) -> None:
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    slow = [socket.create_connection(("127.0.0.1", secure.tls), 30) for _ in range(60)]
    try:
        for number, connection in enumerate(slow):
            connection.sendall(hello[: number % len(hello)])
        for _ in range(5):
            assert secure.ask("/healthz")[1].startswith(b"ok")
        assert secure.server.get("/healthz")
        still_open = [connection for connection in slow if not _is_closed(connection)]
        assert still_open, "the slow ones were still waiting while others were answered"
        wait_for(lambda: all(_is_closed(connection) for connection in slow), 60)
    finally:
        for connection in slow:
            connection.close()


def _is_closed(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _openssl(port: int, *options: str) -> str:
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options],
        input="", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_old_versions_and_key_exchange_are_for_the_listener_that_says_so(secure: Secure, version: str) -> None:
    old = ("-cipher", "AES128-SHA:@SECLEVEL=0")
    assert "Cipher is (NONE)" in _openssl(secure.tls, version, *old)
    assert "Cipher is (NONE)" in _openssl(secure.tls, "-tls1_2", *old)
    authority = secure.folder / "old-authority.pem"
    spoken = _openssl(secure.old, version, *old, "-CAfile", str(authority))
    assert "Cipher is AES128-SHA" in spoken and "Verify return code: 0 (ok)" in spoken
    assert "Cipher is (NONE)" in _openssl(secure.old, version, "-cipher", "NULL:aNULL:@SECLEVEL=0")


def test_a_renewed_certificate_is_shown_without_a_pause(secure: Secure) -> None:
    before = secure.certificate()
    context = secure.context()
    kept = http.client.HTTPSConnection("127.0.0.1", secure.tls, context=context, timeout=30)
    with ThreadPoolExecutor(1) as pool:
        renewal = pool.submit(secure.server.command, "certificates", "renew", "--json")
        over = False
        while not over:  # once more after it, too; a connection at rest would be closed while a slow machine renews
            over = renewal.done()
            kept.request("GET", "/healthz")
            assert kept.getresponse().read().startswith(b"ok")
            assert kept.sock is not None, "the connection was cut"
            time.sleep(0.05)
    kept.close()
    done = json.loads(renewal.result())
    wait_for(lambda: secure.certificate() != before, 60)
    assert [one["ours"] for one in done["listeners"]] == [True, True]
    assert "127.0.0.1" in done["listeners"][0]["names"]


def test_a_certificate_that_is_due_is_renewed_by_the_running_server(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, PROVSERVER_TLS_BIND=f"127.0.0.1:{port}") as server:
        secure = Secure(server, port, 0)
        (secure.folder / "server.pem").write_bytes(_nearly_over(secure))
        over = secure.certificate()
        wait_for(lambda: secure.certificate() != over, 90)
        wait_for(lambda: b"nearly" not in (secure.certificate() or b""), 90)


def _nearly_over(secure: Secure) -> bytes:
    house = open_house(load(secure.server.environment))
    try:
        pair = own_authority.shared(house, Store(secure.folder), OURS)
    finally:
        house.database.close()
    issued = issue(pair, ["nearly.example.com", "127.0.0.1"], datetime.now(UTC) - timedelta(days=360))
    return issued.key + issued.certificate


def test_a_phone_with_a_certificate_from_its_factory_is_known(secure: Secure, tmp_path: Path) -> None:
    maker = Maker("Yealink")
    phone = maker.phone((NameOID.COMMON_NAME, "805EC0D9C744")).write(tmp_path / "phone.pem")
    (tmp_path / "maker.pem").write_bytes(maker.root.pem + maker.issuing.pem)
    context = secure.context(chain=phone)
    secure.ask(UNKNOWN, context)
    assert '"certified"' not in secure.server.err, "nobody was trusted yet, so nobody was asked"
    secure.server.command("certificates", "trust", "yealink", str(tmp_path / "maker.pem"))
    wait_for(lambda: _known(secure, context, "805ec0d9c744"), 60)
    secure.ask(UNKNOWN)
    assert '"certified"' not in secure.server.err.splitlines()[-1], "one without a certificate comes in all the same"
    stranger = Maker("Stranger").phone((NameOID.COMMON_NAME, "805EC0D9C744")).write(tmp_path / "stranger.pem")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        _stranger_comes_in(secure, secure.context(chain=stranger))
    assert '"certified"' not in secure.server.err.splitlines()[-1]
    rows = json.loads(secure.server.command("certificates", "list", "--json"))
    for row in rows:
        secure.server.command("certificates", "remove", row["fingerprint"][:12])
    wait_for(lambda: not _known(secure, context, "805ec0d9c744"), 60)


def _known(secure: Secure, context: ssl.SSLContext, mac: str) -> bool:
    count = secure.server.err.count(f'"certified": "{mac}"')
    secure.ask(UNKNOWN, context)
    return secure.server.err.count(f'"certified": "{mac}"') > count


def _stranger_comes_in(secure: Secure, context: ssl.SSLContext) -> None:
    """Try until a process refused, and then let in: a phone of a maker whom nobody installed is not locked out."""
    deadline = time.monotonic() + 60
    refusals = 0
    while time.monotonic() < deadline:
        try:
            answer, _ = secure.ask(UNKNOWN, context)
        except OSError:
            refusals += 1
            continue
        assert answer.status == 404
        if refusals:
            return
        time.sleep(0.2)  # this process does not ask yet
    raise AssertionError("it never came in")
