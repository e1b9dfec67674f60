"""gunicorn's threaded worker with patience that ends: a slow sender cannot hold a thread."""

import socket
import time
from contextlib import suppress
from threading import Thread
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

LONGEST_HEAD = 4.0
"""Seconds in which the head of a request must have arrived."""
LONGEST_BODY = 12.0
"""Seconds in which its body must have followed; the answer may take longer."""
LONGEST_IMAGE = 900.0
"""The same where a firmware image is sent; who may not send one is refused before it is read."""
IMAGE_PATHS = frozenset({"/api/v1/firmware", "/firmware-images"})
LONGEST_REST = 5.0
"""Seconds in which the rest of a refused body is thrown away."""
LARGEST_REST = 16 * 1024 * 1024
"""Bytes of it; whoever sends more finds the connection closed."""


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
        """Read and answer one request, under watch."""
        self._busy[id(conn)] = (time.monotonic() + LONGEST_HEAD, conn)
        try:
            return super().handle(conn)
        finally:
            self._busy.pop(id(conn), None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head is there; its body has its own time."""
        longest = LONGEST_IMAGE if req.path in IMAGE_PATHS else LONGEST_BODY
        self._busy[id(conn)] = (time.monotonic() + longest, conn)
        stays_open = super().handle_request(req, conn)
        if req.method in {"GET", "HEAD"}:
            return stays_open
        return self._swallow(conn) and stays_open

    def _swallow(self, conn: Any) -> bool:
        """Throw away what is left of a refused body: a client that still sends would never read why."""
        deadline = time.monotonic() + LONGEST_REST
        return bool(conn.parser.finish_body(deadline=deadline, max_bytes=LARGEST_REST))

    def _watch(self) -> None:
        while True:
            time.sleep(1)
            now = time.monotonic()
            for deadline, conn in list(self._busy.values()):
                if now > deadline:
                    with suppress(OSError, AttributeError):
                        conn.sock.shutdown(socket.SHUT_RD)
