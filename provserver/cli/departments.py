"""The commands for departments."""

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, print_json, print_table
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.organisation import departments, directory


@click.group()
def department() -> None:
    """Look after departments: by site, for example, in one another."""


@department.command()
@click.argument("name")
@click.option("--in", "parent", default="", help="The department that it lies in.")
@click.option("--operator", "operator_number", default="", help="Whom the attendant puts through to.")
@acting
def add(house: House, actor: Actor, name: str, parent: str, operator_number: str) -> None:
    """Add a department.

    \b
    Example:
      provserver department add Sales --in Milan --operator 9
    """
    added = directory.add_department(house, actor, name, parent, operator_number)
    click.echo(f"{added.name} is added.")


@department.command("list")
@as_json
@acting
def list_(house: House, actor: Actor, json_: bool) -> None:
    """List the departments.

    \b
    Example:
      provserver department list
    """
    rows = directory.departments(house, actor)
    names = {row.id: row.name for row in rows}
    found = [(row.name, names.get(row.parent_id or 0, ""), row.operator_number) for row in rows]
    if json_:
        print_json([dict(zip(("name", "parent", "operator_number"), cells, strict=True)) for cells in found])
        return
    print_table(("NAME", "LIES IN", "OPERATOR"), found)


@department.command()
@click.argument("name")
@click.option("--name", "new_name", default=None, help="The new name.")
@click.option("--in", "parent", default=None, help="The department to move it into; empty: the company itself.")
@click.option("--operator", "operator_number", default=None, help="Whom the attendant puts through to.")
@acting
def change(house: House, actor: Actor, name: str, new_name: str | None, **values: str | None) -> None:
    """Rename a department, move it, or give it an operator; its phones are told where they inherit something else.

    \b
    Example:
      provserver department change Sales --name Orders --in Rome
    """
    raw = {field: value for field, value in {"name": new_name, **values}.items() if value is not None}
    changed = departments.change(house, actor, name, raw)
    click.echo(f"{changed.name} is saved.")


@department.command()
@click.argument("name")
@click.option("--release", is_flag=True, help="Move what lies in it to where it lies itself.")
@acting
def remove(house: House, actor: Actor, name: str, release: bool) -> None:
    """Remove a department with its settings.

    \b
    Example:
      provserver department remove Sales --release
    """
    departments.remove(house, actor, name, release=release)
    click.echo(f"{name} is removed.")
