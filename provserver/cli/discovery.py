"""The command that lets phones find this server."""

import asyncio

import click

from provserver.cli.children import end_with, parent_option
from provserver.config import load
from provserver.discovery.process import discover
from provserver.logs import set_up
from provserver.services.opening import open_house


@click.command()
@parent_option
def discovery(parent: int) -> None:
    """Let phones find this server by SIP plug and play and by mDNS, and answer TFTP where that is configured.

    \b
    Example:
      PROVSERVER_DISCOVERY=pnp PROVSERVER_TFTP_BIND=0.0.0.0:69 provserver discovery
    """
    end_with(parent)
    config = load()
    set_up(config.log_level)
    house = open_house(config)
    try:
        asyncio.run(discover(house))
    finally:
        house.database.close()
