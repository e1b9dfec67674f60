"""The shapes of a preview: what an edit would do to the phones that it touches."""

from marshmallow import Schema, fields, validate

from provserver.api.schemas import CURSOR, Applied, AppliedSettings, AppliedWide, DryRun, Waits, text


class Trial(DryRun):
    """Whether to change anything, and which of the touched phones to list."""

    limit = fields.Integer(
        validate=validate.Range(1, 500), metadata={"description": "Phones in `preview`; at most 100."}
    )
    cursor = text("What the preview before gave as `next`.", validate=validate.Regexp(CURSOR))


class ChangedParameter(Schema):
    """One parameter of a file, before and after; null where the file lacks it."""

    name = text()
    before = text("Masked where it is a secret.", allow_none=True)
    after = text(allow_none=True)
    source = text("What it was made from, such as `language`, `line 1` or `key 3`.")
    restart = fields.String(
        validate=validate.OneOf(["", "maybe", "yes"]), metadata={"description": "Whether it restarts the phone."}
    )


class ChangedFile(Schema):
    """One file that would differ."""

    file = text()
    change = fields.String(validate=validate.OneOf(["changed", "added", "removed"]))
    parameters = fields.List(fields.Nested(ChangedParameter))
    lines = fields.List(fields.String(), metadata={"description": "A diff of its text, where no parameter tells."})
    more = fields.Integer(metadata={"description": "Parameters that differ and are not listed."})


class PhonePreview(Schema):
    """One phone that would be touched."""

    mac = text()
    vendor = text()
    model = text()
    description = text()
    lines = fields.List(fields.String())
    restarts = fields.List(fields.String(), metadata={"description": "Parameters that restart it."})
    may_restart = fields.List(fields.String(), metadata={"description": "Parameters that restart some firmwares."})
    problem = text("Why it cannot be told what would change.")
    files = fields.List(fields.Nested(ChangedFile))


class Counts(Schema):
    """How many phones are touched, how many were rendered to see, and what happens to how many of these."""

    touched = fields.Integer(metadata={"description": "The sum of the last five."})
    rendered = fields.Integer()
    changing = fields.Integer(metadata={"description": "They get new files."})
    nothing = fields.Integer(metadata={"description": "Their files stay as they are."})
    refreshing = fields.Integer(metadata={"description": "They fetch, and do not restart."})
    may_restart = fields.Integer(metadata={"description": "They restart where their firmware does so."})
    restarting = fields.Integer()
    not_known = fields.Integer(metadata={"description": "They were not rendered, or cannot be."})


class ModelCounts(Counts):
    """The counts of one model."""

    vendor = text()
    model = text()


class Preview(Counts):
    """What an edit would do; the counts are of the phones that were rendered, which are all where `exact`."""

    exact = fields.Boolean()
    about = fields.Nested(Counts, metadata={"description": "What to expect of all, as those rendered of each model."})
    waits = fields.Nested(Waits, allow_none=True, metadata={"description": "What phones that restart would wait for."})
    models = fields.List(fields.Nested(ModelCounts))
    phones = fields.List(fields.Nested(PhonePreview))
    next = text("The cursor of the page after, or null.", allow_none=True)


class TriedKeys(Applied):
    """What a save on one phone did, with the preview of a dry run."""

    preview = fields.Nested(Preview, metadata={"description": "Only in the answer of a dry run."})


class TriedSettings(AppliedSettings):
    """What a save of settings did, with the preview of a dry run."""

    preview = fields.Nested(Preview, metadata={"description": "Only in the answer of a dry run."})


class TriedWide(AppliedWide):
    """What a save for many phones did, with the preview of a dry run."""

    preview = fields.Nested(Preview, metadata={"description": "Only in the answer of a dry run."})
