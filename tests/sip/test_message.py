"""SIP messages and addresses: what is read is what was written, and nothing else gets in."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.sip.message import Message, Request, Response, SipUri, build, framed_length, parse, via_parameter

TOKENS = st.text(string.ascii_letters + string.digits + "-.!%*_+`'~", min_size=1, max_size=20)
PRINTABLE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
VALUES = st.text(PRINTABLE, max_size=60).map(lambda text: text.strip(" "))
NAMES = TOKENS.filter(lambda name: name.lower() not in ("l", "content-length"))
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=12).map(tuple)
URIS = st.text(PRINTABLE, min_size=1, max_size=60).map(lambda text: text.replace(" ", "_"))
REQUESTS = st.builds(Request, TOKENS, URIS, HEADERS, st.binary(max_size=200))
RESPONSES = st.builds(
    Response, st.integers(100, 699), st.text(PRINTABLE, max_size=40), HEADERS, st.binary(max_size=200)
)
MESSAGES = REQUESTS | RESPONSES
ANSWER = b"SIP/2.0 200 OK\r\nv: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nCSeq: 1 NOTIFY\r\n\r\n"


@given(MESSAGES)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert parse(build(message)) == message


@given(MESSAGES, st.binary(max_size=50))
def test_a_stream_is_cut_where_the_message_ends(message: Message, following: bytes) -> None:
    written = build(message)
    assert framed_length(written + following) == len(written)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: ANSWER[:-2] + tail))
def test_arbitrary_bytes_raise_nothing_but_value_error(data: bytes) -> None:
    for read in (parse, framed_length):
        try:
            read(data)
        except ValueError as error:
            assert str(error)


@given(st.text(max_size=40))
def test_an_address_is_refused_with_a_sentence_or_written_as_it_was_read(text: str) -> None:
    try:
        uri = SipUri.parse("sip:" + text)
    except ValueError as error:
        assert str(error)
    else:
        assert SipUri.parse(str(uri)) == uri
        assert not set(str(uri)) & set('\r\n\0 <>"')


@pytest.mark.parametrize("character", ["\r", "\n", "\0", "\x1b", "\x7f", "\x85", "\u2028"])
@pytest.mark.parametrize(
    "make",
    [
        lambda text: Request(text, "sip:a@b", ()),
        lambda text: Request("NOTIFY", text, ()),
        lambda text: Request("NOTIFY", "sip:a@b", ((text, "value"),)),
        lambda text: Request("NOTIFY", "sip:a@b", (("Event", text),)),
        lambda text: Response(200, text, ()),
        lambda text: Response(200, "OK", (("To", text),)),
    ],
)
def test_no_control_character_enters_a_message(make, character: str) -> None:
    with pytest.raises(ValueError):
        build(make(f"check{character}Injected: yes"))


@pytest.mark.parametrize(
    "message",
    [
        Request("NOTIFY", "sip:a@b SIP/2.0", ()),
        Request("NOTIFY", "", ()),
        Request("NOT IFY", "sip:a@b", ()),
        Request("NOTIFY", "sip:a@b", (("Content-Length", "5"),)),
        Request("NOTIFY", "sip:a@b", (("l", "5"),)),
        Request("NOTIFY", "sip:a@b", (("Event", "\ud800"),)),
        Response(99, "Too small", ()),
    ],
)
def test_what_is_not_sip_is_not_written(message: Message) -> None:
    with pytest.raises(ValueError):
        build(message)


def test_headers_are_found_by_long_and_compact_names_in_any_case() -> None:
    message = Response(200, "OK", (("v", "first"), ("VIA", "second"), ("i", "42"), ("X-Other", "x")))
    assert message.all_headers("via") == ["first", "second"]
    assert message.header("Call-ID") == message.header("i") == "42"
    assert message.header("x-other") == "x"
    assert message.header("Contact") is None


def test_folded_headers_and_tabs_become_spaces() -> None:
    message = parse(b"SIP/2.0 200 OK\r\nTo: <sip:a@b>\r\n\t;tag=1\r\nSubject:\tx\ty \r\n\r\n")
    assert message.header("To") == "<sip:a@b> ;tag=1"
    assert message.header("Subject") == "x y"


def test_a_latin_1_name_does_not_cost_the_answer() -> None:
    message = parse(b"SIP/2.0 200 OK\r\nTo: Jos\xe9 <sip:a@b>\r\n\r\n")
    assert isinstance(message, Response)
    assert message.status == 200


def test_bytes_after_the_content_length_are_not_the_body() -> None:
    assert parse(b"SIP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nabcd").body == b"ab"
    assert parse(b"SIP/2.0 200 OK\r\n\r\nabcd").body == b"abcd"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"SIP/2.0 200 OK\r\n", "no empty line"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "neither a SIP request nor a SIP response"),
        (b"SIP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nabc", "shorter than its Content-Length"),
        (b"SIP/2.0 200 OK\r\nContent-Length: 1\r\nl: 2\r\n\r\nab", "two different Content-Lengths"),
        (b"SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\n", "not a number"),
        (b"SIP/2.0 200 OK\r\nNo colon\r\n\r\n", "no colon"),
        (b"SIP/2.0 200 OK\r\nA: b\nInjected: c\r\n\r\n", "Control characters"),
        (b"SIP/2.0 200 OK\r\n" + b"A: b\r\n" * 101 + b"\r\n", "at most 100 headers"),
        (b"SIP/2.0 200 OK\r\nA: " + b"b" * 8190 + b"\r\n\r\n", "at most 8192 bytes"),
        (b"SIP/2.0 200 OK\r\n\r\n" + b"b" * 65_536, "at most 65536 bytes"),
    ],
)
def test_a_broken_message_is_refused_with_its_reason(data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse(data)


def test_a_stream_waits_for_its_headers_but_not_for_ever() -> None:
    assert framed_length(b"SIP/2.0 200 OK\r\nVia: x\r\n") is None
    with pytest.raises(ValueError, match="never end"):
        framed_length(b"x" * 65_537)
    with pytest.raises(ValueError, match="at most 65536 bytes"):
        framed_length(b"SIP/2.0 200 OK\r\nContent-Length: 65536\r\n\r\n")


def test_a_message_too_long_is_not_written() -> None:
    with pytest.raises(ValueError, match="at most 65536 bytes"):
        build(Request("NOTIFY", "sip:a@b", (), b"x" * 65_536))


def test_the_parameters_of_the_first_hop_are_read() -> None:
    via = "SIP/2.0/UDP [2001:db8::1]:5060 ; rport; Branch = z9hG4bK1 , SIP/2.0/UDP other;branch=second;ttl=1"
    assert via_parameter(via, "branch") == "z9hG4bK1"
    assert via_parameter(via, "rport") == ""
    assert via_parameter(via, "ttl") is None


def test_an_address_is_read_in_its_parts() -> None:
    uri = SipUri.parse("sip:201@192.0.2.10:5062;transport=TCP;lr")
    assert uri == SipUri("192.0.2.10", "201", 5062, (("transport", "TCP"), ("lr", None)))
    assert uri.transport == "tcp"
    assert uri.destination_port == 5062


@pytest.mark.parametrize(
    ("text", "transport", "port"),
    [
        ("sip:phone.example.org", "udp", 5060),
        ("SIP:*97@phone", "udp", 5060),
        ("sips:201@phone", "tls", 5061),
        ("sip:201@phone;transport=tls", "tls", 5061),
        ("sip:201@[2001:db8::1]", "udp", 5060),
        ("sip:201@[2001:db8::1]:5070;transport=tcp", "tcp", 5070),
        ("sip:+40721;phone-context=example.org@gateway", "udp", 5060),
    ],
)
def test_the_transport_and_port_follow_from_the_address(text: str, transport: str, port: int) -> None:
    uri = SipUri.parse(text)
    assert (uri.transport, uri.destination_port) == (transport, port)
    assert str(uri).lower() == text.lower()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("201", "looks like"),
        ("tel:201", "starts with sip:"),
        ("sip:", "neither a host name nor an IP address"),
        ("sip:@phone", "user part"),
        ("sip:2 01@phone", "user part"),
        ("sip:201%zz@phone", "user part"),
        ("sip:201:secret@phone", "password"),
        ("sip:201@phone:99999", "between 1 and 65535"),
        ("sip:201@phone:", "between 1 and 65535"),
        ("sip:201@phone:sip", "between 1 and 65535"),
        ("sip:201@2001:db8::1", "in brackets"),
        ("sip:201@[2001:db8::1", "in brackets"),
        ("sip:201@[phone]", "in brackets"),
        ("sip:201@[2001:db8::zz]", "not an IPv6 address"),
        ("sip:201@[fe80::1%eth0]", "zone"),
        ("sip:201@phone?Subject=x", "Headers"),
        ("sip:201@phone;", "parameter name"),
        ("sip:201@phone;a=<b>", "value of the parameter"),
        ("sip:201@phone\r\nX", "neither a host name"),
        ("sip:" + "a" * 64 + ".example.org", "neither a host name"),
        ("sip:" + "a" * 1100, "at most 1024 characters"),
    ],
)
def test_a_wrong_address_is_refused_with_its_reason(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        SipUri.parse(text)
