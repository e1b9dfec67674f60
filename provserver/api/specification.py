"""The API's own description: OpenAPI 3.1 at /api/v1/openapi.json, written from the calls themselves."""

from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask_smorest import Api

from provserver import __version__
from provserver.api import schemas
from provserver.api.calls import PREFIX, problem_name
from provserver.api.problems import STATUSES, TYPE

_ABOUT = """Provision IP phones: lines, phones, their keys and settings, and how far each change has come.

Send `Authorization: Bearer <token>`; make a token with `provserver token create`. An operator's token may name the
company with `?company=`. Every error is an RFC 9457 problem whose `errors` name the fields. A save answers 202: the
phone is then told, fetches its files, and that fetch is the proof; follow it in `state` of `GET /devices/{mac}`.
Long lists come as `{items, next}`; give `next` as `?cursor=` for the page after.
"""


class _Api(Api):  # type: ignore[misc]
    """flask-smorest without its hold on the whole application's errors."""

    def _register_error_handlers(self) -> None:
        """Leave errors to the blueprints: pages for people answer their own."""

    def _register_responses(self) -> None:
        """Describe every error as the problem that it is."""
        for code in STATUSES:
            self.spec.components.response(problem_name(code), _problem(schemas.PROBLEMS.get(code, "See detail.")))
        self.spec.components.response("DEFAULT_ERROR", _problem("Any other error."))

    def add(self, app: Flask, blueprint: Any) -> None:
        """Attach a subject's calls and describe them."""
        app.register_blueprint(blueprint)
        blueprint.register_views_in_doc(self, app, self.spec, name=blueprint.name, parameters=None)
        self.spec.tag({"name": blueprint.name.removeprefix("api_"), "description": blueprint.description})


def describe(app: Flask, subjects: Sequence[Any]) -> None:
    """Attach every subject, and serve the description of them all."""
    app.config.update(OPENAPI_URL_PREFIX=PREFIX, OPENAPI_JSON_PATH="openapi.json")
    options = {
        "title": "provserver",
        "version": __version__,
        "openapi_version": "3.1.0",
        "info": {"description": _ABOUT, "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"}},
        "security": [{"bearer": []}, {"session": []}],
        "servers": [{"url": "/"}],
    }
    api = _Api(app, spec_kwargs=options)
    _components(api.spec)
    for blueprint in subjects:
        api.add(app, blueprint)


def _components(spec: Any) -> None:
    bearer = {"type": "http", "scheme": "bearer", "description": "A token of `provserver token create`."}
    session = {
        "type": "apiKey",
        "in": "cookie",
        "name": "provserver",
        "description": "A signed-in browser; whatever changes something also sends X-CSRFToken.",
    }
    spec.components.security_scheme("bearer", bearer)
    spec.components.security_scheme("session", session)
    for name, schema in schemas.NAMED.items():
        spec.components.schema(name, schema=schema)
    spec.components.schema("Value", schemas.VALUE)


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
