"""Which phones are visited on their own page, what is never shown there, and what their files say of it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import update

from provserver.config import networks
from provserver.db.models import Device
from provserver.errors import Invalid
from provserver.services.editing import settings
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.pushing import resync, visits
from provserver.services.steering import actions
from provserver.vendors.registry import vendors
from tests.services.conftest import Office
from tests.services.pushing.test_web_actions import MACS, PASSWORD, at, choose, lacking, task_of

ANYWHERE = "0.0.0.0"  # noqa: S104


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("192.168.1.5", True), ("10.0.0.1", True), ("172.31.255.255", True), ("fd00::5", True), ("127.0.0.1", False),
        ("8.8.8.8", False), ("169.254.169.254", False), (ANYWHERE, False), ("172.32.0.1", False), ("::1", False),
        ("fe80::1", False), ("2001:db8::1", False), ("224.0.1.75", False), ("100.64.0.1", False), ("phone.test", False),
        ("::ffff:8.8.8.8", False), ("", False),
    ],
)  # fmt: skip
def test_only_private_and_trusted_networks_are_visited(address: str, may: bool) -> None:
    assert visits.may_be_visited(address, ()) is may
    assert visits.may_be_visited("2001:db8::1", networks("2001:db8::/64"))


def test_what_keeps_a_phone_from_being_visited_is_said(office: Office) -> None:
    choose(office, "http")
    with office.house.database.transaction() as session:
        session.execute(update(Device).values(sip_address="sip:202@127.0.0.1:9"))
    assert lacking(office) == visits.NO_ADDRESS
    at(office, office.yealink, "203.0.113.9")
    assert lacking(office) == visits.ELSEWHERE
    at(office, office.yealink)
    at(office, office.poly)
    assert lacking(office) == visits.SHARED
    at(office, office.poly, "10.0.0.9")
    settings.set_values(office.house, office.actor, "tenant", "", {"push_http_from": None})
    assert lacking(office) == visits.UNTOLD  # http://prov.test names no address


def test_a_phone_that_can_only_be_restarted_is_not_for_a_change_that_needs_no_restart(office: Office) -> None:
    choose(office, "http")
    devices.add_device(office.house, office.actor, NewDevice(MACS["snom"], "snom", "D785", ("203",)))
    at(office, MACS["snom"])
    assert lacking(office, MACS["snom"]) == visits.ONLY_RESTARTS
    settings.set_values(office.house, office.actor, "device", MACS["snom"], {"vlan": 7})
    with office.house.database.transaction() as session:
        session.execute(update(Device).where(Device.mac == MACS["snom"]).values(resync_action=resync.RESTART))
    (step,) = task_of(office, MACS["snom"]).steps
    assert step.visit is not None and "reboot" in step.visit.target.reveal()


def test_what_would_be_readable_without_tls_stays_here(office: Office) -> None:
    choose(office, "http", push_http="http-digest")
    for maker, model in (("grandstream", "GRP2614"), ("cisco", "SPA504G")):
        devices.add_device(office.house, office.actor, NewDevice(MACS[maker], maker, model, ("203",)))
        at(office, MACS[maker], f"10.0.0.{ord(maker[0])}")
    actions.act(office.house, office.actor, MACS["grandstream"], "reboot")
    assert task_of(office, MACS["grandstream"]).steps[0].lacking == visits.PASSWORD_READABLE
    secure = replace(office.house, config=replace(office.house.config, public_url="https://192.0.2.9"))
    assert lacking(replace(office, house=secure), MACS["cisco"]) == visits.URL_READABLE
    choose(office, "http", push_http="https")
    assert lacking(office, MACS["cisco"]) == visits.ONLY_HTTP


def test_a_phone_without_a_sourced_action_is_refused_when_it_alone_is_meant(office: Office) -> None:
    devices.add_device(office.house, office.actor, NewDevice(MACS["htek"], "htek", "UC926", ("203",)))
    reason = vendors()["htek"].rules.web_actions_of("UC926").lacks
    for scope, name in (("device", MACS["htek"]), ("model", "htek/UC926"), ("model", "mitel/6867i")):
        with pytest.raises(Invalid) as refused:
            settings.set_values(office.house, office.actor, scope, name, {"push_ways": ["direct", "http"]})
        assert refused.value.fields[0].field == "push_ways"
    choose(office, "http")
    at(office, MACS["htek"])
    assert lacking(office, MACS["htek"]) == reason
    settings.set_values(office.house, office.actor, "device", MACS["htek"], {"push_ways": ["direct"]})


TOLD: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("yealink", "T46U"): {
        "features.action_uri.enable": "1",
        "features.show_action_uri_option": "0",
        "features.action_uri_limit_ip": "127.0.0.1",
    },
    ("yealink", "T28P"): {"features.action_uri_limit_ip": "127.0.0.1"},
    ("fanvil", "X4U"): {"cti/EnabledActiveUri": "1", "cti/ActiveUriIP": "127.0.0.1"},
    ("htek", "UC926U"): {"RemoteControl_ActionUriEnable": "1", "RemoteControl_ActionUriIpList": "127.0.0.1"},
    ("flyingvoice", "FIP15G"): {"features.action_uri_limit_ip": "127.0.0.1"},
    ("grandstream", "GRP2614"): {"remoteControl.enable": "Yes", "remoteControl.allowList": "127.0.0.1"},
    ("grandstream", "GXP2140"): {"remoteControl.confirmWindow.enable": "No", "remoteControl.allowList": "127.0.0.1"},
    ("snom", "D785"): {"use_hidden_tags": "off"},
    ("poly", "VVX301"): {"apps.push.messageType": "4", "apps.push.username": "admin", "apps.push.password": PASSWORD},
}


@pytest.mark.parametrize(("maker", "model"), TOLD)
def test_the_phone_is_told_whom_to_obey_only_where_the_way_is_chosen(office: Office, maker: str, model: str) -> None:
    mac = MACS[maker]
    devices.add_device(office.house, office.actor, NewDevice(mac, maker, model, ("203",)))
    assert not TOLD[maker, model].keys() & written(office, mac).keys()
    choose(office, "direct", "poll", "http")
    assert not TOLD[maker, model].keys() & written(office, mac).keys()
    choose(office, "http", "direct")
    assert TOLD[maker, model].items() <= written(office, mac).items()


def written(office: Office, mac: str) -> dict[str, str]:
    """Give the parameters of a phone's files."""
    from provserver.db.queries import device_by_mac
    from provserver.services.rendering.profiles import Profiles

    with office.house.database.reading() as session:
        device = device_by_mac(session, office.actor, mac)
        phone = Profiles(session, office.actor.tenant_id, office.house.config.base_url).resolve(device)
    files = vendors()[phone.model.vendor].package.files(phone)
    return {name: parameter.value for file in files for name, parameter in file.parameters.items()}
