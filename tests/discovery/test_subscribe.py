"""What makers' SUBSCRIBEs say: their own published traces, and what somebody could make of them."""

import pytest

from provserver.discovery import subscribe
from provserver.sip.message import Request, parse
from tests.fakes.pnp_phone import subscribe as snom


def read(text: str) -> subscribe.Asked | None:
    """Read a message as it stands in a manual."""
    request = parse(text.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n")
    assert isinstance(request, Request)
    return subscribe.read(request)


# service.snom.com, SIP PnP: the trace of a phone
SNOM = """
SUBSCRIBE sip:MAC%3a00135E874B49@intern.snom.de SIP/2.0
Via: SIP/2.0/UDP 192.168.10.67:5060;rport
From: <sip:MAC%3a00135E874B49@intern.snom.de>;tag=658512961
To: <sip:MAC%3a00135E874B49@intern.snom.de>
Call-ID: 1930770594@192.168.10.67
CSeq: 1 SUBSCRIBE
Event: ua-profile;profile-type="device";vendor="OEM";model="OEM";version="7.1.19"
Expires: 0
Accept: application/url
Contact: <sip:192.168.10.67:5060>
"""
# Snom M300 manual, page 6
DECT = """
SUBSCRIBE sip:MAC%3a000413600001@224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.9:5060
From: <sip:512@192.0.2.9>;tag=1
To: <sip:MAC%3a000413600001@224.0.1.75>
Call-ID: 1
CSeq: 1 SUBSCRIBE
Event: ua-profile;profile-type="device";vendor="snom";model="snomM700";version="03.23.0005"
Expires: 0
User-Agent: snomM700/03.23.0005 (MAC=000413600001; SER= 00000; HW=255)
"""
# AudioCodes 400HD administrator's manual: no hardware address anywhere
AUDIOCODES = """
SUBSCRIBE sip:224.0.1.75:5060 SIP/2.0
From: <sip:00000001@10.13.2.37:5060>;tag=87a5a8-25020d0a
To: <sip:224.0.1.75:5060>
Call-ID: 8884c8-25020d0a-13c4-50029
CSeq: 1 SUBSCRIBE
Via: SIP/2.0/UDP 10.13.2.37:5060;rport;branch=z9hG4bK-386d4398
Expires: 0
Event: ua-profile;profile-type="application";model="420HD";version="1.2.1_build_6"
Accept: application/url
Contact: <sip:00000001@10.13.2.37:5060>
User-Agent: AUDC-IPPhone/1.2.1_build_6
"""
# Planet VIP-1120PT manual (Fanvil's firmware)
FANVIL = """
SUBSCRIBE sip:224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP 192.168.1.169:5060
From: <sip:MAC=0c383e0a0b0c@192.168.1.169>
To: <sip:MAC=0c383e0a0b0c@192.168.1.169>
Call-ID: 176851610432700@192.168.1.14
CSeq: 1 SUBSCRIBE
Event: ua-profile;profile-type="device";vendor="Fanvil";model="VOIP PHONE";version="2.0.3.2991"
"""


@pytest.mark.parametrize(
    ("trace", "mac", "model"),
    [
        (SNOM, "00135e874b49", ""),
        (DECT, "000413600001", "snomM700"),
        (AUDIOCODES, "", "420HD"),
        (FANVIL, "0c383e0a0b0c", ""),
        (SNOM.replace("MAC%3a00135E874B49", "000413ABCDEF"), "000413abcdef", ""),
        (SNOM.replace("MAC%3a00135E874B49", "390612345678"), "", ""),
    ],
)
def test_makers_say_who_they_are_in_different_places(trace: str, mac: str, model: str) -> None:
    asked = read(trace)
    assert asked is not None
    assert (asked.mac, asked.model) == (mac, model)


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("application/url", "application/url"),
        ("", "application/url"),
        ("application/x-gs-ucm-url", "application/x-gs-ucm-url"),
        ("text/plain, application/url;q=0.5", "application/url"),
        ("*/*", "application/url"),
        ("nonsense", "application/url"),
    ],
)
def test_the_answer_has_the_form_that_was_asked_for(accept: str, answered: str) -> None:
    request = parse(snom("00041326a1b2", "192.0.2.7", 5060, accept=accept))
    assert isinstance(request, Request)
    asked = subscribe.read(request)
    assert asked is not None
    assert asked.content_type == answered


@pytest.mark.parametrize("event", ["Event: presence", "Event: ua-profiles", "X-Event: ua-profile"])
def test_other_subscriptions_are_not_for_us(event: str) -> None:
    lines = [event if line.startswith("Event") else line for line in SNOM.splitlines()]
    assert read("\n".join(lines)) is None


@pytest.mark.parametrize(
    ("contact", "target", "where"),
    [
        ("<sip:192.0.2.7:5062>", "sip:192.0.2.7:5062", ("192.0.2.7", 5062)),
        ("<sip:201@192.0.2.7>", "sip:201@192.0.2.7", ("192.0.2.7", 5060)),
        ("<sip:198.51.100.1:53>", "sip:192.0.2.7:5099", ("192.0.2.7", 5099)),
        ("<sip:192.0.2.7:5062;transport=tcp>", "sip:192.0.2.7:5099", ("192.0.2.7", 5099)),
        ("garbage", "sip:192.0.2.7:5099", ("192.0.2.7", 5099)),
        ("", "sip:192.0.2.7:5099", ("192.0.2.7", 5099)),
    ],
)
def test_the_notify_goes_to_who_asked_and_nowhere_else(contact: str, target: str, where: tuple[str, int]) -> None:
    request = Request("SUBSCRIBE", "sip:x@y", (("Contact", contact),))
    assert subscribe.destination(request, ("192.0.2.7", 5099)) == (target, where)
