"""The ways to a phone: which are gone, in which order, what comes of them, and whose registration is whose."""

from dataclasses import replace

import pytest

from provserver.domain.answers import Meaning, meaning
from provserver.domain.push_settings import Way
from provserver.engines.base import Contact
from provserver.errors import Invalid
from provserver.services.delivery import refreshing
from provserver.services.editing import keys, settings
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from provserver.services.pushing import progress, resync
from provserver.services.pushing.contacts import Found, Sought, find
from provserver.services.pushing.resync import Attempt, Task, Told
from tests.services.conftest import Office

SPEED_DIAL = {"4": {"kind": "speed-dial", "target": "*98", "label": "Pickup"}}
YEALINK = "Yealink SIP-T46U 108.86.0.75"
POLY = "PolycomVVX-VVX_301-UA/5.9.6.2327"


def contact(host: str, agent: str = YEALINK, instance: str = "", uri: str = "", user: str = "202") -> Contact:
    return Contact(user, "", uri or f"sip:{user}@{host}:5060", host, 5060, agent, instance, host)


def phone(mac: str, address: str = "", model: str = "T46U", users: tuple[str, ...] = ("202",)) -> Sought:
    return Sought(1, mac, "yealink", frozenset({model}), frozenset({address} - {""}), users)


ONE, TWO = "805ec0000001", "805ec0000002"


def seek(me: Sought, *contacts: Contact, rivals: tuple[Sought, ...] = ()) -> Found:
    by_user: dict[str, list[Contact]] = {}
    for one in contacts:
        by_user.setdefault(one.user, []).append(one)
    return find(me, rivals, by_user)


def test_the_only_registration_of_the_only_phone_is_its_own() -> None:
    only = contact("192.0.2.1")
    assert seek(phone(ONE), only) == Found(only, alone=True)


def test_a_softphone_on_the_same_extension_is_not_the_desk_phone() -> None:
    desk, soft = contact("192.0.2.1"), contact("192.0.2.1", POLY)
    assert seek(phone(ONE), desk, soft) == Found(desk)
    assert seek(phone(ONE), soft) == Found(None)


@pytest.mark.parametrize(
    "named",
    [
        contact("192.0.2.9", f"{YEALINK} 80:5e:c0:00:00:01"),
        contact("192.0.2.9", f"{YEALINK} 805EC0000001"),
        contact("192.0.2.9", instance="<urn:uuid:00000000-0000-1000-8000-805EC0000001>"),
        contact("192.0.2.9", uri="sip:202@10.0.0.1;+sip.instance=<urn:uuid:00000000-0000-1000-8000-805ec0000001>"),
    ],
)
def test_two_equal_phones_behind_one_nat_are_told_apart_by_their_mac(named: Contact) -> None:
    other = contact("192.0.2.9", f"{YEALINK} 80:5e:c0:00:00:02")
    mine, yours = phone(ONE, "192.0.2.9"), phone(TWO, "192.0.2.9")
    assert seek(mine, named, other, rivals=(yours,)) == Found(named)
    assert seek(yours, named, other, rivals=(mine,)) == Found(other)
    assert seek(mine, other, rivals=(yours,)) == Found(None)


def test_two_equal_phones_at_two_addresses_are_told_apart_by_them() -> None:
    first, second = contact("192.0.2.1"), contact("192.0.2.2")
    mine, yours = phone(ONE, "192.0.2.1"), phone(TWO, "192.0.2.2")
    assert seek(mine, first, second, rivals=(yours,)).contact == first
    assert seek(yours, first, second, rivals=(mine,)).contact == second


def test_where_nothing_tells_two_phones_apart_none_is_guessed() -> None:
    same = contact("192.0.2.9", uri="sip:202@10.0.0.1"), contact("192.0.2.9", uri="sip:202@10.0.0.2")
    mine, yours = phone(ONE, "192.0.2.9"), phone(TWO, "192.0.2.9")
    assert seek(mine, *same, rivals=(yours,)) == Found(None, alike=2)
    assert seek(mine, same[0], rivals=(yours,)) == Found(None, alike=1)  # one of the two is away: which?


def test_the_second_line_serves_where_the_first_is_not_registered() -> None:
    second = contact("192.0.2.1", user="203")
    assert seek(phone(ONE, users=("202", "203")), second).contact == second


@pytest.mark.parametrize(
    ("status", "way", "reached", "retry"),
    [
        (200, Way.DIRECT, True, True),
        (202, Way.REGISTRAR, True, True),
        (481, Way.REGISTRAR, False, False),
        (489, Way.DIRECT, False, False),
        (401, Way.REGISTRAR, False, False),
        (403, Way.REGISTRAR, False, False),
        (407, Way.DIRECT, False, False),
        (404, Way.REGISTRAR, False, True),
        (408, Way.DIRECT, False, True),
        (477, Way.REGISTRAR, False, True),
        (480, Way.KAMAILIO, False, True),
        (483, Way.REGISTRAR, False, False),
        (486, Way.DIRECT, False, True),
        (503, Way.DIRECT, False, True),
    ],
)
def test_what_an_answer_means(status: int, way: Way, reached: bool, retry: bool) -> None:
    found = meaning(status, way)
    assert (found.reached, found.retry) == (reached, retry)
    assert str(status) in found.sentence or status in (200, 202, 408)


def test_what_kept_a_phone_from_answering_is_told() -> None:
    assert meaning(503, cause="refused").sentence == "nothing listens at the phone's address"
    assert meaning(503, Way.REGISTRAR, "untrusted").sentence == "its certificate is not trusted"
    assert meaning(503, Way.REGISTRAR, "unknown name", "the name x is not known").sentence == "the name x is not known"


def tasks(office: Office) -> dict[str, Task]:
    """Save a key on both phones and give what the worker takes in hand."""
    for mac in (office.poly, office.yealink):
        devices.change_device(office.house, office.actor, mac, {"sip_address": "sip:201@127.0.0.1:9"})
        keys.set_keys(office.house, office.actor, mac, SPEED_DIAL)
    now = office.house.clock() + resync.SETTLE_LIMIT
    return {task.mac: task for task in resync.claim(office.house.database, office.house.config, now, 10)}


def choose(office: Office, scope: str, name: str, **values: object) -> None:
    settings.set_values(office.house, office.actor, scope, name, values)


def test_without_a_choice_phones_are_told_at_their_own_address_with_their_own_credentials(office: Office) -> None:
    task = tasks(office)[office.yealink]
    (step,) = task.steps
    assert (step.way, str(step.uri), step.lacking) == (Way.DIRECT, "sip:201@127.0.0.1:9", "")
    assert [one.username for one in step.keys.target] == ["202"]
    assert step.keys.proxy == step.keys.target  # it may ask as a proxy does
    assert step.keys.target[0].password.reveal() not in repr(task)


def test_the_ways_are_inherited_and_keep_their_order(office: Office) -> None:
    choose(office, "tenant", "", push_ways=["registrar", "direct"], push_user="prov", push_password="geheim")
    choose(office, "line", "202", push_ways=["kamailio", "asterisk", "poll", "direct"])
    choose(office, "line", "202", kamailio_url="http://[::1]:5060/RPC", asterisk_address="192.0.2.5")
    found = tasks(office)
    assert [step.way for step in found[office.poly].steps] == [Way.REGISTRAR, Way.DIRECT]
    assert [step.way for step in found[office.yealink].steps] == [Way.KAMAILIO, Way.ASTERISK]
    registrar = found[office.poly].steps[0]
    assert (str(registrar.uri), str(registrar.next_hop)) == ("sip:201@pbx.example.com", "sip:pbx.example.com")
    assert [(one.username, one.realm) for one in registrar.keys.proxy] == [("prov", "")]
    assert [(one.username, one.realm) for one in registrar.keys.target] == [("prov", "pbx.example.com"), ("201", "")]
    kamailio, asterisk = found[office.yealink].steps
    assert str(kamailio.place) == "Kamailio [::1]:5060" and kamailio.place.path == "/RPC"
    assert str(asterisk.place) == "Asterisk 192.0.2.5:5038"
    assert "geheim" not in repr(found)


def test_a_line_with_an_outbound_proxy_is_routed_through_it(office: Office) -> None:
    choose(office, "tenant", "", push_ways=["registrar"], outbound_proxy="edge.example.com:5070", transport="tls")
    (step,) = tasks(office)[office.poly].steps
    assert [str(hop) for hop in step.route] == ["sip:edge.example.com:5070;transport=tls;lr"]
    assert step.next_hop == step.route[0]
    choose(office, "tenant", "", push_proxy="192.0.2.7", push_transport="tcp")
    later = office.house.clock() + resync.LEASE * 3
    found = resync.claim(office.house.database, office.house.config, later, 10)
    step = next(task for task in found if task.mac == office.poly).steps[0]
    assert (str(step.next_hop), step.route) == ("sip:192.0.2.7;transport=tcp", ())


@pytest.mark.parametrize(
    ("checks", "by_name", "by_digits"), [("names", True, False), ("always", True, True), ("never", False, False)]
)
def test_certificates_are_checked_as_chosen(office: Office, checks: str, by_name: bool, by_digits: bool) -> None:
    choose(office, "tenant", "", push_ways=["registrar", "direct"], push_certificates=checks)
    registrar, direct = tasks(office)[office.poly].steps
    assert (registrar.verify, direct.verify) == (by_name, by_digits)


def test_a_way_that_lacks_something_says_what(office: Office) -> None:
    choose(office, "tenant", "", push_ways=["asterisk", "freeswitch", "kamailio", "registrar"])
    directory.change_line(office.house, office.actor, "201", {"domain": ""})
    steps = tasks(office)[office.poly].steps
    assert [step.lacking for step in steps] == ["its address is not set"] * 3 + ["no SIP domain is set for the line"]


def test_wrong_ways_are_refused(office: Office) -> None:
    for wrong in (["pigeon"], [], ["direct", "direct"], "direct"):
        with pytest.raises(Invalid):
            choose(office, "tenant", "", push_ways=wrong)


def test_the_other_phones_of_the_extension_are_known(office: Office) -> None:
    choose(office, "tenant", "", push_ways=["kamailio", "direct"])
    devices.add_device(office.house, office.actor, NewDevice("805ec0d9c745", "yealink", "T46U", ("202", "203")))
    found = tasks(office)
    assert [rival.mac for rival in found[office.yealink].reach.rivals] == ["805ec0d9c745"]
    assert found[office.poly].reach.rivals == ()


def test_a_way_that_was_answered_but_led_to_no_fetch_is_left_for_the_next(office: Office) -> None:
    choose(office, "tenant", "", push_ways=["direct", "registrar"])
    task = tasks(office)[office.yealink]
    answered = Attempt(Way.DIRECT, "sip:201@127.0.0.1:9", 200, Meaning(True, True, "the phone was told"))
    resync.record_told(office.house.database, [Told(task, (answered,))], office.house.clock())
    later = office.house.clock() + resync.FETCH_WITHIN * 2
    again = {one.mac: one for one in resync.claim(office.house.database, office.house.config, later, 10)}
    assert [step.way for step in again[office.yealink].steps] == [Way.REGISTRAR]
    told = replace(answered, way=Way.REGISTRAR)
    resync.record_told(office.house.database, [Told(again[office.yealink], (told,))], later)
    last = resync.claim(office.house.database, office.house.config, later + resync.BACK_OFF[-1], 10)
    assert [step.way for step in next(one for one in last if one.mac == office.yealink).steps] == [
        Way.DIRECT,
        Way.REGISTRAR,
    ]


def test_every_attempt_is_written_down_and_the_last_answer_decides(office: Office) -> None:
    task = tasks(office)[office.yealink]
    attempts = (
        Attempt(Way.DIRECT, "sip:201@127.0.0.1:9", 408, meaning(408)),
        Attempt(Way.REGISTRAR, "sip:202@pbx.example.com", 407, meaning(407, Way.REGISTRAR)),
        Attempt(Way.ASTERISK, "", 0, Meaning(False, False, "its address is not set")),
    )
    resync.record_told(office.house.database, [Told(task, attempts)], office.house.clock())
    standing, _ = progress.standing(office.house, office.actor, office.yealink)
    assert standing.state.value == "failed"
    assert standing.reason.startswith("the registrar wants credentials for this (407)")
    assert standing.device.told_way == "check-sync;reboot=false through its registrar"
    assert standing.device.resync_due_at is not None  # the phone itself may be back
    rows = progress.tellings_of(office.house, office.actor, office.yealink)
    assert [(row.way, row.status) for row in rows] == [("asterisk", 0), ("registrar", 407), ("direct", 408)]


def test_a_phone_that_is_left_to_ask_by_itself_is_not_told(office: Office) -> None:
    choose(office, "tenant", "", push_ways=["poll"])
    task = tasks(office)[office.yealink]
    assert task.steps == ()
    resync.record_told(office.house.database, [Told(task, ())], office.house.clock())
    standing, _ = progress.standing(office.house, office.actor, office.yealink)
    assert (standing.state.value, standing.device.resync_due_at) == ("waiting", None)
    assert standing.reason == "it will have the change when it next asks"


def test_the_passwords_of_pushes_are_masked_everywhere(office: Office) -> None:
    choose(office, "tenant", "", push_password="geheim1", asterisk_secret="geheim2", kamailio_password="geheim3")
    stored, _ = settings.stored_values(office.house, office.actor, "tenant")
    assert "geheim" not in repr(stored)
    refreshing.refresh_device(office.house, progress.standing(office.house, office.actor, office.poly)[0].device.id)


def test_a_line_by_its_username_is_who_registers(office: Office) -> None:
    directory.add_line(office.house, office.actor, NewLine("210", "Ada", username="ada", domain="pbx.example.com"))
    devices.change_device(office.house, office.actor, office.yealink, {"lines": ["210"]})
    choose(office, "tenant", "", push_ways=["registrar"])
    task = tasks(office)[office.yealink]
    assert task.reach.phone.users == ("ada",)
    assert str(task.steps[0].uri) == "sip:ada@pbx.example.com"
