"""Which phones an edit has marked to be rendered again."""

from sqlalchemy import select

from provserver.db.models import Device, Rendering
from provserver.services.house import House


def stale_phones(house: House) -> set[str]:
    """Give the addresses of the phones that are rendered again, whether or not the result will differ."""
    with house.database.reading() as session:
        query = select(Device.mac).join(Rendering, Rendering.device_id == Device.id).where(Rendering.stale.is_(True))
        return set(session.scalars(query))
