"""A phone replaced: what moves over, what cannot and why, and that the old one is released."""

import pytest

from provserver.domain.slots import Slot
from provserver.errors import Conflict, Invalid, NotFound
from provserver.services.editing import keys, settings
from provserver.services.history import audit
from provserver.services.inventory import devices, replacing
from provserver.services.inventory.replacing import NewPhone
from provserver.services.organisation import directory
from provserver.services.pushing import progress
from tests.services.conftest import Office

NEW = "80:5e:c0:00:00:01"
BLF = {"kind": "blf", "target": "203", "label": "Desk", "use_name_as_label": True}


@pytest.fixture
def office(office: Office) -> Office:
    """The office with a Yealink in use: two lines, keys on the phone and a module, settings, a parameter."""
    house, actor, mac = office.house, office.actor, office.yealink
    directory.add_department(house, actor, "Milan")
    raw: dict[str, object] = {"description": "Hall", "department": "Milan", "lines": ["202", "204"]}
    devices.change_device(house, actor, mac, raw)
    dial = {"kind": "speed-dial", "target": "*98", "label": "Pickup"}
    keys.set_keys(house, actor, mac, {"3": BLF, "27": dial, "s1.2": BLF, "2": {"kind": "line", "line": 2}})
    values = {"language": "it", "admin_password": "secret-4711", "overrides": {"features.redial_tone": "1"}}
    settings.set_values(house, actor, "device", mac, values)
    return office


def test_everything_moves_to_the_same_model(office: Office) -> None:
    done = replacing.replace_device(office.house, office.actor, office.yealink, NewPhone(NEW))
    assert (done.lost, done.keys, done.settings, done.lines) == ((), 5, 3, ("202", "204"))
    found = {str(slot): item.key.target for slot, item in keys.read_keys(office.house, office.actor, NEW).items()}
    assert (found["3"], found["27"], found["s1.2"]) == ("203", "*98", "203")
    values, overrides = settings.effective(office.house, office.actor, NEW)
    assert values["language"].value == "it" and overrides["features.redial_tone"].value == "1"
    assert values["admin_password"].value.reveal() == "secret-4711"  # type: ignore[union-attr]
    device = progress.standing(office.house, office.actor, NEW)[0].device
    assert (device.description, device.modules, device.last_seen) == ("Hall", 1, None)


def test_the_old_phone_and_its_address_are_released(office: Office) -> None:
    done = replacing.replace_device(office.house, office.actor, office.yealink, NewPhone(NEW))
    assert done.url != office.yealink_url
    with pytest.raises(NotFound):
        progress.state(office.house, office.actor, office.yealink)
    assert devices.reveal_url(office.house, office.actor, NEW) == done.url
    whats = [change.what for change in audit.history(office.house, office.actor, NEW)]
    assert "device replaced" in whats


def test_what_a_smaller_model_cannot_is_told_before_and_left_behind(office: Office) -> None:
    before = len(audit.history(office.house, office.actor))
    new = NewPhone("0004f2000001", "poly", "VVX101")
    tried = replacing.replace_device(office.house, office.actor, office.yealink, new, dry_run=True)
    assert len(audit.history(office.house, office.actor)) == before
    assert progress.state(office.house, office.actor, office.yealink)
    done = replacing.replace_device(office.house, office.actor, office.yealink, new)
    assert done.lost == tried.lost and done.lines == ("202",)
    lost = {(item.part, item.name) for item in done.lost}
    assert {("line", "204"), ("parameter", "features.redial_tone"), ("key", "27"), ("key", "s1.2")} <= lost
    assert all(item.reason for item in done.lost)
    values, overrides = settings.effective(office.house, office.actor, "0004f2000001")
    assert values["language"].value == "it" and overrides == {}


def test_an_empty_first_key_stays_empty(office: Office) -> None:
    keys.set_keys(office.house, office.actor, office.yealink, {"1": {"kind": "none"}})
    replacing.replace_device(office.house, office.actor, office.yealink, NewPhone(NEW))
    assert keys.read_keys(office.house, office.actor, NEW)[Slot(0, 1)].key.kind == "none"


def test_the_model_alone_may_change(office: Office) -> None:
    done = replacing.replace_device(
        office.house, office.actor, office.yealink, NewPhone("80:5E:C0:D9:C7:44", "", "T48U")
    )
    assert (done.mac, done.model.name) == (office.yealink, "T48U")
    assert done.url != office.yealink_url


def test_a_wrong_phone_is_refused_and_the_old_one_stays(office: Office) -> None:
    for new, error, field in (
        (NewPhone("00:04:f2"), Invalid, "mac"),
        (NewPhone(NEW, "acme", "X"), Invalid, "vendor"),
        (NewPhone(NEW, "poly"), Invalid, "model"),
        (NewPhone(NEW, "", "T99"), Invalid, "model"),
        (NewPhone(office.poly), Conflict, "mac"),
    ):
        with pytest.raises(error, match=f"{field}: "):
            replacing.replace_device(office.house, office.actor, office.yealink, new)
    assert len(keys.read_keys(office.house, office.actor, office.yealink)) > 1
