"""The command that tells phones of changes."""

import asyncio

import click

from provserver.cli.children import end_with, parent_option
from provserver.cli.sockets import sip_conflict
from provserver.config import load
from provserver.logs import set_up
from provserver.services.opening import open_house
from provserver.worker import work


@click.command()
@parent_option
def worker(parent: int) -> None:
    """Render what is stale and tell phones of changes, without the web; any number may run beside each other.

    \b
    Example:
      PROVSERVER_SIP_BIND=192.0.2.10:5070 provserver worker
    """
    end_with(parent)
    config = load()
    set_up(config.log_level)
    house = open_house(config)
    try:
        asyncio.run(work(house))
    except OSError as error:
        raise sip_conflict(config, error) from error
    finally:
        house.database.close()
