"""What every use case needs at hand: the database, the configuration, and the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from provserver.config import Config
from provserver.db.session import Database
from provserver.db.types import now
from provserver.storage import Store


@dataclass(frozen=True)
class House:
    """Passed to every use case by the doors; ``clock`` gives aware UTC and is replaced in tests."""

    database: Database
    config: Config
    clock: Callable[[], datetime] = now

    @property
    def images(self) -> Store:
        """Give the store of firmware images."""
        return Store(self.config.firmware_dir)
