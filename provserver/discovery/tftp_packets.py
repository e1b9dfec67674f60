"""TFTP's packets: requests read, answers written, options agreed on; RFC 1350 and 2347 to 2349, for reading only."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

READ, WRITE, DATA, ACK, ERROR, OPTIONS = range(1, 7)
NOT_DEFINED, NOT_FOUND, DENIED, ILLEGAL, REFUSED_OPTION = 0, 1, 2, 4, 8

USUAL_BLOCK = 512
LARGEST_BLOCK = 1428
"""Bytes that fit into an Ethernet frame, also through a tunnel; RFC 2348 lets us answer less than was asked."""
SMALLEST_BLOCK = 8
LONGEST_TIMEOUT = 30
"""Seconds; a phone that asks for more is answered without this option."""
LONGEST_REQUEST = 516
_BLOCKS = 65536
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What a client asks for; option names are in lower case."""

    file: str
    netascii: bool
    options: Mapping[str, str]


class Refused(ValueError):
    """A packet that is answered with an error, and with nothing else."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_request(packet: bytes) -> ReadRequest:
    """Read the first packet of a transfer; raises Refused, and ValueError for what deserves no answer."""
    code = int.from_bytes(packet[:2], "big")
    if code == WRITE:
        raise Refused(DENIED, "this server only reads")
    if code != READ or len(packet) > LONGEST_REQUEST or not packet.endswith(b"\0"):
        raise ValueError("not a request")
    try:
        file, mode, *rest = packet[2:-1].decode("ascii").split("\0")
    except ValueError as error:  # not ASCII, or no mode
        raise ValueError("not a request") from error
    if mode.lower() not in {"octet", "netascii"}:
        raise Refused(ILLEGAL, "octet or netascii")
    names = [name.lower() for name in rest[::2]]
    return ReadRequest(file, mode.lower() == "netascii", dict(zip(names, rest[1::2], strict=False)))


@dataclass(frozen=True, slots=True)
class Agreed:
    """What client and server agreed on; ``answer`` are the options to acknowledge, empty where there are none."""

    block: int
    timeout: float
    answer: Mapping[str, str]


def agree(request: ReadRequest, size: int, timeout: float) -> Agreed:
    """Agree on the options of a request for ``size`` bytes; unknown and senseless ones are left out (RFC 2347)."""
    answer: dict[str, str] = {}
    block = USUAL_BLOCK
    if (asked := _number(request, "blksize")) is not None and asked >= SMALLEST_BLOCK:
        block = min(asked, LARGEST_BLOCK)
        answer["blksize"] = str(block)
    if (asked := _number(request, "timeout")) is not None and 1 <= asked <= LONGEST_TIMEOUT:
        timeout = float(asked)
        answer["timeout"] = str(asked)
    if _number(request, "tsize") is not None:
        answer["tsize"] = str(size)
    return Agreed(block, timeout, answer)


def _number(request: ReadRequest, name: str) -> int | None:
    text = request.options.get(name, "")
    return int(text) if _NUMBER.fullmatch(text) else None


def netascii(body: bytes) -> bytes:
    """Write a text as netascii: each line end as CR LF, each other CR as CR NUL (RFC 764)."""
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")


def blocks(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Cut a body into blocks; the last one is shorter than the others, and may be empty."""
    left = b""
    for piece in pieces:
        left += piece
        whole = len(left) // size * size
        yield from (left[start : start + size] for start in range(0, whole, size))
        left = left[whole:]
    yield left


def data(number: int, block: bytes) -> bytes:
    """Write the block with this number, counted from 1; on the wire the count starts again after 65,535."""
    return _head(DATA, number % _BLOCKS) + block


def is_ack_of(packet: bytes, number: int) -> bool:
    """Tell whether a packet acknowledges this block; 0 is the options."""
    return packet[:4] == _head(ACK, number % _BLOCKS)


def is_error(packet: bytes) -> bool:
    """Tell whether the client gives up."""
    return packet[:2] == ERROR.to_bytes(2, "big")


def options(agreed: Agreed) -> bytes:
    """Write the acknowledgement of options."""
    words = [word for pair in agreed.answer.items() for word in pair]
    return OPTIONS.to_bytes(2, "big") + b"".join(word.encode() + b"\0" for word in words)


def error(code: int, message: str) -> bytes:
    """Write an error; the message is for a person before a log."""
    return _head(ERROR, code) + message.encode() + b"\0"


def _head(operation: int, number: int) -> bytes:
    return operation.to_bytes(2, "big") + number.to_bytes(2, "big")
