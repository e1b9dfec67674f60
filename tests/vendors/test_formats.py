"""The writers: whatever they are given, a reader of another hand finds the same parameters and no other."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from provserver.vendors.formats import colon_text, flat_text, quoted_text, xml_attributes

HOSTILE = ['"', "'", "<", ">", "&", "--", "-", "-->", "<!--", "]]>", "&#10;", "&amp;", "\n", "\r", "\t", "\0", "#", "="]
HOSTILE += [
    "%NULL%",
    "%null%",
    "\u2028",
    "\x85",
    "\x7f",
    "\ufffe",
    "\ud800",
    "😀",
    "שלום",
    "\u202e",
    "a",
    " ",
    "/>",
    "?>",
]
TEXTS = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join))
PARAMETERS = st.dictionaries(st.from_regex(r"[a-z]{1,8}(\.[a-z0-9]{1,8}){0,3}", fullmatch=True), TEXTS, max_size=8)
QUICK = settings(deadline=None)


def read_flat(body: bytes) -> dict[str, str]:
    """Read lines as a phone does: by the line end, the first ``=``, and ``#`` for comments."""
    found: dict[str, str] = {}
    for line in body.decode("utf-8").split("\n")[1:]:
        if line and not line.startswith("#"):
            name, _, value = line.partition(" = ")
            assert name not in found
            found[name] = value
    return found


@QUICK
@given(PARAMETERS, TEXTS)
def test_flat_text_gives_back_every_value_or_refuses_it(parameters: dict[str, str], comment: str) -> None:
    carried = {name: value for name, value in parameters.items() if flat_text.cannot_carry(value) is None}
    body = flat_text.write(carried.items(), "#!version:1.0.0.1", comment)
    assert read_flat(body) == carried
    assert body.split(b"\n")[0] == b"#!version:1.0.0.1"
    assert len(body.decode().splitlines()) == 2 + len(carried), "no letter breaks a line, not even for Python"
    for name in set(parameters) - set(carried):
        with pytest.raises(ValueError, match=f"^{re.escape(name)}: "):
            flat_text.write([(name, parameters[name])], "", "")


@pytest.mark.parametrize("letter", [*map(chr, range(32)), "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029", "\ud800"])
def test_flat_text_refuses_what_ends_a_line_or_is_no_letter(letter: str) -> None:
    assert flat_text.cannot_carry(f"a{letter}b")
    assert b"\na" not in flat_text.write((), "", f"a{letter}a")


@pytest.mark.parametrize("value", ["%NULL%", "%null%", "x%Null%y"])
def test_flat_text_refuses_the_word_for_the_factory_value(value: str) -> None:
    assert "factory value" in (flat_text.cannot_carry(value) or "")


@pytest.mark.parametrize("value", ["", "100%", "a # b", "a = b", '"', "\\n", "NULL", "é😀 שלום", "👩\u200d👧"])
def test_flat_text_carries_the_rest(value: str) -> None:
    assert flat_text.cannot_carry(value) is None
    assert read_flat(flat_text.write([("a.b", value)], "", "")) == {"a.b": value}


def test_flat_text_is_written_as_a_technician_reads_it() -> None:
    body = flat_text.write([("account.1.enable", "1"), ("empty", "")], "#!version:1.0.0.1", "Yealink T46U")
    assert body == b"#!version:1.0.0.1\n# Yealink T46U\naccount.1.enable = 1\nempty = \n"


@QUICK
@given(st.dictionaries(st.sampled_from(["reg", "lineKey", "dir"]), PARAMETERS), TEXTS)
@example({}, "a--->b")
@example({}, "x---><evil/>")
@example({}, "-")
@example({}, "--")
def test_xml_gives_back_every_value_or_refuses_it(groups: dict[str, dict[str, str]], comment: str) -> None:
    carried = {
        element: {name: value for name, value in items.items() if xml_attributes.cannot_carry(value) is None}
        for element, items in groups.items()
    }
    body = xml_attributes.write("ROOT", {e: items.items() for e, items in carried.items()}, comment)
    root = ElementTree.fromstring(body)  # noqa: S314  we wrote it
    assert root.tag == "ROOT"
    assert not root.attrib
    assert {child.tag: dict(child.attrib) for child in root} == {e: items for e, items in carried.items() if items}
    assert all(len(child) == 0 and not (child.text or "").strip() for child in root)
    again = etree.fromstring(body)
    comments = again.xpath("/comment() | //comment()")
    assert len(comments) == 1, "a second parser of another hand sees one comment, too"
    assert {child.tag: dict(child.attrib) for child in again} == {child.tag: child.attrib for child in root}


@QUICK
@given(TEXTS)
def test_an_attribute_is_quoted_for_good(value: str) -> None:
    if xml_attributes.cannot_carry(value):
        with pytest.raises(ValueError, match="control characters"):
            xml_attributes.attribute(value)
        return
    element = f'<a first={xml_attributes.attribute(value)} second="2"/>'
    for parse in (ElementTree.fromstring, etree.fromstring):
        assert dict(parse(element.encode()).attrib) == {"first": value, "second": "2"}


@pytest.mark.parametrize(
    "value", ["\0", "\x08", "\x0b", "\x0c", "\x0e", "\x1f", "\x7f", "\ufffe", "\uffff", "\ud800", "\udfff"]
)
def test_xml_refuses_what_it_cannot_carry(value: str) -> None:
    assert xml_attributes.cannot_carry(f"a{value}")
    with pytest.raises(ValueError, match="control characters"):
        xml_attributes.write("ROOT", {"a": [("b", value)]}, "")


def test_line_ends_and_tabs_outlive_the_reading_of_attributes() -> None:
    body = xml_attributes.write("ROOT", {"a": [("b", "1\n2\r3\t4")]}, "")
    assert b"1&#10;2&#13;3&#9;4" in body
    assert ElementTree.fromstring(body)[0].get("b") == "1\n2\r3\t4"  # noqa: S314  we wrote it


def test_xml_is_written_as_a_technician_reads_it() -> None:
    body = xml_attributes.write("PHONE_CONFIG", {"reg": [("a", "1"), ("b", "<")], "none": []}, "VVX 301")
    assert body.decode() == (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        "<!-- VVX 301 -->\n"
        "<PHONE_CONFIG>\n"
        "  <reg\n"
        '    a="1"\n'
        '    b="&lt;"/>\n'
        "</PHONE_CONFIG>\n"
    )


@QUICK
@given(PARAMETERS, TEXTS)
def test_colon_text_gives_back_every_value_or_refuses_it(parameters: dict[str, str], comment: str) -> None:
    carried = {name: value for name, value in parameters.items() if colon_text.cannot_carry(value) is None}
    body = colon_text.write(carried.items(), comment, "^")
    found: dict[str, str] = {}
    for line in body.decode("utf-8").split("\n")[1:-1]:
        name, _, value = line.removeprefix("^").partition(":")
        value = value.removeprefix(" ")
        assert value.startswith('"') == value.endswith('"')
        assert value.startswith('"') or "#" not in value
        found[name] = value.strip('"')
    assert found == carried
    for name in set(parameters) - set(carried):
        with pytest.raises(ValueError, match=f"^{re.escape(name)}: "):
            colon_text.write([(name, parameters[name])], "")


def test_colon_text_is_written_as_a_technician_reads_it() -> None:
    items = [("a b", "1"), ("empty", ""), ("plan", "x+#|xx+*"), ("blank", " x"), ("url", "http://h/?a=1&b=2")]
    body = colon_text.write(items, "Mitel 6867i")
    assert body == b'# Mitel 6867i\na b: 1\nempty:\nplan: "x+#|xx+*"\nblank: " x"\nurl: http://h/?a=1&b=2\n'


@QUICK
@given(PARAMETERS, TEXTS)
def test_quoted_text_gives_back_every_value_or_refuses_it(parameters: dict[str, str], comment: str) -> None:
    carried = {name: value for name, value in parameters.items() if quoted_text.cannot_carry(value) is None}
    body = quoted_text.write([(comment, carried.items())], "# First #")
    lines = body.decode("utf-8").split("\r\n")
    assert lines[0] == "# First #"
    assert lines[1].startswith("# ")
    assert lines[-2:] == ["", ""]
    assert dict(line.removesuffix('"').split('="', 1) for line in lines[2:-2]) == carried
    for name in set(parameters) - set(carried):
        with pytest.raises(ValueError, match=f"^{re.escape(name)}: "):
            quoted_text.write([("", [(name, parameters[name])])], "")
