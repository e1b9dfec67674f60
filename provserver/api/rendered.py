"""A phone's files as it gets them: masked, or revealed to who may."""

from dataclasses import asdict

from flask import Response

from provserver.api import schemas
from provserver.api.bodies import flag
from provserver.api.calls import call, subject
from provserver.doorway import actor, house
from provserver.services import rendered

calls = subject("rendered", "What a phone's files say, and where each value comes from.")

_FILE = {"type": "string", "description": "The file in its own content type; secrets are dots unless revealed."}


@call(
    calls,
    "GET",
    "/devices/<mac>/rendered/<file>",
    gives=_FILE,
    query=[schemas.Reveal],
    problems=[404, 422],
    content_type="*/*",
)
def get_rendered(mac: str, file: str) -> Response:
    """Give a file as the phone gets it.

    Secrets are masked; ``reveal=1`` shows them where the role allows, and is audited.
    """
    content_type, body = rendered.read(house(), actor(), mac, file, reveal=flag("reveal"))
    response = Response(body, content_type=content_type)
    # A file carries what people typed; opened in a browser it must stay a text, whatever its type.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@call(
    calls,
    "GET",
    "/devices/<mac>/rendered/<file>/parameters",
    gives=schemas.Parameter(many=True),
    problems=[404, 422],
)
def get_parameters(mac: str, file: str) -> object:
    """List a file's parameters in its own order, secrets masked, each with where it comes from."""
    return [asdict(item) for item in rendered.parameters(house(), actor(), mac, file)]
