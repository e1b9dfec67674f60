"""A phone that asks for an address, as a program of its own: it prints the options of the first offer as JSON."""

import argparse
import json
import secrets
import socket
import struct
import time

_COOKIE = b"\x63\x82\x53\x63"
_WANTED = (1, 3, 43, 66, 67, 114, 150, 159, 160)


def discover(mac: bytes, number: bytes) -> bytes:
    """Write a DHCPDISCOVER (RFC 2131) that asks for a broadcast answer."""
    fixed = struct.pack("!4B4s2H16s", 1, 1, 6, 0, number, 0, 0x8000, b"") + mac + bytes(10) + bytes(192)
    options = b"\x35\x01\x01" + bytes([55, len(_WANTED), *_WANTED])
    return fixed + _COOKIE + options + b"\xff"


def options(data: bytes) -> dict[int, bytes]:
    """Read the options of a message."""
    found: dict[int, bytes] = {}
    rest = data[data.index(_COOKIE) + 4 :]
    while rest and rest[0] != 255:
        if rest[0] == 0:
            rest = rest[1:]
            continue
        code, length = rest[0], rest[1]
        found[code] = found.get(code, b"") + rest[2 : 2 + length]
        rest = rest[2 + length :]
    return found


def ask(mac: str, interface: str, seconds: float) -> dict[int, str]:
    """Ask until somebody offers; give the offer's options as text."""
    number = secrets.token_bytes(4)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        client.bind(("0.0.0.0", 68))  # noqa: S104  an answer is a broadcast
        client.settimeout(1)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            client.sendto(discover(bytes.fromhex(mac), number), ("255.255.255.255", 67))
            try:
                data = client.recv(4096)
            except TimeoutError:
                continue
            if data[0] == 2 and data[4:8] == number:
                return {code: value.decode("latin-1") for code, value in options(data).items()}
    raise SystemExit("nobody offered an address")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("mac")
    parser.add_argument("interface")
    given = parser.parse_args()
    print(json.dumps(ask(given.mac, given.interface, 30)))
