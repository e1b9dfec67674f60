"""The commands for the programs that may use the API."""

import click

from provserver.cli.acting import acting, with_house
from provserver.cli.printing import as_json, moment, print_json, print_table
from provserver.cli.users import first_company
from provserver.domain.roles import Actor, Right, Role
from provserver.services.access import api_tokens
from provserver.services.access.api_tokens import NewToken
from provserver.services.house import House

_scope = click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([right.value for right in Right]),
    help="Some of the role's rights; without one, all of them.",
)


@click.group()
def token() -> None:
    """Look after the programs that may use the API."""


@token.command()
@click.argument("name", default="cli")
@click.option(
    "--role",
    type=click.Choice([role.value for role in api_tokens.ROLES]),
    default=Role.OPERATOR.value,
    show_default=True,
)
@click.option("--company", default="", metavar="NAME", help="For an admin or reader; else the oldest one.")
@_scope
@click.option("--department", "departments", multiple=True, help="For a department-admin or a reader.")
@click.option("--days", type=click.IntRange(0, api_tokens.LONGEST), default=0, help="How long it opens; 0 has no end.")
@as_json
@with_house
def create(
    house: House,
    name: str,
    role: str,
    company: str,
    scopes: tuple[str, ...],
    departments: tuple[str, ...],
    days: int,
    json_: bool,
) -> None:
    """Make an API token and show it this once.

    \b
    Example:
      provserver token create monitoring --role reader --days 365
      provserver token create dialler --role admin --scope keys
      curl -H "Authorization: Bearer TOKEN" http://127.0.0.1:8080/api/v1/devices
    """
    new = NewToken(name, Role(role), scopes, departments, days)
    _added, made = api_tokens.add(house, first_company(house, company), new)
    if json_:
        print_json({"name": name, "role": role, "token": made})
        return
    click.echo(made)


@token.command("list")
@as_json
@acting
def list_(house: House, actor: Actor, json_: bool) -> None:
    """List the tokens with their last use.

    \b
    Example:
      provserver token list
    """
    rows = api_tokens.find(house, actor)
    if json_:
        print_json([{"id": row.number, **_facts(row)} for row in rows])
        return
    head = ("ID", "NAME", "ROLE", "SCOPES", "ENDS", "LAST USED", "FROM")
    print_table(head, [_row(row) for row in rows])


def _facts(row: api_tokens.Listed) -> dict[str, object]:
    return {
        "name": row.name,
        "role": row.role,
        "scopes": list(row.scopes),
        "departments": list(row.departments),
        "created_by": row.created_by,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
        "last_used_from": row.last_used_from,
    }


def _row(row: api_tokens.Listed) -> tuple[object, ...]:
    ends = moment(row.expires_at) + (" (over)" if row.expired else "")
    used = moment(row.last_used_at)
    return (row.number, row.name, row.role, " ".join(row.scopes) or "all", ends, used, row.last_used_from)


@token.command()
@click.argument("number", type=int)
@acting
def revoke(house: House, actor: Actor, number: int) -> None:
    """Revoke a token by its id in the list.

    \b
    Example:
      provserver token revoke 3
    """
    api_tokens.revoke(house, actor, number)
