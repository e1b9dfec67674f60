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


class Credentials(Strict):
    """A phone's own name and password; what is left out is made up."""

    username = fields.String(metadata={"description": "1 to 30 letters, digits, `.`, `-` or `_`; else its address."})
    password = fields.String(
        metadata={"description": "8 to 20 letters, digits, `.`, `-`, `_` or `~`; else 16 random ones."}
    )


class CredentialState(Schema):
    """Where a phone's own password stands."""

    stage = text(
        "`none`; `sending`: the phone has not fetched it yet; `asking`: it has, and is asked when it next comes; "
        "`unanswered`: it does not answer, and is served without; `required`; `replacing`: the old one works until the "
        "new one was used."
    )
    username = text()
    created_at = moment()
    delivered_at = moment("When the phone fetched the configuration that carries it.")
    used_at = moment("When the phone first came with it; from then on it gets nothing without one.")
    older = fields.Integer(metadata={"description": "Older passwords that work until this one was used."})
    lacking = text("Why this model can be told no password; empty where it can.")


class NewCredentials(CredentialState):
    """A new password."""

    password = text("Shown this once.")


class ShownCredentials(Schema):
    """A phone's name and password."""

    username = text()
    password = text()


class NewPassword(Schema):
    """A new SIP password."""

    extension = text()
    password = text("Shown this once.")
    waiting = fields.List(fields.String(), metadata={"description": "Phones that may still use an old one."})


class Passwords(Schema):
    """What the exchange has to accept."""

    password = text()
    old_passwords = fields.List(fields.String())
