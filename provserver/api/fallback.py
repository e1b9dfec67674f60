"""What is asked under /api and is not there: answered as a problem, like everything else there."""

from http import HTTPStatus
from typing import NoReturn

from flask import Blueprint, Response, abort, current_app, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from provserver.api import problems

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

rest = Blueprint("api_rest", __name__, url_prefix="/api")
problems.bind(rest)


@rest.route("/", defaults={"path": ""}, methods=METHODS, provide_automatic_options=False)
@rest.route("/<path:path>", methods=METHODS, provide_automatic_options=False)
def missing(path: str) -> NoReturn:
    """Say that there is no such call, or which methods it has."""
    if methods := _answered():
        raise MethodNotAllowed(methods, f"this address answers {', '.join(methods)}")
    abort(HTTPStatus.NOT_FOUND, f"there is no call {path[:80]}; /api/docs shows those that there are")


def refuse_unrouted() -> Response | None:
    """Answer what needs no call: OPTIONS, and what fails before one is chosen, as a strange method does."""
    if request.method == "OPTIONS" and request.path.startswith("/api/") and (methods := _answered()):
        return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join([*methods, "OPTIONS"])})
    error = request.routing_exception
    if request.path.startswith("/api/") and isinstance(error, MethodNotAllowed | NotFound):
        return problems.answer_http(error)
    return None


def _answered() -> list[str]:
    adapter = current_app.create_url_adapter(request)
    found = []
    for method in METHODS:
        try:
            rule, _ = adapter.match(method=method, return_rule=True) if adapter else (None, {})
        except (NotFound, MethodNotAllowed, RequestRedirect):
            continue
        if rule is not None and rule.endpoint != f"{rest.name}.{missing.__name__}":
            found.append(method)
    return found
