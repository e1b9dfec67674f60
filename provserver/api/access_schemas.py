"""The shapes of people, tokens and companies."""

from marshmallow import Schema, fields, validate

from provserver.api.schemas import Strict, moment, text
from provserver.domain.roles import Right, Role
from provserver.services.access.api_tokens import ROLES

_ONE = [role.value for role in Role]


def _names(about: str) -> fields.List[str]:
    return fields.List(fields.String(), metadata={"description": about})


class PersonChange(Strict):
    """What to change of somebody; what is left out stays."""

    role = fields.String(validate=validate.OneOf(_ONE))
    departments = _names("For a department administrator or a reader; with all that lies in them.")
    extension = text("The line that they belong to; empty for none.")


class NewPerson(PersonChange):
    """Somebody to add; without a name they are called by their line."""

    name = text("To sign in with; left out: `extension@company`.")
    password = text("Left out: made, and shown in the answer this once.")


class Person(Schema):
    """Somebody who may sign in."""

    name = text()
    role = fields.String(validate=validate.OneOf(_ONE))
    company = text("Empty for an operator.")
    departments = _names("By name.")
    extension = text()
    locked = fields.Boolean(metadata={"description": "Too many wrong passwords."})
    second_factor = fields.Boolean()
    openid_name = text("What they are called at the OpenID provider; empty: they sign in by password alone.")
    openid_met = fields.Boolean(metadata={"description": "They came from there, and are known by it from now on."})
    signed_in_at = moment()


class AddedPerson(Person):
    """Somebody as they were added."""

    password = text("Shown this once, where it was made.")


class OpenidName(Strict):
    """What somebody is called at the OpenID provider."""

    name = text("As the provider says it in the claim of `PROVSERVER_OIDC_CLAIM`.", required=True)


class PasswordReset(Strict):
    """How somebody gets a new password."""

    link = fields.Boolean(metadata={"description": "True for a link where they choose one, once and within a day."})


class NewSecret(Schema):
    """What to hand over, shown this once."""

    password = text(allow_none=True)
    link = text(allow_none=True)


class NewApiToken(Strict):
    """A token to make."""

    name = text(required=True)
    role = fields.String(validate=validate.OneOf([role.value for role in ROLES]), metadata={"default": "reader"})
    scopes = fields.List(
        fields.String(validate=validate.OneOf([right.value for right in Right])),
        metadata={"description": "Some of the role's rights; left out: all of them."},
    )
    departments = _names("For a department administrator or a reader.")
    days = fields.Integer(strict=True, metadata={"description": "How long it opens; 0 or left out: without an end."})


class ApiToken(Schema):
    """A token as people may see it."""

    id = fields.Integer()
    name = text()
    role = text()
    scopes = _names("Empty: all of the role.")
    departments = _names("Empty: the whole company.")
    created_by = text()
    created_at = moment()
    expires_at = moment()
    expired = fields.Boolean()
    last_used_at = moment("To the minute.")
    last_used_from = text()


class AddedApiToken(ApiToken):
    """A token as it was made."""

    token = text("Shown this once.")


class CompanyChange(Strict):
    """A company's name."""

    name = text(required=True)


class Company(Schema):
    """A company."""

    id = fields.Integer()
    name = text()
    lines = fields.Integer()
    devices = fields.Integer()


class Confirmed(Schema):
    """That it is meant."""

    confirm = text("The company's name, once more.", required=True)
