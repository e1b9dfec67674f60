"""The commands for people and programs that may come in."""

import sys

import click

from provserver.cli.acting import with_house
from provserver.cli.printing import as_json, print_facts, print_json, print_table
from provserver.crypto import new_password
from provserver.domain.roles import Role
from provserver.services import accounts
from provserver.services.house import House

_role = click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.OPERATOR.value, show_default=True
)
_company = click.option("--company", default="", metavar="NAME", help="For an admin or reader; else the oldest one.")
_from_input = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def user() -> None:
    """Look after the people who may sign in."""


@user.command()
@click.argument("name")
@_role
@_company
@_from_input
@as_json
@with_house
def add(house: House, name: str, role: str, company: str, password_stdin: bool, json_: bool) -> None:
    """Add a person; without --password-stdin a password is made and shown this once.

    \b
    Example:
      provserver user add anna --role admin
    """
    made = "" if password_stdin else new_password()
    person = accounts.add_user(house, name, made or _read_password(), Role(role), company)
    _show(person.name, person.role, made, json_)


@user.command()
@click.argument("name")
@_from_input
@as_json
@with_house
def password(house: House, name: str, password_stdin: bool, json_: bool) -> None:
    """Replace a person's password and end their sessions.

    \b
    Example:
      provserver user password admin
    """
    made = "" if password_stdin else new_password()
    accounts.set_password(house, name, made or _read_password())
    _show(name, "", made, json_)


@user.command("list")
@as_json
@with_house
def list_(house: House, json_: bool) -> None:
    """List the people who may sign in.

    \b
    Example:
      provserver user list
    """
    people = accounts.people(house)
    if json_:
        print_json([{"name": item.name, "role": item.role, "company": item.company} for item in people])
        return
    print_table(("NAME", "ROLE", "COMPANY"), [(item.name, item.role, item.company or "all") for item in people])


@click.group()
def token() -> None:
    """Look after the programs that may use the API."""


@token.command()
@click.argument("name", default="cli")
@_role
@_company
@as_json
@with_house
def create(house: House, name: str, role: str, company: str, json_: bool) -> None:
    """Make an API token and show it this once.

    \b
    Example:
      provserver token create monitoring --role reader
      curl -H "Authorization: Bearer TOKEN" http://127.0.0.1:8080/api/v1/devices
    """
    made = accounts.add_token(house, name, Role(role), company)
    if json_:
        print_json({"name": name, "role": role, "token": made})
        return
    click.echo(made)


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _show(name: str, role: str, made: str, json_: bool) -> None:
    facts = {"name": name, "role": role, "password": made}
    if json_:
        print_json({what: value for what, value in facts.items() if value})
        return
    print_facts([("Name", name), ("Role", role), ("Password", made and f"{made}  (shown this once)")])
