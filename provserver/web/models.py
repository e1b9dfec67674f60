"""The list of every model that is known: drawn small, with what each can do, cannot, and why not."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.domain.hardware import Feature, PhoneModel
from provserver.domain.roles import Right
from provserver.domain.slots import KeyKind
from provserver.doorway import actor
from provserver.services.inventory import models, phone_list
from provserver.services.rendering import phonebooks
from provserver.vendors.registry import vendors
from provserver.web import drawing, presenting, setting_words, words

pages = Blueprint("models", __name__)
PER_PAGE = 40


@pages.get("/models")
def show() -> ResponseReturnValue:
    """List the models that the address asks for: search, maker and page are all in it."""
    actor().require(Right.READ)
    asked = {name: request.args.get(name, "")[:100] for name in ("q", "maker")}
    found = models.models(asked["q"])
    chosen = [model for model in found if asked["maker"] in ("", model.vendor)]
    if request.args.get("format") == "csv":
        return presenting.table("models", _head(), (_cells(model) for model in chosen))
    last = max(1, -(-len(chosen) // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), last)
    rows = chosen[(page - 1) * PER_PAGE : page * PER_PAGE]
    shown = {name: value for name, value in asked.items() if value}
    return render_template(
        "models.html",
        rows=[{"model": model, "picture": _picture(model), "lacks": list(lacks(model))} for model in rows],
        can=can,
        kinds=kinds,
        keys_of=_keys,
        evidence=phone_list.evidence,
        words=words,
        total=len(chosen),
        everything=len(found),
        counts=Counter(model.vendor for model in found),
        asked=asked,
        page=page,
        pages=last,
        address=lambda **other: _address(shown, other),
    )


def _address(shown: dict[str, str], other: dict[str, object]) -> str:
    query = {name: value for name, value in {**shown, **other}.items() if value}
    return url_for("models.show") + (f"?{urlencode(query)}" if query else "")


def _picture(model: PhoneModel) -> drawing.Drawing | None:
    """Draw what has a display with keys; a base or an adapter is no desk phone, and is not drawn as one."""
    return drawing.draw(model) if model.blocks else None


def can(model: PhoneModel) -> list[str]:
    """Name what a model can do, in the reader's words."""
    return [str(words.FEATURES[feature]) for feature in Feature if feature in model.supports]


def kinds(model: PhoneModel) -> list[str]:
    """Name the kinds that a model's keys can have, in the reader's words."""
    return [str(words.KINDS[kind]) for kind in KeyKind if kind in model.kinds and kind is not KeyKind.NONE]


def lacks(model: PhoneModel) -> Iterator[tuple[str, str]]:
    """Give what a model cannot do, each with the reason; a model without keys says that once."""
    if not model.slots and (reason := model.lacks.get("keys")):
        yield _("Keys"), presenting.say(reason)
    for feature in Feature:
        if feature not in model.supports:
            yield str(words.FEATURES[feature]), presenting.say(model.lacks.get(feature, ""))
    if Feature.PHONEBOOK in model.supports and (reason := phonebooks.lacks(model)):
        yield str(setting_words.TITLES["phonebook"]), presenting.say(reason)
    for kind in KeyKind:
        if model.kinds and kind not in model.kinds and kind is not KeyKind.NONE:
            yield str(words.KINDS[kind]), presenting.say(model.lacks.get(kind, ""))


def _keys(model: PhoneModel) -> str:
    """Count a model's keys by group, with the columns of a page where they are known."""
    groups = [f"{block.keys} ({' + '.join(map(str, block.columns))})" if block.columns else str(block.keys)
              for block in model.blocks]  # fmt: skip
    return ", ".join(groups) or "–"


def _head() -> list[str]:
    names = [_("Maker"), _("Model"), _("Lines"), _("Keys"), _("Expansion module")]
    return [*names, *(str(words.FEATURES[feature]) for feature in Feature), _("Evidence")]


def _cells(model: PhoneModel) -> list[object]:
    known = "; ".join(f"{word}: {', '.join(facts)}" for word, facts in phone_list.evidence(model))
    return [
        vendors()[model.vendor].rules.title,
        model.title,
        model.accounts,
        _keys(model),
        f"{model.sidecar.name}, {model.sidecar.keys} × {model.sidecar.chain}" if model.sidecar else "",
        *(_("Yes") if feature in model.supports else _("No") for feature in Feature),
        known,
    ]
