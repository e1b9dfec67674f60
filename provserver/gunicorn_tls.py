"""TLS beside plain HTTP in gunicorn's threaded worker: handshakes hold nobody up, and contexts renew themselves."""

import logging
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from select import POLLIN, poll
from socket import socket
from threading import Thread
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn
from sqlalchemy.exc import SQLAlchemyError

from provserver.errors import Conflict, ProvisioningError
from provserver.services.enrolment.authorities import Vouchers
from provserver.services.house import House
from provserver.services.upkeep import certificates
from provserver.tls.contexts import Source, server_context
from provserver.vendors.factory import Certified

log = logging.getLogger(__name__)

LONGEST_HANDSHAKE = 10.0
"""Seconds from the connection to the end of its handshake; no thread waits for it."""
LOOK_EVERY = 5.0
"""Seconds between two looks at files and authorities: so soon a new certificate is shown."""
RENEW_EVERY = 300.0
"""Seconds between two looks at what is due."""
NOT_ASKED = 600.0
"""Seconds in which an address whose certificate was nobody's is not asked for one again."""
_MOST_NOT_ASKED = 1000
LONGEST_HEAD = 4.0
"""Seconds from the first byte of a request to the end of its head; no thread waits for it."""
_PIECE = 8192
_LARGEST_HEAD = 65536
"""Bytes after which a head is shown to the parser, which refuses it."""
PATIENCE = 0.05
"""Seconds of a thread that a new connection may spend waiting: enough on a quick network, little for an attacker."""
_END = b"\r\n\r\n"
_LINGER = 0.5
"""Seconds that a client may take to close after its last answer."""
_PLAIN = b"This address speaks HTTPS.\n"
_PLAIN_ANSWER = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_PLAIN), _PLAIN)
)


class PhoneSocket(ssl.SSLSocket):
    """A connection over TLS, with the phone that its certificate named."""

    certified: Certified | None = None


class Keeper:
    """The contexts of one process's listeners, swapped for new ones when a file or an authority changed."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._vouchers = Vouchers(house)
        self._versions: dict[bool, object] = {}
        self._asking: dict[bool, ssl.SSLContext] = {}
        self._silent: dict[bool, ssl.SSLContext] = {}
        self._not_asked: dict[str, float] = {}
        self._renewed = time.monotonic()

    def start(self, *kinds: bool) -> None:
        """Make the contexts, ``True`` for old phones, and watch over them from now on."""
        if not kinds:
            return
        for old in kinds:
            self._refresh(old)
        Thread(target=self._watch, args=(kinds,), name="certificates", daemon=True).start()

    def wrap(self, sock: socket, address: str, *, old: bool) -> PhoneSocket:
        """Put TLS around a connection, its handshake not yet made; raises OSError where it is gone."""
        contexts = self._silent if self._not_asked.get(address, 0) > time.monotonic() else self._asking
        wrapped = contexts[old].wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        assert isinstance(wrapped, PhoneSocket)  # noqa: S101  the contexts make no others
        return wrapped

    def greet(self, sock: PhoneSocket) -> None:
        """Learn whose certificate a phone showed."""
        shown = sock.getpeercert(binary_form=True)
        sock.certified = self._vouchers.certified(shown) if shown else None

    def refuse(self, address: str, reason: str) -> None:
        """Leave an address unasked for a while, so that a phone of a maker whom nobody installed comes in next time."""
        if len(self._not_asked) >= _MOST_NOT_ASKED:
            self._not_asked.clear()
        self._not_asked[address] = time.monotonic() + NOT_ASKED
        log.warning(
            "A phone's certificate was refused; it is not asked for one for a while",
            extra={"address": address, "reason": reason},
        )

    def _watch(self, kinds: tuple[bool, ...]) -> None:
        while True:
            time.sleep(LOOK_EVERY)
            try:
                changed = [self._refresh(old) for old in kinds]
                if any(changed) or time.monotonic() - self._renewed > RENEW_EVERY:
                    self._renewed = time.monotonic()
                    certificates.ensure(self._house)
            except (OSError, ValueError, SQLAlchemyError, ProvisioningError) as error:
                log.warning("Certificates could not be renewed; the old ones stay", extra={"reason": str(error)})

    def _refresh(self, old: bool) -> bool:
        """Make a listener's contexts anew where something changed; tell whether it did."""
        files = certificates.source(self._house.config, old=old)
        makers = self._vouchers.pems()
        version = (files, files.version, makers)
        if self._versions.get(old) == version:
            return False
        self._silent[old] = _context(files, old, ())
        self._asking[old] = _context(files, old, makers) if makers else self._silent[old]
        self._versions[old] = version
        self._not_asked.clear()
        return True


def _context(files: Source, old: bool, makers: tuple[str, ...]) -> ssl.SSLContext:
    context = server_context(files, old=old, makers=makers)
    context.sslsocket_class = PhoneSocket
    return context


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection that is closed once, and by the thread that answered it: a client that lingers holds nobody up."""

    sock: Any
    is_secure = False
    _is_closed = False
    _patience = PATIENCE
    _head = b""
    _head_begun = 0.0

    def init(self) -> None:
        """Give the parser what has arrived by now."""
        super().init()
        self._hand_over()

    def wait_for_data(self, timeout: float) -> bool:  # noqa: ARG002  its own patience counts
        """Wait a little for the head of a request; tell whether it is whole, or the poller has to wait for the rest.

        Raises StopIteration, gunicorn's word for a connection that is over, where it does not come in time.
        """
        self.sock.setblocking(False)
        while not self._has_head():
            if not self._waited():
                self.data_ready = False
                return False
        self.data_ready = True
        if self.initialized:
            self._hand_over()
        return True

    def _hand_over(self) -> None:
        self.parser.unreader.unread(self._head)
        self._head = b""

    def _has_head(self) -> bool:
        """Take what has arrived, without waiting; tell whether the parser has no more to wait for than a body."""
        if self.initialized:
            self._head += self.parser.unreader.take_buffered()
        try:
            while _END not in self._head and len(self._head) < _LARGEST_HEAD:
                part = self.sock.recv(_PIECE)
                self._head += part
                if not part:
                    return True
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return self._is_in_time()
        except OSError as error:
            raise StopIteration("the client is gone") from error
        self._head_begun = 0.0
        return True

    def _is_in_time(self) -> bool:
        """Raise StopIteration where a head has been arriving for too long; else say that it is not whole."""
        now = time.monotonic()
        if self._head and not self._head_begun:
            self._head_begun = now
        if self._head and now - self._head_begun > LONGEST_HEAD:
            raise StopIteration("the head of the request came too slowly")
        return False

    def _waited(self) -> bool:
        """Wait for something to arrive, as long as there is patience; tell whether it did."""
        waiting = poll()
        waiting.register(self.sock, POLLIN)
        begun = time.monotonic()
        found = bool(waiting.poll(self._patience * 1000))
        self._patience = max(0.0, self._patience - (time.monotonic() - begun))
        return found

    def close(self, graceful: bool = False) -> None:
        """Close; gracefully, let the client read its last answer first."""
        if self._is_closed:
            return
        self._is_closed = True
        if graceful:
            util.close_graceful(self.sock, timeout=_LINGER)
        else:
            util.close(self.sock)


class SecureConnection(Connection):
    """A connection over TLS. Its handshake is made step by step, whenever the client has sent something."""

    def __init__(self, *given: Any, keeper: Keeper, old: bool) -> None:
        super().__init__(*given)
        self._keeper = keeper
        self._old = old
        self._deadline = time.monotonic() + LONGEST_HANDSHAKE

    def wait_for_data(self, timeout: float) -> bool:
        """Go on with the handshake, then wait for the head of a request.

        Raises StopIteration, gunicorn's word for a connection that is over, where no handshake comes about.
        """
        while not self.is_secure and not self._shake_hands():
            if not self._waited():
                self.data_ready = False
                return False
        return super().wait_for_data(timeout)

    def close(self, graceful: bool = False) -> None:
        """Tell the client that nothing more comes, then close."""
        if self.is_secure and not self._is_closed:
            with suppress(OSError, ValueError):
                self.sock.settimeout(0)
                self.sock.unwrap()
        super().close(graceful)

    def _shake_hands(self) -> bool:
        if time.monotonic() > self._deadline:
            raise StopIteration("the handshake took too long")
        try:
            if not isinstance(self.sock, PhoneSocket):
                self.sock = self._keeper.wrap(self.sock, self._address, old=self._old)
            self.sock.setblocking(False)
            self.sock.do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except ssl.SSLCertVerificationError as error:
            self._keeper.refuse(self._address, error.verify_message)
            raise StopIteration("nobody vouches for its certificate") from error
        except OSError as error:
            if getattr(error, "reason", "") == "HTTP_REQUEST":
                self._say(_PLAIN_ANSWER)
            raise StopIteration("it does not speak TLS as we do") from error
        self._keeper.greet(self.sock)
        self.is_secure = True
        return True

    @property
    def _address(self) -> str:
        return str(self.client[0])

    def _say(self, answer: bytes) -> None:
        """Send bytes as they are, past TLS that never began."""
        with suppress(OSError):
            socket.send(self.sock, answer)


Opener = Callable[[Any, Any, Any, Any], Connection]


def openers(house: House, listeners: Sequence[Any]) -> dict[int, Opener]:
    """Give what makes a connection of each listener, by its identity: plain, over TLS, or over TLS for old phones.

    Listeners stand in the order of the configuration; raises Conflict where there are more or fewer of them.
    """
    kinds = list(house.config.binds)
    if len(kinds) != len(listeners):
        raise Conflict(f"{len(listeners)} addresses are open, and the configuration names {len(kinds)}")
    keeper = Keeper(house)
    keeper.start(*(kind == "tls_old_bind" for kind in kinds if kind != "bind"))
    return {id(listener): _opener(kind, keeper) for listener, kind in zip(listeners, kinds, strict=True)}


def _opener(kind: str, keeper: Keeper) -> Opener:
    if kind == "bind":
        return Connection
    return lambda *given: SecureConnection(*given, keeper=keeper, old=kind == "tls_old_bind")
