"""The clock's door: render what is stale, tell phones what is due, and sleep until a bell rings."""

import asyncio
import logging
import signal
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from provserver.services import (
    knocks,
    line_passwords,
    pacing,
    provisioning,
    renderings,
    resync,
    rolling,
    scanners,
    sightings,
    windows,
)
from provserver.services.house import House
from provserver.services.resync import Task, Told
from provserver.sip.client import UserAgent
from provserver.sip.transaction import Timers
from provserver.sip.uri import SipUri

log = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(seconds=5)
"""A missed ring of the bell costs at most this."""
BATCH = 100
ROLLING_BATCH = 20
"""Phones of a rollout rendered before the worker looks whether somebody changed a few others."""
CONCURRENCY = 400
"""NOTIFYs under way at once: so many that phones which do not answer keep nobody else waiting."""
GIVE_UP_AFTER = 8.0
"""Seconds without an answer; RFC 3261 allows 32, but an admin is watching and the next attempt comes anyway."""
PRUNE_EVERY = timedelta(minutes=10)


class Worker:
    """One worker; any number of them may run over the same database."""

    def __init__(self, house: House, timers: Timers | None = None) -> None:
        self._house = house
        self._agent = UserAgent(
            house.config.sip_address, timers=timers or Timers(timer_f=GIVE_UP_AFTER), concurrency=CONCURRENCY
        )
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._outcomes: asyncio.Queue[Told] = asyncio.Queue()
        self._sending: set[asyncio.Task[None]] = set()
        self._rendering: asyncio.Task[None] | None = None
        self._render_again = False

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
            await asyncio.gather(*filter(None, [self._rendering]), *self._sending, return_exceptions=True)
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
                is_rolling = await asyncio.to_thread(pacing.step, self._house, self._house.clock())
                await self._tell_due()
                pruned = await self._prune(pruned)
                pause = await self._pause(pacing.EVERY if is_rolling else LONGEST_SLEEP)
            except SQLAlchemyError:
                log.exception("The database did not answer; the worker tries again")
                pause = LONGEST_SLEEP.total_seconds()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

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
            for device_id in ids:
                if self._stopping.is_set():
                    return
                await asyncio.to_thread(provisioning.refresh_device, self._house, device_id)

    async def _tell_due(self) -> None:
        while not self._stopping.is_set():
            room = CONCURRENCY - len(self._sending)
            if room <= 0:
                await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
                continue
            now = self._house.clock()
            tasks = await asyncio.to_thread(resync.claim, self._house.database, now, min(room, BATCH))
            for task in tasks:
                sending = asyncio.create_task(self._tell(task))
                self._sending.add(sending)
                sending.add_done_callback(self._sending.discard)
            if len(tasks) < min(room, BATCH):
                return

    async def _tell(self, task: Task) -> None:
        status = 500
        try:
            push = task.push
            answer = await self._agent.notify(
                SipUri.parse(task.target), push.event, content_type=push.content_type, body=push.body
            )
            status = answer.status
            facts = {"mac": task.mac, "status": status, "reason": answer.reason, "event": push.event}
            log.info("A phone was told", extra=facts | {"milliseconds": round(answer.seconds * 1000)})
        except ValueError as error:
            log.warning("A phone's SIP address cannot be used", extra={"mac": task.mac, "reason": str(error)})
        finally:
            self._outcomes.put_nowait(Told(task, status))

    async def _write_outcomes(self) -> None:
        """Write what came back, everything that is waiting in one transaction."""
        while True:
            outcomes = [await self._outcomes.get()]
            while not self._outcomes.empty():
                outcomes.append(self._outcomes.get_nowait())
            try:
                await asyncio.to_thread(resync.record_told, self._house.database, outcomes, self._house.clock())
            except SQLAlchemyError:
                log.exception("Outcomes were not written; the phones are told again when their lease ends")
            for _ in outcomes:
                self._outcomes.task_done()
            self._wake.set()

    async def _prune(self, last: datetime) -> datetime:
        now = self._house.clock()
        if now - last < PRUNE_EVERY:
            return last
        await asyncio.to_thread(sightings.prune, self._house.database, now)
        await asyncio.to_thread(knocks.prune, self._house)
        await asyncio.to_thread(scanners.prune, self._house)
        await asyncio.to_thread(windows.close_expired, self._house)
        await asyncio.to_thread(line_passwords.forget_all_unneeded, self._house)
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
