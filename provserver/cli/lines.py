"""The commands for lines: the extensions that phones register."""

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, print_facts, print_json, print_table
from provserver.cli.secrets import rotate_password
from provserver.db.models import Line
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.inventory import giving_on
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine

PAGE = 500


@click.group()
def line() -> None:
    """Look after lines: extensions, their names and passwords."""


@line.command()
@click.argument("extension")
@click.argument("name")
@click.option("--display-name", default="", help="What colleagues see, where it differs.")
@click.option("--department", default="")
@click.option("--username", default="", help="SIP user name; else the extension.")
@click.option("--domain", default="", help="SIP domain, where it differs from the company's.")
@as_json
@acting
def add(house: House, actor: Actor, extension: str, name: str, json_: bool, **values: str) -> None:
    """Add a line; its SIP password is made, and shown this once.

    \b
    Example:
      provserver line add 204 "Anna Bianchi" --department Sales
    """
    added, password = directory.add_line(house, actor, NewLine(extension, name, **values))
    if json_:
        print_json({"extension": added.extension, "username": added.username, "password": password})
        return
    print_facts([("Extension", added.extension), ("Username", added.username), ("Password", password)])


@line.command("list")
@click.argument("search", nargs=-1)
@as_json
@acting
def list_(house: House, actor: Actor, search: tuple[str, ...], json_: bool) -> None:
    """List the lines, or those with these words in number or name.

    \b
    Example:
      provserver line list rossi
    """
    lines: list[Line] = []
    while page := directory.find_lines(house, actor, " ".join(search), PAGE, lines[-1].id if lines else 0):
        lines += page
    if json_:
        print_json([_as_json(item) for item in lines])
        return
    rows = [
        (item.extension, item.name, item.display_name, item.department.name if item.department else "", item.username)
        for item in lines
    ]
    print_table(("EXTENSION", "NAME", "SHOWN AS", "DEPARTMENT", "USERNAME"), rows)


def _as_json(item: Line) -> dict[str, str]:
    return {
        "extension": item.extension,
        "name": item.name,
        "display_name": item.display_name,
        "department": item.department.name if item.department else "",
        "username": item.username,
    }


@line.command()
@click.argument("extension")
@click.argument("name")
@click.option("--display-name", default=None, help="What colleagues see; empty means the name.")
@acting
def rename(house: House, actor: Actor, extension: str, name: str, display_name: str | None) -> None:
    """Rename a line; every phone that carries or monitors it is told.

    \b
    Example:
      provserver line rename 204 "Anna Verdi"
    """
    values = {"name": name} if display_name is None else {"name": name, "display_name": display_name}
    changed = directory.change_line(house, actor, extension, values)
    click.echo(f"{changed.extension} is now {changed.name}, shown as {changed.shown_name}.")


@line.command()
@click.argument("extension")
@click.argument("name")
@click.option("--keep-name-in-calls", is_flag=True, help="Colleagues go on seeing the name that they saw.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@acting
def reconfigure(house: House, actor: Actor, extension: str, name: str, keep_name_in_calls: bool, yes: bool) -> None:
    """Give a line to a new user: the keys and call services of the one before are wiped.

    \b
    Example:
      provserver line reconfigure 204 "Zoe Galli"
    """
    before = directory.get_line(house, actor, extension)
    if not yes:
        click.confirm(f"Wipe the keys and call services of {extension} {before.name}?", abort=True)
    done = giving_on.give_on(house, actor, extension, name, in_calls=not keep_name_in_calls)
    click.echo(f"{extension} belongs to {name} now; {len(done.phones)} phones were wiped.")


line.add_command(rotate_password)
