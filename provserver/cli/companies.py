"""The commands for companies."""

import click

from provserver.cli.acting import with_house
from provserver.cli.printing import as_json, moment, print_json, print_table
from provserver.cli.users import first_company
from provserver.domain.roles import Actor
from provserver.errors import NotFound
from provserver.services.access import companies
from provserver.services.house import House
from provserver.services.inventory import claims


@click.group()
def company() -> None:
    """Look after companies, where there are several."""


@company.command("list")
@as_json
@with_house
def list_(house: House, json_: bool) -> None:
    """List the companies.

    \b
    Example:
      provserver company list
    """
    rows = companies.find(house, first_company(house, ""))
    if json_:
        print_json([{"id": row.id, "name": row.name, "lines": lines, "devices": phones} for row, lines, phones in rows])
        return
    print_table(("ID", "NAME", "LINES", "PHONES"), [(row.id, row.name, lines, phones) for row, lines, phones in rows])


@company.command()
@click.argument("name")
@with_house
def add(house: House, name: str) -> None:
    """Add an empty company.

    \b
    Example:
      provserver company add "Verdi S.r.l."
    """
    companies.add(house, first_company(house, ""), name)


@company.command()
@click.argument("name")
@click.argument("new")
@with_house
def rename(house: House, name: str, new: str) -> None:
    """Give a company another name.

    \b
    Example:
      provserver company rename "My company" "Verdi S.r.l."
    """
    companies.rename(house, first_company(house, ""), _number(house, name), new)


@company.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_house
def remove(house: House, name: str, yes: bool) -> None:
    """Remove a company with its lines, phones, people and history.

    \b
    Example:
      provserver company remove "Verdi S.r.l."
    """
    number = _number(house, name)
    if not yes:
        click.confirm(f"Remove {name} with all that it holds?", abort=True)
    companies.remove(house, _elsewhere(house, number), number, name)


def _number(house: House, name: str) -> int:
    found = next((row.id for row in companies.every(house) if row.name == name), None)
    if found is None:
        raise NotFound(f"there is no company {name}")
    return found


def _elsewhere(house: House, number: int) -> Actor:
    """Give who is at the keyboard for another company, in whose history the removal stands."""
    others = [row.name for row in companies.every(house) if row.id != number]
    return first_company(house, others[0] if others else "")


@company.command("claims")
@as_json
@with_house
def claims_(house: House, json_: bool) -> None:
    """List phones that somebody wanted to add although another company has them.

    \b
    Example:
      provserver company claims
    """
    rows = claims.claims(house, first_company(house, ""))
    names = ("actor", "count", "first_at", "last_at")
    if json_:
        facts = [{name: getattr(row.claim, name) for name in names} for row in rows]
        print_json(
            [
                {"mac": row.mac, "wanted_by": row.wanted_by, "belongs_to": row.had_by, **fact}
                for row, fact in zip(rows, facts, strict=True)
            ]
        )
        return
    shown = [
        (row.mac, row.wanted_by, row.claim.actor, row.had_by, row.claim.count, moment(row.claim.last_at))
        for row in rows
    ]
    print_table(("MAC", "WANTED BY", "WHO", "BELONGS TO", "TIMES", "LAST"), shown)
