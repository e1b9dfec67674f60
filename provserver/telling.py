"""A phone is told: each of its ways in turn, until one reaches it."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator

from provserver.domain.answers import Meaning, meaning, web_meaning
from provserver.domain.push_settings import Way
from provserver.engines.base import TITLES, EngineError, Message
from provserver.engines.pool import Pool
from provserver.services.pushing.contacts import call_of, find
from provserver.services.pushing.reach import Step
from provserver.services.pushing.restarts import Busy
from provserver.services.pushing.resync import Attempt, Task
from provserver.sip.client import Answer, UserAgent
from provserver.sip.notice import Notice
from provserver.visiting import Visit, Visitor

log = logging.getLogger(__name__)

STEP_SECONDS = 20.0
ALL_SECONDS = 50.0
"""For all ways of one phone; less than the lease, so that no other worker takes it up meanwhile."""
IDLE_SECONDS = 8.0
"""For all engines that are asked before whether it is in a call."""
TO_ALL = "this would reach every phone of the extension"


class Teller:
    """Tells phones over SIP, through engines and on their own pages; it lives in the worker's event loop."""

    def __init__(self, agent: UserAgent, pool: Pool, visitor: Visitor) -> None:
        self._agent = agent
        self._pool = pool
        self._visitor = visitor

    async def tell(self, task: Task) -> list[Attempt]:
        """Go the ways of a task until one reaches the phone; give what came of each."""
        attempts: list[Attempt] = []
        try:
            async with asyncio.timeout(ALL_SECONDS):
                async for attempt in self._go(task):
                    attempts.append(attempt)
        except TimeoutError:
            log.warning("The ways to a phone took too long; the rest is tried next time", extra={"mac": task.mac})
            attempts = attempts or [Attempt(task.steps[0].way, "", 408, meaning(408, task.steps[0].way))]
        return attempts

    async def busy(self, task: Task) -> Busy | None:
        """Tell whether the phone of a task is in a call, as far as its engines know; None where it is in none."""
        reach, problem, known = task.reach, "no telephone exchange is set that could tell", False
        for place in reach.engines:
            try:
                async with asyncio.timeout(IDLE_SECONDS / len(reach.engines)):
                    calls, contacts = await self._pool.calls(place), await self._pool.contacts(place)
            except (EngineError, TimeoutError) as error:
                said = error.reason if isinstance(error, EngineError) else "it does not answer"
                problem = f"{TITLES[place.kind]}: {said}"
                continue
            known = True
            if call := call_of(reach.phone, reach.rivals, contacts, calls):
                return Busy(call.since)
        return None if known else Busy(None, problem)

    async def _go(self, task: Task) -> AsyncIterator[Attempt]:
        for step in task.steps:
            attempt = await self._try(task, step)
            facts = {"mac": task.mac, "way": attempt.way.value, "status": attempt.status, "event": task.push.event}
            log.info("A phone was told", extra={**facts, "target": attempt.target, "reason": attempt.meaning.sentence})
            yield attempt
            if attempt.meaning.reached:
                return

    async def _try(self, task: Task, step: Step) -> Attempt:
        if step.way is Way.REGISTRAR and task.reach.rivals and task.action != "resync":
            return Attempt(step.way, str(step.uri), 0, Meaning(False, True, TO_ALL))
        if step.lacking:
            return Attempt(step.way, "", 0, Meaning(False, False, step.lacking))
        try:
            async with asyncio.timeout(STEP_SECONDS):
                if step.visit is not None:
                    return await self._on_its_page(step.visit)
                return await (self._by_sip(task, step) if step.place is None else self._by_engine(task, step))
        except TimeoutError:
            return Attempt(step.way, _target(step), 408, meaning(408, step.way))
        except ValueError as error:
            log.warning("A way to a phone cannot be gone", extra={"mac": task.mac, "reason": str(error)})
            return Attempt(step.way, _target(step), 0, Meaning(False, False, str(error)))

    async def _by_sip(self, task: Task, step: Step) -> Attempt:
        if step.uri is None:
            raise ValueError("there is no SIP address to send to")
        push = task.push
        notice = Notice(
            step.uri,
            push.event,
            content_type=push.content_type,
            body=push.body,
            route=step.route,
            next_hop=step.next_hop,
            keys=step.keys,
            verify=step.verify,
        )
        answer = await self._agent.send(notice)
        said = meaning(answer.status, step.way, answer.cause.value, answer.reason)
        return Attempt(step.way, _target(step), answer.status, said, _after(answer))

    async def _on_its_page(self, visit: Visit) -> Attempt:
        answer = await self._visitor.go(visit)
        said = web_meaning(answer.status, answer.cause.value, refused=answer.refused)
        return Attempt(Way.HTTP, str(visit), answer.status, said)

    async def _by_engine(self, task: Task, step: Step) -> Attempt:
        place = step.place
        if place is None:
            raise ValueError("there is no engine to ask")
        title, reach, push = TITLES[place.kind], task.reach, task.push
        try:
            found = find(reach.phone, reach.rivals, await self._pool.contacts(place))
            if found.contact is None:
                return Attempt(step.way, str(place), *_not_found(title, found.alike))
            message = Message(push.event, step.domain, push.content_type, push.body)
            outcome = await self._pool.notify(place, found.contact, message, alone=found.alone)
        except EngineError as error:
            retry = error.status not in (401, 403)
            return Attempt(step.way, str(place), error.status, Meaning(False, retry, f"{title}: {error.reason}"))
        target = f"{found.contact.uri} by {place}"
        if outcome.status == 202:
            sentence = f"{title} took it for the phone, and does not tell what came back"
            return Attempt(step.way, target, 202, Meaning(True, True, sentence))
        return Attempt(step.way, target, outcome.status, meaning(outcome.status, step.way))


def _after(answer: Answer) -> int:
    """Read how long a peer that said no wants to be left in peace (RFC 3261 20.33), in seconds."""
    told = answer.response.header("Retry-After") if answer.response and answer.status >= 300 else None
    found = re.match("[0-9]{1,9}", told or "")
    return int(found[0]) if found else 0


def _target(step: Step) -> str:
    return str(step.uri or step.place or step.visit or "")


def _not_found(title: str, alike: int) -> tuple[int, Meaning]:
    """Say that there is no registration, or too many: 485 is SIP's word for an ambiguous address."""
    if not alike:
        return 480, Meaning(False, True, f"{title} knows no registration of this phone")
    sentence = f"{alike} registrations at {title} fit this phone and cannot be told apart, so none was told"
    return 485, Meaning(False, True, sentence)
