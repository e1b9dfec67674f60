"""The engines that we speak with: one of each place, asked with patience that ends, and left alone while it is ill."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Generic, TypeVar

from provserver.engines.ami import Asterisk
from provserver.engines.base import Call, Contact, Engine, EngineError, Kind, Message, Outcome, Place
from provserver.engines.esl import FreeSwitch
from provserver.engines.jsonrpc import Kamailio

T = TypeVar("T")

log = logging.getLogger(__name__)

LONGEST = 15.0
"""Seconds for one question, however slowly its answer drips."""
FRESH = 1.0
"""Seconds that a list of registrations serves everybody who asks: 1,000 pushes at once are few lists."""
REST = 5.0
"""Seconds that an engine which failed is not asked again: 1,000 pushes must not wait for it one by one."""
MOST = 64
MOST_AT_ONCE = 50
"""Questions to one engine side by side."""

_MAKERS: dict[Kind, Callable[[Place], Engine]] = {
    Kind.ASTERISK: Asterisk,
    Kind.FREESWITCH: FreeSwitch,
    Kind.KAMAILIO: Kamailio,
}


class Pool:
    """Every engine that was asked lately; it lives in one event loop."""

    def __init__(self) -> None:
        self._guarded: OrderedDict[Place, _Guarded] = OrderedDict()

    async def contacts(self, place: Place) -> Mapping[str, list[Contact]]:
        """List the registrations of an engine by user, at most a second old; raises EngineError."""
        return await self._at(place).contacts()

    async def calls(self, place: Place) -> list[Call]:
        """List who is in a call at an engine, at most a second old; raises EngineError."""
        return await self._at(place).calls()

    async def notify(self, place: Place, contact: Contact, message: Message, *, alone: bool) -> Outcome:
        """Have an engine send a NOTIFY to one registration; raises EngineError."""
        return await self._at(place).notify(contact, message, alone=alone)

    async def close(self) -> None:
        """Hang up everywhere."""
        guarded, self._guarded = list(self._guarded.values()), OrderedDict()
        await asyncio.gather(*(one.engine.close() for one in guarded))

    def _at(self, place: Place) -> _Guarded:
        if place not in self._guarded:
            self._guarded[place] = _Guarded(_MAKERS[place.kind](place))
        self._guarded.move_to_end(place)
        while len(self._guarded) > MOST:
            _, oldest = self._guarded.popitem(last=False)
            oldest.closing = asyncio.ensure_future(oldest.engine.close())
        return self._guarded[place]


class _Fresh(Generic[T]):
    """A list that is asked for once, and serves everybody who asks within a second; a failure serves nobody later."""

    def __init__(self, ask: Callable[[], Coroutine[object, object, T]]) -> None:
        self._ask = ask
        self._task: asyncio.Task[T] | None = None
        self._at = 0.0

    async def get(self) -> T:
        now = asyncio.get_running_loop().time()
        task = self._task
        if task is None or (task.done() and (now - self._at > FRESH or task.exception() is not None)):
            self._at = now
            task = self._task = asyncio.create_task(self._ask())
        return await asyncio.shield(task)


class _Guarded:
    """One engine, with its last list and its last failure."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.closing: asyncio.Future[None] | None = None
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._contacts = _Fresh(self._list)
        self._calls = _Fresh(lambda: self._bounded(self.engine.calls))
        self._failed: tuple[float, EngineError] | None = None

    async def contacts(self) -> Mapping[str, list[Contact]]:
        return await self._contacts.get()

    async def calls(self) -> list[Call]:
        return await self._calls.get()

    async def _list(self) -> Mapping[str, list[Contact]]:
        found: dict[str, list[Contact]] = {}
        for contact in await self._bounded(self.engine.contacts):
            if contact.uri.isprintable():  # otherwise it leads nowhere
                found.setdefault(contact.user, []).append(contact.readable())
        return found

    async def notify(self, contact: Contact, message: Message, *, alone: bool) -> Outcome:
        return await self._bounded(lambda: self.engine.notify(contact, message, alone=alone))

    async def _bounded(self, ask: Callable[[], Awaitable[T]]) -> T:
        clock = asyncio.get_running_loop().time
        async with self._room:
            if self._failed and clock() - self._failed[0] < REST:
                raise EngineError(self._failed[1].status, self._failed[1].reason)
            try:
                async with asyncio.timeout(LONGEST):
                    return await ask()
            except TimeoutError:
                await self.engine.close()
                error = EngineError(504, "it does not come to an end with its answer")
            except EngineError as problem:
                error = problem
            except Exception:
                log.exception("An engine's answer was not understood")
                error = EngineError(502, "its answer makes no sense")
        if error.status != 403:  # a refusal is an answer: the engine is well
            self._failed = (clock(), error)
        raise error
