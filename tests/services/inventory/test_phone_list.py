"""docs/phones.md: what the makers' tables say now."""

from collections import Counter
from pathlib import Path

import provserver
from provserver.services.inventory import phone_list
from provserver.vendors.registry import find_model, vendors

DOCUMENT = Path(provserver.__file__).parent.parent / "docs" / "phones.md"


def test_the_page_is_what_the_tables_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == phone_list.markdown(), "write it anew: make phones"


def test_every_model_stands_in_it_once_under_its_maker() -> None:
    sections = phone_list.markdown().split("\n## ")[1:]
    found = {text.splitlines()[0]: text.count("\n| ") - 2 for text in sections}
    assert found == {maker.rules.title: len(maker.models) for maker in vendors().values()}
    for maker, text in zip(vendors().values(), sections, strict=True):
        rows = Counter(line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if line.startswith("| "))
        titles = Counter(model.title for model in maker.models.values())
        assert all(rows[title] >= count for title, count in titles.items())


def test_keys_are_counted_with_their_columns_and_pages() -> None:
    said = {
        ("yealink", "T46U"): "27 (5 + 5, 3 pages)",
        ("snom", "M300"): "none",
        ("cisco", "SPA504G"): "4 (one column)",
        ("cisco", "SPA501G"): "8 (with paper labels)",
    }
    for (maker, name), text in said.items():
        model = find_model(maker, name)
        assert model is not None
        assert phone_list.keys_text(model) == text
