"""Stale phones rendered together: few statements, each company's own, and one that is broken spoils no other."""

from sqlalchemy import event, select, update

from provserver.db.models import Change, Device, DeviceKey, Rendering
from provserver.domain.roles import Actor, Role
from provserver.services.access import accounts
from provserver.services.delivery.refreshing import refresh_device, refresh_devices
from provserver.services.editing import settings
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from provserver.services.rendering import renderings
from provserver.services.steering import rollout_policies
from tests.services.conftest import Office
from tests.services.floor import Floor
from tests.services.stale import stale_phones

MOST = 22
"""Statements for a batch of phones of one company, whose files change and that a rollout sees to."""
EACH = 2
"""And for each phone: one for each file that is written."""


def phones(floor: Floor) -> list[int]:
    with floor.house.database.reading() as session:
        return list(session.scalars(select(Device.id).order_by(Device.id)))


def roll(floor: Floor) -> None:
    """Have every phone marked by a wide edit."""
    rollout_policies.set_policy(floor.house, floor.actor, {"wide_from": 1})
    settings.set_values(floor.house, floor.actor, "tenant", "", {"language": "it"})


def counted(floor: Floor, ids: list[int]) -> int:
    asked: list[str] = []
    note = lambda *what: asked.append(what[2])  # noqa: E731
    event.listen(floor.house.database.engine, "before_cursor_execute", note)
    refresh_devices(floor.house, ids)
    event.remove(floor.house.database.engine, "before_cursor_execute", note)
    return len(asked)


def test_ten_phones_are_rendered_in_few_more_statements_than_one(floor: Floor) -> None:
    roll(floor)
    ids = phones(floor)
    assert counted(floor, ids[:1]) <= MOST + EACH
    assert counted(floor, ids[1:11]) <= MOST + 10 * EACH


def test_together_they_become_what_each_would_by_itself(floor: Floor) -> None:
    roll(floor)
    ids = phones(floor)

    def standing(number: int) -> tuple[object, ...]:
        with floor.house.database.reading() as session:
            device = session.get_one(Device, number)
            rows = session.scalars(select(Rendering).where(Rendering.device_id == number).order_by(Rendering.file))
            files = [renderings.body_of(session, row).replace(device.mac.encode(), b"") for row in rows]
            return device.resync_due_at, device.changed_at, device.applied_at, len(files), b"it" in b"".join(files)

    refresh_device(floor.house, ids[0])
    refresh_devices(floor.house, ids[1:])
    assert {standing(number) for number in ids} == {standing(ids[0])}
    assert stale_phones(floor.house) == set()


def test_a_phone_that_cannot_be_rendered_spoils_no_other(office: Office) -> None:
    with office.house.database.transaction() as session:
        broken, fine = session.scalars(select(Device.id).order_by(Device.id)).all()
        session.add(DeviceKey(device_id=broken, module=0, number=2, kind="of another world"))
        renderings.mark_stale(session, [broken, fine])
    refresh_devices(office.house, [broken, fine])
    assert stale_phones(office.house) == set()
    with office.house.database.reading() as session:
        told = session.scalars(select(Change.device_id).where(Change.what == "rendering failed"))
        assert list(told) == [broken]


def test_phones_of_two_companies_are_rendered_together_with_what_is_theirs(office: Office) -> None:
    house = office.house
    other = Actor(accounts.ensure_company(house, "Other"), "bruno", Role.ADMIN)
    directory.add_line(house, other, NewLine("201", "Somebody Else", domain="other.example.com"))
    devices.add_device(house, other, NewDevice("805ec0d9c745", "yealink", "T46U", ("201",)))
    with house.database.transaction() as session:
        ids = list(session.scalars(select(Device.id)))
        before = {row.file: row.etag for row in session.scalars(select(Rendering))}
        session.expunge_all()
        session.execute(update(Rendering).values(etag="", stale=True))
    refresh_devices(house, ids)
    with house.database.reading() as session:
        assert {row.file: row.etag for row in session.scalars(select(Rendering))} == before


def test_a_phone_that_is_gone_is_left_out(office: Office) -> None:
    refresh_devices(office.house, [10**6])
    assert refresh_device(office.house, 10**6) == ""
