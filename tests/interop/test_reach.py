"""From a saved key to the phone, with a real Kamailio between: two phones on one extension, behind NAT, one is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from provserver.domain.state import State
from provserver.engines.pool import FRESH
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.editing import keys, settings
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.pushing import progress
from tests.fakes.phone import FakeFleet, FakePhone
from tests.fakes.registering import RegisteringPhone
from tests.interop.conftest import Proxy
from tests.services.conftest import Office, office  # noqa: F401  (a fixture)
from tests.services.pushing.test_loop import serving, state, until, working

TWIN = "805ec0d9c745"
SPEED_DIAL = {"4": {"kind": "speed-dial", "target": "*98", "label": "Pickup"}}


@dataclass
class Pair:
    """Two T46U with line 202, both registered at Kamailio from one address, and what each heard."""

    office: Office
    fleet: FakeFleet
    phones: dict[str, FakePhone]
    registered: dict[str, RegisteringPhone]

    def heard(self) -> dict[str, int]:
        return {mac: len(phone.heard) for mac, phone in self.registered.items()}


@pytest.fixture
def pair(office: Office, proxy: Proxy) -> Iterator[Pair]:  # noqa: F811
    devices.add_device(office.house, office.actor, NewDevice(TWIN, "yealink", "T46U", ("202",)))
    settings.set_values(
        office.house, office.actor, "tenant", "", {"kamailio_url": f"http://127.0.0.1:{proxy.port}/RPC"}
    )
    with serving(office.house) as house, FakeFleet() as fleet:
        here = replace(office, house=house)
        found = Pair(here, fleet, {}, {})
        for mac in (office.yealink, TWIN):
            device = progress.standing(house, office.actor, mac)[0].device
            assert refresh_device(house, device.id) == ""
            url = devices.reveal_url(house, office.actor, mac)
            phone = fleet.add(FakePhone("yealink", "T46U", mac, url))
            fetch = lambda phone=phone: asyncio.ensure_future(phone.boot())  # noqa: E731
            instance = f"urn:uuid:00000000-0000-1000-8000-{mac}"
            registered = proxy.phone("202", contact_host="10.99.99.9", instance=instance, told=fetch)
            fleet.run(registered.__aenter__())
            found.phones[mac], found.registered[mac] = phone, registered
        fleet.boot_all()
        with working(house):
            assert until(lambda: all(state(here, mac) in {State.CURRENT, State.APPLIED} for mac in found.phones))
            yield found
        for registered in found.registered.values():
            fleet.run(registered.register(0))
            fleet.run(registered.__aexit__(None, None, None))


def told_way(pair: Pair) -> str:
    return progress.standing(pair.office.house, pair.office.actor, TWIN)[0].device.told_way


def choose(pair: Pair, *ways: str, **more: object) -> None:
    settings.set_values(pair.office.house, pair.office.actor, "tenant", "", {"push_ways": list(ways), **more})


@pytest.mark.parametrize("ways", [("kamailio",), ("asterisk", "direct", "kamailio")])
def test_a_key_saved_for_one_of_two_phones_reaches_that_one_alone(pair: Pair, ways: tuple[str, ...]) -> None:
    choose(pair, *ways)
    keys.set_keys(pair.office.house, pair.office.actor, TWIN, SPEED_DIAL)
    assert until(lambda: state(pair.office, TWIN) is State.APPLIED)
    assert pair.heard() == {pair.office.yealink: 0, TWIN: 1}
    assert b"*98" in pair.phones[TWIN].files[f"{TWIN}.cfg"]
    assert until(lambda: told_way(pair) == "check-sync;reboot=false through Kamailio")  # written after the answer
    rows = progress.tellings_of(pair.office.house, pair.office.actor, TWIN)
    assert (rows[0].way, rows[0].status) == ("kamailio", 200)
    assert [row.way for row in reversed(rows)] == list(ways)


def test_through_the_registrar_both_phones_hear_it_and_one_has_news(pair: Pair, proxy: Proxy) -> None:
    here = f"127.0.0.1:{proxy.port}"
    choose(pair, "registrar", push_proxy=here, push_user="provisioner", push_password="geheim")
    settings.set_values(pair.office.house, pair.office.actor, "tenant", "", {"sip_domain": "pbx.test"})
    keys.set_keys(pair.office.house, pair.office.actor, TWIN, SPEED_DIAL)
    assert until(lambda: state(pair.office, TWIN) is State.APPLIED)
    assert min(pair.heard().values()) >= 1


def test_a_phone_that_unregistered_waits_and_says_so(pair: Pair) -> None:
    choose(pair, "kamailio")
    pair.fleet.run(pair.registered[TWIN].register(0))
    time.sleep(FRESH)  # for so long what the engine said before counts
    keys.set_keys(pair.office.house, pair.office.actor, TWIN, SPEED_DIAL)
    assert until(lambda: state(pair.office, TWIN) is State.WAITING)
    assert "no registration" in progress.standing(pair.office.house, pair.office.actor, TWIN)[0].reason
    assert pair.heard() == {pair.office.yealink: 0, TWIN: 0}
