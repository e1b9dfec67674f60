"""Tokens of programs, through the API."""

from provserver.api import access_schemas as schemas
from provserver.api import paging
from provserver.api.bodies import load
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.api.schemas import Search, listed
from provserver.domain.roles import Role
from provserver.doorway import actor, house
from provserver.services.access import api_tokens
from provserver.services.access.api_tokens import Listed, NewToken

calls = subject("programs", "What programs come in with.")


@call(calls, "GET", "/tokens", gives=listed(schemas.ApiToken), query=[Search], problems=[422])
def list_api_tokens() -> tuple[object, dict[str, str]]:
    """List the tokens with their last use."""
    return paging.searched(api_tokens.find(house(), actor()), _shape)


@call(
    calls,
    "POST",
    "/tokens",
    takes=schemas.NewApiToken,
    gives=schemas.AddedApiToken,
    status=201,
    problems=[400, 413, 415, 422],
    example={"name": "monitoring", "role": "reader", "days": 365},
)
def add_api_token() -> object:
    """Make a token, shown this once; a program never gives more than its own scopes."""
    body = load(schemas.NewApiToken())
    new = NewToken(
        body["name"],
        Role(body.get("role", Role.READER)),
        tuple(body.get("scopes", ())),
        tuple(body.get("departments", ())),
        body.get("days", 0),
    )
    added, text = api_tokens.add(house(), actor(), new)
    return {**_shape(added), "token": text}


@call(calls, "DELETE", "/tokens/<int:number>", gives=None, status=204, problems=[404])
def revoke_api_token(number: int) -> None:
    """Revoke a token; its program is refused from the next request on."""
    api_tokens.revoke(house(), actor(), number)


def _shape(token: Listed) -> dict[str, object]:
    return {
        "id": token.number,
        "name": token.name,
        "role": token.role.value,
        "scopes": list(token.scopes),
        "departments": list(token.departments),
        "created_by": token.created_by,
        "created_at": moment(token.created_at),
        "expires_at": moment(token.expires_at),
        "expired": token.expired,
        "last_used_at": moment(token.last_used_at),
        "last_used_from": token.last_used_from,
    }
