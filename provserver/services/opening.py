"""The house opened: keys, database and tables made ready, for the doors and for the operator's hand alike."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from provserver import __version__
from provserver.config import Config
from provserver.crypto import Keyring
from provserver.db.models import DeviceToken, Line, Note
from provserver.db.schema import upgrade
from provserver.db.session import Database
from provserver.errors import Unreadable
from provserver.services.house import House
from provserver.services.pushing.rolling import start_everywhere

RENDERED_BY = "rendered by"


def open_house(config: Config) -> House:
    """Open the database with its keys, and bring its tables up to date.

    Raises Unreadable where the keys are gone and the database holds what they sealed: new ones would open none of it.
    """
    path = config.data_dir / "secret.key"
    is_new = not path.exists()
    house = House(Database(config.url, Keyring.open_or_create(path)), config)
    upgrade(house.database)
    if is_new and not knows_its_secrets(house.database):
        path.unlink(missing_ok=True)
        house.database.close()
        raise Unreadable(f"{path} is missing, and the database is sealed with it; put back a copy of it")
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
            start_everywhere(session, "version or address", house.clock())


def knows_its_secrets(database: Database) -> bool:
    """Tell whether the keys at hand are those of what is stored, by one value of each kind."""
    with database.reading() as session:
        values = [session.scalar(select(column).limit(1)) for column in (Line.sealed_password, DeviceToken.sealed)]
    return all(database.keyring.knows(value) for value in values if value is not None)
