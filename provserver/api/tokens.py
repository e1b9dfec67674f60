"""Secrets replaced without locking anybody out: a phone's own address, a line's SIP password."""

from provserver.api import token_schemas
from provserver.api.bodies import load_if_sent
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.doorway import actor, house
from provserver.services.enrolment import tokens
from provserver.services.organisation import line_passwords
from provserver.services.pushing import progress

calls = subject("secrets", "Secrets replaced without locking anybody out.")


@call(
    calls,
    "POST",
    "/devices/<mac>/actions/rotate-token",
    takes=token_schemas.Rotation,
    gives=token_schemas.Rotated,
    status=202,
    problems=[400, 404, 409, 413, 415, 422],
    example={},
)
def rotate_token(mac: str) -> object:
    """Give a phone a new address and tell it; the body may be left out.

    Old and new open its files until the new one was used, or until a deadline.
    """
    body = load_if_sent(token_schemas.Rotation())
    url = tokens.rotate(house(), actor(), mac, minutes=body.get("minutes"), revoke=bool(body.get("revoke")))
    standing, _files = progress.standing(house(), actor(), mac)
    state = {"state": standing.state.value, "reason": standing.reason, "action": "rotate-token"}
    return {**state, "provisioning_url": url, "tokens": _tokens(mac)}


@call(
    calls, "POST", "/devices/<mac>/actions/revoke-tokens", gives=token_schemas.Tokens, problems=[404, 422], status=202
)
def revoke_tokens(mac: str) -> object:
    """End every address of a phone but the newest, at once: for one that leaked.

    A phone that does not know the newest yet has to be enrolled again.
    """
    tokens.revoke_old(house(), actor(), mac)
    return {"tokens": _tokens(mac)}


@call(calls, "GET", "/devices/<mac>/tokens", gives=token_schemas.Tokens, problems=[404, 422])
def list_tokens(mac: str) -> object:
    """List the addresses that open a phone's files, the newest first, without their secrets."""
    return {"tokens": _tokens(mac)}


def _tokens(mac: str) -> list[dict[str, object]]:
    rows = tokens.tokens_of(house(), actor(), mac)
    return [
        {
            "newest": number == 0,
            "created_at": moment(row.created_at),
            "used_at": moment(row.used_at),
            "expires_at": moment(row.expires_at),
        }
        for number, row in enumerate(rows)
    ]


@call(
    calls,
    "POST",
    "/lines/<extension>/actions/rotate-password",
    gives=token_schemas.NewPassword,
    status=202,
    problems=[404],
)
def rotate_password(extension: str) -> object:
    """Give a line a new SIP password and tell its phones; the password is in the answer this once.

    The exchange has to accept the old one until `waiting` is empty.
    """
    line, password = line_passwords.rotate(house(), actor(), extension)
    overlap = line_passwords.overlaps(house(), actor(), [line]).get(extension)
    return {"extension": extension, "password": password, "waiting": list(overlap.waiting) if overlap else []}


@call(
    calls,
    "POST",
    "/lines/<extension>/actions/reveal-password",
    gives=token_schemas.Passwords,
    problems=[404],
)
def reveal_password(extension: str) -> object:
    """Give a line's password, and the old ones that the exchange has to accept as well; audited."""
    found = line_passwords.reveal(house(), actor(), extension)
    return {"password": found.current.reveal(), "old_passwords": [one.reveal() for one in found.old]}
