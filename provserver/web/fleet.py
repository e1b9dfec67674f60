"""Every phone that a search finds with how far it has come, read in batches so that no fleet is too large."""

from provserver.doorway import actor, house
from provserver.services.inventory import devices
from provserver.services.pushing import progress
from provserver.services.pushing.progress import Standing

BATCH = 1000


def standings(search: str = "") -> list[Standing]:
    """List the phones of the company that a search finds, in the order in which they were added."""
    found: list[Standing] = []
    while True:
        after = found[-1].device.id if found else 0
        batch = devices.find_devices(house(), actor(), search=search, limit=BATCH, after=after)
        found += progress.standings(house(), actor(), batch) if batch else []
        if len(batch) < BATCH:
            return found
