"""The list of every model that is known, as docs/phones.md shows it: what it has, and how sure that is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from provserver.domain.hardware import Block, Evidence, Feature, PhoneModel
from provserver.vendors.base import Vendor
from provserver.vendors.registry import vendors

_INTRODUCTION = """\
# Phones

<!-- Written by `make phones` from the makers' tables; a test keeps it true. -->

Every model that provserver knows, by maker. *Keys* counts what can be set on the phone itself; after it the columns
of one page from the left, and the pages. A list without columns is drawn as a numbered list, because no source tells
where its keys stand. *Popup* shows calls to monitored extensions, *splash* sounds for them, with *tone* as one that can
be chosen. Why a model lacks something is on the page *Models* of a running server.

*Evidence* says what a fact rests on: **hardware** watched on a phone, **manual** read in the maker's document, **peer**
another program says so, **inferred** derived. *Split* is where keys stand, *screen* what labels show.
"""


def markdown() -> str:
    """Write the whole list as a page of Markdown."""
    makers = [maker for maker in vendors().values() if maker.models]
    models = [model for maker in makers for model in maker.models.values()]
    lines = [_INTRODUCTION, f"**{len(models)} models of {len(makers)} makers.**", "", *_totals(makers)]
    for maker in makers:
        lines += ["", f"## {maker.rules.title}", "", *_table(_HEAD, (_row(model) for model in maker.models.values()))]
    return "\n".join(lines) + "\n"


_HEAD = ("Model", "Lines", "Keys", "Modules", "Popup", "Splash", "Evidence")


def _row(model: PhoneModel) -> tuple[str, ...]:
    sounds = [feature.value for feature in (Feature.SPLASH, Feature.TONE) if feature in model.supports]
    sidecar = model.sidecar
    return (
        model.title,
        str(model.accounts),
        keys_text(model),
        f"{sidecar.name}: {sidecar.keys} keys, up to {sidecar.chain}" if sidecar else "–",
        "yes" if Feature.POPUP in model.supports else "no",
        ", ".join(sounds) or "no",
        "; ".join(f"{word}: {', '.join(facts)}" for word, facts in evidence(model)) or "–",
    )


def keys_text(model: PhoneModel) -> str:
    """Count a model's keys, with their columns and pages where they are known: ``27 (5 + 5, 3 pages)``."""
    return " and ".join(_block(block) for block in model.blocks) or "none"


def _block(block: Block) -> str:
    columns = " + ".join(str(count) for count in block.columns)
    parts = [columns if len(block.columns) > 1 else "one column"] if columns else []
    parts += [f"{block.pages} pages"] if block.pages > 1 else []
    parts += ["with paper labels"] if block.paper else []
    return f"{block.keys} ({', '.join(parts)})" if parts else str(block.keys)


def evidence(model: PhoneModel) -> Iterator[tuple[Evidence, Sequence[str]]]:
    """Group what is known of a model by how sure it is, the surest first."""
    for word in Evidence:
        facts = sorted(fact for fact, found in model.evidence.items() if found is word)
        if facts:
            yield word, facts


def _totals(makers: Sequence[Vendor]) -> list[str]:
    rows = [_total(maker.rules.title, maker.models.values()) for maker in makers]
    every = _total("**All**", (model for maker in makers for model in maker.models.values()))
    head = ("Maker", "Models", "With popup", "With splash", "With modules", *(f"Keys: {word}" for word in Evidence))
    return _table(head, [*rows, every])


def _total(title: str, models: Iterable[PhoneModel]) -> tuple[str, ...]:
    every = list(models)
    sure = Counter(model.evidence.get("keys") for model in every)
    counts = [
        len(every),
        sum(Feature.POPUP in model.supports for model in every),
        sum(Feature.SPLASH in model.supports for model in every),
        sum(model.sidecar is not None for model in every),
        *(sure[word] for word in Evidence),
    ]
    return title, *(str(count) for count in counts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
