"""Images are kept for a company, chosen at any scope, and told only to phones that they belong to."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from provserver.domain.roles import Actor, Role
from provserver.domain.settings import Scope
from provserver.errors import Conflict, Forbidden, Invalid, NotFound
from provserver.services.access.accounts import ensure_company
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.delivery.rendered import read as read_rendered
from provserver.services.editing import settings
from provserver.services.history import audit
from provserver.services.inventory import devices, firmware, firmware_choice, fleet
from provserver.services.inventory.devices import NewDevice
from provserver.services.inventory.firmware import NewImage
from provserver.services.organisation import directory
from provserver.services.pushing import progress
from tests.services.conftest import Office

YEALINK = NewImage("T46U-108.86.0.90.rom", "yealink", ("T46U", "SIP-T43U"), "108.86.0.90")
OLDER = NewImage("T46U-108.86.0.75.rom", "yealink", ("T46U",), "108.86.0.75")
POLY = NewImage("6.4.6-sip.ld", "poly", ("VVX301",), "6.4.6.2494")


def add(office: Office, new: NewImage = YEALINK, content: bytes = b"the bytes") -> str:
    return firmware.add(office.house, office.actor, new, [content]).name


def put(office: Office, scope: str, name: str, value: object) -> Any:
    return settings.set_values(office.house, office.actor, scope, name, {"firmware": value})


def chosen(office: Office, mac: str = "") -> tuple[str, Scope]:
    device = progress.standing(office.house, office.actor, mac or office.yealink)[0].device
    found = fleet.wanted(office.house, office.actor, [device])[0]
    return (found.image.name if found.image else ""), found.chosen.origin


def yealink_file(office: Office) -> str:
    device = progress.standing(office.house, office.actor, office.yealink)[0].device
    refresh_device(office.house, device.id)
    return read_rendered(office.house, office.actor, office.yealink, f"{office.yealink}.cfg")[1].decode()


def test_an_image_is_kept_with_its_hash_and_listed(office: Office) -> None:
    row = firmware.add(office.house, office.actor, YEALINK, [b"the ", b"bytes"])
    assert row.sha256 == hashlib.sha256(b"the bytes").hexdigest() and row.size == 9
    (known,) = firmware.images(office.house, office.actor, "yealink 108.86")
    assert (known.row.name, known.row.models, known.chosen, known.is_here) == (YEALINK.name, ["T46U", "T43U"], (), True)
    assert firmware.images(office.house, office.actor, "poly") == []
    assert firmware.image(office.house, office.actor, YEALINK.name.upper()).row.id == row.id
    assert firmware.image(office.house, office.actor, str(row.id)).row.id == row.id
    (change, *_) = audit.history(office.house, office.actor)
    assert (change.what, change.subject, change.after["sha256"]) == ("firmware added", row.name, row.sha256)


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        (NewImage("../x", "yealink", ("T46U",), "1"), {"name"}),
        (NewImage("x.rom", "nobody", ("T46U",), "1"), {"vendor"}),
        (NewImage("x.rom", "yealink", ("T46U", "VVX301"), "1"), {"models"}),
        (NewImage("x.rom", "yealink", (), "1"), {"models"}),
        (NewImage("", "yealink", ("T99",), " "), {"name", "models", "version"}),
        (NewImage("x.rom", "grandstream", ("GRP2614",), "1"), {"name"}),
    ],
)
def test_a_wrong_image_is_refused_with_its_fields(office: Office, new: NewImage, fields: set[str]) -> None:
    with pytest.raises(Invalid) as problem:
        add(office, new)
    assert {error.field for error in problem.value.fields} == fields
    assert firmware.images(office.house, office.actor) == []


def test_an_empty_file_and_one_that_is_too_large_leave_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firmware, "LARGEST", 4)
    for content in (b"", b"12345"):
        with pytest.raises(Invalid, match=r"^file: "):
            add(office, content=content)
    assert firmware.images(office.house, office.actor) == []
    assert list(office.house.config.firmware_dir.iterdir()) == []


def test_a_file_that_came_otherwise_than_the_maker_says_is_refused(office: Office) -> None:
    told = hashlib.sha256(b"the bytes").hexdigest().upper()
    with pytest.raises(Invalid, match=r"^sha256: the file that came has another one"):
        add(office, replace(YEALINK, sha256=told), b"the byte")
    assert firmware.images(office.house, office.actor) == []
    assert add(office, replace(YEALINK, sha256=told))


def test_a_name_is_there_once_whatever_its_capitals(office: Office) -> None:
    add(office)
    with pytest.raises(Conflict, match=r"^name: there is an image"):
        add(office, NewImage(YEALINK.name.upper(), "yealink", ("T46U",), "2"))
    assert len(list(office.house.config.firmware_dir.iterdir())) == 1


def test_a_reader_lists_and_changes_nothing(office: Office) -> None:
    add(office)
    reader = Actor(office.actor.tenant_id, "rita", Role.READER)
    assert firmware.images(office.house, reader)
    with pytest.raises(Forbidden):
        firmware.add(office.house, reader, POLY, [b"x"])
    with pytest.raises(Forbidden):
        firmware.remove(office.house, reader, YEALINK.name)


def test_another_company_sees_nothing_and_its_copy_stays(office: Office) -> None:
    add(office)
    other = Actor(ensure_company(office.house, "Bianchi S.r.l."), "bruno", Role.OPERATOR)
    with pytest.raises(NotFound):
        firmware.remove(office.house, other, YEALINK.name)
    row = firmware.add(office.house, other, YEALINK, [b"the bytes"])
    firmware.remove(office.house, office.actor, YEALINK.name)
    assert office.house.images.has(row.sha256), "the other company has the same content"
    firmware.remove(office.house, other, YEALINK.name)
    assert not office.house.images.has(row.sha256)


def test_an_image_that_is_chosen_stays(office: Office) -> None:
    add(office)
    directory.add_department(office.house, office.actor, "Milano")
    places = [("tenant", ""), ("department", "Milano"), ("model", "yealink/T46U"), ("line", "202")]
    places.append(("device", office.yealink))
    for scope, name in places:
        put(office, scope, name, YEALINK.name)
    with pytest.raises(Conflict) as problem:
        firmware.remove(office.house, office.actor, YEALINK.name)
    told = str(problem.value)
    named = ("the company", "department Milano", "model yealink/T46U", "line 202", "phone 80:5e:c0:d9:c7:44")
    assert all(text.lower() in told.lower() for text in named)
    for scope, name in places:
        put(office, scope, name, None)
    firmware.remove(office.house, office.actor, YEALINK.name)
    assert list(office.house.config.firmware_dir.iterdir()) == []
    assert audit.history(office.house, office.actor)[0].what == "firmware removed"


def test_a_place_that_is_gone_does_not_hold_an_image(office: Office) -> None:
    add(office)
    put(office, "device", office.yealink, YEALINK.name)
    devices.remove_device(office.house, office.actor, office.yealink)
    firmware.remove(office.house, office.actor, YEALINK.name)


def test_the_nearest_place_with_an_image_for_the_model_counts(office: Office) -> None:
    for new in (YEALINK, OLDER, POLY):
        add(office, new)
    assert chosen(office) == ("", Scope.DEFAULT)
    put(office, "tenant", "", [YEALINK.name, POLY.name])
    assert chosen(office) == (YEALINK.name, Scope.TENANT)
    assert chosen(office, office.poly) == (POLY.name, Scope.TENANT)
    put(office, "line", "202", POLY.name)
    assert chosen(office) == (YEALINK.name, Scope.TENANT), "a Poly image says nothing of a Yealink phone"
    put(office, "model", "yealink/T46U", OLDER.name)
    assert chosen(office) == (OLDER.name, Scope.MODEL)
    put(office, "device", office.yealink, YEALINK.name.lower())
    assert chosen(office) == (YEALINK.name, Scope.DEVICE)
    put(office, "device", office.yealink, "")
    assert chosen(office) == ("", Scope.DEVICE), "nothing, whatever wider places choose"
    put(office, "device", office.yealink, None)
    assert chosen(office) == (OLDER.name, Scope.MODEL)
    values, _ = settings.effective(office.house, office.actor, office.yealink)
    assert (values["firmware"].value, values["firmware"].origin) == (OLDER.name, Scope.MODEL)


def test_a_chosen_image_stands_in_the_file_and_is_gone_with_the_choice(office: Office) -> None:
    add(office)
    before = yealink_file(office)
    saved = put(office, "device", office.yealink, YEALINK.name)
    assert saved.restarts == ("static.firmware.url",)
    assert f"firmware/{YEALINK.name}" in yealink_file(office)
    assert "static.firmware.url = http" in yealink_file(office)
    assert office.yealink_url.rstrip("/").rpartition("/")[2] not in yealink_file(office), "masked"
    put(office, "device", office.yealink, None)
    assert yealink_file(office) == before


def test_a_wide_choice_marks_the_phones_below_and_changes_only_those_it_fits(office: Office) -> None:
    add(office)
    saved = put(office, "tenant", "", YEALINK.name)
    assert saved.touched == 2
    poly = progress.standing(office.house, office.actor, office.poly)[0].device
    before = {file.name: file.etag for file in progress.standing(office.house, office.actor, office.poly)[1]}
    refresh_device(office.house, poly.id)
    assert {file.name: file.etag for file in progress.standing(office.house, office.actor, office.poly)[1]} == before
    assert "static.firmware.url" in yealink_file(office)


def test_a_changed_image_is_told_to_a_poly_though_only_its_master_names_it(office: Office) -> None:
    add(office, POLY)
    saved = put(office, "device", office.poly, POLY.name)
    assert saved.restarts == ("APP_FILE_PATH",)
    assert {f"{office.poly}.cfg", f"{office.poly}-config.cfg"} <= set(saved.files)
    device = progress.standing(office.house, office.actor, office.poly)[0].device
    assert device.changed_at is not None


@pytest.mark.parametrize(
    ("scope", "place", "value", "said"),
    [
        ("device", "yealink", POLY.name, "is for Poly VVX301, and not for"),
        ("model", "poly/VVX301", YEALINK.name, "is for Yealink T46U, T43U, and not for"),
        ("model", "yealink/T48U", YEALINK.name, "and not for"),
        ("tenant", "", "nothing.rom", "there is no firmware image nothing.rom"),
        ("tenant", "", [YEALINK.name, OLDER.name], "are both for T46U"),
        ("device", "yealink", [YEALINK.name, OLDER.name], "one image at most"),
        ("model", "snom/M900", "M900.bin", "no source names a parameter"),
        ("tenant", "", "M900.bin", "no source names a parameter"),
        ("tenant", "", 5, "the name of a firmware image"),
        ("tenant", "", ["a/b"], "a name starts with"),
    ],
)
def test_an_image_that_does_not_belong_there_is_refused_with_the_field(
    office: Office, scope: str, place: str, value: object, said: str
) -> None:
    for new in (YEALINK, OLDER, POLY, NewImage("M900.bin", "snom", ("M900",), "07.40")):
        add(office, new)
    where = office.yealink if place == "yealink" else place
    with pytest.raises(Invalid) as problem:
        settings.set_values(office.house, office.actor, scope, where, {"clock": "12", "firmware": value})
    assert [error.field for error in problem.value.fields] == ["firmware"]
    assert said in problem.value.fields[0].message
    assert settings.stored_values(office.house, office.actor, scope, where) == ({}, {}), "nothing is half saved"


def test_a_phones_channel_is_the_image_chosen_for_it_alone(office: Office) -> None:
    add(office)
    add(office, POLY)
    change = {"description": "Front", "firmware_channel": YEALINK.name}
    devices.change_device(office.house, office.actor, office.yealink, change)
    assert chosen(office) == (YEALINK.name, Scope.DEVICE)
    assert audit.history(office.house, office.actor, office.yealink)[0].after["firmware_channel"] == [YEALINK.name]
    with pytest.raises(Invalid) as problem:
        devices.change_device(
            office.house, office.actor, office.yealink, {"description": "Back", "firmware_channel": POLY.name}
        )
    assert [error.field for error in problem.value.fields] == ["firmware_channel"]
    assert progress.standing(office.house, office.actor, office.yealink)[0].device.description == "Front"
    devices.change_device(office.house, office.actor, office.yealink, {"firmware_channel": None})
    assert chosen(office) == ("", Scope.DEFAULT)


def test_images_are_chosen_one_by_one_beside_each_other(office: Office) -> None:
    for new in (YEALINK, OLDER, POLY):
        add(office, new)
    for name in (OLDER.name, POLY.name, YEALINK.name):
        firmware_choice.choose(office.house, office.actor, "tenant", "", name)
    stored = settings.stored_values(office.house, office.actor, "tenant")[0]["firmware"]
    assert stored == (POLY.name, YEALINK.name), "the newer one for the same model takes the older one's place"
    firmware_choice.forget(office.house, office.actor, "tenant", "", POLY.name)
    firmware_choice.forget(office.house, office.actor, "tenant", "", YEALINK.name)
    assert "firmware" not in settings.stored_values(office.house, office.actor, "tenant")[0]
    with pytest.raises(Invalid):
        firmware_choice.forget(office.house, office.actor, "tenant", "", YEALINK.name)


def test_what_phones_run_is_compared_with_what_is_chosen(office: Office) -> None:
    add(office)
    devices.add_device(office.house, office.actor, NewDevice("805ec0000003", "yealink", "T43U"))
    put(office, "tenant", "", YEALINK.name)
    with office.house.database.transaction() as session:
        from sqlalchemy import update

        from provserver.db.models import Device

        session.execute(update(Device).where(Device.mac == office.yealink).values(firmware="108.86.0.75"))
        session.execute(update(Device).where(Device.mac == "805ec0000003").values(firmware="108.86.0.90"))
    rows = fleet.wanted(office.house, office.actor, devices.find_devices(office.house, office.actor))
    assert {row.device.mac: row.running.value for row in rows} == {
        office.poly: "free",
        office.yealink: "other",
        "805ec0000003": "same",
    }


def test_a_dry_run_chooses_nothing(office: Office) -> None:
    add(office)
    saved = settings.set_values(
        office.house, office.actor, "device", office.yealink, {"firmware": YEALINK.name}, dry_run=True
    )
    assert saved.restarts and chosen(office) == ("", Scope.DEFAULT)
