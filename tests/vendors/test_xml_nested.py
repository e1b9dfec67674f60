"""The writer of elements within elements: nothing that stands in a value becomes an element."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from provserver.vendors.formats.xml_nested import cannot_carry, document, node


def test_elements_stand_one_a_line_and_inside_each_other() -> None:
    inner = [node("b", {"x": "1"}), node("b", {"x": "2"}, [node("c", {})])]
    body = document(node("a", {}, inner), "who")
    assert body.decode().splitlines()[1:] == [
        "<!-- who -->",
        "<a>",
        '  <b x="1"/>',
        '  <b x="2">',
        "    <c/>",
        "  </b>",
        "</a>",
    ]


@given(st.text(max_size=30))
def test_a_value_arrives_as_it_was_however_deep(value: str) -> None:
    if cannot_carry(value):
        with pytest.raises(ValueError, match="XML"):
            node("a", {"x": value})
        return
    root = etree.fromstring(document(node("a", {}, [node("b", {}, [node("c", {"x": value})])]), value))
    assert [element.get("x") for element in root.iter("c")] == [value]
    assert len(list(root.iter(etree.Element))) == 3
