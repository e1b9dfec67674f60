"""Errors as programs read them: RFC 9457 problems, for everything that goes wrong under /api."""

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from provserver.doorway import fields_of, status_of
from provserver.errors import FieldError, ProvisioningError
from provserver.services.outages import FAILURES, RETRY_AFTER, outage_of, reason_of

log = logging.getLogger(__name__)

_BROKEN = "Something broke on our side and nothing was saved; the server's log says what."
TYPE = "application/problem+json"
STATUSES = (400, 401, 403, 404, 405, 408, 409, 411, 412, 413, 414, 415, 422, 429, 500, 503)
"""Every status that can be answered as a problem; each is bound, so that no page of the web door steps in."""


def problem(
    status: HTTPStatus, detail: str, errors: Iterable[FieldError] = (), more: Mapping[str, object] | None = None
) -> Response:
    """Build a problem; ``errors`` name fields as they were sent, ``more`` adds members of its own."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "errors": [{"field": error.field, "message": error.message} for error in errors],
        **(more or {}),
    }
    response = Response(json.dumps(body), status=status.value, content_type=TYPE)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="provserver"'
    return response


def answer_house(error: ProvisioningError) -> Response:
    """Answer an error of the house, by the table that all doors share."""
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("A program could not be answered", extra={"path": request.path, "error": type(error).__name__})
    return problem(status, str(error), fields_of(error))


def answer_http(error: HTTPException) -> Response:
    """Answer an error of HTTP itself, such as a wrong method or a body that is too large."""
    if isinstance(error, CSRFError):
        sentence = f"{error.description} Send it as X-CSRFToken, or use a bearer token."
        return problem(HTTPStatus.FORBIDDEN, sentence)
    if isinstance(error, InternalServerError):  # Flask has logged what it was
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN)
    response = problem(HTTPStatus(error.code or 500), error.description or "")
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def answer_outage(error: Exception) -> Response:
    """Answer for a database that is away, or a full disk; anything else goes on as the error that it is."""
    outage = outage_of(error)
    if outage is None:
        raise error
    log.error("A program could not be answered", extra={"path": request.path, "reason": reason_of(error)})
    response = problem(outage.status, outage.sentence)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def bind(blueprint: Any) -> None:
    """Have every error inside a blueprint answered as a problem."""
    for failure in FAILURES:
        blueprint.register_error_handler(failure, answer_outage)
    blueprint.register_error_handler(ProvisioningError, answer_house)
    for status in STATUSES:
        blueprint.register_error_handler(status, answer_http)
