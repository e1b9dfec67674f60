"""Hardware addresses: every common spelling is read, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.domain.mac import format_mac, parse_mac

HEX = "0123456789abcdef"
MACS = (
    st.tuples(st.sampled_from(HEX), st.sampled_from("02468ace"), st.text(HEX, min_size=10, max_size=10))
    .map("".join)
    .filter(lambda mac: mac != "0" * 12)
)


@pytest.mark.parametrize(
    "typed",
    [
        "0004f2aabbcc",
        "0004F2AABBCC",
        "00:04:f2:aa:bb:cc",
        "00:04:F2:AA:BB:CC",
        "00-04-F2-AA-BB-CC",
        "0004.f2aa.bbcc",
        "0004:f2aa:bbcc",
        "0004f2-aabbcc",
        "00 04 F2 AA BB CC",
        "00_04_f2_aa_bb_cc",
        "  00:04:f2:aa:bb:cc\n",
        "00.04-f2:aa bb_cc",
    ],
)
def test_every_common_spelling_is_read(typed: str) -> None:
    assert parse_mac(typed) == "0004f2aabbcc"


@given(MACS)
def test_what_is_shown_is_read_again(mac: str) -> None:
    assert parse_mac(format_mac(mac)) == mac
    assert parse_mac(mac.upper()) == mac


@given(MACS)
def test_an_address_is_shown_as_its_label_has_it(mac: str) -> None:
    parts = format_mac(mac).split(":")
    assert [len(part) for part in parts] == [2] * 6
    assert "".join(parts) == mac.upper()


@given(MACS, st.lists(st.tuples(st.integers(0, 11), st.sampled_from(" :.-_")), max_size=12))
def test_separators_may_stand_anywhere(mac: str, separators: list[tuple[int, str]]) -> None:
    letters = list(mac)
    for place, separator in separators:
        letters[place] += separator
    assert parse_mac("".join(letters)) == mac


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "0004f2aabbc",
        "0004f2aabbccd",
        "0:4:f2:aa:bb:cc",
        "00:04:f2:aa:bb:cg",
        "0x04f2aabbcc",
        "00:04:f2:aa:bb:cc.cfg",
        "00:04:f2:aa:bb:cc/../x",
        "00:04:f2:aa:bb:cc\0",
        "0004f2aabb٠١",
        "0004f2aabbｃｃ",
        "2001:db8::1",
    ],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="12 hexadecimal digits"):
        parse_mac(typed)


@pytest.mark.parametrize("typed", ["00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF"])
def test_the_zero_and_the_broadcast_address_belong_to_no_phone(typed: str) -> None:
    with pytest.raises(ValueError, match="belongs to no device"):
        parse_mac(typed)


@given(MACS)
def test_a_group_address_is_refused(mac: str) -> None:
    group = f"{int(mac, 16) | 1 << 40:012x}"
    with pytest.raises(ValueError, match=r"group address|belongs to no device"):
        parse_mac(group)


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_an_address_or_a_value_error(typed: str) -> None:
    try:
        mac = parse_mac(typed)
    except ValueError:
        return
    assert len(mac) == 12
    assert set(mac) <= set(HEX)
