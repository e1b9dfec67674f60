"""The real tables and the way in to them: they hold together, and a name or a request is read one way only."""

import re
import tomllib
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import provserver.vendors
from provserver.domain.hardware import Feature, PhoneModel
from provserver.domain.slots import KeyKind
from provserver.vendors.base import Vendor, spelling
from provserver.vendors.registry import Claim, claim, find_model, get, identify, vendor_of_mac, vendors


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("0004f2aabbcc.cfg", Claim(frozenset({"poly", "yealink"}), "0004f2aabbcc")),
        ("0004f2aabbcc-directory.xml", Claim(frozenset({"poly"}), "0004f2aabbcc")),
        ("805ec0d9c744.boot", Claim(frozenset({"yealink"}), "805ec0d9c744")),
        ("805ec0d9c744-local.cfg", Claim(frozenset({"yealink"}), "805ec0d9c744")),
        ("y000000000108.cfg", Claim(frozenset({"yealink"}), None)),
        ("0004f2aabbcc-app.log", Claim(frozenset({"poly", "yealink"}), "0004f2aabbcc")),
        ("sip.ld", Claim(frozenset({"poly"}), None)),
    ],
)
def test_a_file_name_tells_who_asks_for_it(file: str, expected: Claim) -> None:
    found = claim(file)
    assert found is not None
    assert found.vendors >= expected.vendors
    assert found.mac == expected.mac


def test_the_common_names_of_zeros_are_no_phones() -> None:
    for file in ("000000000000.cfg", "000000000000-directory.xml", "y000000000000.boot"):
        found = claim(file)
        assert found is not None
        assert found.mac is None


@pytest.mark.parametrize(
    "file",
    [
        "",
        ".",
        "..",
        "favicon.ico",
        "index.php",
        ".env",
        "0004F2AABBCC.cfg",
        "0004f2aabbcc",
        "0004f2aabbcc.cfg ",
        "0004f2aabbcc.cfg\n",
        "0004f2aabbcc.cfg\0",
        "0004f2aabbcc.cfg/",
        "../0004f2aabbcc.cfg",
        "0004f2aabbcc.cfg?x",
        "0004f2aabbc¢.cfg",
        "٠004f2aabbcc.cfg",
        "0004f2aabbcc0004f2aabbcc.cfg",
        "y00000000010٨.cfg",
    ],
)
def test_a_hostile_name_is_nobodys(file: str) -> None:
    assert claim(file) is None


@settings(deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("0123456789abcdef.-/cfgxmlboty")), max_size=80))
def test_a_claimed_name_is_one_plain_name(file: str) -> None:
    if claim(file):
        assert re.fullmatch(r"[a-z0-9_.-]{1,120}", file)


MODELS = [pytest.param(m, id=f"{m.vendor}-{m.name}") for v in vendors().values() for m in v.models.values()]


def tables() -> dict[str, dict[str, Any]]:
    """Read the real tables as they are written."""
    here = Path(provserver.vendors.__file__).parent
    return {path.parent.name: tomllib.loads(path.read_text()) for path in here.glob("*/models.toml")}


def test_every_folder_with_a_table_is_a_maker_and_nothing_else_is() -> None:
    assert set(vendors()) == set(tables())
    assert get(" YEALINK ") is vendors()["yealink"]
    assert get("formats") is get("") is get("../yealink") is None


def test_every_parent_is_in_its_table() -> None:
    for name, table in tables().items():
        rows = table["models"]
        assert {row["like"] for row in rows.values() if "like" in row} <= set(rows), name


@pytest.mark.parametrize("model", MODELS)
def test_every_model_says_how_sure_its_facts_are(model: PhoneModel) -> None:
    assert model.evidence
    if model.slots:
        assert "keys" in model.evidence
    if any(block.columns for block in model.blocks):
        assert "split" in model.evidence
    assert model.accounts >= 1
    assert model.title


@pytest.mark.parametrize("model", MODELS)
def test_what_a_model_cannot_do_has_a_reason_and_what_it_can_has_none(model: PhoneModel) -> None:
    rules = vendors()[model.vendor].rules
    refusals = {**rules.refusals, **model.lacks}
    for feature in set(Feature) - model.supports:
        assert refusals.get(feature), f"{feature} is neither supported nor explained"
    for action in (Feature.RESYNC, Feature.REBOOT, Feature.FACTORY_RESET):
        assert (action in model.supports) <= (action in rules.pushes), action
    if model.slots:
        assert KeyKind.NONE not in model.kinds
        for kind in set(KeyKind) - model.kinds - {KeyKind.NONE}:
            assert model.lacks.get(kind), f"{kind} is neither offered nor explained"


@pytest.mark.parametrize("maker", vendors().values(), ids=vendors())
def test_no_two_models_share_a_spelling(maker: Vendor) -> None:
    rows = tables()[maker.name]["models"]
    owners: dict[str, str] = {}
    for name, model in maker.models.items():
        for spelled in {spelling(word) for word in (name, model.title, *rows[name].get("seen_as", ()))}:
            assert spelled
            assert owners.setdefault(spelled, name) == name, spelled
    assert owners == maker.aliases


@pytest.mark.parametrize("model", MODELS)
def test_every_model_is_found_by_its_names(model: PhoneModel) -> None:
    for name in (model.name, model.title, model.name.lower(), f"{model.vendor} {model.name}", f"SIP-{model.name}"):
        assert find_model(model.vendor.upper(), name) is model
    assert find_model("nobody", model.name) is None


def test_no_two_makers_share_an_address_block() -> None:
    for one, other in permutations(vendors().values(), 2):
        assert not one.rules.ouis & other.rules.ouis
    for maker in vendors().values():
        assert all(re.fullmatch("[0-9a-f]{6}", oui) for oui in maker.rules.ouis)
        assert all(vendor_of_mac(oui + "000001") is maker for oui in maker.rules.ouis)
    assert vendor_of_mac("02ac3e000001") is None


def test_who_is_asked_first_does_not_change_whom_a_request_comes_from() -> None:
    seen = [str(row["user_agent"]) for maker in vendors().values() for row in maker.seen]
    for agent in seen:
        claims = [found for maker in vendors().values() if (found := maker.identify(agent))]
        assert claims == [identify(agent)], "one maker knows it, so their order decides nothing"


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "Mozilla/5.0 (X11; Linux x86_64)",
        "curl/8.0",
        "Cisco-CP-8841/11.0",
        "Aparatel 320/8.7",
        "Yealinks",
        "a" * 5000,
        "Mozilla Yealink SIP-T46U 108.86.0.75",
    ],
)
def test_a_stranger_is_nobodys(user_agent: str) -> None:
    assert identify(user_agent) is None


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_request_header_breaks_the_reading(user_agent: str) -> None:
    identity = identify(user_agent)
    if identity and identity.mac:
        assert re.fullmatch("[0-9a-f]{12}", identity.mac)
