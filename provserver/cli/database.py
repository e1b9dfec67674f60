"""The commands that look after the database."""

import click

from provserver.cli.acting import with_house
from provserver.services.house import House


@click.group("db")
def database() -> None:
    """Look after the database."""


@database.command()
@with_house
def upgrade(house: House) -> None:
    """Bring the tables up to date; every start of the server does the same, one process at a time.

    \b
    Example:
      provserver db upgrade
    """
    click.echo(f"The tables in {house.database.engine.url.render_as_string(hide_password=True)} are up to date.")
