"""The command that writes what a DHCP server needs so that phones find this server."""

import click

from provserver.config import load
from provserver.domain.dhcp import Flavour
from provserver.services.network import dhcp as service


@click.command()
@click.argument("flavour", type=click.Choice([flavour.value for flavour in Flavour]))
@click.option("--vendor", default="", help="One maker only, such as yealink.")
def dhcp(flavour: str, vendor: str) -> None:
    """Print what to put into a DHCP server so that phones find this server.

    \b
    Example:
      provserver dhcp dnsmasq --vendor yealink
    """
    config = load()
    text = service.snippet(config, flavour, vendor)
    for warning in service.warnings(config):
        click.echo(f"Careful: {warning}", err=True)
    click.echo(text, nl=False)
