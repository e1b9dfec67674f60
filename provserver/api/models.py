"""Models of phones: what they are made of, and what they can do."""

from flask import request

from provserver.api import device_schemas as schemas
from provserver.api import paging
from provserver.api.calls import call, subject
from provserver.api.schemas import Search
from provserver.domain.hardware import Block, PhoneModel, Sidecar
from provserver.domain.slots import KeyKind
from provserver.services.inventory import models

calls = subject("models", "Which phones are known, where their keys stand, and what they can do.")


@call(calls, "GET", "/models", gives=schemas.Model(many=True), query=[Search], problems=[422])
def list_models() -> tuple[object, dict[str, str]]:
    """List every model.

    A plain list: all of it, or with ``limit`` a page of it, whose ``Link`` header leads to the next.
    """
    found = models.models(paging.search())
    start, size = paging.cursor(), paging.limit(len(found) or 1)
    more = "limit" in request.args and len(found) > start + size
    link = paging.link(str(start + size)) if more else {}
    return [shape(model) for model in found[start : start + size]], link


@call(calls, "GET", "/models/<vendor>/<model>", gives=schemas.Model, problems=[404])
def get_model(vendor: str, model: str) -> object:
    """Give one model, by any spelling of its name."""
    return shape(models.find(vendor, model))


def shape(model: PhoneModel) -> dict[str, object]:
    """Give a model as programs read it."""
    return {
        "vendor": model.vendor,
        "model": model.name,
        "title": model.title,
        "accounts": model.accounts,
        "layout": [
            {"slot": str(key.slot), "column": key.column, "row": key.row, "page": key.page, "block": key.block}
            for key in model.layout()
        ],
        "blocks": [_block(block) for block in model.blocks],
        "sidecar": _sidecar(model.sidecar),
        "supports": sorted(model.supports),
        "kinds": [kind.value for kind in KeyKind if kind in model.kinds or kind is KeyKind.NONE],
        "lacks": dict(model.lacks),
        "evidence": {fact: word.value for fact, word in model.evidence.items()},
        "note": model.note,
        "screen": list(model.screen) if model.screen else None,
        "touch": model.touch,
        "label_limit": model.label_limit,
    }


def _block(block: Block) -> dict[str, object]:
    return {
        "name": block.name,
        "keys": block.keys,
        "columns": list(block.columns),
        "pages": block.pages,
        "side": block.side,
        "paper": block.paper,
        "without": sorted(block.without),
    }


def _sidecar(sidecar: Sidecar | None) -> dict[str, object] | None:
    if sidecar is None:
        return None
    return {
        "name": sidecar.name,
        "keys": sidecar.keys,
        "chain": sidecar.chain,
        "pages": sidecar.pages,
        "columns": list(sidecar.columns),
        "missing": list(sidecar.missing),
        "without": sorted(sidecar.without),
    }
