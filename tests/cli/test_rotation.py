"""A new data key: everything opens afterwards, nothing is sealed with an old one, and a broken-off rotation goes on."""

import json
import shutil
import threading
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from provserver.crypto import Keyring
from provserver.db.locking import alone
from provserver.db.models import Base, Line
from provserver.db.session import Database
from provserver.domain.roles import Actor, Role
from provserver.domain.secret import Secret
from provserver.errors import Conflict, Forbidden
from provserver.services import demo
from provserver.services.access.accounts import ensure_company
from provserver.services.editing import settings
from provserver.services.history import audit
from provserver.services.house import House
from provserver.services.organisation import directory
from provserver.services.spreadsheet import export
from provserver.services.upkeep import rotation
from tests.cli.conftest import Shell


@pytest.fixture
def company(own_house: House) -> Actor:
    """The demo company, with every kind of sealed value."""
    assert demo.set_up(own_house)
    return Actor(ensure_company(own_house, demo.COMPANY), "anna", Role.OPERATOR)


def _sealed_with(house: House) -> set[bytes]:
    found = set()
    with house.database.reading() as session:
        for place in rotation.places():
            found |= {bytes(value)[:4] for value in session.scalars(select(place.column))}
    return found


def test_every_sealed_column_of_the_tables_is_known() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert columns == set(rotation.PURPOSES)


def test_old_values_open_and_old_keys_are_gone(own_house: House, company: Actor) -> None:
    before = export.export_table(own_house, company, secrets=True)
    old = own_house.database.keyring.active_id
    told: list[tuple[int, int]] = []
    done = rotation.rotate(own_house, company, lambda count, total: told.append((count, total)), settle=0)
    assert done.finished
    assert told[-1] == (done.resealed, done.resealed)
    new = own_house.database.keyring.active_id
    assert new != old
    assert _sealed_with(own_house) == {new}
    ids = [key["id"] for key in json.loads(own_house.database.keyring.path.read_text())["keys"]]
    assert ids == [new.hex()]
    fresh = Database(own_house.config.database_url, Keyring(own_house.database.keyring.path))
    assert export.export_table(replace(own_house, database=fresh), company, secrets=True) == before
    fresh.close()
    assert audit.history(own_house, company)[1].what == "data key replaced"


def test_a_process_that_knew_only_the_old_key_goes_on_reading_and_sealing(own_house: House, company: Actor) -> None:
    other = Keyring(own_house.database.keyring.path)
    sealed = other.seal(b"before", "value")
    own_house.database.keyring.add_key()
    assert other.seal(b"after", "value")[:4] == own_house.database.keyring.active_id
    assert own_house.database.keyring.open(sealed, "value") == b"before"


def test_a_rotation_that_was_broken_off_goes_on_with_its_own_key(own_house: House, company: Actor) -> None:
    class Interrupt(Exception):
        pass

    def interrupt(_count: int, _total: int) -> None:
        raise Interrupt

    with pytest.raises(Interrupt):
        rotation.rotate(own_house, company, interrupt, settle=0)
    keyring = own_house.database.keyring
    assert keyring.old_keys == 1
    begun = keyring.active_id
    export.export_table(own_house, company, secrets=True)
    assert rotation.rotate(own_house, company, settle=0).finished
    assert keyring.active_id == begun
    assert keyring.old_keys == 0


def test_a_value_that_cannot_be_opened_keeps_the_old_keys(own_house: House, company: Actor) -> None:
    with own_house.database.transaction() as session:
        line = session.scalars(select(Line)).first()
        assert line is not None
        line.sealed_password = line.sealed_password[:-1] + bytes([line.sealed_password[-1] ^ 1])
    done = rotation.rotate(own_house, company, settle=0)
    assert not done.finished
    assert done.unreadable == ("line.sealed_password",)
    assert own_house.database.keyring.old_keys == 1


def _hold(url: str, path: str, ready: object, release: object) -> None:
    database = Database(url, Keyring(Path(path)))
    with alone(database, Path(path), "busy"):
        ready.set()  # type: ignore[attr-defined]
        release.wait(60)  # type: ignore[attr-defined]
    database.close()


@pytest.mark.parametrize("node", ["the same", "another"])
def test_two_operators_do_not_replace_the_key_together(
    own_house: House, company: Actor, tmp_path: Path, node: str
) -> None:
    """On another node the file's lock says nothing; there only the database can tell."""
    path = own_house.database.keyring.path
    if node == "another":
        if own_house.database.is_sqlite:
            return  # a file of one machine
        path = Path(shutil.copy(path, tmp_path / "copy.key"))
    context = get_context("spawn")
    ready, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(own_house.config.database_url, str(path), ready, release))
    other.start()
    assert ready.wait(60)
    with pytest.raises(Conflict, match="already"):
        rotation.rotate(own_house, company, settle=0)
    assert own_house.database.keyring.old_keys == 0
    release.set()
    other.join(60)
    assert rotation.rotate(own_house, company, settle=0).finished


def test_edits_that_run_beside_a_rotation_are_all_readable_afterwards(own_house: House, company: Actor) -> None:
    stop = threading.Event()
    written: dict[str, str] = {}

    def edit(number: int) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            password = f"secret-{number}-{turn}"
            directory.change_line(own_house, company, f"20{number}", {"password": password})
            settings.set_values(own_house, company, "line", f"20{number}", {"admin_password": password})
            written[f"20{number}"] = password

    writers = [threading.Thread(target=edit, args=(number,)) for number in (1, 2, 3)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(2):
            assert rotation.rotate(own_house, company, settle=1.0).finished
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert written.keys() == {"201", "202", "203"}
    fresh = replace(
        own_house, database=Database(own_house.config.database_url, Keyring(own_house.database.keyring.path))
    )
    for extension, password in written.items():
        line = directory.get_line(fresh, company, extension)
        assert fresh.database.keyring.open(line.sealed_password, "line password").decode() == password
        stored, _ = settings.stored_values(fresh, company, "line", extension)
        assert stored["admin_password"] == Secret(password)
    exchanged = export.export_table(fresh, company, secrets=True)
    assert all(password in exchanged for password in written.values())
    fresh.database.close()


def test_only_an_operator_replaces_the_key(own_house: House, company: Actor) -> None:
    with pytest.raises(Forbidden):
        rotation.rotate(own_house, replace(company, role=Role.ADMIN), settle=0)


def test_the_command_rotates(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation.rotate, "__defaults__", (None, 0.0))
    shell.run("line", "add", "201", "Mario Rossi")
    before = shell.run("export", "--secrets").stdout
    assert shell.json("key", "rotate") == {"resealed": 1, "unreadable": [], "finished": True}
    assert shell.run("export", "--secrets").stdout == before


def test_the_demo_is_made_once(own_house: House, company: Actor) -> None:
    newest = audit.history(own_house, company)[0].id
    assert demo.set_up(own_house)
    assert audit.history(own_house, company)[0].id == newest
    assert demo.url_to_try(own_house).endswith(".cfg")
