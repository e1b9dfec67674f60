"""Our own SIP user agent: it sends out-of-dialog NOTIFYs, and answers the little it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from provserver.sip.digest import Authentication, Keys, Memory
from provserver.sip.message import SipUri, check_text
from provserver.sip.network import CLOSED, Network
from provserver.sip.notice import Draft, Notice
from provserver.sip.resolver import Resolver, Unresolved
from provserver.sip.stream import Hop, Trust
from provserver.sip.transaction import Answer, Cause, Timers
from provserver.sip.uri import TRANSPORTS

__all__ = ["Answer", "Cause", "Keys", "Notice", "Timers", "UnsupportedTransport", "UserAgent"]

MOST_ROUNDS = 6
"""Requests that one NOTIFY may become while it is challenged: a proxy, the phone behind it, and stale nonces."""
ELSEWHERE = (Cause.REFUSED, Cause.UNCONNECTED, Cause.LOST, Cause.SILENT)
"""Ends after which the next address of the same name is tried, and after a 503 (RFC 3263 4.3)."""
LAST_SECONDS = 60.0
"""How long an address that led on to the next one comes after it."""
MOST_LAST = 256


class UnsupportedTransport(ValueError):
    """The address asks for a transport that we do not speak."""


class UserAgent:
    """A SIP user agent on one UDP address, which opens TCP and TLS connections where a target asks for them.

    Everything runs in the event loop that called `start`.
    """

    def __init__(
        self,
        bind: tuple[str, int],
        *,
        name: str = "provserver",
        timers: Timers = Timers(),  # noqa: B008  (it is frozen)
        concurrency: int = 50,
        trust: Trust | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        """Remember where to listen (host in digits, port or 0); `concurrency` is per transport."""
        check_text(name, "the name of the user agent")
        self._name = name
        self._slots = {transport: asyncio.Semaphore(concurrency) for transport in TRANSPORTS}
        self._network = Network(bind, timers, trust or Trust())
        self._resolver = resolver or Resolver()
        self._memory = Memory()
        self._failed: dict[Hop, float] = {}

    async def start(self) -> None:
        """Open the UDP address; raise OSError when it is taken."""
        await self._network.start()

    async def close(self) -> None:
        """End what is under way with a 503, close the connections and give the address back."""
        await self._network.close()

    @property
    def address(self) -> tuple[str, int]:
        """Give the host and port that we listen on."""
        return self._network.address

    @property
    def dropped(self) -> int:
        """Count what arrived and was not understood, asked for or believed."""
        return self._network.dropped.total()

    async def notify(
        self,
        target: SipUri,
        event: str,
        *,
        to: SipUri | None = None,
        content_type: str | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send a NOTIFY straight to `target`, with `to` (else the target) as To, and give how it ended."""
        return await self.send(Notice(target, event, to, content_type, body))

    async def send(self, notice: Notice) -> Answer:
        """Send an out-of-dialog NOTIFY, answer who challenges it, and give how it ended.

        Raises UnsupportedTransport and ValueError, before anything is sent, for what cannot be in a message; what
        goes wrong on the way is an Answer.
        """
        draft = Draft(self._name, notice)
        first = notice.next_hop or (notice.route[0] if notice.route else notice.target)
        if (named := first.named_transport) and named not in TRANSPORTS:
            raise UnsupportedTransport(f"SIP over {named.upper()} is not supported; use UDP, TCP or TLS.")
        self._network.check_started()
        try:
            hops = await self._resolver.resolve(first, verify=notice.verify)
        except Unresolved as error:
            return Answer(503, str(error), 0, 0.0, Cause.UNKNOWN_NAME)
        answer = Answer(503, CLOSED, 0, 0.0, Cause.CLOSED)
        for hop in self._in_order(hops):
            async with self._slots[hop.transport]:
                if not self._network.is_open:
                    return Answer(503, CLOSED, 0, 0.0, Cause.CLOSED)
                answer = await self._converse(hop, draft, notice.keys)
            if answer.cause not in ELSEWHERE and (answer.cause, answer.status) != (Cause.ANSWERED, 503):
                return answer
            if len(hops) > 1:
                self._put_last(hop)
        return answer

    def _in_order(self, hops: Sequence[Hop]) -> list[Hop]:
        """Put addresses that failed lately behind the others: a dead server costs its time once, not every message."""
        now = asyncio.get_running_loop().time()
        return sorted(hops, key=lambda hop: self._failed.get(hop, 0.0) > now)

    def _put_last(self, hop: Hop) -> None:
        if len(self._failed) >= MOST_LAST:
            self._failed.clear()
        self._failed[hop] = asyncio.get_running_loop().time() + LAST_SECONDS

    async def _converse(self, hop: Hop, draft: Draft, keys: Keys) -> Answer:
        """Send to one hop until nobody challenges any more, or somebody refuses what we have."""
        place = str(hop)
        authentication = Authentication(keys, self._memory.recall(place, keys))
        for _ in range(MOST_ROUNDS):
            answer = await self._network.exchange(hop, "NOTIFY", draft.next_round(authentication))
            if answer.response is None or not authentication.meet(answer.response):
                break
        if answer.status in (401, 407):
            self._memory.forget(place)
        elif answer.response is not None:
            self._memory.keep(place, authentication.sessions)
        return answer
