"""A phone's password over a real connection: asked by curl, and by a fake phone that answers challenges itself."""

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from provserver.app import create_app
from provserver.services.enrolment import credentials
from provserver.services.house import House
from tests.fakes.fetching import Fetcher
from tests.services.conftest import Office, office

__all__ = ["office"]

AGENT = "Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:44"


@pytest.fixture
def place(office: Office) -> Iterator[str]:
    """The address of the server."""
    app = create_app(house=office.house)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    app.extensions["desk"].recorder.close()


def curl(url: str, *more: str) -> str:
    program = shutil.which("curl")
    assert program is not None, "curl is not installed"
    arguments = [program, "-s", "-A", AGENT, "-w", "\n%{http_code}", "--max-time", "30", *more, url]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


def fetch(url: str) -> int:
    async def once() -> int:
        fetcher = Fetcher(AGENT, "127.0.0.1")
        try:
            return (await fetcher.get(url)).status
        finally:
            await fetcher.close()

    return asyncio.run(once())


def forward(house: House, **how: float) -> None:
    house.clock.forward(**how)  # type: ignore[attr-defined]


def test_curl_and_a_fake_phone_answer_the_challenge(office: Office, place: str) -> None:
    house, mac = office.house, office.yealink
    path = f"{office.yealink_url.removeprefix('http://prov.test')}{mac}.cfg"
    name, word = credentials.put(house, office.actor, mac)
    for _ in range(2):  # the first one tells which firmware the phone has, and the files are written anew for it
        assert curl(f"http://{place}{path}").endswith("\n200")
    forward(house, minutes=3)
    configuration = curl(f"http://{place}{path}", "--digest", "-u", f"{name}:{word}")
    assert configuration.endswith("\n200") and word in configuration
    assert credentials.status(house, office.actor, mac).stage is credentials.Stage.REQUIRED
    assert curl(f"http://{place}{path}").endswith("\n401")
    assert curl(f"http://{place}{path}", "--digest", "-u", f"{name}:wrong").endswith("\n401")
    assert curl(f"http://{place}{path}", "--basic", "-u", f"{name}:{word}").endswith("\n401"), "not in plain words"
    by_mac = f"http://{place}/{mac}.cfg"
    assert curl(by_mac).endswith("\n401") and curl(by_mac, "--digest", "-u", f"{name}:{word}").endswith("\n200")
    upload = ("--digest", "-u", f"{name}:{word}", "-X", "PUT", "--data-binary", "x = 1")
    assert curl(f"http://{place}{path.replace('.cfg', '-local.cfg')}", *upload).endswith("\n201")
    assert fetch(f"http://{name}:{word}@{place}{path}") == 200
    assert fetch(f"http://{place}{path}") == fetch(f"http://{name}:wrong@{place}{path}") == 401
