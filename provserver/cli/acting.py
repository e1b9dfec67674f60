"""What the commands share: the house opened, who acts and for which company, and how a refusal is shown."""

import functools
import getpass
import os
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from provserver.config import load
from provserver.domain.roles import Actor, Role
from provserver.errors import Invalid, ProvisioningError
from provserver.logs import set_up
from provserver.services.access import accounts, companies
from provserver.services.house import House
from provserver.services.opening import open_house

REFUSED = 1
"""Exit code where a rule refuses; click itself exits with 2 where the usage is wrong."""

Command = Callable[..., None]


class Program(click.Group):
    """The group of all commands: the one place that turns errors into a sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; ends with exit code 1 where the house refuses."""
        try:
            return super().invoke(ctx)
        except (ProvisioningError, SQLAlchemyError, OSError) as error:
            for sentence in _sentences(error):
                click.echo(f"Error: {sentence}", err=True)
            return ctx.exit(REFUSED)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """List the commands in the order that a newcomer meets them."""
        return list(self.commands)


def _sentences(error: Exception) -> list[str]:
    """Say what is wrong; a sentence for each field."""
    if isinstance(error, Invalid):
        return [f"{item.field}: {item.message}" for item in error.fields]
    if isinstance(error, SQLAlchemyError):
        reason = str(getattr(error, "orig", error)).strip().splitlines() or ["unknown"]
        return [f"the database did not answer: {reason[0]}"]
    if isinstance(error, OSError):
        return [f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}"]
    return [str(error)]


def with_house(command: Command) -> Command:
    """Open the house that the environment describes, and hand it to the command first."""

    @functools.wraps(command)
    def wrapper(*args: Any, **values: Any) -> None:
        config = load()
        set_up("WARNING" if config.log_level == "INFO" else config.log_level)
        house = open_house(config)
        try:
            command(house, *args, **values)
        finally:
            house.database.close()

    return wrapper


def acting(command: Command) -> Command:
    """Hand the command the house and who acts: the person at the keyboard, for the company of ``--company``."""
    option = click.option("--company", default="", metavar="NAME", help="Which company, where there are several.")
    return option(with_house(_for_actor(command, operator)))


def acting_for_all(command: Command) -> Command:
    """Hand the command the house and who acts, where it is about the whole server: no company has to be named.

    The line in the history stands with the oldest company, or with that of ``--company``.
    """
    option = click.option("--company", default="", metavar="NAME", hidden=True)
    return option(with_house(_for_actor(command, operator_of_all)))


def _for_actor(command: Command, who: Callable[[House, str], Actor]) -> Command:
    @functools.wraps(command)
    def wrapper(house: House, *args: Any, company: str, **values: Any) -> None:
        command(house, who(house, company), *args, **values)

    return wrapper


def operator_of_all(house: House, company: str = "") -> Actor:
    """Give the person at the keyboard, for the oldest company unless one is named."""
    names = [tenant.name for tenant in companies.every(house)]
    return operator(house, company or (names[0] if names else ""))


def operator(house: House, company: str = "") -> Actor:
    """Give the person at the keyboard, who may do everything; a house without a company gets its first one."""
    names = {tenant.name: tenant.id for tenant in companies.every(house)}
    if not names:
        names = {accounts.FIRST_COMPANY: accounts.ensure_company(house, accounts.FIRST_COMPANY)}
    if not company and len(names) > 1:
        raise click.UsageError("There are several companies; name one with --company: " + ", ".join(names))
    chosen = company or next(iter(names))
    if chosen not in names:
        raise Invalid.field("company", f"there is no company {chosen}; there are: " + ", ".join(names))
    return Actor(names[chosen], f"cli:{_unix_user()}", Role.OPERATOR)


def _unix_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return str(os.getuid())
