"""A company of many phones, made through the same services that people use."""

import time
from dataclasses import dataclass
from pathlib import Path

from provserver.config import Config
from provserver.crypto import Keyring
from provserver.db.schema import upgrade
from provserver.db.session import Database
from provserver.domain.roles import Actor, Role
from provserver.services.access import accounts
from provserver.services.editing import keys
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine

KEYS = 20
TOKEN = "bench-token-of-enough-length"


@dataclass(frozen=True)
class Fleet:
    """A house with phones; ``files`` are the paths of their proving files, ``insert`` milliseconds by position."""

    house: House
    actor: Actor
    urls: list[str]
    macs: list[str]
    insert: dict[int, float]

    @property
    def files(self) -> list[str]:
        """Give the path of each phone's own file."""
        base = len(self.house.config.base_url)
        return [f"{url[base:]}{mac}.cfg" for url, mac in zip(self.urls, self.macs, strict=True)]


def build(folder: Path, base_url: str, phones: int, keys_each: int = KEYS) -> Fleet:
    """Make the phones; a line each, a Yealink T46U with a line key and monitored extensions."""
    config = Config(data_dir=folder, public_url=base_url)
    house = House(Database(config.url, Keyring.open_or_create(folder / "secret.key")), config)
    upgrade(house.database)
    actor = Actor(accounts.ensure_company(house, "Bench"), "bench", Role.OPERATOR)
    accounts.add_token(house, "bench", token=TOKEN)
    for number in range(phones):
        directory.add_line(house, actor, NewLine(str(10_000 + number), f"Person {number}", domain="pbx.example.com"))
    urls, macs = [], []
    insert: dict[int, float] = {}
    for number in range(phones):
        mac = f"805ec0{number:06x}"
        started = time.perf_counter()
        _, url = devices.add_device(house, actor, NewDevice(mac, "yealink", "T46U", (str(10_000 + number),)))
        insert[number + 1] = (time.perf_counter() - started) * 1000
        wanted = {
            str(n): {"kind": "blf", "target": str(10_000 + (number + n) % phones)} for n in range(2, keys_each + 1)
        }
        if wanted:
            keys.set_keys(house, actor, mac, wanted)
        urls.append(url)
        macs.append(mac)
    return Fleet(house, actor, urls, macs, insert)
