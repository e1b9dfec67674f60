"""Hosts, ports and web addresses: read as meant, and never more than they seem."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provserver.domain.numbers import (
    host_and_port,
    is_host,
    split_port,
    web_address,
)

HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("0123456789*#+@.:[]/%- \n\0")), max_size=60)


@pytest.mark.parametrize(
    "typed",
    [
        "http://a",
        "https://pbx.example.com/x?a=1&b=2#c",
        "http://192.0.2.1:8080/",
        "http://[2001:db8::1]/",
        "http://[2001:db8::1]:8080/x",
        "http://a/%20%22",
        "http://a/città",
        "http://a/" + "x" * 246,
    ],
)
def test_a_web_address_is_kept_as_typed(typed: str) -> None:
    assert web_address(f" {typed} ") == typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a.example",
        "ftp://a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//a",
        "http://",
        "http:///x",
        "http://a b/",
        'http://a/"',
        "http://a/<x>",
        "http://a:99999/",
        "http://a:x/",
        "http://a..b/",
        "http://-a/",
        "http://user@a/",
        "http://user:password@a/",
        "http://@a/",
        "http://:@a/",
        "http://[::1]x/",
        "http://[::1/",
        "http://::1]/",
        "http://[fe80::1%25eth0]/",
        "http://a\\@b/",
        "http://a/\ud800",
        "http://a/\u202e",
        "http://a/\ufeff",
        "http://a/" + "x" * 247,
    ],
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="address"):
        web_address(typed)


@given(HOSTILE.map(lambda rest: "http://" + rest))
@example("http://[::1]:80:90/")
@example("http://[v1.x]/")
def test_a_web_address_never_hides_another_host_or_a_password(typed: str) -> None:
    try:
        parts = urlsplit(web_address(typed))
    except ValueError:
        return
    assert is_host(parts.hostname or "")
    assert parts.username is None
    assert parts.password is None


@pytest.mark.parametrize(
    "name",
    ["a", "pbx", "pbx.example.com", "pbx.example.com.", "_sip._udp", "a-b", "192.0.2.1", "::1", "[::1]", "A" * 63],
)
def test_names_and_addresses_are_hosts(name: str) -> None:
    assert is_host(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a..",
        ".a",
        "a..b",
        "-a",
        "a-",
        "a b",
        "a/b",
        "a:5060",
        "[::1",
        "::1]",
        "[[::1]]",
        "[::1]:5060",
        "[a]",
        "[192.0.2.1]",
        ":::",
        "fe80::1%eth0",
        "pbx.exämple",
        "a\n",
        "a\0",
        "A" * 64,
        "a." * 127,
        "$(id)",
    ],
)
def test_anything_else_is_no_host(name: str) -> None:
    assert not is_host(name)


@pytest.mark.parametrize(
    "typed",
    ["pbx.example.com", "pbx:5061", "192.0.2.1:1", "192.0.2.1:65535", "[::1]:5060", "[::1]", "::1", "2001:db8::5060"],
)
def test_a_host_and_a_port_are_kept_as_typed(typed: str) -> None:
    assert host_and_port(f" {typed}\n") == typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ":5060",
        "pbx:",
        "pbx:0",
        "pbx:65536",
        "pbx:99999",
        "pbx:123456",
        "pbx:-1",
        "pbx:٣",
        "pbx:5060:5061",
        "sip:pbx",
        "pbx;transport=tcp",
        "[::1",
        "[::1]junk",
        "[::1]:",
        "[::1]:x",
        "[::1]:123456",
        "[::1]\nfoo = bar",
        "[pbx]:5060",
        "a b:5060",
    ],
)
def test_what_is_neither_host_nor_port_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"neither a host name|a port lies"):
        host_and_port(typed)


@pytest.mark.parametrize(
    ("typed", "host", "port"),
    [
        ("pbx", "pbx", None),
        ("pbx:5060", "pbx", 5060),
        ("192.0.2.1:5060", "192.0.2.1", 5060),
        ("::1", "::1", None),
        ("[::1]", "::1", None),
        ("[::1]:5060", "::1", 5060),
        ("[::ffff:192.0.2.1]:5060", "::ffff:192.0.2.1", 5060),
        ("", "", None),
        (":80", "", 80),
    ],
)
def test_a_port_is_split_off(typed: str, host: str, port: int | None) -> None:
    assert split_port(typed) == (host, port)


@given(st.sampled_from(["pbx.example.com", "192.0.2.1", "[2001:db8::1]"]), st.integers(1, 65535))
def test_host_and_port_are_split_as_they_were_joined(host: str, port: int) -> None:
    typed = host_and_port(f"{host}:{port}")
    assert split_port(typed) == (host.strip("[]"), port)


@given(HOSTILE)
def test_whatever_is_accepted_splits_into_a_host_and_a_port(typed: str) -> None:
    try:
        host, port = split_port(host_and_port(typed))
    except ValueError:
        return
    assert is_host(host)
    assert port is None or 1 <= port <= 65535
