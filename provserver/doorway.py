"""What the doors for people and programs share: the house, who is asking, and how an error is answered."""

import re
from http import HTTPStatus
from typing import IO, Any, TypeVar

from flask import Flask, Request, abort, current_app, g, request, session
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, ValidationError

from provserver.domain.roles import Actor
from provserver.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    ProvisioningError,
    Throttled,
    Unauthenticated,
    Unreachable,
    Unreadable,
    Unsupported,
)
from provserver.services.access import accounts
from provserver.services.house import House

STATUS: dict[type[ProvisioningError], HTTPStatus] = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Unsupported: HTTPStatus.CONFLICT,
    Forbidden: HTTPStatus.FORBIDDEN,
    Throttled: HTTPStatus.TOO_MANY_REQUESTS,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Unreadable: HTTPStatus.SERVICE_UNAVAILABLE,
    Unreachable: HTTPStatus.BAD_GATEWAY,
}
"""The one table that turns the house's errors into HTTP."""

T = TypeVar("T")
LARGEST_ROW = 2**63 - 1
"""The largest number that either database can look for."""

_FOR_PROGRAMS = ("/api/", "/metrics")
"""Where a token is looked at."""
_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/=-]{1,200})", re.IGNORECASE)

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def house() -> House:
    """Give the house that this application answers for."""
    found: House = current_app.extensions["house"]
    return found


class RowNumber(IntegerConverter):
    """A number in an address: a larger one than any row can have leads nowhere, instead of to the database."""

    def to_python(self, value: str) -> int:
        """Read the number; raises ValidationError, by which the address matches nothing."""
        if len(value) > len(str(LARGEST_ROW)) or int(value) > LARGEST_ROW:
            raise ValidationError
        number: int = super().to_python(value)
        return number


class NamedParts(FormDataParser):
    """Reads forms; parts without a name are thrown away, for no program expects one."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        """Read one form."""
        rest, fields, files = super().parse(stream, mimetype, content_length, options)
        return rest, _named(fields), _named(files)


def _named(parts: MultiDict[str, T]) -> MultiDict[str, T]:
    return type(parts)([(name, part) for name, part in parts.items(multi=True) if name is not None])


class Asked(Request):
    """A request of a person or a program."""

    form_data_parser_class = NamedParts


def put_house(app: Flask, the_house: House) -> None:
    """Attach the house to an application, and have it read addresses and forms within bounds."""
    app.extensions["house"] = the_house
    app.url_map.converters["int"] = RowNumber
    app.request_class = Asked


def actor() -> Actor:
    """Give who is asking: a program by its bearer token, else the person who is signed in.

    Raises Unauthenticated where neither is there. A call with a token never falls back on the session; pages are for
    people, and take no notice of a header that some front asks browsers for.
    """
    if "actor" not in g:
        header = request.headers.get("Authorization", "") if request.path.startswith(_FOR_PROGRAMS) else ""
        if header:
            match = _BEARER.fullmatch(header.strip())
            if match is None:
                raise Unauthenticated("the Authorization header is not 'Bearer' and a token")
            g.actor = accounts.program(house(), match[1], request.args.get("company", ""), request.remote_addr or "")
        elif current_user.is_authenticated:
            g.actor = accounts.choose_company(house(), current_user.person, session.get("company"))
        else:
            raise Unauthenticated("sign in, or send a bearer token")
    found: Actor = g.actor
    return found


def has_bearer() -> bool:
    """Tell whether the request brings a token, and so needs no protection against forged forms."""
    return bool(request.headers.get("Authorization"))


def status_of(error: ProvisioningError) -> HTTPStatus:
    """Give the HTTP status of an error of the house."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


def fields_of(error: ProvisioningError) -> list[FieldError]:
    """Give the fields that an error names; a Conflict names one in front of a colon."""
    if isinstance(error, Invalid):
        return list(error.fields)
    name, colon, rest = str(error).partition(": ")
    if isinstance(error, Conflict) and colon and re.fullmatch(r"[a-z_]{1,30}", name):
        return [FieldError(name, rest)]
    return []


def object_body() -> dict[str, object]:
    """Give the JSON object that was sent; anything else is a 400."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(HTTPStatus.BAD_REQUEST, "the body must be a JSON object (Content-Type: application/json)")
    return body
