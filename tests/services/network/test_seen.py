"""What was heard on the network: gathered from all ways, few whoever floods, and for whom it is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from provserver.config import networks
from provserver.db.models import Neighbour
from provserver.domain.requests import PhoneRequest, Reply, Sighting, Verdict
from provserver.domain.roles import Actor, Role
from provserver.services.access import accounts
from provserver.services.delivery import sightings
from provserver.services.enrolment import policies, windows
from provserver.services.enrolment.windows import Wanted
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.network import invitations, neighbours, seen
from provserver.services.network.neighbours import Heard, Way
from provserver.services.room import NEW_PER_BATCH

YEALINK = "001565aabbcc"


def heard(house: House, mac: str = YEALINK, address: str = "192.0.2.7", **other: object) -> Heard:
    """Make one thing that was heard."""
    return replace(Heard(Way.PNP, mac, address, house.clock()), **other)  # type: ignore[arg-type]


def test_what_was_heard_in_several_ways_is_one_phone(house: House, actor: Actor) -> None:
    agent = "Yealink SIP-T46U 108.86.0.75 00:15:65:aa:bb:cc"
    asked = PhoneRequest("GET", f"{YEALINK}.cfg", "192.0.2.8", user_agent=agent)
    sightings.write(
        house.database, [Sighting(None, asked, Reply(404, Verdict.UNKNOWN_PHONE), house.clock() - timedelta(hours=1))]
    )
    neighbours.write(house, [heard(house, said="OEM OEM 1", model="OEM")])
    neighbours.write(house, [heard(house), heard(house, way=Way.MDNS)])
    (one,) = seen.seen(house, actor)
    assert (one.mac, one.vendor, one.model, one.address) == (YEALINK, "yealink", "T46U", "192.0.2.7")
    assert one.ways == {Way.PNP, Way.MDNS, Way.HTTP}
    assert one.count == 4


def test_a_phone_that_was_added_is_no_stranger(house: House, actor: Actor) -> None:
    neighbours.write(house, [heard(house)])
    devices.add_device(house, actor, NewDevice(YEALINK, "yealink", "T46U"))
    assert seen.seen(house, actor) == []


@pytest.mark.parametrize(
    ("mac", "said", "model", "known"),
    [
        (YEALINK, "OEM OEM 7.1", "", ("yealink", "")),
        ("00041326a1b2", "", "snomD785", ("snom", "D785")),
        ("00041326a1b2", "", "D785", ("snom", "D785")),
        ("", "Yealink SIP-T46U 108.86.0.75", "", ("yealink", "T46U")),
        (YEALINK, "snomD785/10.1", "", ("yealink", "")),
        ("02deadbeef00", "who knows", "x", ("", "")),
    ],
)
def test_the_address_block_says_more_than_the_phone(mac: str, said: str, model: str, known: tuple[str, str]) -> None:
    assert neighbours.recognised(mac, said, model) == known


def test_whoever_makes_phones_up_fills_no_table(house: House, actor: Actor) -> None:
    flood = [heard(house, f"0015650{number:05x}") for number in range(1000)]
    for start in range(0, 1000, 100):
        neighbours.write(house, flood[start : start + 100])
    neighbours.write(house, [heard(house, f"0015650{number:05x}", f"10.0.{number}.1") for number in range(250)])
    assert len(seen.seen(house, actor)) <= neighbours.KEEP_PER_ADDRESS + NEW_PER_BATCH


def test_what_is_old_or_too_much_is_forgotten(house: House, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    old = house.clock() - neighbours.KEEP_FOR - timedelta(hours=1)
    neighbours.write(house, [heard(house, at=old)])
    neighbours.prune(house)
    assert seen.seen(house, actor) == []
    monkeypatch.setattr(neighbours, "KEEP", 3)
    many = [heard(house, f"00156500000{n}", at=house.clock() + timedelta(seconds=n)) for n in range(5)]
    neighbours.write(house, many)
    neighbours.prune(house)
    with house.database.reading() as session:
        assert session.scalar(select(func.count(Neighbour.id))) == 3
    assert [one.mac[-1] for one in seen.seen(house, actor)] == ["4", "3", "2"]


def test_of_several_companies_each_hears_of_its_own_neighbours(house: House, actor: Actor) -> None:
    other = Actor(accounts.ensure_company(house, "Bianchi S.r.l."), "bruno", Role.ADMIN)
    mine = replace(actor, role=Role.ADMIN)
    device, _ = devices.add_device(house, mine, NewDevice("00:04:13:26:a1:b2", "snom", "D785"))
    request = PhoneRequest("GET", "x", "192.0.2.7")
    sightings.write(house.database, [Sighting(device.id, request, Reply(200, Verdict.SERVED), house.clock())])
    neighbours.write(house, [heard(house)])
    assert [one.mac for one in seen.seen(house, mine)] == [YEALINK]
    assert seen.seen(house, other) == []
    assert len(seen.seen(house, replace(other, role=Role.OPERATOR))) == 1


def test_a_window_invites_its_phone_and_is_not_taken_by_a_question(house: House, actor: Actor) -> None:
    devices.add_device(house, actor, NewDevice(YEALINK, "yealink", "T46U"))
    far = "198.51.100.7"
    assert invitations.url_for_pnp(house, YEALINK, far) is None
    windows.open_windows(house, actor, Wanted((YEALINK,)))
    assert invitations.url_for_pnp(house, YEALINK, far) == "http://prov.test/"
    assert invitations.url_for_pnp(house, YEALINK, "198.51.100.8") == "http://prov.test/"
    (window,) = windows.open_now(house, actor)
    assert window.address == ""
    windows.open_windows(house, actor, Wanted((YEALINK,), address=far))
    assert invitations.url_for_pnp(house, YEALINK, far) == "http://prov.test/"
    assert invitations.url_for_pnp(house, YEALINK, "198.51.100.8") is None
    windows.close_window(house, actor, YEALINK)
    assert invitations.url_for_pnp(house, YEALINK, far) is None


def test_a_company_that_trusts_no_network_has_its_phones_told_nothing(house: House, actor: Actor) -> None:
    devices.add_device(house, actor, NewDevice(YEALINK, "yealink", "T46U"))
    assert invitations.url_for_pnp(house, YEALINK, "127.0.0.9") == "http://prov.test/"
    policies.set_policy(house, actor, {"ways": ["window"]})
    assert invitations.url_for_pnp(house, YEALINK, "127.0.0.9") is None


def test_only_a_known_phone_in_a_trusted_network_is_invited(house: House, actor: Actor) -> None:
    devices.add_device(house, actor, NewDevice(YEALINK, "yealink", "T46U"))
    devices.add_device(house, actor, NewDevice("0c383e0a0b0c", "fanvil", "X4U"))
    trusting = replace(house, config=replace(house.config, trusted_networks=networks("192.0.2.0/24")))
    assert invitations.url_for_pnp(trusting, YEALINK, "192.0.2.7") == "http://prov.test/"
    assert invitations.url_for_pnp(trusting, "0c383e0a0b0c", "192.0.2.7") == "http://prov.test/$mac.cfg"
    assert invitations.url_for_pnp(trusting, YEALINK, "198.51.100.7") is None
    assert invitations.url_for_pnp(trusting, "001565000000", "192.0.2.7") is None
    assert invitations.url_for_pnp(trusting, "", "192.0.2.7") is None
