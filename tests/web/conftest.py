"""A small company behind the web door, a browser that has signed in, and the translations compiled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import provserver
from provserver.app import create_app
from provserver.config import Config
from provserver.domain.roles import Actor, Role
from provserver.services.access import accounts
from provserver.services.editing import keys
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory, groups, short_codes
from provserver.services.organisation.directory import NewLine
from provserver.services.organisation.groups import NewGroup

PACKAGE = Path(provserver.__file__).parent
PASSWORD = "correct horse battery"
SIP_PASSWORD = "sip-secret-4711-x"
HOSTILE = "<script>alert(1)</script>"


@dataclass(frozen=True)
class Site:
    """The application with a company of lines 201 to 204, a VVX301 and a T46U; ``url`` is the Poly's address."""

    house: House
    actor: Actor
    client: FlaskClient
    poly: str
    yealink: str
    url: str

    def get(self, path: str, **other: object) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **other)  # type: ignore[arg-type]

    def post(self, path: str, data: Mapping[str, Any], page: str = "/phones/") -> TestResponse:
        """Send a form with the token of a page."""
        return self.client.post(path, data={**data, "csrf_token": token_of(self.get(page).text)})


def token_of(page: str) -> str:
    """Give the token against forged forms that a page carries."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Compile the translations, as ``make`` does; they are not committed."""
    for po in (PACKAGE / "translations").glob("*/LC_MESSAGES/messages.po"):
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source))


@pytest.fixture
def stranger(config: Config, sqlite_house: House) -> Iterator[Site]:
    """The site with nobody signed in."""
    house = sqlite_house
    actor = Actor(accounts.ensure_company(house, "Rossi S.p.A."), "anna", Role.OPERATOR)
    accounts.add_user(house, "anna", PASSWORD)
    for extension, name in (("201", "Mario Rossi"), ("202", "Giulia Verdi"), ("203", HOSTILE), ("204", "=1+1")):
        new = NewLine(extension, name, domain="pbx.example.com", password=SIP_PASSWORD)
        directory.add_line(house, actor, new)
    poly, url = devices.add_device(house, actor, NewDevice("00:04:F2:AA:BB:CC", "poly", "VVX301", ("201",)))
    yealink, _ = devices.add_device(house, actor, NewDevice("805ec0d9c744", "yealink", "T46U", ("202",), HOSTILE))
    keys.set_keys(house, actor, poly.mac, {"3": {"kind": "blf", "target": "203", "label": HOSTILE}})
    directory.add_department(house, actor, "Sales")
    groups.add(house, actor, NewGroup("hunt", "Sales", "300", ("201", "203")))
    groups.add(house, actor, NewGroup("pickup", "Front", "*98", ("203",)))
    short_codes.add(house, actor, {"code": "801", "number": "+39021", "name": HOSTILE, "department": "Sales"})
    short_codes.add(house, actor, {"first": "810", "last": "819", "number": "500", "name": "Branch"})
    app = create_app(config, house)
    app.testing = True
    yield Site(house, actor, app.test_client(), poly.mac, yealink.mac, url)
    app.extensions["desk"].recorder.close()


@pytest.fixture
def site(stranger: Site) -> Site:
    """The site with an operator signed in."""
    assert enter(stranger, "anna", PASSWORD).status_code == 302
    return stranger


def enter(site: Site, name: str, password: str, path: str = "/sign-in") -> TestResponse:
    """Sign in."""
    data = {"name": name, "password": password, "csrf_token": token_of(site.get("/sign-in").text)}
    return site.client.post(path, data=data)


def addresses(site: Site) -> list[str]:
    """Give the address of every page."""
    return [
        "/",
        "/search?q=rossi",
        "/phones/",
        "/phones/?state=new&sort=-model&q=vvx",
        "/phones/?q=nobody",
        "/phones/new",
        "/import",
        f"/phones/{site.poly}/",
        f"/phones/{site.yealink}/",
        f"/phones/{site.poly}/keys",
        f"/phones/{site.yealink}/keys",
        f"/phones/{site.poly}/edit",
        f"/phones/{site.yealink}/edit",
        f"/phones/{site.poly}/history",
        f"/phones/{site.poly}/files/{site.poly}-config.cfg",
        f"/phones/{site.yealink}/files/{site.yealink}.cfg?q=linekey",
        "/lines/",
        "/lines/new",
        "/lines/203",
        "/lines/?department=Sales&sort=-extension",
        "/all-lines",
        "/all-lines?kind=hunt&sort=-name",
        "/groups/hunt",
        "/groups/hunt/new",
        "/groups/hunt/of/Sales",
        "/groups/pickup/of/Front",
        "/groups/pickup",
        "/short-codes",
        "/short-codes?department=Sales&q=8&sort=-name",
        "/short-codes/new",
        "/short-codes/new?range=1",
        "/short-codes/of/801",
        "/short-codes/of/812",
        "/departments",
        "/departments/new",
        "/departments/of/Sales",
        f"/phones/{site.poly}/replace",
        "/settings/",
        "/firmware-images",
        "/settings/model/yealink/T46U",
        "/settings/line/201",
        "/enrolment",
        "/seen",
        "/alarms?all=1",
        "/history",
        "/rollouts",
        "/models",
        "/people/",
        "/people/?q=anna",
        "/people/new",
        "/people/anna",
        "/tokens/",
        "/companies/",
        "/account/",
        "/account/second-factor",
        "/account/confirm",
        "/models?q=46u&maker=yealink",
        "/models?page=3",
        "/models?q=nobody",
    ]
