"""Who is let in to the API: known programs and people, with clean questions, and no forged forms."""

from typing import Any

from flask import current_app, request

from provserver.api import problems
from provserver.domain.roles import Right
from provserver.doorway import actor, has_bearer
from provserver.errors import Invalid
from provserver.services.inventory.firmware import LARGEST

_LARGE = {"api_firmware.add_firmware": LARGEST + 1024 * 1024}
"""Calls whose body is large, once it is known who sends it: an image, and what a form puts around it."""


def let_in() -> None:
    """Check one request before its view: the text of its address, who asks, and that no foreign page made it ask.

    A token cannot be sent by a foreign page, so only requests of a signed-in session need the X-CSRFToken header.
    """
    for name, text in (("path", request.path), *request.args.items(multi=True)):
        if not is_text(text):
            raise Invalid.field(name, "control characters have no place in an address")
    actor()
    if request.endpoint in _LARGE:
        actor().require(Right.COMPANY)
        request.max_content_length = _LARGE[request.endpoint]
    if not has_bearer():
        current_app.extensions["csrf"].protect()


def is_text(text: str) -> bool:
    """Tell whether both databases can keep a text: no NUL, no unpaired surrogate."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def post(blueprint: Any) -> None:
    """Put the guard in front of a blueprint, and have its refusals answered as problems."""
    blueprint.before_request(let_in)
    problems.bind(blueprint)
