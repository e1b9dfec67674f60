"""gunicorn's threaded worker with patience that ends, and TLS: a slow sender cannot hold a thread."""

import errno
import socket
import time
from contextlib import suppress
from threading import Thread
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker

from provserver.gunicorn_tls import LONGEST_HEAD, Connection, Opener, openers

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
        self._openers: dict[int, Opener] = {}

    def init_process(self) -> None:
        """Start the watch in the worker's own process."""
        Thread(target=self._watch, name="patience", daemon=True).start()
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the application, and learn from its house which listener speaks what."""
        super().load_wsgi()
        house = getattr(self.wsgi, "extensions", {}).get("house")
        if house is not None:
            self._openers = openers(house, self.sockets)

    def accept(self, listener: Any) -> None:
        """Take a connection of one listener; the rest of its life is a thread's, or the poller's."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        open_ = self._openers.get(id(listener), Connection)
        self.enqueue_req(open_(self.cfg, sock, client, listener.getsockname()))

    def handle(self, conn: Any) -> Any:
        """Read and answer one request, under watch; a connection that ends is closed here, out of others' way."""
        self._busy[id(conn)] = (time.monotonic() + LONGEST_HEAD, conn)
        try:
            if not conn.wait_for_data(0):
                return _DEFER
            stays_open = super().handle(conn)
            while stays_open is True and conn.is_secure and conn.sock.pending():  # read already: no poller sees it
                if not conn.wait_for_data(0):
                    return _DEFER
                stays_open = super().handle(conn)
        except StopIteration:
            stays_open = False
        finally:
            self._busy.pop(id(conn), None)
        if stays_open is False:
            conn.close(graceful=True)
        return stays_open

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head is there; its body has its own time."""
        longest = LONGEST_IMAGE if req.path in IMAGE_PATHS else LONGEST_BODY
        self._busy[id(conn)] = (time.monotonic() + longest, conn)
        if conn.is_secure:
            req.scheme = "https"
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
                        socket.socket.shutdown(conn.sock, socket.SHUT_RD)  # TLS's own would go on in plain text
