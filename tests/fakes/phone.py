"""Fake desk phones: they fetch their files over HTTP and answer check-sync over UDP like the real ones."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from typing import Any, Self
from urllib.parse import urljoin

from tests.fakes import boot_chains
from tests.fakes.fetching import Fetcher

Address = tuple[str, int]

REASONS = {
    200: "OK", 202: "Accepted", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 480: "Temporarily Unavailable", 481: "Subscription Does Not Exist", 489: "Bad Event",
    500: "Server Internal Error",
}  # fmt: skip
COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "o": "event"}
REMEMBERED = 200  # transactions of which a repetition gets the same answer


@dataclass(frozen=True, slots=True)
class FetchLog:
    """One answered request; `at` is time.monotonic() when the answer was complete."""

    method: str
    name: str
    status: int
    etag: str | None
    at: float


@dataclass(frozen=True, slots=True)
class NotifyLog:
    """One NOTIFY, repetitions not counted; `at` is time.monotonic() when it arrived."""

    at: float
    event: str
    sent_from: Address
    body: bytes = b""


class FakePhone(asyncio.DatagramProtocol):
    """A desk phone; `await start()` opens its SIP port, `boot()` fetches its files, check-sync makes it fetch again.

    `answer` is the status for check-sync (None keeps silent) given after `delay` seconds; `fetches=False` is a phone
    that answers and does nothing. Files are kept under their address relative to the provisioning address. A file
    that is gone on the server (404) or is no longer named by the others is forgotten.
    """

    repetitions = 0  # NOTIFYs that came again and changed nothing
    _running: asyncio.Task[None] | None = None

    def __init__(
        self,
        maker: str,
        model: str,
        mac: str,
        provisioning_url: str,
        *,
        firmware: str = "",
        answer: int | None = 200,
        fetches: bool = True,
        delay: float = 0.0,
        sip_port: int = 0,
        host: str = "127.0.0.1",
        conditional: bool = True,
    ) -> None:
        self.maker, self.model = maker, model
        self.mac = re.sub("[^0-9a-f]", "", mac.lower())
        self.user_agent = boot_chains.user_agent(
            maker, model, self.mac, firmware or boot_chains.FIRMWARE.get(maker, "")
        )
        self.host, self.sip_port = host, sip_port
        self.answer, self.fetches, self.delay, self.conditional = answer, fetches, delay, conditional
        self.files: dict[str, bytes] = {}
        self.requests: list[FetchLog] = []
        self.notifies: list[NotifyLog] = []
        self.problems: list[str] = []
        self._base = provisioning_url.rstrip("/") + "/"
        self._etags: dict[str, str] = {}
        self._answers: dict[str, bytes] = {}  # Via branch -> what was answered, b"" as long as nothing was
        self._booting, self._told = asyncio.Lock(), asyncio.Event()

    @property
    def sip_uri(self) -> str:
        """Give the address for NOTIFYs; the port stays the same when the phone is stopped and started again."""
        return f"sip:{self.mac}@{self.host}:{self.sip_port}"

    async def start(self) -> None:
        """Open the SIP port and wait for NOTIFYs in a task of its own."""
        loop = asyncio.get_running_loop()
        self._closed = loop.create_future()
        where = (self.host, self.sip_port)
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=where)
        self.sip_port = self._transport.get_extra_info("sockname")[1]
        self._running = loop.create_task(self._run())

    async def stop(self) -> None:
        """Close the SIP port and stop fetching, as if unplugged; what it holds stays."""
        if self._running is None:
            return
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        self._running = None
        self._transport.abort()
        await self._closed

    async def boot(self) -> None:
        """Fetch the whole chain once; what goes wrong is a line in `problems`, as on a phone's log page."""
        async with self._booting:
            self._asked: set[str] = set()
            fetcher = Fetcher(self.user_agent, self.host)
            try:
                chain = boot_chains.CHAINS[self.maker]
                if await chain(lambda name: self._fetch(fetcher, name), self.problems.append, self.model, self.mac):
                    for name in self.files.keys() - self._asked:
                        self._forget(name)
            except (OSError, ValueError) as error:
                self.problems.append(f"{type(error).__name__}: {error}")
            finally:
                await fetcher.close()

    async def _run(self) -> None:
        while True:
            await self._told.wait()
            self._told.clear()  # NOTIFYs that arrive while it fetches make it fetch once more
            await self.boot()

    async def _fetch(self, fetcher: Fetcher, name: str) -> bytes | None:
        url = urljoin(self._base, name)
        name = url.removeprefix(self._base)
        self._asked.add(name)
        reply = await fetcher.get(url, self._etags.get(name) if self.conditional else None)
        etag = reply.headers.get("etag")
        self.requests.append(FetchLog("GET", name, reply.status, etag, time.monotonic()))
        if reply.status == 200:
            self.files[name] = reply.body
            self._etags.pop(name, None)
            if etag:
                self._etags[name] = etag
        elif reply.status in (404, 410):
            self._forget(name)
        return self.files.get(name) if reply.status in (200, 304) else None

    def _forget(self, name: str) -> None:
        self.files.pop(name, None)
        self._etags.pop(name, None)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Take a SIP request (called by asyncio)."""
        head, _, body = data.partition(b"\r\n\r\n")
        method, headers = _read(head.decode("utf-8", "replace"))
        found = dict(reversed(headers))  # the first of a name counts: the topmost Via
        branch = re.search(r"branch=([^;,\s]+)", found.get("via", ""))
        if branch is None or method in ("ACK", "SIP/2.0"):
            return
        if branch[1] in self._answers:
            self.repetitions += 1
            if self._answers[branch[1]]:
                self._transport.sendto(self._answers[branch[1]], addr)
            return
        self._answers[branch[1]] = b""
        if len(self._answers) > REMEMBERED:
            del self._answers[next(iter(self._answers))]
        status = self._decide(method, found, body, addr)
        resyncs = self.fetches and status in (200, 202) and found.get("event", "").startswith("check-sync")
        if status is not None:
            response = _response(status, headers, self.mac)
            asyncio.get_running_loop().call_later(self.delay, self._respond, branch[1], response, addr, resyncs)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the port is free (called by asyncio)."""
        self._closed.set_result(None)

    def _decide(self, method: str, headers: dict[str, str], body: bytes, source: Address) -> int | None:
        """Refuse in the order of libre's notify_handler: event 489, state 400."""
        if method != "NOTIFY":
            return 200 if method == "OPTIONS" else 405
        event = headers.get("event", "")
        self.notifies.append(NotifyLog(time.monotonic(), event, source, body))
        if event.split(";")[0] not in ("check-sync", "ACTION-URI"):
            return 489
        if "subscription-state" not in headers:
            return 400
        return self.answer

    def _respond(self, branch: str, response: bytes, destination: Address, resyncs: bool) -> None:
        if self._transport.is_closing():
            return
        self._answers[branch] = response
        self._transport.sendto(response, destination)
        if resyncs:
            self._told.set()


class FakeFleet:
    """A context manager that keeps phones in an event loop of its own thread, so that plain tests can use them."""

    def __init__(self) -> None:
        self.phones: list[FakePhone] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake phones", daemon=True)

    def __enter__(self) -> Self:
        """Start the thread; two sockets a phone may need more files than a shell allows by default."""
        _, hard = getrlimit(RLIMIT_NOFILE)
        setrlimit(RLIMIT_NOFILE, (hard, hard))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop every phone and the thread."""
        self.run(self._stop_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def add(self, phone: FakePhone) -> FakePhone:
        """Start a phone and give it back."""
        self.run(phone.start())
        self.phones.append(phone)
        return phone

    def boot_all(self, timeout: float = 60.0, at_once: int = 100) -> None:
        """Let every phone fetch its files, `at_once` of them at a time; raise TimeoutError after `timeout` seconds."""
        self.run(self._boot_all(at_once), timeout)

    def wait_until(self, predicate: Callable[[], bool], timeout: float = 10.0) -> bool:
        """Wait until the predicate holds, looking every 5 ms; say whether it did within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not (holds := predicate()) and time.monotonic() < deadline:
            time.sleep(0.005)
        return holds

    def run(self, doing: Coroutine[Any, Any, None], timeout: float = 60.0) -> None:
        """Run a coroutine, such as phone.stop(), in the phones' loop and wait for its end."""
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(timeout)

    async def _boot_all(self, at_once: int) -> None:
        slots = asyncio.Semaphore(at_once)

        async def boot(phone: FakePhone) -> None:
            async with slots:
                await phone.boot()

        await asyncio.gather(*map(boot, self.phones))

    async def _stop_all(self) -> None:
        await asyncio.gather(*(phone.stop() for phone in self.phones))


def _read(head: str) -> tuple[str, list[tuple[str, str]]]:
    """Give the first word of a SIP message and its headers, under their long names in lower case."""
    first, *lines = head.split("\r\n")
    pairs = ((name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return first.split(" ")[0], [(COMPACT.get(name, name), value) for name, value in pairs]


def _response(status: int, headers: list[tuple[str, str]], tag: str) -> bytes:
    lines = [f"SIP/2.0 {status} {REASONS.get(status, 'Answer')}"]
    for name, value in headers:
        if name in ("via", "from", "call-id", "cseq"):
            lines.append(f"{name}: {value}")
        elif name == "to":
            lines.append(f"To: {value};tag={tag}")
    return ("\r\n".join([*lines, "Content-Length: 0"]) + "\r\n\r\n").encode()
