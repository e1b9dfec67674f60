"""The fake phones behave like the phones of the fact sheets: files, names, NOTIFY."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from provserver.sip.client import Answer, Timers, UserAgent
from provserver.sip.message import SipUri
from tests.fakes import boot_chains
from tests.fakes.phone import FakeFleet, FakePhone

POLY = "0004f2aabbcc"
YEALINK = "805ec0d9c744"
V1 = b"#!version:1.0.0.1\n"


class Files(ThreadingHTTPServer):
    """A provisioning server from a dictionary: ETag, 304, and Basic when `password` is set."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = files
        self.password = ""
        self.seen: list[tuple[str, str, str]] = []  # path, User-Agent, client address

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/p/token/"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Files

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers["User-Agent"], self.client_address[0]))
        body = self.server.files.get(self.path.removeprefix("/p/token/"))
        etag = f'"{hash(body)}"'
        status = 404 if body is None else 304 if self.headers["If-None-Match"] == etag else 200
        if self.server.password and self.headers["Authorization"] != self.server.password:
            status = 401
        content = (body or b"") if status == 200 else b"" if status == 304 else b"no\n"
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Files]:
    with Files(files) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def names(phone: FakePhone) -> list[str]:
    return [f"{request.name} {request.status}" for request in phone.requests]


def notify(phone: FakePhone, event: str = "check-sync", **options: object) -> Answer:
    async def once() -> Answer:
        agent = UserAgent(("127.0.0.1", 0), timers=Timers(t1=0.05, t2=0.2, timer_f=0.5))
        await agent.start()
        try:
            return await agent.notify(SipUri.parse(phone.sip_uri), event, **options)
        finally:
            await agent.close()

    return asyncio.run(once())


def test_a_poly_phone_follows_its_master_document() -> None:
    master = (
        b'<?xml version="1.0"?><APPLICATION APP_FILE_PATH="" CONFIG_FILES="[PHONE_MAC_ADDRESS]-keys.cfg, site.cfg"'
        b' CONFIG_FILES_VVX500="other.cfg" MISC_FILES="" CONTACTS_DIRECTORY="contacts"/>'
    )
    files = {f"{POLY}.cfg": master, f"{POLY}-keys.cfg": b"<keys/>", "site.cfg": b"<site/>"}
    with serving(files) as server:
        phone = FakePhone("poly", "VVX301", "00:04:F2:AA:BB:CC", server.url)
        asyncio.run(phone.boot())
    assert names(phone) == [
        f"{POLY}.cfg 200",
        f"{POLY}-keys.cfg 200",
        "site.cfg 200",
        f"{POLY}-phone.cfg 404",
        f"{POLY}-web.cfg 404",
        f"{POLY}-license.cfg 404",
        "000000000000-license.cfg 404",
        f"contacts/{POLY}-directory.xml 404",
        "contacts/000000000000-directory.xml 404",
        f"{POLY}-calls.xml 404",
    ]
    assert phone.files == files
    assert phone.problems == []
    assert server.seen[0][1] == "FileTransport PolycomVVX-VVX_301-UA/5.9.6.2327 Type/Application"


def test_a_poly_phone_prefers_what_is_for_its_model() -> None:
    master = b'<A CONFIG_FILES="general.cfg"><B CONFIG_FILES_VVX301="special.cfg" APP_FILE_PATH_VVX301="sip.ld"/></A>'
    with serving({"000000000000.cfg": master}) as server:
        phone = FakePhone("poly", "VVX_301", POLY, server.url)
        asyncio.run(phone.boot())
    assert names(phone)[:4] == [f"{POLY}.cfg 404", "000000000000.cfg 200", "sip.ld 404", "special.cfg 404"]


def test_a_yealink_phone_without_a_boot_file_takes_the_files_of_its_model_and_its_own() -> None:
    with serving({f"{YEALINK}.cfg": V1, "y000000000108.cfg": b"no version"}) as server:
        phone = FakePhone("yealink", "T46U", YEALINK, server.url, host="127.0.0.5")
        asyncio.run(phone.boot())
    assert names(phone) == [
        f"{YEALINK}.boot 404",
        "y000000000000.boot 404",
        "y000000000108.cfg 200",
        f"{YEALINK}.cfg 200",
    ]
    assert [problem.split()[0] for problem in phone.problems] == ["y000000000108.cfg"]
    assert server.seen[0][1:] == ("Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:44", "127.0.0.5")


def test_a_yealink_phone_with_a_boot_file_takes_only_what_it_includes() -> None:
    files = {"all.cfg": V1, f"{YEALINK}.cfg": V1}
    with serving(files) as server:
        lines = f'include:config "all.cfg"\n[T48U]include:config "no.cfg"\ninclude:config <{server.url}$MAC.cfg>\n'
        files["y000000000000.boot"] = V1 + lines.encode()
        phone = FakePhone("yealink", "T46U", YEALINK, server.url)
        asyncio.run(phone.boot())
    assert names(phone) == [f"{YEALINK}.boot 404", "y000000000000.boot 200", "all.cfg 200", f"{YEALINK}.cfg 200"]
    assert phone.files == files


def test_what_did_not_change_is_not_sent_again_and_what_is_gone_is_forgotten() -> None:
    files = {f"{YEALINK}.cfg": V1, "y000000000108.cfg": V1}
    with serving(files) as server:
        phone = FakePhone("yealink", "T46U", YEALINK, server.url)
        asyncio.run(phone.boot())
        del files["y000000000108.cfg"]
        asyncio.run(phone.boot())
        assert names(phone)[-2:] == ["y000000000108.cfg 404", f"{YEALINK}.cfg 304"]
        assert phone.requests[-1].etag == phone.requests[3].etag
        assert phone.files == files
        phone.conditional = False
        asyncio.run(phone.boot())
        assert names(phone)[-1] == f"{YEALINK}.cfg 200"


def test_the_credentials_of_the_address_are_sent_when_asked_for() -> None:
    with serving({f"{YEALINK}.cfg": V1}) as server:
        server.password = "Basic dXNlcjpwQHNz"
        phone = FakePhone("yealink", "T46U", YEALINK, server.url.replace("//", "//user:p%40ss@"))
        asyncio.run(phone.boot())
    assert f"{YEALINK}.cfg" in phone.files


def test_a_server_that_is_away_is_a_problem_and_costs_the_phone_nothing() -> None:
    with serving({f"{YEALINK}.cfg": V1}) as server:
        phone = FakePhone("yealink", "T46U", YEALINK, server.url)
        asyncio.run(phone.boot())
    asyncio.run(phone.boot())
    assert f"{YEALINK}.cfg" in phone.files
    assert len(phone.problems) == 1


def test_check_sync_makes_the_phone_fetch_again() -> None:
    files = {f"{YEALINK}.cfg": V1}
    with serving(files) as server, FakeFleet() as fleet:
        phone = fleet.add(FakePhone("yealink", "T46U", YEALINK, server.url))
        fleet.boot_all()
        files[f"{YEALINK}.cfg"] = V1 + b"linekey.1.type = 16\n"
        assert notify(phone, "check-sync;reboot=false").status == 200
        assert fleet.wait_until(lambda: phone.files == files)
        assert [log.event for log in phone.notifies] == ["check-sync;reboot=false"]
        assert phone.notifies[0].sent_from[0] == "127.0.0.1"
        assert not fleet.wait_until(lambda: False, timeout=0.01)


@pytest.mark.parametrize(
    ("options", "status", "fetched"),
    [
        ({"answer": 202}, 202, True),
        ({"answer": 404}, 404, False),
        ({"answer": 481}, 481, False),
        ({"answer": None}, 408, False),
        ({"fetches": False}, 200, False),
        ({"delay": 0.2}, 200, True),
    ],
)
def test_a_phone_answers_as_it_is_told_to(options: dict, status: int, fetched: bool) -> None:
    with serving({}) as server, FakeFleet() as fleet:
        phone = fleet.add(FakePhone("poly", "VVX301", POLY, server.url, **options))
        answer = notify(phone)
        assert answer.status == status
        assert fleet.wait_until(lambda: bool(phone.requests), timeout=5 if fetched else 0.1) is fetched
        assert (len(phone.notifies), phone.repetitions) == (1, answer.sent - 1)


def test_other_events_are_refused_and_action_uris_are_kept() -> None:
    with serving({}) as server, FakeFleet() as fleet:
        phone = fleet.add(FakePhone("yealink", "T46U", YEALINK, server.url))
        assert notify(phone, "message-summary").status == 489
        assert notify(phone, "ACTION-URI", content_type="message/sipfrag", body=b"key=Reset").status == 200
        assert phone.notifies[-1].body == b"key=Reset"
        assert phone.requests == []


def test_a_phone_that_was_unplugged_comes_back_on_its_port() -> None:
    with serving({}) as server, FakeFleet() as fleet:
        phone = fleet.add(FakePhone("yealink", "T46U", YEALINK, server.url))
        address = phone.sip_uri
        fleet.run(phone.stop())
        assert notify(phone).status == 503
        fleet.run(phone.start())
        assert phone.sip_uri == address
        assert notify(phone).status == 200


@pytest.mark.parametrize(
    ("maker", "model", "name"),
    [
        ("poly", "IP335", "FileTransport PolycomSoundPointIP-SPIP_335-UA/1.2 Type/Application"),
        ("poly", "SSIP_6000", "FileTransport PolycomSoundStationIP-SSIP_6000-UA/1.2 Type/Application"),
        ("poly", "CCX500", "FileTransport PolyCCX-CCX_500-UA/1.2 Type/Application"),
        ("poly", "Edge E450", "FileTransport PolyEdge-Edge_E450-UA/1.2 Type/Application"),
        ("yealink", "W70B", "Yealink W70B 1.2 00:04:f2:aa:bb:cc"),
    ],
)
def test_phones_call_themselves_what_the_real_ones_do(maker: str, model: str, name: str) -> None:
    assert boot_chains.user_agent(maker, model, POLY, "1.2") == name


def test_a_phone_that_nobody_makes_is_refused() -> None:
    with pytest.raises(ValueError, match="No fake phone"):
        FakePhone("poly", "T46U", POLY, "http://127.0.0.1/")
    with pytest.raises(ValueError, match="No fake phone"):
        FakePhone("yealink", "T1000", POLY, "http://127.0.0.1/")
