"""Recognise a phone's path, read the request within bounds, and write the answer."""

import logging
import re
import time
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from threading import BoundedSemaphore
from urllib.parse import unquote

from provserver.domain.requests import PhoneRequest, Reply, Stream, Verdict
from provserver.fronts import Application, Environ, StartResponse, client_certificate, is_trusted
from provserver.phone_paths import phone_path
from provserver.services.delivery import provisioning, uploads
from provserver.services.delivery.provisioning import Desk
from provserver.services.delivery.uploads import UPLOAD_LIMIT
from provserver.services.enrolment.authorities import Vouchers
from provserver.vendors.factory import Certified

log = logging.getLogger(__name__)

_READING = frozenset({"GET", "HEAD"})
_SENDING = frozenset({"PUT", "POST"})
_SLOWEST_BODY = 10.0
"""Seconds that an upload may take."""
_CHUNK = 65536
_USUAL = frozenset({Verdict.OPTIONAL, Verdict.CHALLENGED})
"""Refusals that belong to every fetch."""
_KEPT_FREE = 2
"""Threads of a process that images never take: configurations are answered while a fleet loads its firmware."""


class PhoneDoor:
    """WSGI middleware: answers phones itself and passes everybody else on."""

    def __init__(self, desk: Desk, inside: Application) -> None:
        self._desk = desk
        self._inside = inside
        self._config = desk.house.config
        self._vouchers = Vouchers(desk.house)
        self._downloads = BoundedSemaphore(max(1, self._config.web_threads - _KEPT_FREE))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        place = phone_path(path)
        if place is None:
            return self._inside(environ, start_response)
        request = self._request(environ, *place)
        try:
            reply = self._reply(environ, request)
        except Exception:  # a phone is never answered with a traceback (invariant 7)
            log.exception("A phone's request failed", extra={"file": request.file})
            reply = Reply(503, Verdict.BROKEN, b"try again\n", reason="failed", headers=(("Retry-After", "60"),))
        _log(request, reply)
        if reply.length is not None:
            return self._send(reply, start_response)
        return _write(request.method, reply, start_response)

    def _request(self, environ: Environ, token: str | None, file: str, firmware: bool) -> PhoneRequest:
        certified = self._certified(environ)
        return PhoneRequest(
            method=environ["REQUEST_METHOD"],
            file=file,
            address=(environ.get("REMOTE_ADDR") or "")[:64],
            token=token,
            user_agent=_header(environ, "HTTP_USER_AGENT"),
            if_none_match=environ.get("HTTP_IF_NONE_MATCH", ""),
            trusted=token is None and is_trusted(environ, self._config),
            query=(environ.get("QUERY_STRING") or "")[:500],
            certified=certified.mac if certified else "",
            certified_by=certified.vendor if certified else "",
            firmware=firmware,
            range=environ.get("HTTP_RANGE", ""),
            if_range=environ.get("HTTP_IF_RANGE", ""),
            authorization=environ.get("HTTP_AUTHORIZATION", ""),
            path=environ["PATH_INFO"],
            secure=environ.get("wsgi.url_scheme") == "https",
        )

    def _certified(self, environ: Environ) -> Certified | None:
        """Tell which phone showed its certificate: to our own listener, or to a front that is known."""
        shown = client_certificate(environ)
        if shown:
            return self._vouchers.certified(shown.encode("latin-1", "replace"))
        found: Certified | None = getattr(environ.get("gunicorn.socket"), "certified", None)
        return found

    def _reply(self, environ: Environ, request: PhoneRequest) -> Reply:
        if request.method in _READING:
            return provisioning.serve(self._desk, request)
        if request.method not in _SENDING or request.firmware:
            refusal = provisioning.refuse(self._desk, request, None, 405, "method not allowed")
            allowed = "GET, HEAD" if request.firmware else "GET, HEAD, PUT, POST"
            return Reply(405, refusal.verdict, refusal.body, headers=(("Allow", allowed),))
        device_id, refused = uploads.accept(self._desk, request)
        if refused is not None or device_id is None:
            return refused or Reply(404, Verdict.REFUSED)
        body = _read_body(environ)
        if isinstance(body, tuple):
            return provisioning.refuse(self._desk, request, device_id, *body)
        return uploads.store(self._desk, request, device_id, body)

    def _send(self, reply: Reply, start_response: StartResponse) -> Iterable[bytes]:
        """Send an image in pieces, unless too many are under way: then the phone is to come again."""
        if reply.stream is not None and not self._downloads.acquire(blocking=False):
            reply.stream.close()
            later = Reply(503, Verdict.BROKEN, b"try again\n", headers=(("Retry-After", "60"),))
            return _write("GET", later, start_response)
        start_response(_status(reply), _headers(reply))
        return _Download(reply.stream, self._downloads) if reply.stream is not None else []


class _Download:
    """An image on its way: closed by the server in the end, whether or not the phone took all of it."""

    def __init__(self, stream: Stream, slots: BoundedSemaphore) -> None:
        self._stream = stream
        self._slots: BoundedSemaphore | None = slots

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        """Let go of the file, and let the next one in."""
        self._stream.close()
        if self._slots is not None:
            self._slots.release()
            self._slots = None


def _header(environ: Environ, name: str) -> str:
    text: str = environ.get(name, "")
    return re.sub(r"[\x00-\x1f\x7f]", " ", text[:300])


def _read_body(environ: Environ) -> bytes | tuple[int, str]:
    """Read an upload within its limits of size and time, or say why not."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdigit() and environ.get("HTTP_TRANSFER_ENCODING", "").lower() != "chunked":
        return 411, "length required"
    if length.isdigit() and int(length) > UPLOAD_LIMIT:
        return 413, f"at most {UPLOAD_LIMIT} bytes"
    _limit_waiting(environ)
    deadline = time.monotonic() + _SLOWEST_BODY
    left = int(length) if length.isdigit() else UPLOAD_LIMIT + 1
    parts: list[bytes] = []
    while left > 0:
        part = _read_part(environ, min(_CHUNK, left))
        if isinstance(part, tuple):
            return part
        if not part:
            break
        parts.append(part)
        left -= len(part)
        if time.monotonic() > deadline:
            return 408, "the body came too slowly"
    body = b"".join(parts)
    if length.isdigit() and len(body) < int(length):
        return 400, "the body is shorter than announced"
    return body if len(body) <= UPLOAD_LIMIT else (413, f"at most {UPLOAD_LIMIT} bytes")


def _read_part(environ: Environ, size: int) -> bytes | tuple[int, str]:
    try:
        part: bytes = environ["wsgi.input"].read(size)
    except (TimeoutError, OSError):
        return 408, "the body came too slowly"
    except Exception:  # noqa: BLE001  each server has its own error for what is no body, such as a chunk without a size
        return 400, "the body cannot be read"
    return part


def _limit_waiting(environ: Environ) -> None:
    """Give the connection a time limit where the server shows it to us, so that one reader cannot hold a thread."""
    connection = environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(_SLOWEST_BODY)


def _log(request: PhoneRequest, reply: Reply) -> None:
    level = logging.DEBUG if reply.status < 400 or reply.verdict in _USUAL else logging.INFO
    if log.isEnabledFor(level):
        facts = {
            "method": request.method,
            "file": unquote(request.file),
            "status": reply.status,
            "verdict": reply.verdict.value,
            "reason": reply.reason,
            "address": request.address,
            "user_agent": request.user_agent,
            **({"certified": request.certified} if request.certified else {}),
        }
        log.log(level, "A phone asked", extra=facts)


def _write(method: str, reply: Reply, start_response: StartResponse) -> Iterable[bytes]:
    start_response(_status(reply), _headers(reply))
    return [] if method == "HEAD" or reply.status == HTTPStatus.NOT_MODIFIED else [reply.body]


def _status(reply: Reply) -> str:
    status = HTTPStatus(reply.status)
    return f"{status.value} {status.phrase}"


def _headers(reply: Reply) -> list[tuple[str, str]]:
    headers = [("Content-Type", reply.content_type), ("X-Content-Type-Options", "nosniff")]
    if reply.etag:
        headers += [("ETag", reply.etag), ("Cache-Control", "private, no-cache")]
    if reply.status != HTTPStatus.NOT_MODIFIED:
        headers.append(("Content-Length", str(len(reply.body) if reply.length is None else reply.length)))
    if reply.status in {408, 411, 413}:
        headers.append(("Connection", "close"))
    return [*headers, *reply.headers]
