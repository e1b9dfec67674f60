"""Whatever people type: what the rules let through arrives unchanged, and nothing else changes in the file."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import Key, KeyPlan, shown_label
from provserver.domain.slots import KeyKind
from provserver.errors import Invalid
from provserver.vendors.base import Parameter
from provserver.vendors.registry import vendors
from tests.vendors.standard import TARGETS, standard_phone
from tests.vendors.test_models import agrees, read, render

NASTY = ['"', "'", ";", "=", "<", ">", "&", "\n", "\r", "\0", "\t", "#", "%NULL%", "\\", "{", "}", "]]>", "&#10;"]
NASTY += ["\u2028", "\x85", "\u202e", "\u200f", "שלום", "مرحبا", "😀", "👩‍👩‍👧", "é", "e\u0301", " ", "$MAC", "\ufffe"]
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=4)), max_size=30).map("".join),
    st.text(alphabet="aà😀", min_size=60, max_size=300),
)
LABELS = st.one_of(
    TEXTS,
    st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"]), max_size=64),
    st.lists(
        st.sampled_from(['"', "'", ";", "=", "<", ">", "&", "#", "%", "\\", "{$", "]]>", "--", "😀", "שלום", " "])
    ).map(lambda parts: "".join(parts)[:60]),
)
ODD_TARGETS = [
    "*98",
    "+39 02 (123) 456",
    "a.b+c@pbx.example.com",
    "http://[2001:db8::1]:8080/x?a=1&b='2';c={d}#e=f",
    "https://h.example/%3Cscript%3E?q=%22",
    "12#,,*A",
]
SUPPRESSED = [HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
"""The second: a maker whose phones have only Western letters refuses most of what is tried."""

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=SUPPRESSED)


class Everybody:
    """A directory in which every number is somebody without a name worth showing."""

    def name_of(self, number: str) -> str | None:
        """Give the number itself."""
        return number


def samples() -> list[PhoneModel]:
    """Three models of every maker that sets keys: with the fewest, the middle one, the one with the most."""
    chosen: list[PhoneModel] = []
    for vendor in vendors().values():
        models = sorted((m for m in vendor.models.values() if m.slots), key=lambda m: len(m.all_slots))
        chosen += [models[0], models[len(models) // 2], models[-1]] if models else []
    return chosen


SAMPLES = [pytest.param(model, id=f"{model.vendor}-{model.name}") for model in samples()]


@pytest.mark.parametrize("model", SAMPLES)
@QUICK
@given(data=st.data(), label=LABELS, typed=st.one_of(TEXTS, st.sampled_from(ODD_TARGETS)))
def test_a_key_that_the_rules_accept_arrives_whole_and_brings_nothing_with_it(
    model: PhoneModel, data: st.DataObject, label: str, typed: str
) -> None:
    kind = data.draw(st.sampled_from(sorted(model.kinds & set(TARGETS))))
    slot = data.draw(st.sampled_from(model.slots))
    target = data.draw(st.sampled_from([typed, TARGETS[kind][0]])) if TARGETS[kind][0] else ""
    plain = Key(kind, TARGETS[kind][0], "Plain")
    try:
        key = KeyPlan({slot: Key(kind, target, label)}).check(model, 1, Everybody(), [slot]).slots[slot]
    except Invalid:
        return
    key = replace(key, label=shown_label(key, Everybody()))
    if any(vendors()[model.vendor].package.cannot_carry(text) for text in (key.label, key.target)):
        return  # refused at save, with the maker's reason
    if bool(key.target) != bool(plain.target) or len(key.label) > model.label_limit:
        return  # another key than the plain one, or a target too long to be a label: the maker may cut it
    before = read(standard_phone(model, keys={slot: plain}))
    after = read(standard_phone(model, keys={slot: key}))
    assert agrees(model, after.keys[str(slot)], key), f"{after.keys[str(slot)]} is not {key}"
    assert set(after.keys) == set(before.keys)
    assert {s: k for s, k in after.keys.items() if s != str(slot)} == {
        s: k for s, k in before.keys.items() if s != str(slot)
    }
    assert set(after.parameters) == set(before.parameters)


def free_parameter(written: Mapping[str, Parameter], read_back: Mapping[str, str]) -> str:
    """Name a parameter to override: call waiting's, or the language's where the maker says nothing of call waiting."""
    found = (n for source in ("call_waiting", "language") for n, p in written.items() if p.source == source)
    return next(name for name in found if name in read_back)


@pytest.mark.parametrize("model", SAMPLES)
@QUICK
@given(value=TEXTS)
def test_an_override_that_the_format_carries_arrives_whole_and_alone(model: PhoneModel, value: str) -> None:
    vendor = vendors()[model.vendor]
    assume(vendor.package.cannot_carry(value) is None)
    before = read(standard_phone(model))
    written = {name: p for file in render(standard_phone(model)).values() for name, p in file.parameters.items()}
    name = free_parameter(written, before.parameters)
    after = read(standard_phone(model, overrides={name: value}))
    assert after.parameters == {**before.parameters, name: value}
    assert after.keys == before.keys


@pytest.mark.parametrize("model", SAMPLES)
@pytest.mark.parametrize("value", ["a\nb = c", "a\r\nb", "\0", "x\x1fy"])
def test_a_value_that_would_break_the_file_is_refused_or_carried_never_split(model: PhoneModel, value: str) -> None:
    vendor = vendors()[model.vendor]
    if vendor.package.cannot_carry(value) is None:
        before = read(standard_phone(model)).parameters
        written = {n: p for file in render(standard_phone(model)).values() for n, p in file.parameters.items()}
        name = free_parameter(written, before)
        assert read(standard_phone(model, overrides={name: value})).parameters == {**before, name: value}


@pytest.mark.parametrize("model", SAMPLES)
def test_a_description_cannot_leave_its_comment(model: PhoneModel) -> None:
    phone = replace(standard_phone(model), description='Desk\naccount.1.enable = 0\n--> <x y="1"/> <!--')
    assert read(phone).parameters == read(standard_phone(model)).parameters


def test_a_kind_that_no_standard_target_covers_is_only_the_empty_one_and_the_line() -> None:
    assert set(KeyKind) - set(TARGETS) == {KeyKind.NONE, KeyKind.LINE}
