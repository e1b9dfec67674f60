"""The network's parts together: each starts when it can, none takes another one down, all stop on a word."""

import asyncio
import logging
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from provserver.config import Config
from provserver.discovery.group import Group
from provserver.discovery.interfaces import Interface, Watch, interfaces
from provserver.discovery.mdns import Mdns
from provserver.discovery.pnp import GROUP, PORTS, Responder
from provserver.discovery.tftp import TftpServer
from provserver.services import outages
from provserver.services.house import House
from provserver.services.network import neighbours, own_address
from provserver.services.network.neighbours import Heard

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds between looks at the interfaces, where the kernel does not tell."""
WRITE_EVERY = 0.5
WAITING = 2000
"""Things heard that may wait to be written; the rest of a flood is not kept."""
TRY_AGAIN = 30.0
"""Seconds after which a part that could not start tries again."""
PRUNE_EVERY = timedelta(minutes=10)


class Part(Protocol):
    """One way of being found."""

    name: str

    async def open(self) -> None:
        """Start; raises OSError where it cannot."""

    async def follow(self, interfaces: frozenset[Interface]) -> None:
        """Take note of the interfaces that there are now."""

    async def close(self) -> None:
        """Stop; it may be opened again."""


class PlugAndPlay:
    """SIP plug and play: the groups that are heard, and who answers."""

    name = "pnp"

    def __init__(self, house: House, notebook: "Notebook") -> None:
        self._responder = Responder(house, notebook.record)
        self._groups = [Group(GROUP, port, self._responder.received) for port in PORTS]

    async def open(self) -> None:
        """Open the sockets; raises OSError where another program has the usual port for itself."""
        await self._responder.open()
        try:
            for group in self._groups:
                await group.open()
        except OSError:
            await self.close()
            raise

    async def follow(self, interfaces: frozenset[Interface]) -> None:
        """Hear the groups on these interfaces; no maker names a group for IPv6 (docs/network.md)."""
        for group in self._groups:
            group.follow(interface for interface in interfaces if not interface.is_ipv6)

    async def close(self) -> None:
        """Leave the groups."""
        for group in self._groups:
            group.close()
        await self._responder.close()


class Notebook:
    """Keeps what was heard until it is written; nobody who is answered waits for the database."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._waiting: list[Heard] = []
        self._pruned: datetime | None = None

    def record(self, heard: Heard) -> None:
        """Remember one thing, while there is room."""
        if len(self._waiting) < WAITING:
            self._waiting.append(heard)

    async def write(self) -> None:
        """Write what is waiting, and now and then forget what is old."""
        batch, self._waiting = self._waiting, []
        now = self._house.clock()
        try:
            if batch:
                await asyncio.to_thread(neighbours.write, self._house, batch)
            if self._pruned is None or abs(now - self._pruned) >= PRUNE_EVERY:
                self._pruned = now
                await asyncio.to_thread(neighbours.prune, self._house)
        except SQLAlchemyError as error:
            outages.tell(log, "What was heard on the network could not be written; it is dropped", error)


class Discovery:
    """The parts that the configuration wants, while the process lives."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._notebook = Notebook(house)
        self._stopping = asyncio.Event()
        self._only_loopback = own_address.is_local_only(house.config)
        self._open: list[Part] = []

    def stop(self) -> None:
        """Stop all parts."""
        self._stopping.set()

    async def run(self) -> None:
        """Run every part until stopped; a part that fails for no foreseen reason ends them all."""
        parts = self._parts()
        names = [part.name for part in parts]
        log.info("Discovery is ready", extra={"parts": names, "only_loopback": self._only_loopback})
        try:
            async with asyncio.TaskGroup() as group:
                for part in parts:
                    group.create_task(self._look_after(part))
                group.create_task(self._watch_interfaces())
                group.create_task(self._keep_notes())
        finally:
            await self._notebook.write()

    def _parts(self) -> Sequence[Part]:
        config = self._house.config
        parts: list[Part] = []
        if "pnp" in config.discovery:
            parts.append(PlugAndPlay(self._house, self._notebook))
        if "mdns" in config.discovery:
            parts.append(Mdns(self._house, self._notebook.record))
        if config.tftp_bind:
            parts.append(TftpServer(self._house))
        return parts

    async def _look_after(self, part: Part) -> None:
        """Open a part, again and again where it cannot be, and close it in the end."""
        while not self._stopping.is_set():
            try:
                await part.open()
            except OSError as error:
                log.warning("A way of being found is not open", extra={"part": part.name, "reason": str(error)})
                await self._pause(TRY_AGAIN)
                continue
            try:
                await part.follow(self._interfaces())
                self._open.append(part)
                await self._stopping.wait()
            finally:
                await part.close()

    async def _watch_interfaces(self) -> None:
        watch = Watch()
        try:
            while not self._stopping.is_set():
                before = self._interfaces()
                told = await watch.wait(self._stopping, LOOK_EVERY)
                now = self._interfaces()
                if told or now != before:
                    for part in self._open:
                        await part.follow(now)
        finally:
            watch.close()

    async def _keep_notes(self) -> None:
        while not self._stopping.is_set():
            await self._pause(WRITE_EVERY)
            await self._notebook.write()

    def _interfaces(self) -> frozenset[Interface]:
        return interfaces(only_loopback=self._only_loopback)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def is_wanted(config: Config) -> bool:
    """Tell whether there is anything to run."""
    return bool(config.discovery or config.tftp_bind)


async def discover(house: House) -> None:
    """Run discovery until SIGINT or SIGTERM."""
    discovery = Discovery(house)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, discovery.stop)
    await discovery.run()
