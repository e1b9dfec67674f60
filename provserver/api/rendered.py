"""A phone's files as it gets them: masked, or revealed to who may."""

from urllib.parse import quote

from flask import Response

from provserver.api import schemas
from provserver.api.bodies import flag
from provserver.api.calls import PREFIX, call, subject
from provserver.domain.settings import Scope
from provserver.doorway import actor, house
from provserver.services.delivery import rendered
from provserver.services.delivery.rendered import ShownParameter
from provserver.services.rendering.origins import Origin, Source

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
    """List a file's parameters in its own order, secrets masked, each with where it comes from and is changed."""
    return [_shape(mac, item) for item in rendered.parameters(house(), actor(), mac, file)]


def _shape(mac: str, item: ShownParameter) -> dict[str, object]:
    made_of = item.made_of
    return {
        "name": item.name,
        "value": item.value,
        "source": item.source,
        "origin": made_of.scope,
        "place": made_of.place,
        "kind": made_of.kind.value,
        "subject": made_of.subject,
        "line": made_of.line,
        "change_at": _where(mac, made_of),
    }


def _where(mac: str, made_of: Origin) -> str | None:
    """Give the call that changes what a value comes from; none where the server makes it up itself."""
    if made_of.kind is Source.KEY:
        return f"{PREFIX}/devices/{mac}/keys"
    if made_of.kind is Source.LINE:
        return f"{PREFIX}/lines/{quote(made_of.subject)}"
    if made_of.kind is Source.SERVER:
        return None
    if made_of.scope in {Scope.DEVICE.word, ""} or made_of.kind is Source.GENERATED:
        return f"{PREFIX}/devices/{mac}/settings"
    if made_of.scope in {Scope.TENANT.word, Scope.DEFAULT.word}:
        return f"{PREFIX}/settings/tenant"
    return f"{PREFIX}/settings/{made_of.scope}/{quote(made_of.place)}"
