"""The application put together: the house, the doors, and what every answer carries. Read it top to bottom."""

from __future__ import annotations

import logging
import sys
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

from provserver import api, web
from provserver.config import Config, load
from provserver.doorway import SECURITY_HEADERS, put_house
from provserver.fronts import KnownFronts
from provserver.logs import set_up
from provserver.phones.door import PhoneDoor
from provserver.services.access.accounts import first_start
from provserver.services.delivery.provisioning import Desk
from provserver.services.delivery.sightings import Recorder
from provserver.services.house import House
from provserver.services.opening import open_house

log = logging.getLogger(__name__)

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes that a form or a program may send."""


def create_app(config: Config | None = None, house: House | None = None) -> Flask:
    """Build the web application over a house; without one, the house that the environment describes."""
    config = config or (house.config if house else load())
    set_up(config.log_level)
    house = house or open_house(config)
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=house.database.keyring.session_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="provserver",
    )
    app.session_interface = Cookies()
    put_house(app, house)
    web.register(app)
    api.register(app)
    app.after_request(_secure)
    desk = Desk(house, Recorder(house.database, house.clock, config.trusted_networks))
    app.extensions["desk"] = desk
    app.wsgi_app = KnownFronts(PhoneDoor(desk, app.wsgi_app), config.trusted_proxies)  # type: ignore[method-assign]
    return app


class Cookies(SecureCookieSessionInterface):
    """Cookies that never travel in plain text once they came over TLS, or where phones are told https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether the cookie of this answer is for TLS alone."""
        return request.is_secure or app.extensions["house"].config.public_url.startswith("https://")


def _secure(response: Response) -> Response:
    """Put on what every answer to people and programs carries; only pages ask browsers to stay with TLS."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure and response.mimetype == "text/html":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not request.path.startswith("/static/") and "bootstrap" not in request.path:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def application() -> Any:
    """Give the WSGI application that a server loads; the first admin's password is printed, this once."""
    house = open_house(load())
    first = first_start(house)
    if first.password:
        sys.stderr.write(f"Sign in: {first.name} / {first.password}   (shown this once)\n")
    return create_app(house=house)
