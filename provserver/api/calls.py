"""One call of the API: where it is answered, and how it is described; flask-smorest writes the description down."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Required, TypedDict, TypeVar, Unpack

from flask import Blueprint as FlaskBlueprint
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema

from provserver.api import guard, paging
from provserver.api.schemas import DryRun

PREFIX = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])
Shape = type[Schema] | Schema | Mapping[str, Any] | None

ALWAYS = (401, 403, 500)


def subject(name: str, description: str) -> Any:
    """Open a subject: a guarded blueprint whose calls stand together in the description."""
    blueprint = Blueprint(f"api_{name}", __name__, url_prefix=PREFIX, description=description)
    guard.post(blueprint)
    return blueprint


class About(TypedDict, total=False):
    """What describes a call: its answer and body, what may stand in its address, and how it can fail.

    ``problems`` are the statuses beyond those that any call may have; ``content`` is the body's type
    where that is not JSON; ``also`` is a second rule that is answered and not described.
    """

    gives: Required[Shape]
    status: int
    takes: Shape
    query: Sequence[type[Schema]]
    parameters: Sequence[Mapping[str, Any]]
    problems: Sequence[int]
    example: object
    answer_example: object
    content_type: str
    content: str
    also: str


def call(blueprint: Any, method: str, rule: str, **about: Unpack[About]) -> Callable[[View], View]:
    """Answer a call with the view below, and describe it.

    The view returns plain data, or data with headers, or a response of its own.
    """

    def attach(view: View) -> View:
        status = about.get("status", 200)
        documented = _documented(blueprint, view, about)(_answering(view, status, _is_paged(about)))
        described = blueprint.response(
            status, about["gives"], example=about.get("answer_example"), content_type=about.get("content_type")
        )(documented)
        tag = blueprint.name.removeprefix("api_")
        blueprint.add_url_rule(rule, view.__name__, described, methods=[method], tags=[tag])
        if also := about.get("also"):
            FlaskBlueprint.add_url_rule(blueprint, also, f"{view.__name__}_also", described, methods=[method])
        return view

    return attach


def _documented(blueprint: Any, view: Callable[..., Any], about: About) -> Any:
    query, codes = about.get("query", ()), (*ALWAYS, *about.get("problems", ()))
    return blueprint.doc(
        operationId=view.__name__,
        parameters=[*({"in": "query", "schema": schema} for schema in query), *about.get("parameters", ())],
        responses={**_tried(about), **{str(code): problem_name(code) for code in codes}},
        **_body(about),
    )


def problem_name(code: int) -> str:
    """Give the name of a problem in the description's components."""
    return f"Problem{code}"


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Write plain data as JSON, in the order in which it was put together."""
    return Response(json.dumps(body), status=status, mimetype="application/json", headers=headers)


def _body(about: About) -> dict[str, Any]:
    if "takes" not in about:
        return {}
    content: dict[str, Any] = {"schema": about["takes"]}
    if "example" in about:
        content["example"] = about["example"]
    return {"requestBody": {"required": True, "content": {about.get("content", "application/json"): content}}}


def _tried(about: About) -> dict[str, Any]:
    """Describe what a dry run answers."""
    if not any(issubclass(schema, DryRun) for schema in about.get("query", ())):
        return {}
    return {"200": {"description": "What would change.", "content": {"application/json": {"schema": about["gives"]}}}}


def _is_paged(about: About) -> bool:
    return any("limit" in schema().fields for schema in about.get("query", ()))


def _answering(view: Callable[..., Any], status: int, paged: bool) -> Callable[..., Response]:
    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        if paged:  # a wrong page is refused even where nothing is listed, such as by a save that is no dry run
            paging.limit()
            paging.cursor()
        result = view(*args, **kwargs)
        if isinstance(result, Response):
            return result
        if result is None:
            return Response(status=status)
        if isinstance(result, tuple):
            return answer(result[0], status, result[1])
        return answer(result, status)

    return answered
