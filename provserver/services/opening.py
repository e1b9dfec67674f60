"""The house opened: keys, database and tables made ready, for the doors and for the operator's hand alike."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from provserver import __version__
from provserver.config import Config
from provserver.crypto import Keyring
from provserver.db.models import Device, Note
from provserver.db.schema import upgrade
from provserver.db.session import Database, ring
from provserver.services.house import House
from provserver.services.renderings import mark_stale

RENDERED_BY = "rendered by"


def open_house(config: Config) -> House:
    """Open the database with its keys, and bring its tables up to date."""
    keyring = Keyring.open_or_create(config.data_dir / "secret.key")
    house = House(Database(config.url, keyring), config)
    upgrade(house.database)
    renew(house)
    return house


def renew(house: House) -> None:
    """Mark every file once another version, or one that tells phones another address, takes the house over.

    The worker renders them; phones are told only where the result differs.
    """
    made_by = f"{__version__} {house.config.base_url}"[:400]
    with suppress(IntegrityError), house.database.transaction() as session:  # another process may be first
        note = session.get(Note, RENDERED_BY, with_for_update=True)
        if note is None:
            session.add(Note(name=RENDERED_BY, text=made_by))
        elif note.text != made_by:
            note.text = made_by
            mark_stale(session, select(Device.id))
            ring(session)
