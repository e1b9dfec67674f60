"""The first start: what is made before the doors open, and how the newcomer is told."""

from dataclasses import dataclass

import click

from provserver.config import Config
from provserver.services import demo
from provserver.services.access.accounts import FirstStart, first_start
from provserver.services.opening import open_house
from provserver.services.upkeep import certificates


@dataclass(frozen=True, slots=True)
class Prepared:
    """What stands ready; the address to try is empty without a demo."""

    start: FirstStart
    has_demo: bool = False
    url_to_try: str = ""


def prepare(config: Config, *, with_demo: bool = False) -> Prepared:
    """Bring the tables up to date and make what a first start needs, once, before any door opens."""
    house = open_house(config)
    try:
        certificates.ensure(house)
        certificates.publish(house)
        made = with_demo and demo.set_up(house)
        start = first_start(house)
        return Prepared(start, made, demo.url_to_try(house) if made else "")
    finally:
        house.database.close()


def sign_in_sentence(config: Config, start: FirstStart) -> str:
    """Say how to sign in: the new password once, afterwards how to replace it."""
    if not start.password:
        return (
            f"{start.name}, with the password of the first start (another one: provserver user password {start.name})"
        )
    if config.admin_password:
        return f"{start.name} / the password in PROVSERVER_ADMIN_PASSWORD"
    return f"{start.name} / {start.password}   (shown this once)"


def announce(config: Config, start: FirstStart) -> None:
    """Tell of a new admin where nothing else is printed."""
    if start.password:
        click.echo(f"Sign in: {sign_in_sentence(config, start)}", err=True)
