"""The shapes of what was heard on the network, and of what a DHCP server needs."""

from marshmallow import Schema, fields, validate

from provserver.api.schemas import moment, text
from provserver.domain.dhcp import Flavour
from provserver.services.network.neighbours import Way


class Seen(Schema):
    """A phone that nobody has added."""

    mac = text("12 hexadecimal digits, or null where nobody could tell it.", allow_none=True)
    vendor = text("By the address block, else by what the phone says.", allow_none=True)
    model = text("Where the phone tells it.", allow_none=True)
    said = text("The phone's own words: its User-Agent, or what it announces.")
    address = text("Where it was last heard.")
    ways = fields.List(fields.String(validate=validate.OneOf([way.value for way in Way])))
    count = fields.Integer()
    first_seen = moment()
    last_seen = moment()


class DhcpQuery(Schema):
    """For whom."""

    vendor = text("One maker only, such as `yealink`.")


class Dhcp(Schema):
    """What to put into a DHCP server."""

    flavour = fields.String(validate=validate.OneOf([flavour.value for flavour in Flavour]))
    url = text("What phones are told.")
    text = text("The lines for that program.")
    warnings = fields.List(fields.String())
