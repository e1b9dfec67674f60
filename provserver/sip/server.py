"""What we answer when someone else asks: 200 to OPTIONS, a plain refusal to the rest, nothing to an ACK."""

from __future__ import annotations

import hashlib
import re

from provserver.sip.message import Headers, Request, Response, via_parameter

ALLOWED = "OPTIONS"
SCHEMES = ("sip", "sips")
KNOWN = {
    "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO",
    "REFER", "MESSAGE", "UPDATE",
}  # fmt: skip
"""The methods of RFC 3261 and its companions: known, but not for us (405); others are not known at all (501)."""

_COPIED = ("Via", "From", "To", "Call-ID", "CSeq")  # RFC 3261 8.2.6.2
_SENT_BY_PORT = re.compile(r":\s*([0-9]{1,5})\s*\Z")
_SEQUENCE = re.compile(r"[0-9]{1,10} +([^ ]+)")
_TAG = re.compile(r";\s*tag\s*=", re.IGNORECASE)


def answer(request: Request, source: tuple[str, int], secret: str) -> Response | None:
    """Give the answer to a request from `source` (host, port), None where RFC 3261 wants silence.

    It keeps no state: a repeated request gets the same tag, computed from its branch and `secret`.
    Raises ValueError when the request lacks what an answer must copy.
    """
    missing = [name for name in _COPIED if request.header(name) is None]
    if missing:
        raise ValueError(f"The request has no {missing[0]} header.")
    if request.method == "ACK":
        return None
    status, reason, more = _verdict(request)
    return Response(status, reason, (*_copied(request, source, secret), *more))


def _verdict(request: Request) -> tuple[int, str, Headers]:
    """Choose the answer, in the order of RFC 3261 8.2: the message, its method, its address, its extensions."""
    sequence = _SEQUENCE.fullmatch(request.header("CSeq") or "")
    if sequence is None or sequence[1] != request.method:
        return 400, "CSeq does not name the method", ()
    if request.method == "CANCEL" or _TAG.search(request.header("To") or ""):
        return 481, "Call/Transaction Does Not Exist", ()
    if request.method != "OPTIONS":
        known = request.method in KNOWN
        return (405, "Method Not Allowed", _ALLOW) if known else (501, "Not Implemented", _ALLOW)
    if request.uri.partition(":")[0].lower() not in SCHEMES:
        return 416, "Unsupported URI Scheme", ()
    if required := request.header("Require"):
        return 420, "Bad Extension", (("Unsupported", required),)
    return 200, "OK", _ALLOW


_ALLOW: Headers = (("Allow", ALLOWED),)


def reply_address(request: Request, source: tuple[str, int]) -> tuple[str, int]:
    """Say where the answer to a datagram goes: the source if it asked for rport, else the port in its Via."""
    via = request.header("Via") or ""
    if via_parameter(via, "rport") is not None:
        return source
    port = _SENT_BY_PORT.search(via.split(",", 1)[0].split(";", 1)[0])
    return source[0], int(port[1]) if port and 0 < int(port[1]) < 65_536 else 5060


def _copied(request: Request, source: tuple[str, int], secret: str) -> Headers:
    headers: list[tuple[str, str]] = []
    first, *others = request.all_headers("Via")
    hops = [_received(first, source), *others]
    headers.extend(("Via", hop) for hop in hops)
    headers.append(("From", request.header("From") or ""))
    headers.append(("To", _tagged(request, secret)))
    headers.extend((name, request.header(name) or "") for name in ("Call-ID", "CSeq"))
    return tuple(headers)


def _received(via: str, source: tuple[str, int]) -> str:
    """Note in the topmost Via where the request came from (RFC 3261 18.2.1, RFC 3581 4)."""
    hop, comma, others = via.partition(",")
    hop = re.sub(r";\s*rport\s*(?=;|$)", f";rport={source[1]}", hop.rstrip(), count=1, flags=re.IGNORECASE)
    return f"{hop};received={source[0].partition('%')[0]}{comma}{others}"


def _tagged(request: Request, secret: str) -> str:
    to = request.header("To") or ""
    if _TAG.search(to):
        return to
    branch = via_parameter(request.header("Via") or "", "branch") or request.header("Call-ID") or ""
    return f"{to};tag={hashlib.blake2s(f'{secret}{branch}'.encode(), digest_size=8).hexdigest()}"


def reply(
    request: Request, source: tuple[str, int], tag: str, status: int, reason: str, more: Headers = ()
) -> Response:
    """Write an answer that another part of the house has decided on, with its tag in the To.

    Raises ValueError when the request lacks what an answer must copy.
    """
    missing = [name for name in _COPIED if request.header(name) is None]
    if missing:
        raise ValueError(f"The request has no {missing[0]} header.")
    copied = [(name, value) for name, value in _copied(request, source, "") if name != "To"]
    to = request.header("To") or ""
    written = to if re.search(r";\s*tag\s*=", to, re.IGNORECASE) else f"{to};tag={tag}"
    return Response(status, reason, (*copied, ("To", written), *more))
