"""Random JSON thrown at the calls that take any: always an answer below 500, and never half a save."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provserver.domain.slots import KeyKind
from provserver.domain.vocabulary import SETTINGS
from tests.api.conftest import YEALINK, Program

TEXTS = st.text(max_size=80) | st.sampled_from(
    [
        "204",
        "*98",
        "fe80::1%x\ny",
        "a" * 64 + "@" + ".".join(["b" * 60] * 4),
        "sip:" + "1" * 64,
        "\ud800",
        "\0",
        " ",
        "\u202e",
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
SLOTS = st.sampled_from(["1", "3", "27", "999", "s1.1", "s3.60", "s9.1", "0", "x"]) | TEXTS
KEYS = st.fixed_dictionaries(
    {"kind": st.sampled_from([kind.value for kind in KeyKind]) | JSON},
    optional={
        "target": TEXTS | JSON,
        "label": TEXTS | JSON,
        "line": st.integers(-1, 20) | JSON,
        "use_name_as_label": st.booleans() | JSON,
        "locked": st.booleans() | JSON,
    },
)
NAMES = st.sampled_from(
    [
        "extension",
        "name",
        "display_name",
        "department",
        "username",
        "password",
        "domain",
        "transport",
        "stun",
        "outbound_proxy",
    ]
)
NUMBERS = st.integers(300, 399).map(str)
BODIES = {
    ("PATCH", f"/devices/{YEALINK}/keys"): st.dictionaries(SLOTS, KEYS | JSON, max_size=4),
    ("PATCH", f"/devices/{YEALINK}/settings"): st.dictionaries(
        st.sampled_from([*SETTINGS, "overrides", "unset"]) | TEXTS, JSON, max_size=4
    )
    | st.fixed_dictionaries(
        {"overrides": st.dictionaries(st.sampled_from(["a.b", "phone.x"]) | TEXTS, JSON, max_size=3)}
    ),
    ("PATCH", "/settings/tenant"): st.dictionaries(
        st.sampled_from([*SETTINGS]), JSON | st.lists(st.text()), max_size=3
    ),
    ("PATCH", f"/devices/{YEALINK}"): st.dictionaries(
        st.sampled_from(["description", "lines", "sip_address", "department", "firmware_channel"]),
        TEXTS | JSON,
        max_size=3,
    ),
    ("POST", "/lines"): st.dictionaries(NAMES, TEXTS | JSON, max_size=5)
    | st.fixed_dictionaries({"extension": NUMBERS, "name": TEXTS}, optional={"username": TEXTS, "domain": TEXTS}),
    ("PATCH", "/lines/203"): st.dictionaries(NAMES, TEXTS | JSON, max_size=5),
    ("POST", "/devices"): st.fixed_dictionaries(
        {"mac": st.integers(0, 2**48).map("{:012x}".format) | JSON},
        optional={
            "vendor": st.sampled_from(["poly", "yealink"]) | JSON,
            "model": st.sampled_from(["VVX301", "T46U"]) | JSON,
            "lines": st.lists(st.sampled_from(["201", "203", "204"]) | TEXTS, max_size=3) | JSON,
            "description": JSON,
            "department": JSON,
        },
    ),
    ("POST", "/departments"): st.dictionaries(st.sampled_from(["name", "parent"]), TEXTS | JSON),
}


@pytest.fixture
def prodded(program: Program) -> Iterator[Program]:
    """A program whose phone still answers when all is over."""
    yield program
    for file in program.get(f"/devices/{YEALINK}")["files"]:
        assert program.ask("GET", f"/devices/{YEALINK}/rendered/{file['name']}?reveal=1").status_code == 200


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_no_body_breaks_a_call(prodded: Program, method: str, path: str) -> None:
    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(BODIES[method, path])
    def throw(body: Any) -> None:
        answer = prodded.ask(method, path, body)
        assert answer.status_code in {200, 201, 202, 409, 422}, (body, answer.get_data(as_text=True))

    throw()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.text(min_size=1, max_size=40))
def test_no_address_breaks_a_call(sqlite_program: Program, text: str) -> None:
    from urllib.parse import quote

    part = quote(text, safe="", errors="replace") if not any("\ud800" <= c <= "\udfff" for c in text) else "%ED%A0%80"
    for path in (
        f"/devices/{part}",
        f"/lines/{part}",
        f"/settings/department/{part}",
        f"/models/{part}/x",
        f"/lines?q={part}",
    ):
        assert sqlite_program.ask("GET", path).status_code in {200, 301, 308, 404, 422}
