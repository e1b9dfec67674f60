"""A phone that looks for its server by SIP plug and play, as a program of its own that can run in another network.

It asks the multicast group as makers' traces show, answers the NOTIFY with 200, and prints as JSON what it heard.
"""

import argparse
import json
import select
import socket
import time

from tests.fakes.sip_peer import reply

GROUP = ("224.0.1.75", 5060)


def subscribe(mac: str, host: str, port: int, *, call: str = "1930770594", accept: str = "application/url") -> bytes:
    """Write a SUBSCRIBE as Snom's published trace has it."""
    me = f"sip:MAC%3a{mac}@pnp.example"
    lines = [
        f"SUBSCRIBE {me} SIP/2.0",
        f"Via: SIP/2.0/UDP {host}:{port};rport",
        f"From: <{me}>;tag=658512961",
        f"To: <{me}>",
        f"Call-ID: {call}@{host}",
        "CSeq: 1 SUBSCRIBE",
        'Event: ua-profile;profile-type="device";vendor="OEM";model="OEM";version="7.1.19"',
        "Expires: 0",
        *([f"Accept: {accept}"] if accept else []),
        f"Contact: <sip:{host}:{port}>",
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ask(mac: str, host: str, seconds: float, group: tuple[str, int] = GROUP) -> list[str]:
    """Ask the group, and give what was heard until the NOTIFY came or the time was over."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((host, 0))
        phone.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(host))
        phone.sendto(subscribe(mac, host, phone.getsockname()[1]), group)
        heard: list[str] = []
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and select.select([phone], [], [], left)[0]:
            data, source = phone.recvfrom(65536)
            heard.append(data.decode())
            if data.startswith(b"NOTIFY"):
                phone.sendto(reply(data, 200, "OK"), source)
                break
        return heard


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("mac")
    parser.add_argument("host", help="the phone's own address, on whose interface it asks")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--port", type=int, default=GROUP[1])
    given = parser.parse_args()
    print(json.dumps(ask(given.mac, given.host, given.seconds, (GROUP[0], given.port))))
