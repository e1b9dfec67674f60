"""TFTP, read only, for phones that know nothing else: the same files by the same rules as over HTTP.

The phone has a file when it has acknowledged its last block, and not before.
"""

import asyncio
import logging
import socket

from provserver.config import inside_any
from provserver.discovery import tftp_packets as packets
from provserver.discovery.flood import Dropped, Limits
from provserver.discovery.interfaces import Interface
from provserver.discovery.tftp_packets import ReadRequest, Refused
from provserver.domain.numbers import split_port
from provserver.domain.requests import PhoneRequest, Reply
from provserver.phone_paths import Place, phone_path
from provserver.services.delivery import provisioning
from provserver.services.delivery.provisioning import Desk
from provserver.services.delivery.sightings import Recorder
from provserver.services.house import House
from provserver.sip.transport import plain

log = logging.getLogger(__name__)

METHOD = "TFTP"
"""What stands in a phone's log; it is neither GET nor HEAD, so that asking alone proves nothing."""
TIMEOUT = 1.0
"""Seconds until a block is sent again, where the phone asks for no other time."""
TRIES = 5
EACH = (5.0, 40.0)
"""Requests a second, and at once, of one address: a phone asks for a dozen files when it starts."""
TOGETHER = (500.0, 2000.0)
GRACE = 1.0
"""Seconds that transfers under way have when the server is stopped."""
TRANSFERS = 256
TRANSFERS_EACH = 8

_NOT_FOUND = packets.error(packets.NOT_FOUND, "file not found")
_TRY_AGAIN = packets.error(packets.NOT_DEFINED, "try again")

Address = tuple[str, int]


def place_of(file: str) -> Place | None:
    """Read a file name as the path that it is over HTTP; None for what is no phone's."""
    return phone_path("/" + file.replace("\\", "/").lstrip("/"))


class Channel(asyncio.DatagramProtocol):
    """The socket of one transfer, on a port of its own that hears its client alone."""

    def __init__(self) -> None:
        self._heard: asyncio.Queue[bytes | None] = asyncio.Queue(64)
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self, local: str, client: Address) -> None:
        """Open it; raises OSError."""
        opened = socket.socket(socket.AF_INET6 if ":" in client[0] else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            opened.setblocking(False)
            opened.bind((local, 0))
            opened.connect(client)
        except OSError:
            opened.close()
            raise
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=opened)

    def close(self) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.close()

    def send(self, packet: bytes) -> None:
        """Send a packet to the client."""
        if self._transport is not None:
            self._transport.sendto(packet)

    async def asks(self, packet: bytes, number: int, timeout: float) -> bool:
        """Send a packet until the client acknowledges block ``number``; tell whether it did.

        Older acknowledgements that come twice are not answered, or every block after them would be sent twice
        (RFC 1123, 4.2.3.1).
        """
        for _ in range(TRIES):
            self.send(packet)
            try:
                async with asyncio.timeout(timeout):
                    while (heard := await self._heard.get()) is not None and not packets.is_error(heard):
                        if packets.is_ack_of(heard, number):
                            return True
                    return False
            except TimeoutError:
                continue
        return False

    def datagram_received(self, data: bytes, _addr: object) -> None:
        """Keep what the client said (called by asyncio)."""
        if not self._heard.full():
            self._heard.put_nowait(data)

    def error_received(self, _exc: Exception) -> None:
        """End the transfer: nobody listens at the client any more (called by asyncio)."""
        if not self._heard.full():
            self._heard.put_nowait(None)


class TftpServer(asyncio.DatagramProtocol):
    """Answers read requests on one address, each from a socket of its own."""

    name = "tftp"

    def __init__(self, house: House) -> None:
        self.dropped = Dropped("tftp")
        self._house = house
        host, port = split_port(house.config.tftp_bind)
        self._bind = host.removeprefix("[").removesuffix("]"), port or 0
        self._recorder = Recorder(house.database, house.clock, house.config.trusted_networks)
        self._desk = Desk(house, self._recorder)
        self._limits = Limits(EACH, TOGETHER)
        self._transfers: dict[Address, asyncio.Task[None]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Open the address; raises OSError where it is taken."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=self._bind)
        log.info("TFTP is answered", extra={"address": self.address})

    @property
    def address(self) -> Address:
        """Give the address that is answered."""
        if self._transport is None:
            raise RuntimeError("The TFTP server is not open.")
        host, port = self._transport.get_extra_info("sockname")[:2]
        return host, port

    async def follow(self, interfaces: frozenset[Interface]) -> None:
        """Do nothing: the address was chosen."""

    async def close(self) -> None:
        """End what is under way, and close the address."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        tasks = list(self._transfers.values())
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self._recorder.close)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Take a request (called by asyncio)."""
        client = str(addr[0]), int(addr[1])
        if not self._limits.allow(client[0]) or self._is_busy(client):
            self.dropped.add("flood", client[0], "too many requests of one address, or of all")
            return
        if client in self._transfers:  # the phone asks again, while we look for its file
            return
        try:
            request = packets.read_request(data)
        except Refused as error:
            self._send(packets.error(error.code, str(error)), client)
            return
        except ValueError as error:
            self.dropped.add("garbage", client[0], str(error))
            return
        task = asyncio.get_running_loop().create_task(self._serve(request, client))
        self._transfers[client] = task
        task.add_done_callback(lambda _task: self._transfers.pop(client, None))

    def _is_busy(self, client: Address) -> bool:
        same = sum(host == client[0] for host, _port in self._transfers)
        return len(self._transfers) >= TRANSFERS or same >= TRANSFERS_EACH

    async def _serve(self, asked: ReadRequest, client: Address) -> None:
        place = place_of(asked.file)
        if place is None:
            self._send(_NOT_FOUND, client)
            return
        request = self._request(place, client[0])
        reply = await asyncio.to_thread(provisioning.serve, self._desk, request)
        try:
            if reply.status != 200:
                self._send(_TRY_AGAIN if reply.status == 503 else _NOT_FOUND, client)
            elif await self._transfer(reply, asked, client):
                await asyncio.to_thread(provisioning.acknowledge, self._desk, request, reply)
            else:
                facts = {"file": request.file, "address": client[0]}
                log.info("A phone did not take a file to its end", extra=facts)
        finally:
            if reply.stream is not None:
                reply.stream.close()

    def _request(self, place: Place, address: str) -> PhoneRequest:
        where = plain((address, 0))[0].partition("%")[0][:64]
        trusted = place.token is None and inside_any(address, self._house.config.trusted_networks)
        return PhoneRequest(METHOD, place.file, where, place.token, trusted=trusted, firmware=place.firmware)

    async def _transfer(self, reply: Reply, asked: ReadRequest, client: Address) -> bool:
        """Send an answer's body; tell whether the client acknowledged all of it."""
        body = packets.netascii(reply.body) if asked.netascii else reply.body
        pieces, size = ([body], len(body)) if reply.stream is None else (reply.stream, reply.length or 0)
        agreed = packets.agree(asked, size, TIMEOUT)
        channel = Channel()
        try:
            await channel.open(self.address[0], client)
            if agreed.answer and not await channel.asks(packets.options(agreed), 0, agreed.timeout):
                return False
            for number, block in enumerate(packets.blocks(pieces, agreed.block), start=1):
                if not await channel.asks(packets.data(number, block), number, agreed.timeout):
                    return False
        except OSError as error:
            log.info("A phone cannot be reached", extra={"address": client[0], "reason": error.strerror})
            return False
        finally:
            channel.close()
        return True

    def _send(self, packet: bytes, client: Address) -> None:
        if self._transport is not None:
            self._transport.sendto(packet, client)
