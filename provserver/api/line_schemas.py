"""The shapes of lines, and of what lines are sorted into and called by."""

from marshmallow import Schema, fields, validate

from provserver.api.device_schemas import Registration
from provserver.api.schemas import Strict, moment, text

_INHERITED = "Left out: the company's setting."


class LineFields(Strict):
    """What a line carries beside its number."""

    display_name = text("What colleagues see on their phones; left out: the name.", allow_none=True)
    department = text("By name.", allow_none=True)
    username = text("For SIP; left out: the extension.", allow_none=True)
    domain = text(_INHERITED, allow_none=True)
    transport = text(f"`udp`, `tcp` or `tls`. {_INHERITED}", allow_none=True)
    outbound_proxy = text(_INHERITED, allow_none=True)
    stun = text(allow_none=True)


class NewLine(LineFields):
    """A line to add."""

    extension = text(required=True)
    name = text(required=True)
    password = text("For SIP; left out: generated, and shown in the answer this once.", allow_none=True)


class LineChange(LineFields):
    """What to change of a line; null or an empty text inherits again."""

    name = text()
    password = text("A new SIP password.", validate=validate.Length(1, error="at least 1 character"))


class Line(Schema):
    """A line."""

    extension = text()
    name = text()
    display_name = text()
    shown_name = text("What other phones show.")
    department = text(allow_none=True)
    username = text()
    domain = text()
    transport = text()
    outbound_proxy = text()
    stun = text()
    phones = fields.List(fields.String(), metadata={"description": "MAC addresses of the phones that carry it."})
    registration = fields.Nested(Registration)
    old_password_since = moment("Since when an old password has to work at the exchange as well; null: it has not.")
    old_password_phones = fields.List(
        fields.String(), metadata={"description": "Phones that may still use an old password."}
    )


class AddedLine(Line):
    """A line as it was added."""

    password = text("The SIP password, shown this once.")


class Choice(Schema):
    """Somebody or something that a key can point at."""

    kind = fields.String(validate=validate.OneOf(["person", "group", "short-code", "service-code"]))
    number = text()
    name = text()
