"""The pages and calls of PINs, beside ``calls``."""

from collections.abc import Mapping

from provserver.domain.roles import Right
from tests.access.calls import EDIT, READ, Call

PINS: Mapping[str, Call] = {
    "GET /enrolment/pin": EDIT,
    "POST /enrolment/pin": Call(Right.EDIT, form={"department": "Office"}),
    "POST /phones/<mac>/pin": EDIT,
    "GET /api/v1/enrolment/pins": READ,
    "POST /api/v1/enrolment/pins": Call(Right.EDIT, json={"never_seen": True}, status=409),
    "GET /api/v1/claims": Call(Right.OPERATE),
    "DELETE /api/v1/devices/<mac>/pin": EDIT,
}
