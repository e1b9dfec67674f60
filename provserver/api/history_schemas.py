"""The shapes of the history, and of what takes a part of it back."""

from marshmallow import Schema, fields

from provserver.api.schemas import Page, moment, text


class ChangeQuery(Page):
    """Which part of the history."""

    device = text("A phone's MAC address.")
    key = text("A key of that phone, such as `3` or `s1.5`.")
    setting = text("A setting or a maker's parameter; with a phone, wherever it was set for it.")
    line = text("An extension.")
    what = text("A kind of change, such as `keys`, `settings` or `device added`.")
    by = text("Who made it.")
    since = text("A day or a moment, such as `2026-03-01T14:30:00Z`; UTC where no zone is given.")
    until = text("A day, which is included, or a moment, which is not.")


class Change(Schema):
    """One line of the audit; ``before`` and ``after`` have the form in which such values are set."""

    id = fields.Integer()
    at = moment()
    actor = text()
    what = text()
    subject = text()
    before = fields.Raw(allow_none=True, metadata={"description": "Secrets are masked."})
    after = fields.Raw(allow_none=True)
    undoes = fields.List(fields.Integer(), metadata={"description": "Changes that this one takes back."})
    sequence = fields.Integer(metadata={"description": "Its number in the company's chain, without a gap."})
    digest = text("SHA-256 of this line and of all before it.")


class Broken(Schema):
    """The first line of the history that is not what was written."""

    sequence = fields.Integer()
    reason = text()


class Audit(Schema):
    """Whether the history is what was written."""

    changes = fields.Integer()
    head = text("Its end: a number and a digest.")
    intact = fields.Boolean()
    broken = fields.Nested(Broken, allow_none=True)
