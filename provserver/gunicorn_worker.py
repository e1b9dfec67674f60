"""gunicorn's threaded worker with patience that ends: a slow sender cannot hold a thread."""

import socket
import time
from contextlib import suppress
from threading import Thread
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

LONGEST_REQUEST = 20.0
"""Seconds in which a request, head and body, must have arrived; the answer may take longer."""


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Stop listening to a connection whose request takes too long; what was read is then answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._busy: dict[int, tuple[float, Any]] = {}

    def init_process(self) -> None:
        """Start the watch in the worker's own process."""
        Thread(target=self._watch, name="patience", daemon=True).start()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Answer one request, under watch."""
        self._busy[id(conn)] = (time.monotonic() + LONGEST_REQUEST, conn)
        try:
            return super().handle(conn)
        finally:
            self._busy.pop(id(conn), None)

    def _watch(self) -> None:
        while True:
            time.sleep(1)
            now = time.monotonic()
            for deadline, conn in list(self._busy.values()):
                if now > deadline:
                    with suppress(OSError, AttributeError):
                        conn.sock.shutdown(socket.SHUT_RD)
