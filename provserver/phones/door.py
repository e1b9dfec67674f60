"""Recognise a phone's path, read the request within bounds, and write the answer."""

import logging
import re
import time
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import unquote

from provserver.domain.requests import PhoneRequest, Reply, Verdict
from provserver.fronts import Application, Environ, StartResponse, client_certificate, is_trusted
from provserver.services import provisioning
from provserver.services.authorities import Vouchers
from provserver.services.provisioning import UPLOAD_LIMIT, Desk
from provserver.vendors.factory import Certified
from provserver.vendors.registry import claim

log = logging.getLogger(__name__)

_TOKEN_PATH = re.compile(r"/p/([A-Za-z0-9_-]{16,64})/([^/]{1,100})")
_READING = frozenset({"GET", "HEAD"})
_SENDING = frozenset({"PUT", "POST"})
_SLOWEST_BODY = 10.0
"""Seconds that an upload may take."""
_CHUNK = 65536


class PhoneDoor:
    """WSGI middleware: answers phones itself and passes everybody else on."""

    def __init__(self, desk: Desk, inside: Application) -> None:
        self._desk = desk
        self._inside = inside
        self._config = desk.house.config
        self._vouchers = Vouchers(desk.house)

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
        return _write(request.method, reply, start_response)

    def _request(self, environ: Environ, token: str | None, file: str) -> PhoneRequest:
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
        if request.method not in _SENDING:
            refusal = provisioning.refuse(self._desk, request, None, 405, "method not allowed")
            return Reply(405, refusal.verdict, refusal.body, headers=(("Allow", "GET, HEAD, PUT, POST"),))
        device_id, refused = provisioning.accept(self._desk, request)
        if refused is not None or device_id is None:
            return refused or Reply(404, Verdict.REFUSED)
        body = _read_body(environ)
        if isinstance(body, tuple):
            return provisioning.refuse(self._desk, request, device_id, *body)
        return provisioning.store(self._desk, request, device_id, body)


def phone_path(path: str) -> tuple[str | None, str] | None:
    """Read a path as token and file name in lower case; None where it is not a phone's.

    Everything under ``/p/`` is a phone's, however wrong: it is answered here, and with a plain no.
    """
    if path.startswith("/p/"):
        match = _TOKEN_PATH.fullmatch(path)
        return (match[1], match[2].lower()) if match else ("", "")
    name = path.rpartition("/")[2].lower()
    if len(name) <= 100 and path.count("/") == 1 and claim(name) is not None:
        return None, name
    return None


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
    level = logging.DEBUG if reply.status < 400 or reply.verdict is Verdict.OPTIONAL else logging.INFO
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
    status = HTTPStatus(reply.status)
    headers = [("Content-Type", reply.content_type), ("X-Content-Type-Options", "nosniff")]
    if reply.etag:
        headers += [("ETag", reply.etag), ("Cache-Control", "private, no-cache")]
    if reply.status != HTTPStatus.NOT_MODIFIED:
        headers.append(("Content-Length", str(len(reply.body))))
    if reply.status in {408, 411, 413}:
        headers.append(("Connection", "close"))
    start_response(f"{status.value} {status.phrase}", [*headers, *reply.headers])
    return [] if method == "HEAD" or reply.status == HTTPStatus.NOT_MODIFIED else [reply.body]
