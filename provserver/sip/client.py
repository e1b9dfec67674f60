"""Our own SIP user agent: it sends out-of-dialog NOTIFYs to phones, and answers the little it is asked."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import quote

from provserver.sip import server
from provserver.sip.message import Message, Request, Response, SipUri, build, check_text, parse
from provserver.sip.transaction import Answer, Timers, Transaction, branch_of
from provserver.sip.transport import Address, Connection, DatagramEndpoint, local_host_towards, plain
from provserver.sip.uri import host_port

__all__ = ["Answer", "Timers", "UnsupportedTransport", "UserAgent"]

CONNECT_SECONDS = 4.0
CLOSED = "the user agent was closed"


class UnsupportedTransport(ValueError):
    """The address asks for a transport that we do not speak."""


class UserAgent:
    """A SIP user agent on one UDP address, which opens TCP connections where a target asks for them.

    Everything runs in the event loop that called `start`; `dropped` counts what was not understood.
    """

    def __init__(
        self,
        bind: tuple[str, int],
        *,
        name: str = "provserver",
        timers: Timers = Timers(),  # noqa: B008  (it is frozen)
        concurrency: int = 50,
    ) -> None:
        """Remember where to listen (host in digits, port or 0); `concurrency` is per transport."""
        check_text(name, "the name of the user agent")
        self.dropped = 0
        self._bind = bind
        self._name = name
        self._timers = timers
        self._slots = {transport: asyncio.Semaphore(concurrency) for transport in ("udp", "tcp")}
        self._secret = secrets.token_hex(16)
        self._endpoint: DatagramEndpoint | None = None
        self._connections: dict[Address, Connection] = {}
        self._transactions: dict[str, Transaction] = {}
        self._ended: dict[str, float] = {}  # branch -> when to forget it (timer K), oldest first

    async def start(self) -> None:
        """Open the UDP address; raise OSError when it is taken."""
        endpoint = DatagramEndpoint(self._bind, self._datagram_received, self._unreachable)
        await endpoint.start()
        self._endpoint = endpoint

    async def close(self) -> None:
        """End what is under way with a 503, close the connections and give the address back."""
        if self._endpoint is None:
            return
        endpoint, self._endpoint = self._endpoint, None
        for transaction in self._transactions.values():
            transaction.fail(503, CLOSED)
        await asyncio.gather(endpoint.close(), *(connection.close() for connection in self._connections.values()))

    @property
    def address(self) -> tuple[str, int]:
        """Give the host and port that we listen on."""
        return self._opened().address

    async def notify(
        self,
        target: SipUri,
        event: str,
        *,
        to: SipUri | None = None,
        content_type: str | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send an out-of-dialog NOTIFY to `target`, with `to` (else the target) as To, and give how it ended.

        Raises UnsupportedTransport for TLS and ValueError for what cannot be in a message, before anything
        is sent; what goes wrong on the way is an Answer.
        """
        exchange = {"udp": self._over_udp, "tcp": self._over_tcp}.get(target.transport)
        if exchange is None:
            raise UnsupportedTransport(f"SIP over {target.transport.upper()} is not supported; use UDP or TCP.")
        request = _notify(target, to or target, event, content_type, body)
        endpoint = self._opened()
        async with self._slots[target.transport]:
            try:
                destination = await _resolve(target, endpoint.family)
                if self._endpoint is None:
                    return Answer(503, CLOSED, 0, 0.0)
                return await exchange(endpoint, destination, request)
            except TimeoutError:
                return Answer(408, f"no connection within {CONNECT_SECONDS:g} s", 0, CONNECT_SECONDS)
            except OSError as error:
                return Answer(503, error.strerror or str(error), 0, 0.0)

    async def _over_udp(self, endpoint: DatagramEndpoint, destination: Address, request: Request) -> Answer:
        host = endpoint.host or local_host_towards(destination, endpoint.family)
        with self._transaction(request, "udp", destination) as transaction:
            data = self._addressed(request, transaction, host, endpoint)
            return await transaction.run(lambda: endpoint.send(data, destination), self._timers, repeats=True)

    async def _over_tcp(self, endpoint: DatagramEndpoint, destination: Address, request: Request) -> Answer:
        destination = plain(destination)
        connection = self._connections.get(destination)
        if connection is None:
            connection = Connection(destination, self._stream_received, self._lost)
            self._connections[destination] = connection
        try:
            host, _ = await connection.open(CONNECT_SECONDS, endpoint.host)
        except OSError as error:
            self._lost(connection, str(error))
            raise
        with self._transaction(request, "tcp", destination) as transaction:
            data = self._addressed(request, transaction, host, endpoint)
            return await transaction.run(lambda: connection.write(data), self._timers, repeats=False)

    @contextmanager
    def _transaction(self, request: Request, transport: str, destination: Address) -> Iterator[Transaction]:
        transaction = Transaction(request.method, transport, plain(destination))
        self._transactions[transaction.branch] = transaction
        try:
            yield transaction
        finally:
            del self._transactions[transaction.branch]
            self._remember(transaction.branch)

    def _remember(self, branch: str) -> None:
        """Keep a branch for timer K, so that repeated and late answers to it are not taken for garbage."""
        now = asyncio.get_running_loop().time()
        while self._ended and (oldest := next(iter(self._ended))) and self._ended[oldest] <= now:
            del self._ended[oldest]
        self._ended[branch] = now + self._timers.t4

    def _addressed(self, request: Request, transaction: Transaction, host: str, endpoint: DatagramEndpoint) -> bytes:
        """Write the request with the headers that depend on the way it takes."""
        sent_by = host_port(host, endpoint.address[1])
        sender = f"<sip:{quote(self._name, safe='')}@{host_port(host, None)}>"
        first = (
            ("Via", f"SIP/2.0/{transaction.transport.upper()} {sent_by};branch={transaction.branch};rport"),
            ("Max-Forwards", "70"),
            ("From", f"{sender};tag={secrets.token_hex(8)}"),
        )
        last = (("Contact", f"<sip:{sent_by}>"), ("User-Agent", self._name))
        return build(replace(request, headers=(*first, *request.headers, *last)))

    def _datagram_received(self, data: bytes, source: Address) -> None:
        if not data.strip(b"\r\n\0"):  # what phones send to keep a NAT binding open
            return
        try:
            message = parse(data)
            if isinstance(message, Response):
                self._response_received(message, "udp", source)
            elif answer := server.answer(message, source, self._secret):
                self._opened().send(build(answer), server.reply_address(message, source))
        except ValueError:
            self.dropped += 1

    def _stream_received(self, message: Message, connection: Connection) -> None:
        try:
            if isinstance(message, Response):
                self._response_received(message, "tcp", connection.destination)
            elif answer := server.answer(message, connection.destination, self._secret):
                connection.write(build(answer))
        except ValueError:
            self.dropped += 1

    def _response_received(self, response: Response, transport: str, source: Address) -> None:
        branch = branch_of(response) or ""
        transaction = self._transactions.get(branch)
        if transaction is None:
            self.dropped += branch not in self._ended
        elif not transaction.receive(response, transport, source):
            self.dropped += 1

    def _unreachable(self, destination: Address, reason: str) -> None:
        self._fail("udp", destination, reason)

    def _lost(self, connection: Connection, reason: str) -> None:
        if self._connections.get(connection.destination) is connection:
            del self._connections[connection.destination]
        self._fail("tcp", connection.destination, reason)

    def _fail(self, transport: str, destination: Address, reason: str) -> None:
        for transaction in self._transactions.values():
            if (transaction.transport, transaction.destination) == (transport, destination):
                transaction.fail(503, reason)

    def _opened(self) -> DatagramEndpoint:
        if self._endpoint is None:
            raise RuntimeError("The user agent is not started.")
        return self._endpoint


def _notify(target: SipUri, to: SipUri, event: str, content_type: str | None, body: bytes) -> Request:
    """Make the request but for the headers that depend on the way; raise ValueError for bad parts."""
    if not event.strip():
        raise ValueError("A NOTIFY needs an event.")
    headers = [
        ("To", f"<{to}>"),
        ("Call-ID", secrets.token_hex(16)),
        ("CSeq", "1 NOTIFY"),
        ("Event", event),
        ("Subscription-State", "terminated"),  # strict phones answer 400 without it
    ]
    if content_type is not None:
        headers.append(("Content-Type", content_type))
    request = Request("NOTIFY", str(target), tuple(headers), body)
    build(request)
    return request


async def _resolve(target: SipUri, family: socket.AddressFamily) -> Address:
    """Find the first address of a target that our socket can reach; raise OSError for an unknown name."""
    flags = socket.AI_V4MAPPED if family == socket.AF_INET6 else 0
    port = target.destination_port
    try:  # digits need no thread and no name server
        found = socket.getaddrinfo(target.host, port, family, socket.SOCK_DGRAM, flags=flags | socket.AI_NUMERICHOST)
    except socket.gaierror:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_SECONDS):
            found = await loop.getaddrinfo(target.host, port, family=family, type=socket.SOCK_DGRAM, flags=flags)
    return str(found[0][4][0]), port
