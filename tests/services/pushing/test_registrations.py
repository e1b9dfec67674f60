"""Who is registered, as engines tell it: online, offline or not known, whose it is, and who is told on coming back."""

from datetime import timedelta

import pytest

from provserver.domain.answers import meaning
from provserver.domain.presence import Presence
from provserver.domain.push_settings import Way
from provserver.domain.roles import Actor, Role
from provserver.engines.base import Contact
from provserver.services.access.accounts import ensure_company
from provserver.services.editing import keys, settings
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.pushing import progress, registrations, resync
from provserver.services.pushing.resync import Attempt, Told
from tests.services.conftest import Office

TWIN = "805ec0d9c745"
T46U = "Yealink SIP-T46U 108.86.0.75"


def contact(user: str, host: str, instance: str = "", domain: str = "") -> Contact:
    return Contact(user, domain, f"sip:{user}@{host}:5060", host, 5060, T46U, instance, "")


def listing(*contacts: Contact) -> dict[str, list[Contact]]:
    found: dict[str, list[Contact]] = {}
    for one in contacts:
        found.setdefault(one.user, []).append(one)
    return found


def visit(office: Office) -> registrations.Visit:
    """Set one engine and take its turn."""
    settings.set_values(
        office.house, office.actor, "tenant", "", {"asterisk_address": "192.0.2.5", "asterisk_user": "x"}
    )
    (found,) = registrations.due(office.house.database, office.house.clock())
    return found


def line(office: Office, extension: str) -> tuple[Presence, list[str]]:
    presence, rows = registrations.presence(office.house, office.actor, [extension])[extension]
    return presence, [row.address for row in rows]


def test_without_an_engine_nobody_knows(office: Office) -> None:
    assert registrations.due(office.house.database, office.house.clock()) == []
    assert line(office, "202") == (Presence.UNKNOWN, [])


def test_an_engine_has_its_turn_every_twenty_seconds_and_with_one_worker(office: Office) -> None:
    first = visit(office)
    assert str(first.place) == "Asterisk 192.0.2.5:5038"
    now = office.house.clock()
    assert registrations.due(office.house.database, now) == []
    assert registrations.due(office.house.database, now + registrations.EVERY * 2)[0].check_id == first.check_id
    settings.set_values(office.house, office.actor, "line", "202", {"asterisk_address": "192.0.2.6"})
    settings.set_values(office.house, office.actor, "line", "203", {"asterisk_address": "192.0.2.6"})
    assert [str(one.place) for one in registrations.due(office.house.database, now)] == ["Asterisk 192.0.2.6:5038"]


def test_who_is_listed_is_online_since_it_was_first_listed(office: Office) -> None:
    turn, now = visit(office), office.house.clock()
    contacts = listing(contact("202", "192.0.2.20"), contact("999", "192.0.2.21"))
    registrations.record(office.house.database, turn, contacts, now)
    registrations.record(office.house.database, turn, contacts, now + timedelta(seconds=20))
    assert line(office, "202") == (Presence.ONLINE, ["192.0.2.20:5060"])
    assert line(office, "201") == (Presence.OFFLINE, [])
    presence, rows = registrations.presence_of_phone(office.house, office.actor, office.yealink)
    assert (presence, rows[0].since, rows[0].engine) == (Presence.ONLINE, now, "Asterisk 192.0.2.5:5038")
    registrations.record(office.house.database, turn, {}, now)
    assert line(office, "202") == (Presence.OFFLINE, [])


def test_an_engine_that_does_not_answer_makes_nobody_offline(office: Office) -> None:
    turn = visit(office)
    registrations.record(office.house.database, turn, listing(contact("202", "192.0.2.20")), office.house.clock())
    registrations.record_problem(office.house.database, turn, "it does not answer")
    assert line(office, "202") == (Presence.UNKNOWN, [])
    assert [row.problem for row in registrations.engines(office.house, office.actor)] == ["it does not answer"]
    office.house.clock.forward(minutes=5)  # type: ignore[attr-defined]
    registrations.record(office.house.database, turn, {}, office.house.clock() - registrations.FRESH * 2)
    assert line(office, "202") == (Presence.UNKNOWN, [])


def test_an_engine_that_is_not_set_any_more_is_forgotten(office: Office) -> None:
    turn = visit(office)
    registrations.record(office.house.database, turn, listing(contact("202", "192.0.2.20")), office.house.clock())
    settings.set_values(office.house, office.actor, "tenant", "", {"asterisk_address": None})
    assert registrations.due(office.house.database, office.house.clock()) == []
    assert line(office, "202") == (Presence.UNKNOWN, [])


def test_each_phone_of_an_extension_has_its_own_state(office: Office) -> None:
    devices.add_device(office.house, office.actor, NewDevice(TWIN, "yealink", "T46U", ("202",)))
    turn, now = visit(office), office.house.clock()
    mine = contact("202", "192.0.2.9", f"<urn:uuid:00000000-0000-1000-8000-{TWIN}>")
    registrations.record(office.house.database, turn, listing(mine), now)
    assert registrations.presence_of_phone(office.house, office.actor, TWIN)[0] is Presence.ONLINE
    assert registrations.presence_of_phone(office.house, office.actor, office.yealink)[0] is Presence.OFFLINE
    registrations.record(office.house.database, turn, listing(contact("202", "192.0.2.8")), now)
    assert registrations.presence_of_phone(office.house, office.actor, TWIN)[0] is Presence.UNKNOWN  # whose is it?


def test_companies_do_not_see_each_other(office: Office) -> None:
    turn = visit(office)
    registrations.record(office.house.database, turn, listing(contact("202", "192.0.2.20")), office.house.clock())
    stranger = Actor(ensure_company(office.house, "Verdi S.r.l."), "eve", Role.OPERATOR)
    assert registrations.presence(office.house, stranger, ["202"])["202"] == (Presence.UNKNOWN, [])
    assert registrations.engines(office.house, stranger) == []


def test_a_namesake_of_another_domain_is_somebody_else(office: Office) -> None:
    turn, now = visit(office), office.house.clock()
    other = contact("202", "192.0.2.20", domain="pbx.elsewhere.test")
    registrations.record(office.house.database, turn, listing(other), now)
    assert line(office, "202") == (Presence.OFFLINE, [])


@pytest.mark.parametrize(("status", "again"), [(480, True), (408, True), (407, False), (481, False)])
def test_a_phone_that_comes_back_is_told_what_it_missed(office: Office, status: int, again: bool) -> None:
    devices.change_device(office.house, office.actor, office.yealink, {"sip_address": "sip:202@127.0.0.1:9"})
    turn = visit(office)
    keys.set_keys(
        office.house, office.actor, office.yealink, {"4": {"kind": "speed-dial", "target": "1", "label": "x"}}
    )
    now = office.house.clock() + resync.SETTLE_LIMIT
    (task,) = resync.claim(office.house.database, office.house.config, now, 10)
    attempt = Attempt(Way.ASTERISK, "Asterisk", status, meaning(status))
    resync.record_told(office.house.database, [Told(task, (attempt,))], now)
    registrations.record(office.house.database, turn, listing(contact("202", "192.0.2.20")), now)
    taken = resync.claim(office.house.database, office.house.config, now, 10)
    assert [task.mac for task in taken] == ([office.yealink] if again else [])
    assert progress.standing(office.house, office.actor, office.yealink)[0].state.value != "applied"
