"""The commands for hunt groups and pickup groups."""

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, print_json, print_table
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.organisation import directory, groups
from provserver.services.organisation.groups import KINDS, NewGroup

_kind = click.argument("kind", type=click.Choice(KINDS))
_members = click.option("--members", default=None, help="Extensions in the order of ringing, such as 202,201.")


@click.group()
def group() -> None:
    """Look after hunt groups (with a pilot number) and pickup groups (with a code)."""


@group.command()
@_kind
@click.argument("name")
@click.argument("number", default="")
@_members
@acting
def add(house: House, actor: Actor, kind: str, name: str, number: str, members: str | None) -> None:
    """Add a group with its pilot number or pickup code.

    \b
    Example:
      provserver group add hunt Sales 300 --members 202,201
    """
    added = groups.add(house, actor, NewGroup(kind, name, number, tuple(_split(members or ""))))
    click.echo(f"{added.name} is added, with {len(added.members)} members.")


def _split(text: str) -> list[str]:
    return text.replace(",", " ").split()


@group.command("list")
@as_json
@acting
def list_(house: House, actor: Actor, json_: bool) -> None:
    """List the groups with their members.

    \b
    Example:
      provserver group list
    """
    rows = directory.groups(house, actor)
    found = [(row.kind, row.name, row.number, [member.line.extension for member in row.members]) for row in rows]
    if json_:
        print_json([dict(zip(("kind", "name", "number", "members"), cells, strict=True)) for cells in found])
        return
    print_table(("KIND", "NAME", "NUMBER", "MEMBERS"), [(*cells[:3], " ".join(cells[3])) for cells in found])


@group.command()
@_kind
@click.argument("name")
@click.option("--name", "new_name", default=None, help="The new name.")
@click.option("--number", default=None, help="The pilot number or pickup code; keys that dial a pilot follow.")
@_members
@acting
def change(house: House, actor: Actor, kind: str, name: str, members: str | None, **values: str | None) -> None:
    """Change a group's name, number or members; members are given all, in their order.

    \b
    Example:
      provserver group change hunt Sales --members 201,202,203
    """
    given = {"name": values["new_name"], "number": values["number"]}
    raw: dict[str, object] = {field: value for field, value in given.items() if value is not None}
    if members is not None:
        raw["members"] = _split(members)
    changed = groups.change(house, actor, kind, name, raw)
    click.echo(f"{changed.name} is saved, with {len(changed.members)} members.")


@group.command()
@_kind
@click.argument("name")
@click.option("--release", is_flag=True, help="Empty the keys that dial it.")
@acting
def remove(house: House, actor: Actor, kind: str, name: str, release: bool) -> None:
    """Remove a group.

    \b
    Example:
      provserver group remove hunt Sales --release
    """
    groups.remove(house, actor, kind, name, release=release)
    click.echo(f"{name} is removed.")
