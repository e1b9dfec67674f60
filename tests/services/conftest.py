"""A small company with lines and phones, for the services' tests."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from provserver.db.models import Device
from provserver.domain.roles import Actor
from provserver.services.access import accounts
from provserver.services.access.accounts import Person
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from provserver.services.pushing import fetches
from tests.services.coming_in import PASSWORD
from tests.services.desk import MAC, Desk
from tests.services.floor import PHONES, Floor, Still, fetched


@dataclass(frozen=True)
class Office:
    """A house with lines 201 to 204, a VVX301 for 201 and a T46U for 202; URLs end with a slash."""

    house: House
    actor: Actor
    poly: str
    poly_url: str
    yealink: str
    yealink_url: str


@pytest.fixture
def office(house: House, actor: Actor) -> Office:
    """Set the office up."""
    for extension, name in (
        ("201", "Mario Rossi"),
        ("202", "Giulia Verdi"),
        ("203", "Luca Neri"),
        ("204", "Anna Bianchi"),
    ):
        directory.add_line(house, actor, NewLine(extension, name, domain="pbx.example.com"))
    _, poly_url = devices.add_device(house, actor, NewDevice("00:04:F2:AA:BB:CC", "poly", "VVX301", ("201",)))
    _, yealink_url = devices.add_device(house, actor, NewDevice("805ec0d9c744", "yealink", "T46U", ("202",)))
    return Office(house, actor, "0004f2aabbcc", poly_url, "805ec0d9c744", yealink_url)


@pytest.fixture
def floor(house: House, actor: Actor) -> Iterator[Floor]:
    """A company of phones, all up to date."""
    clock = Still()
    house = replace(house, clock=clock)
    macs = [f"805ec0{number:06x}" for number in range(PHONES)]
    for number, mac in enumerate(macs):
        directory.add_line(house, actor, NewLine(str(100 + number), f"Person {number}", domain="pbx.example.com"))
        devices.add_device(house, actor, NewDevice(mac, "yealink", "T46U", (str(100 + number),)))
    with house.database.transaction() as session:
        for device in session.scalars(select(Device)):
            device.sip_address, device.last_seen = f"sip:{device.mac}@127.0.0.1:9", clock()
            fetched(session, device.id)
            fetches.settle(session, device.id, clock())
    yield Floor(house, actor, clock, macs)


@pytest.fixture
def desk(house: House, actor: Actor) -> Desk:
    """A phone with a key pressed now and then."""
    clock = Still()
    house = replace(house, clock=clock)
    directory.add_line(house, actor, NewLine("201", "Mario Rossi", domain="pbx.example.com"))
    devices.add_device(house, actor, NewDevice(MAC, "yealink", "T46U", ("201",)))
    devices.change_device(house, actor, MAC, {"sip_address": "sip:201@127.0.0.1:9"})
    desk = Desk(house, actor, clock)
    desk.at("04T11:00")
    desk.fetch()
    return desk


@pytest.fixture
def anna(house: House) -> Person:
    """An operator."""
    return accounts.add_user(house, "anna", PASSWORD)
