"""Our sockets and what happens on them: requests leave, answers find them, and what others ask is answered."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from provserver.domain.numbers import host_port
from provserver.sip import server
from provserver.sip.message import Message, Request, Response, build, parse
from provserver.sip.stream import Connection, Hop, Trust
from provserver.sip.transaction import Answer, Cause, Timers, Transaction, branch_of
from provserver.sip.transport import Address, DatagramEndpoint, plain

log = logging.getLogger(__name__)

CLOSED = "the user agent was closed"
CONNECT_SECONDS = 4.0
ANY_IPV4 = "0.0.0.0"  # noqa: S104  a name for it
Write = Callable[[str, str, str], Request]
"""Write a request for a transport, the address that it comes from (host:port) and a branch."""


class Network:
    """A UDP address (beside 0.0.0.0 also the same port of IPv6), and connections to those who want TCP or TLS.

    ``dropped`` counts what arrived and was not understood (garbage), asked for (stray) or believed (misfit).
    """

    def __init__(self, bind: Address, timers: Timers, trust: Trust) -> None:
        """Remember where to listen; nothing is opened yet."""
        self.dropped: Counter[str] = Counter()
        self._bind = bind
        self._timers = timers
        self._trust = trust
        self._secret = secrets.token_hex(16)
        self._endpoints: list[DatagramEndpoint] = []
        self._connections: dict[Hop, Connection] = {}
        self._transactions: dict[str, Transaction] = {}
        self._ended: dict[str, float] = {}  # branch -> when to forget it (timer K), oldest first

    async def start(self) -> None:
        """Open the UDP address; raise OSError when it is taken."""
        endpoint = DatagramEndpoint(self._bind, self._datagram_received, self._unreachable)
        await endpoint.start()
        self._endpoints = [endpoint]
        if self._bind[0] == ANY_IPV4:
            await self._start_ipv6(endpoint.address[1])

    async def _start_ipv6(self, port: int) -> None:
        try:
            beside = DatagramEndpoint(("::", port), self._datagram_received, self._unreachable, beside_ipv4=True)
        except OSError as error:
            log.info("SIP goes over IPv4 only: there is no IPv6 here", extra={"reason": str(error)})
            return
        await beside.start()
        self._endpoints.append(beside)

    async def close(self) -> None:
        """End what is under way with a 503, close the connections and give the addresses back."""
        endpoints, self._endpoints = self._endpoints, []
        for transaction in self._transactions.values():
            transaction.fail(503, CLOSED, Cause.CLOSED)
        connections = list(self._connections.values())
        await asyncio.gather(*(one.close() for one in endpoints), *(one.close() for one in connections))

    @property
    def is_open(self) -> bool:
        """Tell whether requests can leave."""
        return bool(self._endpoints)

    def check_started(self) -> None:
        """Raise RuntimeError before the start and after the end."""
        if not self._endpoints:
            raise RuntimeError("The user agent is not started.")

    @property
    def address(self) -> Address:
        """Give the host and port that we listen on; raise RuntimeError before the start."""
        self.check_started()
        return self._endpoints[0].address

    async def exchange(self, hop: Hop, method: str, write: Write) -> Answer:
        """Send a request to a hop and give how it ended; what goes wrong on the way is an Answer.

        Raises ValueError, before anything leaves, for what cannot be in a message.
        """
        try:
            return await (self._over_udp if hop.transport == "udp" else self._over_stream)(hop, method, write)
        except TimeoutError:
            reason = f"no connection within {CONNECT_SECONDS:g} s"
            return Answer(408, reason, 0, CONNECT_SECONDS, Cause.UNCONNECTED)
        except ssl.SSLCertVerificationError as error:
            return Answer(503, f"its certificate is not trusted: {error.verify_message}", 0, 0.0, Cause.UNTRUSTED)
        except ssl.SSLError as error:
            return Answer(503, f"no TLS connection: {error.reason or error}", 0, 0.0, Cause.UNCONNECTED)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
            return Answer(503, reason, 0, 0.0, Cause.REFUSED)

    async def _over_udp(self, hop: Hop, method: str, write: Write) -> Answer:
        endpoint = self._endpoint_for(hop.address[0])
        if endpoint is None:
            return Answer(
                503, f"SIP leaves from {self._bind[0]} only, which does not reach {hop}", 0, 0.0, Cause.REFUSED
            )
        sent_by = host_port(endpoint.host_towards(hop.address), endpoint.address[1])
        with self._transaction(method, hop) as transaction:
            data = build(write("udp", sent_by, transaction.branch))
            return await transaction.run(lambda: endpoint.send(data, hop.address), self._timers, repeats=True)

    async def _over_stream(self, hop: Hop, method: str, write: Write) -> Answer:
        """Use the connection that is there; one that turns out to be gone is opened once more."""
        before = self._connections.get(hop)
        was_open = before is not None and before.is_open
        answer = await self._over_connection(hop, method, write)
        if answer.cause is Cause.LOST and was_open and self._endpoints:
            return await self._over_connection(hop, method, write)
        return answer

    async def _over_connection(self, hop: Hop, method: str, write: Write) -> Answer:
        connection = self._connections.get(hop)
        if connection is None:
            connection = self._connections[hop] = Connection(hop, self._stream_received, self._lost)
        source = self._endpoints[0].host if self._endpoints[0].host and self._same_family(hop) else None
        try:
            host, _ = await connection.open(CONNECT_SECONDS, source, self._trust)
        except OSError as error:
            self._lost(connection, str(error))
            raise
        sent_by = host_port(host, self._endpoints[0].address[1] if self._endpoints else None)
        with self._transaction(method, hop) as transaction:
            data = build(write(hop.transport, sent_by, transaction.branch))
            asked_at = asyncio.get_running_loop().time()
            connection.waiting.add(transaction)
            try:
                answer = await transaction.run(lambda: connection.write(data), self._timers, repeats=False)
            finally:
                connection.waiting.discard(transaction)
        if answer.cause is Cause.SILENT and connection.heard_at < asked_at:
            await self._give_up(connection)
        return answer

    async def _give_up(self, connection: Connection) -> None:
        """Close a connection on which nothing came back: its peer is gone without a word, the next try opens anew."""
        if self._connections.get(connection.hop) is connection:
            del self._connections[connection.hop]
        await connection.close()

    def _same_family(self, hop: Hop) -> bool:
        return (":" in hop.address[0]) == (":" in self._endpoints[0].address[0])

    @contextmanager
    def _transaction(self, method: str, hop: Hop) -> Iterator[Transaction]:
        transaction = Transaction(method, hop.transport, plain(hop.address))
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

    def _datagram_received(self, data: bytes, source: Address) -> None:
        if not data.strip(b"\r\n\0"):  # what phones send to keep a NAT binding open
            return
        try:
            message = parse(data.lstrip(b"\r\n"))
            if isinstance(message, Response):
                self._response_received(message, "udp", source)
            elif answer := server.answer(message, source, self._secret):
                self._send(build(answer), server.reply_address(message, source))
        except ValueError as error:
            self._drop("garbage", str(error), source)

    def _send(self, data: bytes, destination: Address) -> None:
        if endpoint := self._endpoint_for(destination[0]):
            endpoint.send(data, destination)

    def _endpoint_for(self, host: str) -> DatagramEndpoint | None:
        return next((endpoint for endpoint in self._endpoints if endpoint.reaches(host)), None)

    def _stream_received(self, message: Message, connection: Connection) -> None:
        source = plain(connection.hop.address)
        try:
            if isinstance(message, Response):
                self._response_received(message, connection.hop.transport, source)
            elif answer := server.answer(message, source, self._secret):
                connection.write(build(answer))
        except ValueError as error:
            self._drop("garbage", str(error), source)

    def _response_received(self, response: Response, transport: str, source: Address) -> None:
        branch = branch_of(response) or ""
        transaction = self._transactions.get(branch)
        if transaction is None:
            if branch not in self._ended:
                self._drop("stray", "an answer to nothing that we asked", source)
        elif not transaction.receive(response, transport, source):
            self._drop("misfit", "an answer that does not fit its request", source)

    def _drop(self, kind: str, reason: str, source: Address) -> None:
        """Count what was dropped, and write the 1st, 10th, 100th ... down: a flood must not fill the log."""
        self.dropped[kind] += 1
        count = self.dropped[kind]
        if count == 10 ** (len(str(count)) - 1):
            facts = {"kind": kind, "count": count, "reason": reason, "address": host_port(*source)}
            log.warning("SIP messages were dropped", extra=facts)

    def _unreachable(self, destination: Address, reason: str) -> None:
        for transaction in self._transactions.values():
            if (transaction.transport, transaction.destination) == ("udp", destination):
                transaction.fail(503, reason, Cause.REFUSED)

    def _lost(self, connection: Connection, reason: str) -> None:
        if self._connections.get(connection.hop) is connection:
            del self._connections[connection.hop]
        for transaction in connection.waiting:
            transaction.fail(503, reason, Cause.LOST)
