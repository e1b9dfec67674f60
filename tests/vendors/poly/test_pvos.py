"""Edge, CCX and Trio: what PVOS wants beside the parameters of UC Software, and keys on pages and a second display."""

import pytest

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.poly import files
from provserver.vendors.registry import model_of, vendors
from tests.vendors.reader_poly import read_poly
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone

LINE = Key(KeyKind.LINE, line=1)
ANNA = Key(KeyKind.BLF, "204", "Anna")
PICKUP = Key(KeyKind.SPEED_DIAL, "*98", "Pickup")


def phone(name: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(model_of("poly", name), **changes)  # type: ignore[arg-type]


def reading(of: Phone) -> Reading:
    """Render a phone and read what it makes of its files."""
    return read_poly({file.name: file.body for file in files(of)}, of.model)


@pytest.mark.parametrize("name", ["EdgeE100", "EdgeE350", "EdgeE450", "CCX500", "Trio8800", "TrioC60"])
def test_the_licence_and_the_teams_profile_do_not_stand_in_the_way(name: str) -> None:
    found = reading(phone(name)).parameters
    assert (found["device.eulaAccepted"], found["device.eulaAccepted.set"]) == ("1", "1")
    assert (found["device.baseProfile"], found["device.baseProfile.set"]) == ("Generic", "1")
    assert found["device.set"] == "1"


@pytest.mark.parametrize("name", ["VVX450", "VVX301", "IP335", "IP430", "IP6000", "SoundStationDuo"])
def test_older_phones_are_told_nothing_that_only_pvos_knows(name: str) -> None:
    found = reading(phone(name)).parameters
    assert not {"device.eulaAccepted", "device.baseProfile", "up.Pagination.enabled"} & set(found)


@pytest.mark.parametrize(("name", "expected"), [("EdgeE350", "1"), ("CCX600", "1"), ("Trio8800", None)])
def test_pages_are_turned_where_there_are_keys(name: str, expected: str | None) -> None:
    assert reading(phone(name)).parameters.get("up.Pagination.enabled") == expected


@pytest.mark.parametrize(
    ("name", "keys"),
    [("EdgeE100", 8), ("EdgeE220", 16), ("EdgeE350", 32), ("EdgeE450", 44), ("EdgeE550", 48), ("CCX400", 24)],
)
def test_every_key_of_every_page_is_written(name: str, keys: int) -> None:
    found = reading(phone(name, keys={})).parameters
    written = [found.get(f"lineKey.{number}.category") for number in range(1, keys + 2)]
    assert written == ["Unassigned"] * keys + [None]


def test_an_edge_turns_its_pages_with_a_key_of_its_own() -> None:
    places = {place.slot.number: place for place in model_of("poly", "EdgeE350").layout()}
    shown = [(places[number].page, places[number].column, places[number].row) for number in (1, 4, 5, 8, 9, 32)]
    assert shown == [(1, 1, 1), (1, 1, 4), (1, 2, 1), (1, 2, 4), (2, 1, 1), (4, 2, 4)]


def test_the_second_display_of_an_e450_goes_on_counting_after_the_main_one() -> None:
    plan = phone("EdgeE450", keys={Slot(0, 1): LINE, Slot(0, 32): PICKUP, Slot(0, 33): ANNA})
    read = reading(plan)
    assert [read.keys[number]["kind"] for number in ("1", "32", "33", "44")] == ["line", "speed-dial", "blf", "none"]
    block, number = plan.model.block_of(Slot(0, 33))
    assert (block.name, number) == ("second", 1)


@pytest.mark.parametrize(
    ("popup", "ring", "ringer"),
    [
        (False, "off", "ringer1"),
        (False, "splash", "ringer1"),
        (False, "tone", "ringer1"),
        (True, "off", "ringer1"),
        (True, "splash", "ringer14"),
        (True, "tone", "ringer10"),
    ],
)
@pytest.mark.parametrize("name", ["EdgeE350", "CCX500"])
def test_a_ring_sounds_only_while_the_popup_is_on(name: str, popup: bool, ring: str, ringer: str) -> None:
    read = reading(phone(name, settings={"monitor_popup": popup, "monitor_ring": ring}))
    assert (read.popup, read.ring) == (popup, ring if popup else "off")
    assert read.parameters["attendant.ringType"] == ringer
    assert read.parameters["attendant.behaviors.display.spontaneousCallAppearances.automata"] == "0"


def test_opus_is_named_only_to_a_model_of_which_a_source_says_so() -> None:
    wanted = {"codecs": ("opus", "pcma")}
    ccx, edge = (reading(phone(name, settings=wanted)).parameters for name in ("CCX500", "EdgeE350"))
    assert (ccx["voice.codecPref.Opus"], ccx["voice.codecPref.G711_A"]) == ("1", "2")
    assert (edge.get("voice.codecPref.Opus"), edge["voice.codecPref.G711_A"]) == (None, "1")


@pytest.mark.parametrize("spelled", ["Edge E450", "edge_e450", "Poly Edge E450", "EDGEE450"])
def test_an_edge_is_found_by_the_name_on_its_box(spelled: str) -> None:
    found = vendors()["poly"].model(spelled)
    assert found is not None
    assert found.name == "EdgeE450"


def test_the_address_behind_the_version_is_read_and_is_no_part_of_it() -> None:
    found = vendors()["poly"].identify("PolyEdge-Edge_E220-UA/8.0.0.13670_48256712b942")
    assert found is not None
    assert (found.firmware, found.mac) == ("8.0.0.13670", "48256712b942")
