"""Simulated phones for the demo: they fetch their files over HTTP and answer a NOTIFY over SIP, as real ones do."""

import asyncio
import logging
import re
import secrets
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from urllib.error import HTTPError, URLError
from urllib.request import Request as WebRequest
from urllib.request import urlopen

from provserver.sip.message import Request, Response, build, parse

log = logging.getLogger(__name__)

FIRST_PORT = 5081
"""Where the first one listens on loopback; where the port is taken, the system chooses another."""
THINKING = 0.4
"""Seconds between a NOTIFY and the fetch, about what a VVX takes."""
RESTARTING = 4.0
TRY_AGAIN = 2.0

_USER_AGENTS = {
    "poly": "FileTransport PolycomVVX-VVX_{number}-UA/6.4.6.2494 Type/Application",
    "yealink": "Yealink SIP-{model} 108.86.0.90 {colons}",
}
_FIRST_FILE = {"poly": "{mac}.cfg", "yealink": "{mac}.boot"}
_LISTED = {
    "poly": re.compile(r'CONFIG_FILES="([^"]*)"'),
    "yealink": re.compile(r'^include:config "([^"]+)"', re.MULTILINE),
}
_ALWAYS = {"poly": ("{mac}-directory.xml",), "yealink": ()}


class SimulatedPhone(asyncio.DatagramProtocol):
    """One phone; ``url`` is its provisioning address with a slash at the end, ``port`` where it listens."""

    def __init__(self, maker: str, model: str, mac: str, url: str, port: int) -> None:
        self.mac = mac
        self._maker = maker
        self._url = url
        self._etags: dict[str, str] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self._wake = asyncio.Event()
        self._pause = 0.0
        colons = ":".join(re.findall("..", mac))
        self._user_agent = _USER_AGENTS[maker].format(model=model, number=model[3:], colons=colons)
        self._socket = _bind(port)
        self.port: int = self._socket.getsockname()[1]

    async def run(self) -> None:
        """Boot, then fetch again whenever a NOTIFY says so; cancel it to end it."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=self._socket)
        try:
            while True:
                self._wake.clear()
                await asyncio.sleep(self._pause)
                if not await self._fetch_all():
                    await asyncio.sleep(TRY_AGAIN)
                    continue
                await self._wake.wait()
        finally:
            self._transport.close()

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        """Answer a request with 200, and act on a check-sync."""
        try:
            request = parse(data)
        except ValueError:
            return
        if not isinstance(request, Request) or self._transport is None:
            return
        self._transport.sendto(build(_answer(request)), address)
        event = request.header("event") or ""
        if request.method == "NOTIFY" and event.startswith("check-sync"):
            self._pause = RESTARTING if "reboot=true" in event else THINKING
            self._wake.set()

    async def _fetch_all(self) -> bool:
        """Fetch the first file, then all that it lists; False where the server does not answer."""
        first = _FIRST_FILE[self._maker].format(mac=self.mac)
        try:
            listing = await asyncio.to_thread(self._fetch, first, whole=True)
            listed = [name.strip() for text in _LISTED[self._maker].findall(listing) for name in text.split(",")]
            always = [name.format(mac=self.mac) for name in _ALWAYS[self._maker]]
            fetched = [name for name in (*listed, *always) if await asyncio.to_thread(self._fetch, name)]
        except (URLError, OSError) as error:
            log.debug("A simulated phone got no answer", extra={"mac": self.mac, "reason": str(error)})
            return False
        if fetched:
            log.info("A simulated phone has fetched its configuration", extra={"mac": self.mac, "files": fetched})
        return True

    def _fetch(self, name: str, *, whole: bool = False) -> str:
        """Fetch one file; give nothing where the phone has this version already, or there is no such file."""
        headers = {"User-Agent": self._user_agent}
        if not whole and name in self._etags:
            headers["If-None-Match"] = self._etags[name]
        try:
            request = WebRequest(self._url + name, headers=headers)  # noqa: S310  the demo's own address
            with urlopen(request, timeout=20) as answer:  # noqa: S310
                self._etags[name] = answer.headers.get("ETag", "")
                text: str = answer.read().decode()
                return text
        except HTTPError as error:
            with error:
                if error.code in {304, 404}:
                    return ""
                raise


def _bind(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.setblocking(False)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError:
        listening.bind(("127.0.0.1", 0))
    return listening


def _answer(request: Request) -> Response:
    kept = [(name, value) for name, value in request.headers if name.lower() in {"via", "from", "call-id", "cseq"}]
    to = request.header("to") or ""
    return Response(200, "OK", (*kept, ("To", f"{to};tag={secrets.token_hex(4)}")))


async def run_phones(phones: Sequence[SimulatedPhone]) -> None:
    """Run phones until SIGINT or SIGTERM."""
    running = asyncio.gather(*(phone.run() for phone in phones))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    with suppress(asyncio.CancelledError):
        await running
