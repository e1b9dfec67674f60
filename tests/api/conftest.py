"""The API over a small company, asked as programs and as signed-in people ask it."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin, login_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.test import TestResponse

from provserver import api
from provserver.domain.roles import Actor, Role
from provserver.doorway import put_house
from provserver.fronts import KnownFronts
from provserver.services.access import accounts
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine

POLY = "0004f2aabbcc"
YEALINK = "805ec0d9c744"
COMPANY = "Rossi S.p.A."


@dataclass(frozen=True)
class Program:
    """A program with a token; every answer is JSON."""

    client: FlaskClient
    token: str
    house: House
    actor: Actor
    urls: dict[str, str]

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        """Ask for a path below /api/v1, or for another one that starts with a slash twice."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        if body is not None:
            more |= {"data": json.dumps(body), "content_type": "application/json"}
        where = path[1:] if path.startswith("//") else f"/api/v1{path}"
        return self.client.open(where, method=method, headers=headers, **more)

    def get(self, path: str, status: int = 200) -> Any:
        """Ask, expect a status, give what was answered."""
        return self._expect("GET", path, None, status)

    def patch(self, path: str, body: Any, status: int = 202) -> Any:
        """Change something, expect a status, give what was answered."""
        return self._expect("PATCH", path, body, status)

    def post(self, path: str, body: Any = None, status: int = 201) -> Any:
        """Add something, expect a status, give what was answered."""
        return self._expect("POST", path, body, status)

    def _expect(self, method: str, path: str, body: Any, status: int) -> Any:
        response = self.ask(method, path, body)
        assert response.status_code == status, response.get_data(as_text=True)
        return response.get_json()


class SignedIn(UserMixin):
    """A person in a session."""

    def __init__(self, person: accounts.Person) -> None:
        self.person = person
        self.id = str(person.id)


def build(house: House) -> Flask:
    """Build an application with the API alone, and a door to sign in by."""
    app = Flask("provserver")
    app.config.update(
        SECRET_KEY="tests only", WTF_CSRF_CHECK_DEFAULT=False, MAX_CONTENT_LENGTH=100_000, BOOTSTRAP_SERVE_LOCAL=True
    )
    put_house(app, house)
    CSRFProtect(app)
    manager = LoginManager(app)

    @manager.user_loader
    def load(number: str) -> SignedIn | None:
        person = accounts.person(house, int(number))
        return SignedIn(person) if person else None

    @app.post("/sign-in/<int:number>")
    def sign_in(number: int) -> str:
        person = accounts.person(house, number)
        assert person is not None
        login_user(SignedIn(person))
        return generate_csrf()

    api.register(app)
    app.wsgi_app = KnownFronts(app.wsgi_app, house.config.trusted_proxies)  # type: ignore[method-assign]
    return app


def furnish(house: House) -> Program:
    """Put four lines and two phones into the company; give a program that speaks for an operator."""
    actor = Actor(accounts.ensure_company(house, COMPANY), "anna", Role.OPERATOR)
    for extension, name in (
        ("201", "Mario Rossi"),
        ("202", "Giulia Verdi"),
        ("203", "Luca Neri"),
        ("204", "Anna Bianchi"),
    ):
        directory.add_line(
            house, actor, NewLine(extension, name, domain="pbx.example.com", password=f"sip-secret-{extension}")
        )
    _, poly = devices.add_device(house, actor, NewDevice(POLY, "poly", "VVX301", ("201",)))
    _, yealink = devices.add_device(house, actor, NewDevice(YEALINK, "yealink", "T46U", ("202",)))
    token = accounts.add_token(house, "tests")
    return Program(build(house).test_client(), token, house, actor, {POLY: poly, YEALINK: yealink})


@pytest.fixture
def program(house: House) -> Program:
    """The API on both databases."""
    return furnish(house)


@pytest.fixture
def sqlite_program(sqlite_house: House) -> Program:
    """The API on SQLite only."""
    return furnish(sqlite_house)


@pytest.fixture
def reader(sqlite_program: Program) -> Program:
    """A program that may only read."""
    token = accounts.add_token(sqlite_program.house, "reading", Role.READER, COMPANY)
    return Program(sqlite_program.client, token, sqlite_program.house, sqlite_program.actor, sqlite_program.urls)
