"""What people type as numbers and texts: read as meant, or refused with a sentence."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.domain.numbers import (
    dialable,
    dtmf_digits,
    extension,
    host_and_port,
    plain_text,
    web_address,
)

CONTROLS = [*map(chr, range(32)), "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029"]
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("0123456789*#+@.:[]/%- \n\0")), max_size=60)
READERS: list[Callable[[str], str]] = [
    dialable,
    dtmf_digits,
    extension,
    web_address,
    host_and_port,
    lambda text: plain_text(text, 40),
]
NAMES = ["dialable", "dtmf", "extension", "web-address", "host-and-port", "plain-text"]


@pytest.mark.parametrize("read", READERS, ids=NAMES)
@given(typed=HOSTILE)
def test_whatever_is_typed_is_read_once_and_for_all_or_refused(read: Callable[[str], str], typed: str) -> None:
    try:
        value = read(typed)
    except ValueError as problem:
        assert str(problem)
        return
    assert read(value) == value
    assert not any(control in value for control in CONTROLS)
    value.encode()


@pytest.mark.parametrize("read", READERS, ids=NAMES)
@pytest.mark.parametrize("control", CONTROLS, ids=[f"{ord(control):04x}" for control in CONTROLS])
def test_a_control_character_inside_is_refused(read: Callable[[str], str], control: str) -> None:
    for text in (f"20{control}1", f"http://a.example/{control}x", f"pbx{control}.example.com"):
        with pytest.raises(ValueError, match=r"."):
            read(text)


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("201", "201"),
        (" 201 ", "201"),
        ("*98", "*98"),
        ("**201", "**201"),
        ("#31#", "#31#"),
        ("+39 02 123-456", "+3902123456"),
        ("+39 (02) 123.456", "+3902123456"),
        ("02/123456", "02123456"),
        ("+39\u00a002\u2011123", "+3902123"),
        ("+39\u202f02\u2013123", "+3902123"),
        ("1" * 32, "1" * 32),
        ("mario", "mario"),
        ("mario.rossi", "mario.rossi"),
        ("201@pbx.example.com", "201@pbx.example.com"),
        ("sip:201@192.0.2.10", "201@192.0.2.10"),
        ("sip:201", "201"),
        ("201@[2001:db8::1]", "201@[2001:db8::1]"),
    ],
)
def test_a_number_loses_its_punctuation_and_nothing_else(typed: str, dialled: str) -> None:
    assert dialable(typed) == dialled


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "+",
        "++39",
        "39+02",
        "1" * 33,
        "+" + "1" * 33,
        "two words",
        "201;phone-context=x",
        "201@",
        "@host",
        "201@host@host",
        "201@[::1",
        "201@::1]",
        "201@host:5060",
        "201@fe80::1%eth0",
        "sip:sip:201",
        "<201>",
        '201"',
        "٢٠١",
        "２０１",
        "\u202a+3902123\u202c",
        "a" * 65,
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_what_no_phone_can_dial_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="a number holds digits"):
        dialable(typed)


@given(st.from_regex(r"\+?[0-9*#]{1,32}", fullmatch=True), st.data())
def test_punctuation_anywhere_changes_no_number(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number)))
    blank = data.draw(st.sampled_from([" ", "-", "(", ")", ".", "/", "\u00a0", "\u2013"]))
    assert dialable(number[:place] + blank + number[place:]) == number


@pytest.mark.parametrize(
    ("typed", "tones"), [("1", "1"), ("12p3", "12,3"), ("a b C d", "ABCD"), ("*#,", "*#,"), ("1" * 32, "1" * 32)]
)
def test_tones_are_read_in_capitals_with_a_comma_for_a_pause(typed: str, tones: str) -> None:
    assert dtmf_digits(typed) == tones


@pytest.mark.parametrize("typed", ["", "E", "1-2", "1" * 33, "٣", "ß", "+1", "1;2"])
def test_what_is_no_tone_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="a tone sequence holds"):
        dtmf_digits(typed)


@pytest.mark.parametrize("typed", ["201", " 201", "*1", "#9", "0" * 16])
def test_an_extension_holds_digits_star_and_hash(typed: str) -> None:
    assert extension(typed) == typed.strip()


@pytest.mark.parametrize("typed", ["", "2 1", "+39", "a1", "0" * 17, "٢٠١", "20\n1", "201@x"])
def test_anything_else_is_no_extension(typed: str) -> None:
    with pytest.raises(ValueError, match="an extension holds"):
        extension(typed)


@pytest.mark.parametrize(
    "text",
    [
        "Front desk",
        "Ștefan Țurcanu",
        "Müller & Söhne <GmbH>",
        "שלום",
        "مرحبا",
        "日本語",
        "😀",
        "👩\u200d👩\u200d👧",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "❤\ufe0f",
        "נועה\u200f (201)",
        "\u200e+39\u200e",
        'quote " and \\ and %',
    ],
)
def test_a_name_in_any_script_is_kept(text: str) -> None:
    assert plain_text(text, 40) == text


@pytest.mark.parametrize("letter", [*"\u202a\u202b\u202d\u202e\u2066\u2067\u2068\ufeff", "\ud800", "\ufffe", "\ue000"])
def test_what_turns_text_around_or_stands_for_nothing_is_refused(letter: str) -> None:
    with pytest.raises(ValueError, match="cannot be shown"):
        plain_text(f"Mario {letter} Rossi", 40)


def test_a_text_is_composed() -> None:
    assert plain_text("Jose\u0301", 40) == "José"
    assert plain_text("e\u0301" * 40, 40) == "é" * 40


def test_a_text_is_trimmed_before_it_is_measured() -> None:
    assert plain_text("  \n Mario \u00a0", 5) == "Mario"
    with pytest.raises(ValueError, match="at most 5 characters"):
        plain_text("Marios", 5)
    assert plain_text("   ", 5) == ""


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=40))
def test_visible_text_only_changes_by_composition(text: str) -> None:
    assert plain_text(text, 200) == unicodedata.normalize("NFC", text)
