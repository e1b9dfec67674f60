"""The command that runs the demo's simulated phones."""

import asyncio

import click

from provserver.cli.children import end_with, parent_option
from provserver.config import load
from provserver.logs import set_up
from provserver.services import demo
from provserver.services.opening import open_house
from provserver.simulator import FIRST_PORT, SimulatedPhone, run_phones


@click.command()
@parent_option
def simulate(parent: int) -> None:
    """Simulate two phones of the demo company: they fetch their files, answer a NOTIFY, and fetch again.

    \b
    Example:
      provserver simulate
    """
    end_with(parent)
    config = load()
    set_up(config.log_level)
    house = open_house(config)
    addresses = demo.addresses(house)
    desks = [desk for desk in demo.DESKS if desk.mac in addresses]
    phones = []
    for port, desk in enumerate(desks, start=FIRST_PORT):
        url = addresses[desk.mac].replace(config.base_url, f"http://{config.bind}", 1)
        phone = SimulatedPhone(desk.vendor, desk.model, desk.mac, url, port)
        demo.place_phone(house, desk.mac, phone.port)
        phones.append(phone)
    house.database.close()
    asyncio.run(run_phones(phones))
