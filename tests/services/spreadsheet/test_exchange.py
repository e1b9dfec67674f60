"""An import is tried as a whole, lets others save while it saves, and is finished by importing the same again."""

from collections.abc import Callable

import pytest

from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from provserver.services.spreadsheet import exchange
from provserver.services.spreadsheet.exchange import import_table

TABLE = "extension,name,mac,vendor,model,keys\n" + "".join(
    f"{number},Person {number},0004f2aab{number},poly,VVX301,1=line | 2=blf:{408 - number}\n"
    for number in range(201, 208)
)
Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Have something done once, in the first pause of an import that saves after every step."""

    def prepare(act: Callable[[], object]) -> None:
        waiting = [act]

        def pause(seconds: float) -> None:
            if seconds and waiting:
                waiting.pop()()

        monkeypatch.setattr(exchange, "LONGEST_BATCH", 0)
        monkeypatch.setattr(exchange, "sleep", pause)

    return prepare


def test_a_trial_saves_nothing_and_leaves_no_file(house: House, actor: Actor) -> None:
    done = import_table(house, actor, TABLE, dry_run=True)
    assert not done.saved and len(done.devices_added) == 7
    assert directory.find_lines(house, actor) == []
    assert list(house.config.data_dir.glob("rehearsal-*")) == []


def test_others_save_between_two_steps(house: House, actor: Actor, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: directory.add_line(house, actor, NewLine("300", "Anna")))
    done = import_table(house, actor, TABLE)
    assert done.saved and not done.errors
    assert len(devices.find_devices(house, actor)) == 7
    assert len(directory.find_lines(house, actor)) == 8


def test_what_somebody_took_meanwhile_is_told_and_the_rest_is_saved(
    house: House, actor: Actor, meanwhile: Meanwhile
) -> None:
    meanwhile(lambda: devices.add_device(house, actor, NewDevice("0004f2aab207", "poly", "VVX450")))
    done = import_table(house, actor, TABLE)
    assert done.saved
    assert [(error.row, error.field) for error in done.errors] == [(8, "model")]
    assert len(done.devices_added) == 6


def test_an_import_that_was_cut_off_is_finished_by_the_same_table(
    house: House, actor: Actor, meanwhile: Meanwhile
) -> None:
    def cut() -> None:
        raise KeyboardInterrupt

    meanwhile(cut)
    with pytest.raises(KeyboardInterrupt):
        import_table(house, actor, TABLE)
    assert [line.extension for line in directory.find_lines(house, actor)] == ["201"]
    done = import_table(house, actor, TABLE)
    assert len(done.lines_added) == 6 and len(done.devices_added) == 7
    again = import_table(house, actor, TABLE)
    assert not again.lines_changed and not again.devices_changed and not again.errors


def test_progress_reaches_the_end(house: House, actor: Actor) -> None:
    told: list[tuple[int, int]] = []
    import_table(house, actor, TABLE, progress=lambda done, steps: told.append((done, steps)))
    assert told[-1] == (42, 42)
    assert told == sorted(told)
