"""A line given on: the user's things go, the administrator's stay."""

import pytest

from provserver.domain.roles import Actor, Role
from provserver.errors import Forbidden, Invalid
from provserver.services.editing import keys, settings
from provserver.services.history import audit
from provserver.services.inventory import giving_on
from provserver.services.organisation import directory
from tests.services.conftest import Office

KEYS = {
    "3": {"kind": "blf", "target": "203"},
    "4": {"kind": "speed-dial", "target": "*98", "label": "Pickup", "locked": True},
    "5": {"kind": "speed-dial", "target": "204"},
}


@pytest.fixture
def office(office: Office) -> Office:
    """The office with keys, settings of the phone, and settings of the line for 202."""
    house, actor, mac = office.house, office.actor, office.yealink
    keys.set_keys(house, actor, mac, KEYS)
    settings.set_values(house, actor, "device", mac, {"monitor_popup": True, "vlan": 5})
    settings.set_values(house, actor, "line", "202", {"language": "it"})
    return office


def test_keys_and_call_services_of_the_user_are_wiped(office: Office) -> None:
    done = giving_on.give_on(office.house, office.actor, "202", "Zoe Galli")
    assert done.phones == {office.yealink: 2}
    found = {
        str(slot): item.key.kind for slot, item in keys.read_keys(office.house, office.actor, office.yealink).items()
    }
    assert (found["1"], found["3"], found["4"], found["5"]) == ("line", "none", "speed-dial", "none")
    values, _ = settings.effective(office.house, office.actor, office.yealink)
    assert (values["monitor_popup"].origin, values["vlan"].value) == (0, 5)
    assert values["language"].value == "en"
    assert directory.get_line(office.house, office.actor, "202").shown_name == "Zoe Galli"
    assert audit.history(office.house, office.actor, limit=1)[0].what == "line given on"


def test_the_name_in_calls_may_stay(office: Office) -> None:
    giving_on.give_on(office.house, office.actor, "202", "Zoe Galli", in_calls=False)
    line = directory.get_line(office.house, office.actor, "202")
    assert (line.name, line.shown_name) == ("Zoe Galli", "Giulia Verdi")


def test_a_wrong_name_wipes_nothing(office: Office) -> None:
    with pytest.raises(Invalid, match="name"):
        giving_on.give_on(office.house, office.actor, "202", " ")
    with pytest.raises(Forbidden):
        giving_on.give_on(office.house, Actor(office.actor.tenant_id, "rita", Role.READER), "202", "Zoe")
    assert settings.stored_values(office.house, office.actor, "line", "202")[0]
