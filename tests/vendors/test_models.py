"""Every model of every maker: its standard phone, read back by a reader that never saw the writer."""

from collections.abc import Mapping

import pytest

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import EMPTY, Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind
from provserver.vendors.base import File
from provserver.vendors.registry import vendors
from tests.vendors.readers import KeySeen, Reading, reader
from tests.vendors.standard import standard_phone

MODELS = [
    pytest.param(model, id=f"{vendor.name}-{model.name}")
    for vendor in vendors().values()
    for model in vendor.models.values()
]
SEEN = [
    pytest.param(vendor.name, row["user_agent"], row["is"], id=str(row["user_agent"]))
    for vendor in vendors().values()
    for row in vendor.seen
]


def render(phone: Phone) -> Mapping[str, File]:
    """Render a phone; its files by name."""
    return {file.name: file for file in vendors()[phone.model.vendor].package.files(phone)}


def read(phone: Phone) -> Reading:
    """Render a phone and read what it would make of it."""
    bodies = {name: file.body for name, file in render(phone).items()}
    return reader(phone.model.vendor).read(bodies, phone.model)


def agrees(model: PhoneModel, found: KeySeen, key: Key) -> bool:
    """Tell whether a reader found what was set.

    A model without keys of the kind line places its lines by itself, and may do so on an empty key. A line key
    without a label shows its account's, wherever that stands. A model whose labels have no length keeps none.
    """
    if key.kind is KeyKind.NONE:
        placed = found["kind"] == "line" and KeyKind.LINE not in model.kinds
        return placed or (found["kind"], found["target"], found["label"]) == ("none", "", "")
    expected: dict[str, str | int | None] = {
        "kind": reader(model.vendor).kind(key.kind),
        "target": key.target,
        "label": key.label if model.label_limit else "",
        "line": key.line,
    }
    if found["line"] is None:
        expected["line"] = None
    if key.kind is KeyKind.LINE and not key.label:
        expected["label"] = found["label"]
    return dict(found) == expected


@pytest.mark.parametrize("model", MODELS)
def test_every_slot_means_what_was_set_and_the_rest_is_none(model: PhoneModel) -> None:
    phone = standard_phone(model)
    found = read(phone).keys
    assert set(found) == {str(slot) for slot in phone.slots}
    for slot in phone.slots:
        key = phone.key(slot)
        assert agrees(model, found[str(slot)], key), f"key {slot}: {found[str(slot)]} is not {key}"


@pytest.mark.parametrize("model", MODELS)
def test_a_deleted_key_is_written_as_none(model: PhoneModel) -> None:
    full = standard_phone(model)
    cleared = standard_phone(model, keys=dict.fromkeys(full.keys, EMPTY))
    found = read(cleared).keys
    assert set(found) == {str(slot) for slot in full.slots}
    assert all(agrees(model, key, EMPTY) for key in found.values())


@pytest.mark.parametrize("model", MODELS)
def test_names_are_legal_and_secrets_are_marked(model: PhoneModel) -> None:
    rules = vendors()[model.vendor].rules
    files = render(standard_phone(model)).values()
    assert any(file.proves for file in files)
    for file in files:
        assert any(p.fullmatch(file.name) for p in (*rules.files, *rules.optional)), file.name
        for name, parameter in file.parameters.items():
            assert rules.parameter.search(name.partition(":")[0]), name
            if any(secret in parameter.value for secret in ("sip-secret", "admin-secret", "user-secret")):
                assert parameter.secret, name


@pytest.mark.parametrize("model", MODELS)
def test_an_override_replaces_and_a_removal_removes(model: PhoneModel) -> None:
    rules = vendors()[model.vendor].rules
    before = read(standard_phone(model)).parameters
    written = {name for file in render(standard_phone(model)).values() for name in file.parameters}
    free = [name for name in before if name in written and not rules.owns(name) and before[name]]
    replaced, removed = free[0], free[1]
    after = read(standard_phone(model, overrides={replaced: "override-1", removed: None})).parameters
    assert after[replaced] == "override-1"
    assert removed not in after
    assert set(before) - set(after) == {removed}


@pytest.mark.parametrize(("vendor", "user_agent", "expected"), SEEN)
def test_every_request_seen_is_recognized(vendor: str, user_agent: str, expected: dict[str, str]) -> None:
    claims = {name: identity for name, v in vendors().items() if (identity := v.identify(user_agent))}
    assert list(claims) == [vendor], "one maker, and only one, knows its own"
    found = {field: getattr(claims[vendor], field) for field in ("model", "firmware", "mac")}
    assert {field: value for field, value in found.items() if value} == expected


def test_every_maker_has_models_and_requests_seen() -> None:
    assert vendors()
    for vendor in vendors().values():
        assert vendor.models
        assert vendor.seen
