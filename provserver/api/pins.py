"""PINs that somebody types on a phone at its first contact."""

from provserver.api import enrolment_schemas as schemas
from provserver.api import paging
from provserver.api.bodies import load
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.api.schemas import Search, listed
from provserver.db.models import EnrolmentSecret
from provserver.domain.enrolment import MOST_WRONG
from provserver.doorway import actor, house
from provserver.services.enrolment import pins
from provserver.services.enrolment.windows import Wanted

calls = subject("pins", "PINs that somebody types on a phone at its first contact.")


@call(calls, "GET", "/enrolment/pins", gives=listed(schemas.Pin), query=[Search], problems=[422])
def list_pins() -> tuple[object, dict[str, str]]:
    """List the phones that a PIN lets in now, without the PINs, the first to end first."""
    return paging.searched(pins.open_now(house(), actor()), _pin)


@call(
    calls,
    "POST",
    "/enrolment/pins",
    takes=schemas.ManyPins,
    gives=schemas.Given,
    status=201,
    problems=[400, 409, 413, 415, 422],
    example={"never_seen": True, "minutes": 240},
)
def give_pins() -> object:
    """Give phones a PIN for a time, all or none; it is shown this once, and is good once for each phone.

    Of a department or of phones that were never seen those are taken that ask for one; 409 where a phone that is named
    asks for none.
    """
    body = load(schemas.ManyPins())
    pin, macs = body.pop("pin", None), tuple(body.pop("macs", ()))
    text, rows = pins.give(house(), actor(), Wanted(macs, **body), pin)
    return {"pin": text, "items": [_pin(row) for row in rows]}


@call(calls, "DELETE", "/devices/<mac>/pin", gives=None, status=204, problems=[404, 422])
def take_pin_away(mac: str) -> None:
    """End a phone's PIN before its time."""
    pins.take_away(house(), actor(), mac)


def _pin(row: EnrolmentSecret) -> dict[str, object]:
    return {
        "mac": row.device.mac,
        "given_at": moment(row.opened_at),
        "given_by": row.opened_by,
        "deadline": moment(row.deadline),
        "seconds_left": int((row.deadline - house().clock()).total_seconds()) if row.deadline else 0,
        "tries_left": MOST_WRONG - len(row.wrong.split()),
    }
