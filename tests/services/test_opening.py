"""A house that tells phones another address renders everything again, by itself."""

from dataclasses import replace

from provserver.services.delivery.refreshing import refresh_device
from provserver.services.delivery.rendered import read
from provserver.services.opening import renew
from provserver.services.rendering import renderings
from tests.services.conftest import Office


def test_another_address_reaches_every_file(office: Office) -> None:
    renew(office.house)
    moved = replace(office.house, config=replace(office.house.config, public_url="https://new.example.com"))
    renew(office.house)
    with office.house.database.reading() as session:
        assert renderings.stale_devices(session, 10) == []
    renew(moved)
    with office.house.database.reading() as session:
        stale = renderings.stale_devices(session, 10)
    assert len(stale) == 2
    for device_id in stale:
        assert refresh_device(moved, device_id) == ""
    _, body = read(moved, office.actor, office.poly, f"{office.poly}-config.cfg")
    assert b"https://new.example.com/p/" in body
