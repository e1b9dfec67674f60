"""SIP messages: bytes from the network to frozen requests and responses, and back, within fixed bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from provserver.sip.uri import SipUri

__all__ = [
    "Message",
    "Request",
    "Response",
    "SipUri",
    "build",
    "check_text",
    "framed_length",
    "parse",
    "via_parameter",
]

LONGEST_MESSAGE = 65_536  # bytes
LONGEST_LINE = 8_192  # bytes, the first line and each header
MOST_HEADERS = 100

# RFC 3261 7.3.3, RFC 6665 8.2.1 and the extensions that desk phones send.
_COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
}
_TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FOLD = re.compile(rb"\r\n[ \t]+")
_STATUS = re.compile(r"SIP/2\.0 ([1-6][0-9]{2})(?: (.*))?", re.IGNORECASE)
_REQUEST = re.compile(r"([A-Za-z0-9\-.!%*_+`'~]+) ([^ ]+) SIP/2\.0", re.IGNORECASE)

Headers = tuple[tuple[str, str], ...]


class _Headed:
    """What requests and responses share: looking up headers by their long or compact name, in any case."""

    __slots__ = ()
    headers: Headers

    def header(self, name: str) -> str | None:
        """Give the first value of a header, or None."""
        return next(iter(self.all_headers(name)), None)

    def all_headers(self, name: str) -> list[str]:
        """Give every value of a header in the order of the message."""
        wanted = _long_name(name)
        return [value for key, value in self.headers if _long_name(key) == wanted]


@dataclass(frozen=True, slots=True)
class Request(_Headed):
    """A SIP request; `headers` never holds Content-Length, which follows from the body."""

    method: str
    uri: str
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response(_Headed):
    """A SIP response; `headers` never holds Content-Length, which follows from the body."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""


Message = Request | Response


def parse(data: bytes) -> Message:
    """Read one whole message (a datagram, or a frame of a TCP stream); raise ValueError for anything else.

    Bytes that are not UTF-8 become replacement characters: a Latin-1 name must not cost us the answer.
    """
    head, separator, rest = data.partition(b"\r\n\r\n")
    if not separator:
        raise ValueError("The message has no empty line after its headers.")
    first, headers = _head(head, len(data))
    lengths = {value for name, value in headers if _long_name(name) == "content-length"}
    body = rest[: _content_length(lengths)] if lengths else rest
    if lengths and len(body) < _content_length(lengths):
        raise ValueError("The message is shorter than its Content-Length.")
    kept = tuple((name, value) for name, value in headers if _long_name(name) != "content-length")
    if status := _STATUS.fullmatch(first):
        return Response(int(status[1]), status[2] or "", kept, body)
    if request := _REQUEST.fullmatch(first):
        return Request(request[1], request[2], kept, body)
    raise ValueError("The first line is neither a SIP request nor a SIP response.")


def build(message: Message) -> bytes:
    """Write a message, with its Content-Length; raise ValueError when a part would break out of its place."""
    lines = [_first_line(message)]
    for name, value in message.headers:
        _check_token(name, "a header name")
        check_text(value, name)
        if _long_name(name) == "content-length":
            raise ValueError("Content-Length is written from the body, it is not given.")
        lines.append(f"{name}: {value.strip(' ')}")
    encoded = [line.encode() for line in (*lines, f"Content-Length: {len(message.body)}")]
    _check_lines(encoded)
    data = b"\r\n".join([*encoded, b"", message.body])
    if len(data) > LONGEST_MESSAGE:
        raise ValueError(f"A SIP message may have at most {LONGEST_MESSAGE} bytes.")
    return data


def framed_length(stream: bytes) -> int | None:
    """Say how many bytes the first message of a TCP stream has, None while its headers are incomplete.

    Without Content-Length the body is empty. Raises ValueError for what can never become a message.
    """
    end = stream.find(b"\r\n\r\n")
    if end < 0:
        if len(stream) > LONGEST_MESSAGE:
            raise ValueError("The headers of the message never end.")
        return None
    _, headers = _head(stream[:end], end)
    lengths = {value for name, value in headers if _long_name(name) == "content-length"}
    length = end + 4 + _content_length(lengths or {"0"})
    if length > LONGEST_MESSAGE:
        raise ValueError(f"A SIP message may have at most {LONGEST_MESSAGE} bytes.")
    return length


def via_parameter(via: str, name: str) -> str | None:
    """Give a parameter of the first hop of a Via value ("" when it has no value), None when it is absent."""
    for parameter in via.split(",", 1)[0].split(";")[1:]:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == name:
            return value.strip()
    return None


def check_text(text: str, place: str) -> None:
    """Raise ValueError when a text holds a control character, above all a line break."""
    if _CONTROL.search(text):
        raise ValueError(f"Control characters and line breaks are not allowed in {place}.")


def _first_line(message: Message) -> str:
    if isinstance(message, Request):
        _check_token(message.method, "the method")
        check_text(message.uri, "the request address")
        if not message.uri or " " in message.uri:
            raise ValueError("The request address must not be empty or hold spaces.")
        return f"{message.method} {message.uri} SIP/2.0"
    check_text(message.reason, "the reason")
    if not 100 <= message.status <= 699:
        raise ValueError(f"{message.status} is not a SIP status.")
    return f"SIP/2.0 {message.status} {message.reason}"


def _long_name(name: str) -> str:
    lower = name.lower()
    return _COMPACT.get(lower, lower)


def _head(head: bytes, size: int) -> tuple[str, list[tuple[str, str]]]:
    if size > LONGEST_MESSAGE:
        raise ValueError(f"A SIP message may have at most {LONGEST_MESSAGE} bytes.")
    first, *lines = _FOLD.sub(b" ", head).split(b"\r\n")
    _check_lines([first, *lines])
    headers = []
    for line in lines:
        name, colon, value = _text(line).partition(":")
        if not colon:
            raise ValueError("A header line has no colon.")
        _check_token(name.rstrip(" "), "a header name")
        headers.append((name.rstrip(" "), value.strip(" ")))
    return _text(first), headers


def _text(line: bytes) -> str:
    text = line.decode("utf-8", "replace").replace("\t", " ")
    check_text(text, "a header line")
    return text


def _check_lines(lines: list[bytes]) -> None:
    if len(lines) > MOST_HEADERS + 1:
        raise ValueError(f"A SIP message may have at most {MOST_HEADERS} headers.")
    if max(map(len, lines)) > LONGEST_LINE:
        raise ValueError(f"A header line may have at most {LONGEST_LINE} bytes.")


def _check_token(text: str, place: str) -> None:
    if not _TOKEN.fullmatch(text):
        raise ValueError(f"{text!r} cannot be {place}.")


def _content_length(values: set[str]) -> int:
    if len(values) != 1:
        raise ValueError("The message has two different Content-Lengths.")
    value = next(iter(values))
    if not re.fullmatch(r"[0-9]{1,6}", value):
        raise ValueError("Content-Length is not a number of bytes.")
    return int(value)
