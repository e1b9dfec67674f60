"""Which phones run what: the firmware that each reported, and the image chosen for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from provserver.db.models import Device
from provserver.domain.firmware import Image
from provserver.domain.roles import Actor, Right
from provserver.domain.settings import Effective
from provserver.services.house import House
from provserver.services.rendering.profiles import Profiles


class Running(StrEnum):
    """How what a phone runs compares with what is chosen for it."""

    FREE = "free"
    UNHEARD = "unheard"
    SAME = "same"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A phone with the image chosen for it, if any, and where that is chosen."""

    device: Device
    image: Image | None
    chosen: Effective

    @property
    def running(self) -> Running:
        """Compare what the phone reported with the chosen version."""
        if self.image is None:
            return Running.FREE
        if not self.device.firmware:
            return Running.UNHEARD
        return Running.SAME if self.device.firmware == self.image.version else Running.OTHER


def wanted(house: House, actor: Actor, devices: Sequence[Device]) -> list[Wanted]:
    """Give what is chosen for phones that were read with their lines."""
    actor.require(Right.USE)
    with house.database.reading() as session:
        profiles = Profiles(session, actor.tenant_id, house.config.base_url)
        return [Wanted(device, *profiles.firmware(device, profiles.firmware_values)) for device in devices]
