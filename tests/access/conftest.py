"""Two companies behind the whole application, somebody of every role signed in, and the way back after each request."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provserver.app import create_app
from provserver.config import Config, networks
from provserver.crypto import Keyring
from provserver.db.session import Database
from provserver.domain.roles import Actor, Role
from provserver.services.access import accounts
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory, groups, short_codes
from provserver.services.organisation.directory import NewLine
from provserver.services.organisation.groups import NewGroup
from tests.access.calls import ELSEWHERE, FOREIGN, MINE, OTHER, PASSWORD, THINGS
from tests.access.people import furnish_people
from tests.fakes.clock import FakeClock

MARKS = {ELSEWHERE: "Qq-elsewhere", FOREIGN: "Zz-foreign"}
"""What stands in the name of everything that belongs to another department, or to another company."""
COMPANY = "Rossi S.p.A."


@dataclass
class World:
    """The application with its house; ``people`` are signed in, each in a browser of their own."""

    app: Flask
    house: House
    path: Path
    people: dict[str, tuple[FlaskClient, str, str]] = field(default_factory=dict)

    def ask(
        self, who: str, method: str, address: str, form: Mapping[str, str] | None = None, json: Any = None
    ) -> TestResponse:
        """Send one request as somebody with the token against forged forms, and undo what it changed."""
        client, token, cookie = self.people[who]
        client.set_cookie("provserver", cookie)
        answer = client.open(address, method=method, data=form, json=json, headers={"X-CSRFToken": token})
        answer.get_data()
        answer.close()
        if method != "GET":
            self.restore()
        return answer

    def keep(self) -> None:
        """Remember the database as it is now."""
        _copy(self.path, self.path.with_suffix(".kept"))

    def restore(self) -> None:
        """Put the database back."""
        _copy(self.path.with_suffix(".kept"), self.path)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes, keyring: Keyring) -> Iterator[World]:
    """Everything furnished once; what a request changes is put back."""
    folder = tmp_path_factory.mktemp("access")
    path = folder / "provserver.db"
    path.write_bytes(sqlite_template)
    url = f"sqlite:///{path}"
    config = Config(data_dir=folder, database_url=url, public_url="http://prov.test", trusted_networks=networks(""))
    config = replace(config, oidc_issuer="http://127.0.0.1:9", oidc_client_id="x", oidc_client_secret="x")
    house = House(Database(url, keyring), config, FakeClock())
    furnish(house)
    app = create_app(config, house)
    app.testing = True
    found = World(app, house, path)
    for who in (*furnish_people(house, COMPANY, OTHER), "nobody"):
        found.people[who] = _signed_in(app, who)
    found.keep()
    yield found
    app.extensions["desk"].recorder.close()
    house.database.close()


def furnish(house: House) -> None:
    """Put two departments into one company and one into another, each with a line, a phone and a group."""
    _furnish(house, COMPANY, (MINE, ELSEWHERE))
    _furnish(house, OTHER, (FOREIGN,))


def _furnish(house: House, company: str, parts: tuple[str, ...]) -> None:
    actor = Actor(accounts.ensure_company(house, company), "tests", Role.OPERATOR)
    for part in parts:
        mark = MARKS.get(part, "Own")
        extension, mac, department = (THINGS[name][part] for name in ("extension", "mac", "@department"))
        directory.add_department(house, actor, department)
        directory.add_line(house, actor, NewLine(extension, f"{mark} line", department=department))
        devices.add_device(house, actor, NewDevice(mac, "poly", "VVX301", (extension,), f"{mark} phone"))
        group, code = THINGS["@group"][part], THINGS["@code"][part]
        groups.add(house, actor, NewGroup("hunt", group, f"4{code}", (extension,)))
        raw = {"code": code, "number": "1", "name": f"{mark} code", "department": department}
        short_codes.add(house, actor, raw)


def _signed_in(app: Flask, who: str) -> tuple[FlaskClient, str, str]:
    client = app.test_client()
    token = _token(client.get("/sign-in").text)
    if who != "nobody":
        form = {"name": who, "password": PASSWORD, "csrf_token": token}
        assert client.post("/sign-in", data=form).status_code == 302, who
        token = _token(client.get("/phones/").text)
    cookie = client.get_cookie("provserver")
    assert cookie is not None
    return client, token, cookie.value


def _token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None
    return found[1]
