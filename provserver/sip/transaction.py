"""The non-INVITE client transaction of RFC 3261 17.1.2: repeat over UDP until answered, refused or late."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from provserver.sip.message import Response, via_parameter
from provserver.sip.transport import Address


class Cause(StrEnum):
    """Who ended a request: the peer by its answer, or what kept it from answering."""

    ANSWERED = "answered"
    SILENT = "silent"
    REFUSED = "refused"
    LOST = "lost"
    UNCONNECTED = "unconnected"
    UNTRUSTED = "untrusted"
    UNKNOWN_NAME = "unknown name"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Timers:
    """The timers of RFC 3261 17.1.2.2, in seconds; t4 is timer K, how long repeated answers are expected."""

    t1: float = 0.5
    t2: float = 4.0
    timer_f: float = 32.0
    t4: float = 5.0

    def __post_init__(self) -> None:
        """Refuse timers that would never fire or fire without end."""
        if min(self.t1, self.t2, self.timer_f) <= 0 or self.t4 < 0:
            raise ValueError("SIP timers must be longer than 0 seconds.")


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended: the peer's status, or 408 (no answer) or 503 (refused) of our own, as ``cause`` tells.

    `sent` counts the copies that left, `seconds` is the time from the first of them; `response` is what the
    peer said, where it said something.
    """

    status: int
    reason: str
    sent: int
    seconds: float
    cause: Cause = Cause.ANSWERED
    response: Response | None = None


class Transaction:
    """One request under way: it is fed with what arrives, and waits."""

    __slots__ = ("_final", "_proceeding", "branch", "destination", "method", "transport")

    def __init__(self, method: str, transport: str, destination: Address) -> None:
        """Start waiting, with a branch that nobody can guess; needs a running event loop."""
        self.branch = f"z9hG4bK{secrets.token_hex(12)}"
        self.method = method
        self.transport = transport
        self.destination = destination
        self._proceeding = False
        self._final: asyncio.Future[tuple[int, str, Cause, Response | None]]
        self._final = asyncio.get_running_loop().create_future()

    def receive(self, response: Response, transport: str, source: Address) -> bool:
        """Take a response if it is ours: same CSeq method, from the host that was asked; say whether it was.

        The port may differ: a phone behind NAT, or one that answers from another socket, is still that phone.
        A second Via says that the response was meant for somebody else (RFC 3261 8.1.3.3).
        """
        asked = (self.method, self.transport, self.destination[0])
        if (cseq_method(response), transport, source[0]) != asked or hops(response) > 1:
            return False
        if response.status < 200:
            self._proceeding = True
        elif not self._final.done():
            self._final.set_result((response.status, response.reason, Cause.ANSWERED, response))
        return True

    def fail(self, status: int, reason: str, cause: Cause) -> None:
        """End the transaction without an answer of the peer, unless it has ended."""
        if not self._final.done():
            self._final.set_result((status, reason, cause, None))

    async def run(self, send: Callable[[], None], timers: Timers, *, repeats: bool) -> Answer:
        """Send, repeat after T1, 2 T1, 4 T1 ... T2 seconds if asked to, and give the end of it."""
        clock = asyncio.get_running_loop().time
        started = clock()
        deadline, due, sent = started + timers.timer_f, started, 0
        interval = timers.t1 if repeats else timers.timer_f
        while not self._final.done() and (now := clock()) < deadline:
            if now >= due:
                if sent:
                    interval = timers.t2 if self._proceeding else min(2 * interval, timers.t2)
                send()
                sent, due = sent + 1, now + interval  # from now: a busy hour must not end in a burst
            if not self._final.done():
                await asyncio.wait([self._final], timeout=max(0.0, min(due, deadline) - clock()))
        self.fail(408, f"no answer within {timers.timer_f:g} s", Cause.SILENT)
        status, reason, cause, response = self._final.result()
        return Answer(status, reason, sent, clock() - started, cause, response)


def branch_of(response: Response) -> str | None:
    """Give the branch of the topmost Via, by which a response finds its request."""
    return via_parameter(response.header("Via") or "", "branch")


def hops(response: Response) -> int:
    """Count the Vias of a response, several of which may stand in one line."""
    return sum(1 + value.count(",") for value in response.all_headers("Via"))


def cseq_method(response: Response) -> str:
    """Give the method that a response answers."""
    return (response.header("CSeq") or "").rpartition(" ")[2]
