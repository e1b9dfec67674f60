"""SIP plug and play: phones that ask a multicast group for their server are told, as far as they are ours."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from provserver.discovery import arp, subscribe
from provserver.discovery.flood import Dropped, Limits
from provserver.discovery.subscribe import Asked
from provserver.domain.numbers import host_port
from provserver.services.house import House
from provserver.services.network import invitations
from provserver.services.network.neighbours import Heard, Way
from provserver.services.network.own_address import local_address_towards
from provserver.sip import server
from provserver.sip.message import Request, Response, build, parse
from provserver.sip.transaction import Timers, Transaction, branch_of
from provserver.sip.transport import Address, DatagramEndpoint

log = logging.getLogger(__name__)

GROUP = "224.0.1.75"
PORTS = (5060, 5080)
"""Makers say 5060; of Grandstream some documents say 5080 (facts: discovery)."""
EACH = (2.0, 12.0)
"""SUBSCRIBEs a second, and at once, of one address: a phone sends at most five in a row (Grandstream)."""
TOGETHER = (200.0, 1000.0)
AT_ONCE = 1000
"""Phones that are being looked up or told; what comes meanwhile is dropped, and phones ask again."""
_LONGEST = 4096
_START = b"SUBSCRIBE "
_TIMERS = Timers(timer_f=4.0)
"""Seconds that a phone has to answer a NOTIFY; Panasonic's wait 5 for the whole exchange."""

Record = Callable[[Heard], None]
Place = tuple[str | int, ...]
"""What tells one question of one phone from another."""


class Responder:
    """Answers SUBSCRIBEs for ``ua-profile`` from a unicast socket of its own.

    Nobody gets a word who is not ours to answer: another exchange in the same network may own that phone.
    """

    def __init__(self, house: House, record: Record, bind: str = "0.0.0.0") -> None:  # noqa: S104  every network
        self.dropped = Dropped("pnp")
        self._house = house
        self._record = record
        self._bind = bind
        self._limits = Limits(EACH, TOGETHER)
        self._endpoint: DatagramEndpoint | None = None
        self._under_way: dict[Place, asyncio.Task[None]] = {}
        self._transactions: dict[str, Transaction] = {}
        self._answers: dict[Place, Response] = {}

    async def open(self) -> None:
        """Open the socket that answers leave from; raises OSError."""
        endpoint = DatagramEndpoint((self._bind, 0), self._answered, lambda _destination, _reason: None)
        await endpoint.start()
        self._endpoint = endpoint

    async def close(self) -> None:
        """Leave what is under way, and close the socket."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._endpoint is not None:
            await self._endpoint.close()
            self._endpoint = None

    def received(self, data: bytes, source: Address) -> None:
        """Take a datagram of the group; everybody on it hears everything, so most are not for us."""
        data = data.lstrip(b"\r\n")
        if self._endpoint is None or not data.startswith(_START):
            return
        if not self._limits.allow(source[0]):
            self.dropped.add("flood", source[0], "too many questions of one address, or of all")
            return
        try:
            request = parse(data) if len(data) <= _LONGEST else None
            asked = subscribe.read(request) if isinstance(request, Request) else None
            if asked is None or not isinstance(request, Request):
                self.dropped.add("foreign", source[0], "too long, or not a question for a server")
            elif not self._is_repeated(request, source):
                self._take(request, asked, source)
        except ValueError as error:
            self.dropped.add("garbage", source[0], str(error))

    def _is_repeated(self, request: Request, source: Address) -> bool:
        """Answer a SUBSCRIBE as before while its phone is being told; its NOTIFY is repeated by its own transaction.

        Afterwards the same words are a new question: a phone may count its calls anew each time it starts.
        """
        place = _place(request, source)
        if (answer := self._answers.get(place)) is not None:
            self._send(answer, server.reply_address(request, source))
        return place in self._under_way

    def _take(self, request: Request, asked: Asked, source: Address) -> None:
        server.reply(request, source, "", 200, "OK")  # raises ValueError where it cannot be answered
        if len(self._under_way) >= AT_ONCE:
            self.dropped.add("busy", source[0], f"{AT_ONCE} phones are being answered")
            return
        place = _place(request, source)
        task = asyncio.get_running_loop().create_task(self._serve(request, asked, source))
        self._under_way[place] = task
        task.add_done_callback(lambda _task: self._forget(place))

    def _forget(self, place: Place) -> None:
        self._under_way.pop(place, None)
        self._answers.pop(place, None)

    async def _serve(self, request: Request, asked: Asked, source: Address) -> None:
        mac = asked.mac or await arp.find_mac(source[0])
        facts = {"mac": mac, "address": source[0], "said": asked.said}
        try:
            url = await asyncio.to_thread(invitations.url_for_pnp, self._house, mac, source[0])
        except (SQLAlchemyError, OSError) as error:
            log.warning("A phone that looks for a server was not answered", extra=facts | {"reason": str(error)})
            return
        model = asked.model
        self._record(Heard(Way.PNP, mac, source[0], self._house.clock(), asked.said, model, answered=url is not None))
        if url is None:
            log.info("A phone looks for a server, and is not ours to answer", extra=facts)
            return
        status = await self._tell(request, asked, source, url)
        log.info("A phone was told of this server", extra=facts | {"url": url, "status": status})

    async def _tell(self, request: Request, asked: Asked, source: Address, url: str) -> int:
        """Send 200 and then the NOTIFY; give the phone's answer to it."""
        tag = secrets.token_hex(8)
        target, destination = subscribe.destination(request, source)
        ours = host_port(local_address_towards(source[0]), self._opened().address[1])
        answer = server.reply(
            request, source, tag, 200, "OK", (("Expires", "0"), ("Contact", f"<sip:{ours}>"), ("Server", "provserver"))
        )
        self._answers[_place(request, source)] = answer
        self._send(answer, server.reply_address(request, source))
        transaction = Transaction("NOTIFY", "udp", destination)
        notify = subscribe.notification(request, asked, target, tag, url)
        data = build(_addressed(notify, ours, transaction.branch))
        self._transactions[transaction.branch] = transaction
        try:
            done = await transaction.run(lambda: self._opened().send(data, destination), _TIMERS, repeats=True)
        finally:
            del self._transactions[transaction.branch]
        return done.status

    def _answered(self, data: bytes, source: Address) -> None:
        """Take what comes to the unicast socket: the answers to our NOTIFYs, and nothing else."""
        try:
            message = parse(data) if len(data) <= _LONGEST else None
        except ValueError as error:
            self.dropped.add("garbage", source[0], str(error))
            return
        transaction = self._transactions.get(branch_of(message) or "") if isinstance(message, Response) else None
        if transaction is None or not isinstance(message, Response) or not transaction.receive(message, "udp", source):
            self.dropped.add("stray", source[0], "an answer to nothing that we asked")

    def _send(self, response: Response, destination: Address) -> None:
        self._opened().send(build(response), destination)

    def _opened(self) -> DatagramEndpoint:
        if self._endpoint is None:
            raise RuntimeError("The responder is not open.")
        return self._endpoint


def _place(request: Request, source: Address) -> Place:
    names = ("From", "Call-ID", "CSeq")
    return request.uri, *(request.header(name) or "" for name in names), *source


def _addressed(notify: Request, ours: str, branch: str) -> Request:
    first = (("Via", f"SIP/2.0/UDP {ours};branch={branch};rport"), ("Max-Forwards", "20"))
    last = (("Contact", f"<sip:{ours}>"), ("User-Agent", "provserver"))
    return replace(notify, headers=(*first, *notify.headers, *last))
