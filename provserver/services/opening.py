"""The house opened: keys, database and tables made ready, for the doors and for the operator's hand alike."""

from provserver.config import Config
from provserver.crypto import Keyring
from provserver.db.schema import upgrade
from provserver.db.session import Database
from provserver.services.house import House


def open_house(config: Config) -> House:
    """Open the database with its keys, and bring its tables up to date."""
    keyring = Keyring.open_or_create(config.data_dir / "secret.key")
    house = House(Database(config.url, keyring), config)
    upgrade(house.database)
    return house
