"""A phone's own name and password for fetching its files."""

from provserver.api import token_schemas
from provserver.api.bodies import load
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.doorway import actor, house
from provserver.services.enrolment import credentials
from provserver.services.enrolment.credentials import Status

calls = subject("credentials", "A phone's own name and password for fetching its files.")


@call(calls, "GET", "/devices/<mac>/credentials", gives=token_schemas.CredentialState, problems=[404, 422])
def show_credentials(mac: str) -> object:
    """Tell where a phone's own password stands, without the password."""
    return _state(credentials.status(house(), actor(), mac))


def _state(status: Status) -> dict[str, object]:
    row = status.row
    return {
        "stage": status.stage.value,
        "username": row.username if row else "",
        "created_at": moment(row.created_at if row else None),
        "delivered_at": moment(row.delivered_at if row else None),
        "used_at": moment(row.used_at if row else None),
        "older": status.older,
        "lacking": status.lacking,
    }


@call(
    calls,
    "PUT",
    "/devices/<mac>/credentials",
    takes=token_schemas.Credentials,
    gives=token_schemas.NewCredentials,
    status=202,
    problems=[400, 404, 409, 413, 415, 422],
    example={},
)
def set_credentials(mac: str) -> object:
    """Give a phone a name and a password of its own; they are in the answer this once.

    They stand in its configuration. Nothing is asked until it has fetched that, and everything once it came with them.
    A password that it had before ends at once: use it for a phone that was reset.
    """
    body = load(token_schemas.Credentials())
    made = credentials.put(house(), actor(), mac, body.get("username"), body.get("password"))
    return {**_state(credentials.status(house(), actor(), mac)), "username": made[0], "password": made[1]}


@call(
    calls,
    "DELETE",
    "/devices/<mac>/credentials",
    gives=token_schemas.CredentialState,
    status=202,
    problems=[404, 422],
)
def clear_credentials(mac: str) -> object:
    """Ask a phone for no password any more, at once; it is all the same where it has none."""
    credentials.clear(house(), actor(), mac)
    return _state(credentials.status(house(), actor(), mac))


@call(
    calls,
    "POST",
    "/devices/<mac>/actions/rotate-credentials",
    gives=token_schemas.NewCredentials,
    status=202,
    problems=[404, 409, 422],
)
def rotate_credentials(mac: str) -> object:
    """Give a phone a new password and tell it; the old one works until the new one was used. Shown this once."""
    made = credentials.rotate(house(), actor(), mac)
    return {**_state(credentials.status(house(), actor(), mac)), "username": made[0], "password": made[1]}


@call(
    calls,
    "POST",
    "/devices/<mac>/actions/reveal-credentials",
    gives=token_schemas.ShownCredentials,
    problems=[404, 409, 422],
)
def reveal_credentials(mac: str) -> object:
    """Give a phone's name and password; audited."""
    username, password = credentials.reveal(house(), actor(), mac)
    return {"username": username, "password": password.reveal()}
