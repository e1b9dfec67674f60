"""The shapes of first contacts: policy, windows and knocks."""

from typing import Any

from marshmallow import Schema, fields, validate

from provserver.api.schemas import Search, Strict, moment, text
from provserver.domain.enrolment import LONGEST_MINUTES, USUAL_MINUTES, Way


def _minutes() -> fields.Integer:
    about = {"description": "How long the window stays open.", "default": USUAL_MINUTES}
    return fields.Integer(strict=True, validate=validate.Range(1, LONGEST_MINUTES), metadata=about)


def _ways() -> Any:
    return fields.List(
        fields.String(validate=validate.OneOf([way.value for way in Way])),
        metadata={"description": "The ways in which a first contact may carry secrets."},
    )


class PolicyChange(Strict):
    """What to change of the policy."""

    ways = _ways()
    lock_on_alarm = fields.Boolean(metadata={"description": "Whether an alarm of a token locks its phone."})


class Policy(Schema):
    """What the company decided about first contacts."""

    ways = _ways()
    lock_on_alarm = fields.Boolean(metadata={"description": "Whether an alarm of a token locks its phone."})


class OneWindow(Strict):
    """A window to open for one phone."""

    minutes = _minutes()
    address = text("The only address that it is for; without one it belongs to the first that uses it.")


class ManyWindows(OneWindow):
    """Windows to open: for phones by name, for a department's, or for all that were never seen."""

    macs = fields.List(fields.String(), metadata={"description": "In any common spelling."})
    department = text("By name.")
    never_seen = fields.Boolean(metadata={"description": "Only phones that never asked for anything."})


class Window(Schema):
    """The last window of a phone."""

    mac = text()
    open = fields.Boolean()
    way = text("`window`, or `approval` where it was opened for one address; null: there was none.", allow_none=True)
    address = text("Whom it belongs to; empty until somebody uses it.", allow_none=True)
    opened_at = moment()
    opened_by = text(allow_none=True)
    deadline = moment()
    seconds_left = fields.Integer(allow_none=True)
    used_at = moment()
    closed_at = moment()
    closed_why = text(allow_none=True)


class Opened(Schema):
    """The windows that were opened."""

    items = fields.List(fields.Nested(Window))


class ManyPins(Strict):
    """Phones to give a PIN: by name, a department's, or all that were never seen."""

    minutes = _minutes()
    macs = fields.List(fields.String(), metadata={"description": "In any common spelling."})
    department = text("By name.")
    never_seen = fields.Boolean(metadata={"description": "Only phones that never asked for anything."})
    pin = text(
        "6 to 32 letters and digits, such as the MAC-ID of a Gigaset; without it one is made up.", allow_none=True
    )


class Pin(Schema):
    """A phone that a PIN lets in; the PIN itself is not told again."""

    mac = text()
    given_at = moment()
    given_by = text()
    deadline = moment()
    seconds_left = fields.Integer()
    tries_left = fields.Integer(metadata={"description": "Different wrong PINs until this one ends."})


class Given(Schema):
    """A PIN, shown this once, and the phones that it lets in."""

    pin = text()
    items = fields.List(fields.Nested(Pin))


class KnockQuery(Search):
    """Whose knocks."""

    device = text("A phone's MAC address.")


class Knock(Schema):
    """Somebody who asked by a phone's address and got nothing."""

    id = fields.Integer()
    mac = text()
    known = fields.Boolean(metadata={"description": "Whether the company has this phone."})
    vendor = text()
    model = text()
    user_agent = text()
    file = text("What it last asked for.")
    address = text()
    verdict = text()
    count = fields.Integer()
    first_at = moment()
    last_at = moment()
    window_open = fields.Boolean()


class Approval(Strict):
    """For how long to let a phone in."""

    minutes = _minutes()
