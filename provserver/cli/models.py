"""What the command line shows of models: one with its keys, or a list."""

from collections.abc import Sequence

import click

from provserver.cli.printing import as_json, print_facts, print_json, print_table
from provserver.domain.hardware import Feature, PhoneModel
from provserver.errors import NotFound
from provserver.services.inventory import models, phone_list


@click.command("show-model")
@click.argument("vendor", default="")
@click.argument("model", default="")
@click.option("--markdown", is_flag=True, help="Every model as docs/phones.md has them.")
@as_json
def show_model(vendor: str, model: str, markdown: bool, json_: bool) -> None:
    """Show what is known of a model: accounts, keys, what it can do, and how sure that is.

    With a maker alone its models, without anything every model.

    \b
    Example:
      provserver device show-model
      provserver device show-model poly
      provserver device show-model poly VVX301
    """
    maker, _, name = vendor.partition("/")
    if markdown:
        click.echo(phone_list.markdown(), nl=False)
    elif name or model:
        _show_one(models.find(maker, name or model), json_)
    else:
        found = [one for one in models.models() if maker.lower() in ("", one.vendor)]
        if not found:
            raise NotFound(f"there is no maker {maker}")
        _show_all(found, json_)


def _show_all(found: Sequence[PhoneModel], json_: bool) -> None:
    if json_:
        print_json([_as_json(model) for model in found])
        return
    rows = [
        (
            model.vendor,
            model.name,
            model.accounts,
            phone_list.keys_text(model),
            model.sidecar.name if model.sidecar else "",
            *(("yes" if feature in model.supports else "") for feature in (Feature.POPUP, Feature.SPLASH)),
            ", ".join(word for word, _ in phone_list.evidence(model)),
        )
        for model in found
    ]
    print_table(("MAKER", "MODEL", "LINES", "KEYS", "MODULE", "POPUP", "SPLASH", "EVIDENCE"), rows)


def _show_one(found: PhoneModel, json_: bool) -> None:
    if json_:
        print_json(_as_json(found))
        return
    print_facts(
        [
            ("Model", f"{found.vendor}/{found.name}, {found.title}"),
            ("Accounts", found.accounts),
            ("Keys", len(found.slots)),
            ("Module", f"{found.sidecar.name}, {found.sidecar.keys} keys, {found.sidecar.chain} in a chain")
            if found.sidecar
            else ("Module", ""),
            ("Kinds", " ".join(sorted(found.kinds))),
            ("Supports", " ".join(sorted(found.supports))),
            ("Evidence", ", ".join(f"{fact}: {word}" for fact, word in found.evidence.items())),
            ("Note", found.note),
        ]
    )
    print_table(("KEY", "COLUMN", "ROW", "PAGE"), [(str(at.slot), at.column, at.row, at.page) for at in found.layout()])


def _as_json(found: PhoneModel) -> dict[str, object]:
    return {
        "vendor": found.vendor,
        "model": found.name,
        "title": found.title,
        "accounts": found.accounts,
        "layout": [
            {"slot": str(at.slot), "column": at.column, "row": at.row, "page": at.page} for at in found.layout()
        ],
        "sidecar": found.sidecar and {"name": found.sidecar.name, "keys": found.sidecar.keys},
        "kinds": sorted(found.kinds),
        "supports": sorted(found.supports),
        "evidence": found.evidence,
    }
