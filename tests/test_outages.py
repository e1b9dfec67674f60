"""No database, or no room: every door says so in a sentence, and phones that can be answered are."""

import errno
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from provserver.app import create_app
from provserver.crypto import Keyring
from provserver.db import session as session_
from provserver.db.models import Tenant
from provserver.db.session import Database
from provserver.domain.roles import Actor, Role
from provserver.services.access import accounts
from provserver.services.access.accounts import ensure_company
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.editing import keys
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.outages import AWAY, FULL, outage_of

MAC = "805ec0d9c744"
DEAD = "postgresql+psycopg://nobody@127.0.0.1:{port}/nothing"


@pytest.fixture
def away(sqlite_house: House, keyring: Keyring) -> Iterator[FlaskClient]:
    """The application over a database that is not there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = Database(DEAD.format(port=port), keyring)
    yield create_app(house=replace(sqlite_house, database=database)).test_client()
    database.close()


def test_a_program_hears_that_the_database_is_away(away: FlaskClient) -> None:
    answer = away.get("/api/v1/devices", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.json is not None
    assert answer.json["detail"] == AWAY.sentence
    assert int(answer.headers["Retry-After"]) > 0


def test_a_person_reads_that_the_database_is_away(away: FlaskClient) -> None:
    with away.session_transaction() as session:
        session["_user_id"] = "a token that nobody has"
    answer = away.get("/phones/")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", [f"/p/{'x' * 32}/{MAC}.cfg", f"/{MAC}.cfg"])
def test_a_phone_is_told_to_come_again(away: FlaskClient, path: str) -> None:
    answer = away.get(path)
    assert (answer.status_code, answer.data) == (503, b"try again\n")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_database_that_is_silent_is_not_waited_for_without_end(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(session_._PATIENCE, "connect_timeout", 2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        database = Database(DEAD.format(port=silent.getsockname()[1]), keyring)
        with pytest.raises(OperationalError) as caught, database.reading() as session:
            session.get(Tenant, 1)
        database.close()
    assert outage_of(caught.value) is AWAY


@pytest.fixture
def full(sqlite_house: House) -> Iterator[tuple[House, Actor, str]]:
    """A phone in a database that from now on cannot grow, as on a full disk."""
    actor = Actor(ensure_company(sqlite_house, "Rossi S.p.A."), "anna", Role.OPERATOR)
    device, url = devices.add_device(sqlite_house, actor, NewDevice(MAC, "yealink", "T46U"))
    assert refresh_device(sqlite_house, device.id) == ""
    engine = sqlite_house.database.engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count=1"))
    yield sqlite_house, actor, url


def _fill(house: House, actor: Actor) -> OperationalError:
    """Save until there is no room."""
    with pytest.raises(OperationalError) as caught:
        for number in range(2000):
            keys.set_keys(house, actor, MAC, {"4": {"kind": "speed-dial", "target": f"0{number}", "label": "x" * 20}})
    return caught.value


def test_a_save_without_room_is_told_and_phones_have_their_files(full: tuple[House, Actor, str]) -> None:
    house, actor, url = full
    assert outage_of(_fill(house, actor)) is FULL
    before = keys.read_keys(house, actor, MAC)
    app = create_app(house=house)
    client = app.test_client()
    app.extensions["desk"].recorder.close()
    answer = client.get(url.partition("prov.test")[2] + f"{MAC}.cfg")
    assert answer.status_code == 200, "what proves the fetch may have no room; the phone has its file"
    assert keys.read_keys(house, actor, MAC) == before


def test_a_program_hears_that_the_disk_is_full(full: tuple[House, Actor, str]) -> None:
    house, actor, _url = full
    token = accounts.add_token(house, "hand", Role.OPERATOR)
    client = create_app(house=house).test_client()
    _fill(house, actor)
    keys_ = {"5": {"kind": "speed-dial", "target": "099999", "label": "x" * 20}}
    answer = client.patch(f"/api/v1/devices/{MAC}/keys", json=keys_, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.content_type) == (507, "application/problem+json")
    assert answer.json is not None
    assert answer.json["detail"] == FULL.sentence


def test_only_what_says_that_a_disk_is_full_counts_of_the_systems_errors(tmp_path: Path) -> None:
    assert outage_of(OSError(errno.ENOSPC, "No space left on device")) is FULL
    assert outage_of(FileNotFoundError(errno.ENOENT, "gone", str(tmp_path))) is None
    assert outage_of(ValueError("no outage")) is None
