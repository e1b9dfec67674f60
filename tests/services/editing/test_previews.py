"""What an edit would do, before it is saved: exact for what was rendered, counted for all, and nothing is changed."""

import json
from dataclasses import asdict

import pytest

from provserver.domain.secret import MASK
from provserver.errors import Invalid
from provserver.services.editing import keys, previews, settings
from provserver.services.editing.previews import Preview
from provserver.services.history import audit
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.rendering.renderings import stale_devices
from provserver.services.steering import rollout_policies
from tests.services.conftest import Office


def try_keys(office: Office, edited: dict[str, object]) -> Preview:
    def do(house: House) -> object:
        return keys.set_keys(house, office.actor, office.yealink, edited)

    return previews.attempt(office.house, office.actor, do)[1]


def try_values(office: Office, scope: str, name: str, after: int = 0, limit: int = 20, **raw: object) -> Preview:
    def do(house: House) -> object:
        return settings.set_values(house, office.actor, scope, name, raw)

    return previews.attempt(office.house, office.actor, do, after=after, limit=limit)[1]


def test_a_key_is_shown_as_the_parameters_that_differ_and_nothing_is_saved(office: Office) -> None:
    preview = try_keys(office, {"3": {"kind": "blf", "target": "204"}})
    (phone,) = preview.phones
    (file,) = phone.files
    rows = {row.name: (row.before, row.after, row.source) for row in file.parameters}
    assert file.file == f"{office.yealink}.cfg"
    assert rows["linekey.3.value"] == ("", "204", "key 3")
    assert rows["linekey.3.label"] == ("", "Anna Bianchi", "key 3")
    assert {source for _, _, source in rows.values()} == {"key 3", "pickup_code"}
    assert (preview.counts.touched, preview.counts.changing, preview.counts.restarting) == (1, 1, 0)
    assert preview.is_whole
    assert preview.next is None
    assert audit.history(office.house, office.actor, limit=1)[0].what == "device added"


def test_what_restarts_the_phone_is_marked(office: Office) -> None:
    preview = try_values(office, "tenant", "", vlan=20, language="it")
    by_model = {phone.model: phone for phone in preview.phones}
    assert preview.counts.touched == 2
    assert preview.counts.restarting >= 1
    assert by_model["T46U"].restarts
    marked = [row for file in by_model["T46U"].files for row in file.parameters if row.restart == "yes"]
    assert tuple(row.name for row in marked) == by_model["T46U"].restarts


def test_secrets_are_masked_on_both_sides(office: Office) -> None:
    settings.set_values(office.house, office.actor, "tenant", "", {"admin_password": "before-secret"})
    preview = try_values(
        office, "tenant", "", admin_password="after-secret", overrides={"ldap.password": "free-secret"}
    )
    text = json.dumps([asdict(phone) for phone in preview.phones])
    assert "-secret" not in text
    shown = [(row.before, row.after) for phone in preview.phones for file in phone.files for row in file.parameters]
    assert (MASK, f"{MASK} (new)") in shown


def test_a_rename_is_shown_on_every_phone_that_monitors(office: Office) -> None:
    keys.set_keys(office.house, office.actor, office.yealink, {"3": {"kind": "blf", "target": "204"}})

    def do(house: House) -> object:
        return directory.change_line(house, office.actor, "204", {"display_name": "Reception"})

    _, preview = previews.attempt(office.house, office.actor, do)
    (phone,) = preview.phones
    assert ("Anna Bianchi", "Reception") in [(row.before, row.after) for row in phone.files[0].parameters]


def test_a_phone_that_is_added_shows_its_files(office: Office) -> None:
    def do(house: House) -> object:
        return devices.add_device(house, office.actor, NewDevice("805ec0000001", "yealink", "T33G", ("203",)))

    _, preview = previews.attempt(office.house, office.actor, do)
    assert {file.change for file in preview.phones[0].files} == {"added"}
    assert len(devices.find_devices(office.house, office.actor)) == 2


def test_a_rule_that_refuses_the_edit_refuses_its_preview(office: Office) -> None:
    with pytest.raises(Invalid, match="no extension 999"):
        try_keys(office, {"3": {"kind": "blf", "target": "999"}})


def test_many_phones_are_counted_and_some_of_every_model_rendered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "SAMPLE", 6)
    for number in range(12):
        new = NewDevice(f"805ec00001{number:02x}", "yealink", "T33G")
        devices.add_device(office.house, office.actor, new)
    preview = try_values(office, "tenant", "", limit=5, language="it")
    assert preview.counts.touched == 14
    assert preview.counts.rendered == preview.counts.changing == 6
    assert not preview.is_whole
    assert {model: (one.touched, one.rendered) for (_, model), one in preview.models.items()} == {
        "VVX301": (1, 1),
        "T46U": (1, 1),
        "T33G": (12, 4),
    }
    listed = [phone.mac for phone in preview.phones]
    while preview.next is not None:
        preview = try_values(office, "tenant", "", after=preview.next, limit=5, language="it")
        assert all(phone.files for phone in preview.phones)
        listed += [phone.mac for phone in preview.phones]
    assert len(listed) == len(set(listed)) == 14


def test_a_trial_marks_and_tells_nobody(office: Office) -> None:
    try_values(office, "tenant", "", language="it")
    found = devices.find_devices(office.house, office.actor)
    assert all(device.resync_due_at is None for device in found)
    with office.house.database.reading() as session:
        assert stale_devices(session, 10) == []


def test_the_counts_say_what_happens_to_each_phone_that_is_touched(office: Office) -> None:
    devices.change_device(office.house, office.actor, office.yealink, {"lines": []})
    counts = try_values(office, "tenant", "", vlan=20).counts
    parts = counts.nothing, counts.refreshing, counts.may_restart, counts.restarting, counts.not_known
    assert sum(parts) == counts.touched == 2 and counts.restarting >= 1
    counts = try_values(office, "tenant", "", voicemail_number="*97").counts
    assert counts.restarting == 0 and counts.nothing + counts.refreshing + counts.may_restart == 2


def test_phones_that_were_rendered_stand_for_the_others_of_their_model(
    monkeypatch: pytest.MonkeyPatch, office: Office
) -> None:
    for number in range(6):
        devices.add_device(office.house, office.actor, NewDevice(f"805ec01000{number:02x}", "yealink", "T46U", ()))
    monkeypatch.setattr(previews, "SAMPLE", 4)
    preview = try_values(office, "tenant", "", vlan=20)
    assert (preview.counts.touched, preview.counts.rendered, preview.counts.not_known) == (8, 4, 4)
    assert not preview.is_whole and preview.about.not_known == 0
    about = preview.about
    assert about.nothing + about.refreshing + about.may_restart + about.restarting == about.touched == 8
    assert about.restarting >= 7


def test_what_restarts_would_wait_for_is_said_before(office: Office) -> None:
    assert try_values(office, "tenant", "", vlan=20).waits is None
    rollout_policies.set_policy(office.house, office.actor, {"wide_from": 2, "restart": "word"})
    waits = try_values(office, "tenant", "", vlan=20).waits
    assert waits is not None and waits.sentence == "restarts wait until somebody says so"
    assert try_values(office, "device", office.yealink, vlan=20).waits is None
