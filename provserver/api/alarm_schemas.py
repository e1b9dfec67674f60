"""The shapes of alarms and locks."""

from marshmallow import Schema, fields

from provserver.api.schemas import Search, moment, text


class AlarmQuery(Search):
    """Which alarms."""

    all = fields.Boolean(metadata={"description": "1 lists those that were acknowledged too."})
    device = text("A phone's MAC address.")


class Alarm(Schema):
    """One kind of alarm of one phone."""

    id = fields.Integer()
    mac = text()
    kind = text("`two-addresses`, `other-phone` or `window-twice`.")
    detail = text()
    count = fields.Integer()
    first_at = moment()
    last_at = moment()
    acknowledged_at = moment()
    acknowledged_by = text()
    locked = fields.Boolean(metadata={"description": "Whether the phone is locked."})


class Lock(Schema):
    """Whether a phone is locked."""

    mac = text()
    locked_at = moment()
    locked_why = text()


class Source(Schema):
    """Where guesses came from."""

    source = text("An IPv4 address, or the /64 of an IPv6 one.")
    address = text("The address that guessed last.")
    trusted = fields.Boolean(metadata={"description": "A trusted network is counted, and never banned."})
    misses = fields.Integer(metadata={"description": "Requests for phones and tokens that there are not."})
    tokens = fields.Integer(metadata={"description": "How many of them were tokens."})
    level = text("`slowed`, `banned` or nothing.")
    until = moment()
    first_at = moment()
    last_at = moment()


class Claim(Schema):
    """A phone that somebody wanted to add although it belongs to others."""

    mac = text()
    wanted_by = text("The company that they acted for.")
    actor = text()
    belongs_to = text("The company that has the phone.")
    count = fields.Integer()
    first_at = moment()
    last_at = moment()
