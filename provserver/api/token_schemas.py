"""The shapes of secrets that are replaced."""

from marshmallow import Schema, fields, validate

from provserver.api.schemas import Action, Strict, moment, text
from provserver.domain.enrolment import LONGEST_MINUTES


class Rotation(Strict):
    """How to replace a phone's address."""

    minutes = fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(1, LONGEST_MINUTES),
        metadata={"description": "How long the old address works at most; without it until the new one was used."},
    )
    revoke = fields.Boolean(metadata={"description": "End the old address at once: for one that leaked."})


class Token(Schema):
    """One address of a phone, without its secret."""

    newest = fields.Boolean(metadata={"description": "Whether it is the one in the phone's files."})
    created_at = moment()
    used_at = moment("When the phone first fetched its configuration by it, after a replacement.")
    expires_at = moment()


class Tokens(Schema):
    """The addresses that open a phone's files."""

    tokens = fields.List(fields.Nested(Token))


class Rotated(Action):
    """A replaced address."""

    provisioning_url = text("The new address; its token is shown this once.")
    tokens = fields.List(fields.Nested(Token))


class NewPassword(Schema):
    """A new SIP password."""

    extension = text()
    password = text("Shown this once.")
    waiting = fields.List(fields.String(), metadata={"description": "Phones that may still use an old one."})


class Passwords(Schema):
    """What the exchange has to accept."""

    password = text()
    old_passwords = fields.List(fields.String())
