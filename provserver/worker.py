"""The clock's door: render what is stale, tell phones what is due, and sleep until a bell rings."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from provserver.domain.answers import Meaning
from provserver.domain.push_settings import Way
from provserver.engines.base import EngineError
from provserver.engines.pool import Pool
from provserver.services import outages
from provserver.services.delivery import refreshing, sightings
from provserver.services.enrolment import enrolment_secrets, knocks, windows
from provserver.services.guarding import scanners
from provserver.services.house import House
from provserver.services.inventory import claims
from provserver.services.organisation import line_passwords
from provserver.services.pushing import pacing, registrations, resync, rolling
from provserver.services.pushing.restarts import Busy
from provserver.services.pushing.resync import Attempt, Task, Told
from provserver.services.rendering import renderings
from provserver.sip.client import UserAgent
from provserver.sip.stream import Trust
from provserver.sip.transaction import Timers
from provserver.telling import Teller
from provserver.visiting import Visitor

log = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(seconds=5)
"""A missed ring of the bell costs at most this."""
BATCH = 100
ROLLING_BATCH = 50
"""Phones of a rollout rendered before the worker looks whether somebody changed a few others."""
TOGETHER = 10
"""Phones rendered in one transaction: several cost much less than each by itself, and nobody waits long for them."""
CONCURRENCY = 400
"""NOTIFYs under way at once: so many that phones which do not answer keep nobody else waiting."""
BROKEN = "something went wrong in this server, and its log says what"
GIVE_UP_AFTER = 8.0
"""Seconds without an answer; RFC 3261 allows 32, but an admin is watching and the next attempt comes anyway."""
VISIT_EVERY = timedelta(seconds=3)
"""How often the engines whose turn it is are looked up."""
PRUNE_EVERY = timedelta(minutes=10)


class Worker:
    """One worker; any number of them may run over the same database."""

    def __init__(self, house: House, timers: Timers | None = None, visitor: Visitor | None = None) -> None:
        self._house = house
        self._agent = UserAgent(
            house.config.sip_address,
            timers=timers or Timers(timer_f=GIVE_UP_AFTER),
            concurrency=CONCURRENCY,
            trust=Trust(house.config.sip_trust),
        )
        self._pool = Pool()
        self._teller = Teller(self._agent, self._pool, visitor or Visitor())
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._outcomes: asyncio.Queue[Told] = asyncio.Queue()
        self._sending: set[asyncio.Task[None]] = set()
        self._rendering: asyncio.Task[None] | None = None
        self._render_again = False
        self._visiting: set[asyncio.Task[None]] = set()
        self._visited = self._paced = datetime.min.replace(tzinfo=UTC)
        self._is_rolling = False

    async def run(self) -> None:
        """Work until stopped; raises OSError when the SIP address is taken."""
        await self._agent.start()
        loop = asyncio.get_running_loop()
        listener = self._house.database.bell.listen(lambda: _ring(loop, self._wake))
        notes = asyncio.create_task(self._write_outcomes())
        host, port = self._agent.address
        log.info("The worker is ready", extra={"sip": f"{host}:{port}"})
        try:
            await self._work()
        finally:
            await self._agent.close()
            await self._pool.close()
            await asyncio.gather(
                *filter(None, [self._rendering]), *self._sending, *self._visiting, return_exceptions=True
            )
            await self._outcomes.join()
            notes.cancel()
            await asyncio.to_thread(listener.close)

    def stop(self) -> None:
        """End the work after what is in hand."""
        self._stopping.set()
        self._wake.set()

    async def _work(self) -> None:
        pruned = self._house.clock()
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._render()
                await self._pace()
                await self._tell_due()
                await self._visit_engines()
                pruned = await self._prune(pruned)
                pause = await self._pause(pacing.EVERY if self._is_rolling else LONGEST_SLEEP)
            except SQLAlchemyError as error:
                outages.tell(log, "The worker could not go on; it tries again", error)
                pause = LONGEST_SLEEP.total_seconds()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def _pace(self) -> None:
        """Take rollouts a step further: not at every phone that is told, but as often as their moments need it."""
        now = self._house.clock()
        if not self._is_rolling or now - self._paced >= pacing.EVERY:
            self._paced = now
            self._is_rolling = await asyncio.to_thread(pacing.step, self._house, now)

    def _render(self) -> None:
        """Have what is stale rendered beside everything else: ten thousand phones keep no single one waiting."""
        self._render_again = True
        if self._rendering is None or self._rendering.done():
            ended, self._rendering = self._rendering, asyncio.create_task(self._render_stale())
            if ended is not None:
                ended.result()

    async def _render_stale(self) -> None:
        while not self._stopping.is_set():
            self._render_again = False
            ids = await asyncio.to_thread(_stale, self._house)
            if not ids and not self._render_again:
                return
            for start in range(0, len(ids), TOGETHER):
                if self._stopping.is_set():
                    return
                some = ids[start : start + TOGETHER]
                await asyncio.to_thread(refreshing.refresh_devices, self._house, some)

    async def _tell_due(self) -> None:
        while not self._stopping.is_set():
            room = CONCURRENCY - len(self._sending)
            if room <= 0:
                await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
                continue
            now = self._house.clock()
            tasks = await asyncio.to_thread(
                resync.claim, self._house.database, self._house.config, now, min(room, BATCH)
            )
            for task in tasks:
                sending = asyncio.create_task(self._tell(task))
                self._sending.add(sending)
                sending.add_done_callback(self._sending.discard)
            if len(tasks) < min(room, BATCH):
                return

    async def _tell(self, task: Task) -> None:
        busy: Busy | None = None
        attempts: tuple[Attempt, ...] = ()
        try:
            busy = await self._teller.busy(task) if task.when_idle else None
            attempts = () if busy is not None else tuple(await self._teller.tell(task))
        except Exception:
            log.exception("A phone could not be told", extra={"mac": task.mac})
            way = task.steps[0].way if task.steps else Way.DIRECT
            attempts = (Attempt(way, "", 500, Meaning(False, True, BROKEN)),)
        self._outcomes.put_nowait(Told(task, attempts, busy))

    async def _visit_engines(self) -> None:
        """Have the engines whose turn it is asked who is registered; nobody waits for one that does not answer."""
        now = self._house.clock()
        if abs(now - self._visited) < VISIT_EVERY:
            return
        self._visited = now
        for visit in await asyncio.to_thread(registrations.due, self._house.database, now):
            self._start(self._visit(visit))

    async def _visit(self, visit: registrations.Visit) -> None:
        database = self._house.database
        try:
            contacts = await self._pool.contacts(visit.place)
        except EngineError as error:
            facts = {"engine": str(visit.place), "reason": error.reason}
            if await asyncio.to_thread(registrations.record_problem, database, visit, error.reason):
                log.warning("An engine does not tell who is registered", extra=facts)
            return
        await asyncio.to_thread(registrations.record, database, visit, contacts, self._house.clock())

    def _start(self, doing: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(doing)
        self._visiting.add(task)
        task.add_done_callback(self._visiting.discard)
        return task

    async def _write_outcomes(self) -> None:
        """Write what came back, everything that is waiting in one transaction."""
        while True:
            outcomes = [await self._outcomes.get()]
            while not self._outcomes.empty():
                outcomes.append(self._outcomes.get_nowait())
            await self._write(outcomes)
            for _ in outcomes:
                self._outcomes.task_done()
            self._wake.set()

    async def _write(self, outcomes: list[Told]) -> None:
        """Write outcomes; one that the database does not take costs the others nothing."""
        try:
            await asyncio.to_thread(resync.record_told, self._house.database, outcomes, self._house.clock())
        except Exception as error:  # noqa: BLE001  whatever it is, nobody else would write the next ones
            if len(outcomes) > 1 and outages.outage_of(error) is None:
                for one in outcomes:
                    await self._write([one])
                return
            outages.tell(log, "Outcomes were not written; the phones are told again when their lease ends", error)

    async def _prune(self, last: datetime) -> datetime:
        now = self._house.clock()
        if abs(now - last) < PRUNE_EVERY:
            return last
        await asyncio.to_thread(sightings.prune, self._house.database, now)
        await asyncio.to_thread(knocks.prune, self._house)
        await asyncio.to_thread(scanners.prune, self._house)
        await asyncio.to_thread(claims.prune, self._house)
        await asyncio.to_thread(windows.close_expired, self._house)
        await asyncio.to_thread(enrolment_secrets.close_expired, self._house)
        await asyncio.to_thread(line_passwords.forget_all_unneeded, self._house)
        await asyncio.to_thread(self._house.images.sweep)
        return now

    async def _pause(self, longest: timedelta) -> float:
        due = await asyncio.to_thread(resync.next_due, self._house.database)
        wait = longest if due is None else min(due - self._house.clock(), longest)
        return max(wait.total_seconds(), 0.005)


def _stale(house: House) -> list[int]:
    with house.database.reading() as session:
        alone = renderings.stale_devices(session, BATCH)
        return alone or rolling.unrendered(session, ROLLING_BATCH)


def _ring(loop: asyncio.AbstractEventLoop, wake: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(wake.set)


async def work(house: House) -> None:
    """Run a worker until SIGINT or SIGTERM."""
    worker = Worker(house)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()
