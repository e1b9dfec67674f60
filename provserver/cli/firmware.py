"""The commands for firmware images: stored, listed, removed, and chosen for phones."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, print_facts, print_json, print_table, progress_bar
from provserver.domain.roles import Actor
from provserver.domain.settings import Scope
from provserver.services.editing import settings
from provserver.services.house import House
from provserver.services.inventory import firmware as images
from provserver.services.inventory.firmware import Known, NewImage
from provserver.storage import in_chunks

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE


@click.group()
def firmware() -> None:
    """Keep firmware images, and choose which phones run them."""


@firmware.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--vendor", required=True, help="The maker.")
@click.option("--model", "--models", "models", multiple=True, required=True, metavar="MODEL", help="Repeat for more.")
@click.option("--version", required=True, help="As the phone says it, such as 108.86.0.90.")
@click.option("--name", default="", help="What phones ask for; else the file's own name.")
@click.option("--sha256", default="", help="As the maker publishes it; another file is refused.")
@as_json
@acting
def add(
    house: House,
    actor: Actor,
    file: Path,
    vendor: str,
    models: tuple[str, ...],
    version: str,
    name: str,
    sha256: str,
    json_: bool,
) -> None:
    """Store an image; nothing runs it before it is chosen.

    \b
    Example:
      provserver firmware add T46U-108.86.0.90.rom --vendor yealink --models T46U,T43U --version 108.86.0.90
    """
    wanted = tuple(part for text in models for part in text.replace(",", " ").split())
    new = NewImage(name or file.name, vendor, wanted, version, sha256)
    with file.open("rb") as source:
        row = images.add(house, actor, new, _watched(source, file.stat().st_size))
    known = images.image(house, actor, row.name)
    if json_:
        print_json(_as_json(known))
        return
    print_facts([("Image", row.name), ("For", f"{row.vendor} {' '.join(row.models)}"), ("SHA-256", row.sha256)])


def _watched(source: BinaryIO, size: int) -> Iterator[bytes]:
    """Read a file in chunks under a bar that counts KiB."""
    done = 0
    with progress_bar("Storing, KiB") as progress:
        for chunk in in_chunks(source):
            yield chunk
            done += len(chunk)
            progress(done // KIBIBYTE, size // KIBIBYTE)


@firmware.command("list")
@click.argument("search", nargs=-1)
@as_json
@acting
def list_(house: House, actor: Actor, search: tuple[str, ...], json_: bool) -> None:
    """List the images, or those with these words in name, maker, model or version, and where each is chosen.

    \b
    Example:
      provserver firmware list yealink
    """
    found = images.images(house, actor, " ".join(search))
    if json_:
        print_json([_as_json(known) for known in found])
        return
    rows = [
        (
            known.row.name,
            known.row.vendor,
            " ".join(known.row.models),
            known.row.version,
            f"{known.row.size / MEBIBYTE:.1f} MiB" if known.is_here else "missing",
            ", ".join(place.text for place in known.chosen),
            known.row.sha256,
        )
        for known in found
    ]
    print_table(("NAME", "MAKER", "MODELS", "VERSION", "SIZE", "CHOSEN FOR", "SHA-256"), rows)


@firmware.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@acting
def remove(house: House, actor: Actor, name: str, yes: bool) -> None:
    """Remove an image that is chosen nowhere.

    \b
    Example:
      provserver firmware remove T46U-108.86.0.90.rom
    """
    row = images.image(house, actor, name).row
    if not yes:
        click.confirm(f"Remove {row.name}, version {row.version} for {row.vendor}?", abort=True)
    images.remove(house, actor, row.name)
    click.echo(f"{row.name} is removed.")


@firmware.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--inherit", is_flag=True, help="Choose nothing here; wider places count again.")
@click.option("--none", "none", is_flag=True, help="Leave these phones as they are, whatever wider places choose.")
@click.option("--department", default="", help="For a department and those inside it.")
@click.option("--model", default="", metavar="MAKER/MODEL", help="For all phones of a model.")
@click.option("--line", default="", metavar="EXTENSION", help="For the phones whose first account is a line.")
@click.option("--phone", default="", metavar="MAC", help="For one phone.")
@acting
def choose(house: House, actor: Actor, names: tuple[str, ...], inherit: bool, none: bool, **places: str) -> None:
    """Choose images for the company, or for a part of it; each phone takes the one that belongs to its model.

    \b
    Example:
      provserver firmware choose T46U-108.86.0.90.rom --model yealink/T46U
      provserver firmware choose --inherit --phone 805ec0d9c744
    """
    if bool(names) + inherit + none != 1:
        raise click.UsageError("Name one image or more, or say --inherit or --none.")
    given = [(scope, name) for scope, name in places.items() if name]
    if len(given) > 1:
        raise click.UsageError("One place at a time.")
    scope, place = given[0] if given else (Scope.TENANT.word, "")
    wide = Scope.DEVICE.word if scope == "phone" else scope
    value = None if inherit else list(names)
    saved = settings.set_values(house, actor, wide, place, {"firmware": value})
    click.echo(f"Saved; phones concerned: {saved.touched}." if saved.values or saved.touched else "Nothing to change.")


def _as_json(known: Known) -> dict[str, object]:
    row = known.row
    return {
        "id": row.id,
        "name": row.name,
        "vendor": row.vendor,
        "models": row.models,
        "version": row.version,
        "sha256": row.sha256,
        "size": row.size,
        "added_at": row.added_at,
        "chosen_for": [place.text for place in known.chosen],
        "is_here": known.is_here,
    }
