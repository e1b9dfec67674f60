"""What the configurator's page tells its script: geometry, rules, words; and that the script is ours to read."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from provserver.domain.slots import KeyKind
from provserver.domain.vocabulary import SETTINGS
from provserver.vendors.registry import vendors
from provserver.web import script_words, setting_words, words
from provserver.web.configurator import _sections, picture
from tests.web.conftest import PACKAGE, Site

SCRIPTS = sorted((PACKAGE / "static").rglob("*.js"))
MODELS = [model for vendor in vendors().values() for model in vendor.models.values()]


def data_of(site: Site, mac: str, block: str = "data") -> Any:
    """Read one of the page's blocks of data."""
    page = site.get(f"/phones/{mac}/keys").text
    found = re.search(rf'<script type="application/json" id="{block}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.vendor}-{model.name}")
def test_every_model_is_drawn_with_every_key(model: Any) -> None:
    drawn = picture(model)
    slots = [key[0] for block in drawn["blocks"] for key in block["keys"]]  # type: ignore[attr-defined]
    assert slots == [str(slot) for slot in model.slots]
    assert (drawn["module"] is None) == (model.sidecar is None)


def test_a_vvx301_has_three_keys_on_each_side() -> None:
    model = next(model for model in MODELS if model.name == "VVX301")
    (block,) = picture(model)["blocks"]  # type: ignore[misc]
    assert block["keys"][3] == ["4", 2, 1, 1]


def test_the_page_tells_kinds_that_the_model_lacks_with_the_reason(site: Site) -> None:
    kinds = {kind["kind"]: kind for kind in data_of(site, site.poly)["kinds"]}
    assert kinds["blf"]["lacks"] == ""
    assert "Poly line keys do not set do-not-disturb" in kinds["dnd"]["lacks"]


def test_the_page_names_who_the_keys_monitor(site: Site) -> None:
    assert data_of(site, site.poly)["names"] == {"203": "<script>alert(1)</script>"}


def test_the_words_come_in_the_reader_s_language(site: Site) -> None:
    site.get("/?lang=ro")
    said = data_of(site, site.poly, "words")
    assert said["plurals"]["{n} changes"] == {
        "one": "{n} modificare",
        "few": "{n} modificări",
        "other": "{n} de modificări",
    }
    assert said["texts"]["Save changes"] == "Salvează modificările"


def test_every_kind_and_every_setting_has_its_words() -> None:
    assert set(words.KINDS) == {kind.value for kind in KeyKind}
    assert set(setting_words.TITLES) == set(SETTINGS)
    assert set(setting_words.HELP) == {name for name, setting in SETTINGS.items() if setting.help}


def test_the_script_says_only_what_is_marked_for_translation() -> None:
    said = set()
    for script in SCRIPTS:
        said |= set(re.findall(r'\b_\(\s*"((?:[^"\\]|\\.)*)"', script.read_text()))
    assert said <= set(script_words.TEXTS)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short_and_writes_no_markup(script: Path) -> None:
    text = script.read_text()
    assert text.count("\n") <= 300
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


def test_a_block_names_the_kinds_that_its_keys_cannot_have() -> None:
    model = next(model for model in MODELS if model.name == "GXP1628")
    line, memory = picture(model)["blocks"]  # type: ignore[misc]
    assert (line["without"], memory["without"]) == (["blf", "park"], ["line"])


def test_a_module_names_the_kinds_that_its_keys_cannot_have() -> None:
    model = next(model for model in MODELS if model.name == "SPA504G")
    assert picture(model)["module"]["without"] == ["line"]  # type: ignore[index]


@pytest.mark.parametrize("model", [model for model in MODELS if not model.blocks], ids=lambda model: model.name)
def test_a_phone_without_keys_says_why(model: Any, site: Site) -> None:
    with site.client.application.test_request_context():
        assert picture(model)["no_keys"]


def test_a_phone_whose_keys_are_only_on_modules_says_so(site: Site) -> None:
    model = next(model for model in MODELS if model.name == "SPA502G")
    with site.client.application.test_request_context():
        assert "expansion modules" in str(picture(model)["no_keys"])


def test_the_popup_can_be_switched_where_only_the_ring_needs_it(site: Site) -> None:
    model = next(model for model in MODELS if model.name == "SPA504G")
    with site.client.application.test_request_context():
        found = {one["name"]: one for one in _sections(model)[0]["settings"]}  # type: ignore[attr-defined]
    assert found["monitor_popup"]["lacks"] == ""
    assert "no call popup" in found["monitor_popup"]["help"]
