"""VTech: keys without labels, a name in full, the nightly hour, and a restart after every change."""

from dataclasses import replace

import pytest

from provserver.domain.keys import Key, KeyPlan
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Invalid
from provserver.vendors.registry import claim, find_model, vendors
from tests.vendors.reader_vtech import read_vtech
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone
from tests.vendors.test_hostile import Everybody

ANNA = Key(KeyKind.BLF, "204", "", line=2)


def phone(model: str = "VSP735", **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(vendors()["vtech"].models[model], **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read its file."""
    return read_vtech({file.name: file.body for file in vendors()["vtech"].package.files(of)}, of.model)


@pytest.mark.parametrize("popup", [True, False])
@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_nothing_pops_up_or_rings_and_the_table_says_why(popup: bool, ring: str) -> None:
    found = reading(phone(settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (found.popup, found.ring) == (False, "off")
    assert {"popup", "splash", "tone"} <= vendors()["vtech"].models["VSP735"].lacks.keys()


def test_a_key_is_a_feature_with_its_number_in_a_field_of_its_own() -> None:
    found = reading(phone(keys={Slot(0, 2): ANNA, Slot(0, 3): Key(KeyKind.SPEED_DIAL, "*98")})).parameters
    assert (found["pfk.2.feature"], found["pfk.2.account"], found["pfk.2.blf"]) == ("busy lamp field", "2", "204")
    assert (found["pfk.3.feature"], found["pfk.3.quick_dial"], found["pfk.3.blf"]) == ("quick dial", "*98", "")


def test_a_deleted_key_is_written_as_unassigned() -> None:
    found = reading(phone(keys={})).parameters
    assert [found[f"pfk.{number}.feature"] for number in range(1, 33)] == ["unassigned"] * 32
    assert found["pfk.2.blf"] == found["pfk.2.quick_dial"] == ""


def test_a_label_is_refused_for_there_is_nowhere_to_write_it() -> None:
    model = vendors()["vtech"].models["VSP735"]
    plan = KeyPlan({Slot(0, 2): Key(KeyKind.BLF, "204", "Anna")})
    with pytest.raises(Invalid) as problem:
        plan.check(model, 1, Everybody(), [Slot(0, 2)])
    assert [field.field for field in problem.value.fields] == ["2.label"]
    assert b"Anna" not in vendors()["vtech"].package.files(phone(keys=plan.slots))[0].body


def test_a_line_taken_away_is_switched_off_and_leaves_no_password() -> None:
    full = phone()
    found = reading(replace(full, lines=full.lines[:1])).parameters
    assert [found[f"sip_account.{n}.sip_account_enable"] for n in range(1, 6)] == ["1", "0", "0", "0", "0"]
    assert found["sip_account.2.authentication_access_password"] == ""


def test_wanted_codecs_stand_in_front_of_the_others() -> None:
    found = reading(phone(settings={"codecs": ("opus", "g722", "pcma")})).parameters
    assert [found[f"sip_account.1.codec_priority.{n}"] for n in range(1, 6)] == [
        "g722",
        "g711a",
        "g711u",
        "g726",
        "g729",
    ]


def test_the_phone_asks_at_its_hour_or_not_at_all() -> None:
    found = reading(phone(settings={"poll_hour": 23})).parameters
    hours = (found["provisioning.weekdays_start_hr"], found["provisioning.weekdays_end_hr"])
    assert (found["provisioning.schedule_mode"], hours) == ("weekday", ("23", "0"))
    never = reading(phone(settings={"poll": False})).parameters
    assert (never["provisioning.schedule_mode"], never["provisioning.resync_time"]) == ("interval", "0")


def test_the_address_names_the_file_and_every_change_restarts() -> None:
    maker = vendors()["vtech"]
    (file,) = maker.package.files(phone())
    address = file.parameters["provisioning.server_address"]
    assert address.value.endswith(f"/{file.name}")
    assert address.secret
    assert maker.rules.resync(["pfk.2.blf"]).restarts == ("pfk.2.blf",)
    found = claim(file.name)
    assert found is not None
    assert "vtech" in found.vendors
    assert found.mac == "00122ad9c744"


def test_a_stun_server_and_a_proxy_are_written_with_their_ports() -> None:
    full = phone()
    line = replace(full.lines[0], stun="stun.example.com", outbound_proxy="edge.example.com:5080")
    found = reading(replace(full, lines=(line,))).parameters
    assert found["sip_account.1.nat_traversal_stun_enable"] == "1"
    assert found["sip_account.1.nat_traversal_stun_server_port"] == "3478"
    assert found["sip_account.1.primary_outbound_proxy_server_port"] == "5080"


def test_what_the_server_owns_no_override_may_touch() -> None:
    rules = vendors()["vtech"].rules
    for name in ("provisioning.server_address", "sip_account.5.authentication_name", "profile.admin.access_password"):
        assert rules.owns(name)
    assert not rules.owns("user_pref.lcd_contrast")
    for wrong in ("", "pfk", "pfk.1.feature = line", "a.b\n", "a..b"):
        assert not rules.parameter.search(wrong)
    model = find_model("vtech", "VSP735A")
    assert model is not None
    assert model.name == "VSP735"


@pytest.mark.parametrize("name", ["a\nb.c = 1", "# x", "%NULL%"])
def test_a_value_that_would_break_the_file_is_refused(name: str) -> None:
    carried = vendors()["vtech"].package.cannot_carry(name) is None
    assert carried == (name == "# x")


def test_a_name_that_the_text_cannot_carry_does_not_keep_the_phone_from_its_file() -> None:
    full = phone()
    found = reading(replace(full, lines=(replace(full.lines[0], display_name="a %null% b"),))).parameters
    assert found["sip_account.1.label"] == found["sip_account.1.display_name"] == "a null b"
