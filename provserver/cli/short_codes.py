"""The commands for short codes."""

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, print_json, print_table
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.organisation import short_codes
from provserver.services.organisation.short_codes import LIMIT, Entry

_codes = click.argument("codes", nargs=-1, required=True)
_release = click.option("--release", is_flag=True, help="Empty the keys that dial what goes.")


@click.group("short-code")
def short_code() -> None:
    """Look after short codes: one by one, and in ranges."""


@short_code.command()
@click.argument("code")
@click.argument("number")
@click.option("--to", "last", default="", help="The last code of a range; each code dials one more.")
@click.option("--name", default="")
@click.option("--department", default="")
@acting
def add(house: House, actor: Actor, code: str, number: str, last: str, **values: str) -> None:
    """Add a short code, or with --to a range whose first code dials NUMBER.

    \b
    Example:
      provserver short-code add 801 +390255501801 --name Courier
      provserver short-code add 810 +390255501810 --to 819 --name Branch
    """
    codes = {"first": code, "last": last} if last else {"code": code}
    added = short_codes.add(house, actor, {**codes, "number": number, **values})
    click.echo(f"{_span(added)} is added; {short_codes.count(house, actor)} of {LIMIT} short codes are used.")


def _span(entry: Entry) -> str:
    return f"{entry.first.code}-{entry.last.code}" if entry.is_range else entry.first.code


def _place(entry: Entry) -> str:
    return entry.first.department.name if entry.first.department else ""


@short_code.command("list")
@click.argument("search", nargs=-1)
@click.option("--department", default=None, help="Only those of this department; empty: those of none.")
@as_json
@acting
def list_(house: House, actor: Actor, search: tuple[str, ...], department: str | None, json_: bool) -> None:
    """List short codes and ranges, or those with these words in code, number or name.

    \b
    Example:
      provserver short-code list courier
    """
    found = short_codes.find(house, actor, " ".join(search), department)
    rows = [(_span(entry), entry.first.number, entry.first.name, _place(entry)) for entry in found]
    if json_:
        print_json([dict(zip(("codes", "number", "name", "department"), row, strict=True)) for row in rows])
        return
    print_table(("CODE", "NUMBER", "NAME", "DEPARTMENT"), rows)


@short_code.command()
@click.argument("code")
@click.option("--code", "new_code", default=None, help="Another code; keys that dial the old one follow.")
@click.option("--first", default=None, help="Another first code of a range.")
@click.option("--to", "last", default=None, help="Another last code of a range.")
@click.option("--number", default=None, help="What it dials; in a range, what its first code dials.")
@click.option("--name", default=None)
@click.option("--department", default=None)
@_release
@acting
def change(house: House, actor: Actor, code: str, new_code: str | None, release: bool, **values: str | None) -> None:
    """Change a short code, or the whole range that it belongs to.

    \b
    Example:
      provserver short-code change 801 --number +390255501802
      provserver short-code change 810 --to 829
    """
    raw = {field: value for field, value in {"code": new_code, **values}.items() if value is not None}
    changed = short_codes.change(house, actor, code, raw, release=release)
    click.echo(f"{_span(changed)} is saved.")


@short_code.command()
@_codes
@click.option("--to", "department", default="", help="The department; without it the company itself.")
@acting
def move(house: House, actor: Actor, codes: tuple[str, ...], department: str) -> None:
    """Move short codes, and ranges as a whole, to a department.

    \b
    Example:
      provserver short-code move 801 810 --to Milan
    """
    click.echo(f"{short_codes.move(house, actor, codes, department)} short codes are moved.")


@short_code.command()
@_codes
@_release
@acting
def remove(house: House, actor: Actor, codes: tuple[str, ...], release: bool) -> None:
    """Delete short codes, and ranges as a whole, all or nothing.

    \b
    Example:
      provserver short-code remove 801 810 --release
    """
    click.echo(f"{short_codes.remove(house, actor, codes, release=release)} short codes are deleted.")
