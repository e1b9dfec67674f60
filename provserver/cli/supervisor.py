"""The supervisor: child processes started, watched, started again with back-off, and stopped together."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from types import FrameType

log = logging.getLogger(__name__)

LOOK_EVERY = 0.3
GRACE = 7.0
"""Seconds from the word to stop until what is left is killed; what the worker has in hand is safe in its rows."""
BACK_OFF = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
READY_WITHIN = 60.0
"""Seconds that the first part may take to answer."""
HEALTHY_AFTER = 60.0
"""Seconds of life after which a child's earlier deaths are forgotten."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the server: the arguments of ``provserver``, and open descriptors to hand down."""

    name: str
    arguments: tuple[str, ...]
    descriptors: tuple[int, ...] = ()


class Child:
    """A part with its process, in a session and so a process group of its own."""

    def __init__(self, part: Part, environment: Mapping[str, str]) -> None:
        self.part = part
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._deaths = 0
        self._due = 0.0

    def start(self) -> None:
        """Start the process."""
        command = [sys.executable, "-P", "-m", "provserver", *self.part.arguments, "--parent", str(os.getpid())]
        self._process = subprocess.Popen(
            command,
            env=dict(self._environment),
            pass_fds=self.part.descriptors,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._started = time.monotonic()

    @property
    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def revive(self) -> None:
        """Start the process again once its back-off is over; a death is told once."""
        if self.is_alive:
            return
        now = time.monotonic()
        if self._process is not None:
            if now - self._started > HEALTHY_AFTER:
                self._deaths = 0
            pause = BACK_OFF[min(self._deaths, len(BACK_OFF) - 1)]
            self._sweep()
            log.warning(
                "A part of the server ended; it is started again",
                extra={"part": self.part.name, "code": self._process.returncode, "seconds": pause},
            )
            self._deaths += 1
            self._due, self._process = now + pause, None
        if now >= self._due:
            self.start()

    def ask_to_stop(self) -> None:
        """Send the word to stop."""
        if self._process is not None and self.is_alive:
            with suppress(ProcessLookupError):
                self._process.terminate()

    def finish(self, deadline: float) -> None:
        """Wait for the end, and kill what is left of the group at the deadline."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        self._sweep()
        self._process.wait()

    def _sweep(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


class Supervisor:
    """All parts together; SIGINT, SIGTERM and SIGHUP stop them, a second one at once."""

    def __init__(self, parts: Sequence[Part], environment: Mapping[str, str]) -> None:
        self._children = [Child(part, environment) for part in parts]
        self._stop = Event()
        self._hurry = Event()

    def run(self, is_ready: Callable[[], bool], announce: Callable[[], None]) -> bool:
        """Run until told to stop; False where the first part died before it was ready.

        ``announce`` is called once, when ``is_ready`` first says so.
        """
        before = {
            number: signal.signal(number, self._told) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            for child in self._children:
                child.start()
            if not self._await_ready(is_ready):
                return self._stop.is_set()
            announce()
            while not self._stop.wait(LOOK_EVERY):
                for child in self._children:
                    child.revive()
            return True
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _await_ready(self, is_ready: Callable[[], bool]) -> bool:
        """Wait for the first part, which the others are nothing without."""
        deadline = time.monotonic() + READY_WITHIN
        while not self._stop.wait(0.1):
            if not self._children[0].is_alive or time.monotonic() > deadline:
                return False
            if is_ready():
                return True
        return False

    def _told(self, _number: int, _frame: FrameType | None) -> None:
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    def _stop_all(self) -> None:
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE
        while any(child.is_alive for child in self._children) and time.monotonic() < deadline:
            if self._hurry.wait(0.05):
                break
        for child in self._children:
            child.finish(time.monotonic())
