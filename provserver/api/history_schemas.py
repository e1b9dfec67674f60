"""The shapes of the history, and of what takes a part of it back."""

from marshmallow import Schema, fields

from provserver.api.preview_schemas import Preview, Trial
from provserver.api.schemas import Search, Strict, moment, text


class ChangeQuery(Search):
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


class UndoQuery(Trial):
    """What to do about what stands in the way."""

    partly = fields.Boolean(metadata={"description": "1 leaves out what cannot be taken back, such as secrets."})
    overwrite = fields.Boolean(metadata={"description": "1 also puts back what was changed again since."})


class RollbackQuery(Trial):
    """What to do about what stays as it is."""

    partly = fields.Boolean(metadata={"description": "1 leaves out what cannot be taken back, such as secrets."})


class Rollback(Strict):
    """Where to go back to: one of both."""

    to = text("A moment, such as `2026-03-01T14:30:00Z`; UTC where no zone is given.")
    change = fields.Integer(metadata={"description": "The change before which everything was right."})


class Left(Schema):
    """Something that stays as it is."""

    number = fields.Integer(metadata={"description": "The change."})
    what = text()
    subject = text()
    name = text()
    reason = text()


class Undone(Schema):
    """What was put back, and what stays."""

    changes = fields.List(fields.Nested(Change), metadata={"description": "The new changes."})
    left = fields.List(fields.Nested(Left))
    preview = fields.Nested(Preview, metadata={"description": "Only in the answer of a dry run."})
