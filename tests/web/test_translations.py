"""The translations: complete, in step with the source, and the sentences of the house said in them."""

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

from provserver.vendors.registry import vendors
from provserver.web.presenting import pattern_of, say
from provserver.web.reasons import clauses
from tests.web.conftest import PACKAGE, Site

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "N_": None}


def catalog(language: str) -> Catalog:
    """Read a translation."""
    path = PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


@pytest.fixture(scope="module")
def source() -> set[str | tuple[str, ...]]:
    """Every text of the source."""
    with (PACKAGE / "translations" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(PACKAGE, methods, options, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", ["it", "ro"])
def test_every_text_is_translated_and_none_is_left_over(source: set[str | tuple[str, ...]], language: str) -> None:
    mine = {
        tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id
        for message in catalog(language)
        if message.id
    }
    assert mine == source


@pytest.mark.parametrize("language", ["it", "ro"])
def test_no_translation_is_empty_or_fuzzy_or_loses_a_place(language: str) -> None:
    for message in catalog(language):
        texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        assert all(texts), message.id
        assert not message.fuzzy, message.id
        assert not list(message.check()), message.id
        if isinstance(message.id, str) and message.id:
            assert places(message.id) == places(str(message.string)), message.id


def places(text: str) -> list[str]:
    """Give the names of the places of a text."""
    import re

    return sorted(re.findall(r"\{(\w+)\}|%\((\w+)\)s", text))


@pytest.mark.parametrize(
    ("english", "italian"),
    [
        ("the phone did not answer; it is told again", "il telefono non ha risposto; viene avvisato di nuovo"),
        (
            "the phone was told; the phone did not fetch; it is told again",
            "il telefono è stato avvisato; il telefono non ha scaricato; viene avvisato di nuovo",
        ),
        ("there is no extension 999 in this company", "in questa azienda non c'è l'interno 999"),
        ("VVX 301 has no key 9; its keys are 1 to 6", "VVX 301 non ha il tasto 9; i suoi tasti vanno da 1 a 6"),
        ("Poly has no intercom key", "Poly non ha il tasto interfono"),
        ("something that nobody foresaw", "something that nobody foresaw"),
    ],
)
def test_a_sentence_of_the_house_is_said_clause_by_clause(site: Site, english: str, italian: str) -> None:
    app: Flask = site.client.application
    with app.test_request_context(), force_locale("it"):
        assert say(english) == italian


def test_what_a_maker_s_table_says_is_among_the_texts(source: set[str | tuple[str, ...]]) -> None:
    for maker in vendors().values():
        said = clauses(maker.rules.refusals) + [
            clause for model in maker.models.values() for clause in clauses(model.lacks)
        ]
        assert set(said) <= source, maker.rules.title
        assert not any("{" in clause for clause in said), maker.rules.title


def test_a_pattern_finds_what_stands_in_its_places() -> None:
    assert pattern_of("there is no extension {number}") == r"there\ is\ no\ extension\ (?P<number>.+?)"


def test_no_maker_s_folder_of_translations_is_compiled_into_git() -> None:
    assert not list(Path(PACKAGE / "translations").rglob("*.pot"))
