"""A watched phone that comes by its token: what that ends, and what it means for its other ways in."""

from provserver.db.models import Device
from provserver.services import windows
from provserver.services.house import House


def came_by_token(house: House, device_id: int) -> None:
    """Take note that a phone fetched its configuration by its token: its window has done its work."""
    with house.database.transaction() as session:
        device = session.get(Device, device_id, with_for_update=True)
        if device is not None and windows.close(session, device, house.clock(), windows.CAME):
            windows.note(house, session, device, "window closed", windows.CAME)
