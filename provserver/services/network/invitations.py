"""What a phone is told that asks the network for a server: an address without a secret, or nothing.

The address opens nothing by itself: the phone then asks over HTTP by its own hardware address, and the rules for that
decide. So nobody who makes up a phone's address learns a token here, and whoever those rules would not answer is not
answered here either: it may be another exchange's phone, and silence tells nothing.
"""

from sqlalchemy import select

from provserver.config import inside_any
from provserver.db.models import Device
from provserver.services.enrolment import first_contact
from provserver.services.house import House
from provserver.services.network import own_address
from provserver.vendors import dhcp


def url_for_pnp(house: House, mac: str, address: str) -> str | None:
    """Give the address to tell a phone, as ``http://192.0.2.10:8080/``, or None where it is not ours to answer.

    ``mac`` has 12 lower-case hexadecimal digits; ``address`` is where the phone asks from.
    """
    trusted = inside_any(address, house.config.trusted_networks)
    if not mac or not first_contact.would_admit(house, mac, address, trusted=trusted):
        return None
    with house.database.reading() as session:
        vendor = session.scalar(select(Device.vendor).where(Device.mac == mac))
    if vendor is None:
        return None
    return own_address.url_seen_from(house.config, address) + dhcp.rules_of(vendor).file
