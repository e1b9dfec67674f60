"""The Range header: what of a file it asks for, and what of it counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.domain.ranges import MOST_RANGES, Span, read_ranges


@pytest.mark.parametrize(
    ("header", "spans"),
    [
        ("bytes=0-0", [(0, 0)]),
        ("bytes=10-19", [(10, 19)]),
        ("bytes=90-", [(90, 99)]),
        ("bytes=90-5000", [(90, 99)]),
        ("bytes=-1", [(99, 99)]),
        ("bytes=-500", [(0, 99)]),
        ("BYTES = 1-2", None),
        ("Bytes=1-2", [(1, 2)]),
        ("bytes=0-1, 4-5 ,,-1", [(0, 1), (4, 5), (99, 99)]),
        ("bytes=5-6,200-300", [(5, 6)]),
        ("bytes=100-", []),
        ("bytes=-0", []),
        ("bytes=100-200,-0", []),
        ("", None),
        ("bytes", None),
        ("bytes=", None),
        ("bytes=,", None),
        ("bytes=a-b", None),
        ("bytes=5-4", None),
        ("bytes=1-2,x", None),
        ("bytes=-", None),
        ("bytes=--1", None),
        ("items=0-1", None),
        ("bytes=0-99,0-99", None),
        ("bytes=" + ",".join(["0-0"] * (MOST_RANGES + 1)), None),
        ("bytes=" + "9" * 30 + "-", None),
        ("bytes=٣-٤", None),
    ],
)
def test_a_header_is_read(header: str, spans: list[tuple[int, int]] | None) -> None:
    expected = None if spans is None else tuple(Span(*span) for span in spans)
    assert read_ranges(header, 100) == expected


@given(
    header=st.text(max_size=60) | st.from_regex(r"bytes=[0-9,\- ]{0,30}", fullmatch=True), size=st.integers(1, 10**6)
)
def test_whatever_is_asked_lies_in_the_file_and_is_no_more_than_it(header: str, size: int) -> None:
    spans = read_ranges(header, size)
    assert spans is None or all(0 <= span.first <= span.last < size for span in spans)
    assert spans is None or sum(span.size for span in spans) <= size


@given(first=st.integers(0, 999), length=st.integers(1, 1000))
def test_first_and_last_are_both_counted_in(first: int, length: int) -> None:
    (span,) = read_ranges(f"bytes={first}-{first + length - 1}", 1000) or ()
    assert span == Span(first, min(first + length - 1, 999)) and span.size == min(length, 1000 - first)
