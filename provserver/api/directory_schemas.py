"""The shapes of departments, groups and short codes."""

from marshmallow import Schema, fields, validate

from provserver.api.schemas import Strict, text
from provserver.services.organisation.groups import KINDS

_OPERATOR = "Whom the attendant puts through to."
_PARENT = "The department that it lies in; null for the company itself."
_MEMBERS = {"description": "Extensions in the order of ringing."}


class NewDepartment(Strict):
    """A department to add."""

    name = text(required=True)
    parent = text(_PARENT, allow_none=True)
    operator_number = text(_OPERATOR, allow_none=True)


class DepartmentChange(Strict):
    """What to change of a department."""

    name = text()
    parent = text(_PARENT, allow_none=True)
    operator_number = text(_OPERATOR, allow_none=True)


class Department(Schema):
    """A department."""

    name = text()
    parent = text(allow_none=True)
    operator_number = text(_OPERATOR)


class NewGroup(Strict):
    """A hunt or pickup group to add."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = text(required=True)
    number = text("The pilot number of a hunt group, the code of a pickup group.", allow_none=True)
    members = fields.List(fields.String(), metadata=_MEMBERS)


class GroupChange(Strict):
    """What to change of a group; ``members`` are replaced as a whole."""

    name = text()
    number = text("Keys that dial a hunt group's number follow it.")
    members = fields.List(fields.String(), metadata=_MEMBERS)


class Group(Schema):
    """A hunt or pickup group."""

    kind = text()
    name = text()
    number = text()
    members = fields.List(fields.String(), metadata=_MEMBERS)


class NewShortCode(Strict):
    """A short code to add."""

    code = text(required=True)
    number = text("An outside number, or a service code.", required=True)
    name = text(allow_none=True)
    department = text("By name.", allow_none=True)


class ShortCodeChange(Strict):
    """What to change of a short code."""

    code = text()
    number = text()
    name = text(allow_none=True)
    department = text(allow_none=True)


class NewRange(Strict):
    """A range of short codes to add."""

    first = text(required=True)
    last = text("With as many digits as the first.", required=True)
    number = text("What the first code dials; each code after it dials one more.", required=True)
    name = text(allow_none=True)
    department = text("By name.", allow_none=True)


class RangeChange(Strict):
    """What to change of a range."""

    first = text()
    last = text()
    number = text()
    name = text(allow_none=True)
    department = text(allow_none=True)


class ShortCode(Schema):
    """A short code."""

    code = text()
    number = text()
    name = text()
    department = text(allow_none=True)
    range = text("The first code of the range that it was added with.", allow_none=True)


class Range(Schema):
    """A range of short codes."""

    first = text()
    last = text()
    number = text()
    name = text()
    department = text(allow_none=True)


class Codes(Strict):
    """Short codes to delete; one of a range stands for all of it."""

    codes = fields.List(fields.String(), required=True)


class CodesMoved(Codes):
    """Short codes to move."""

    department = text("Where to; null for the company itself.", required=True, allow_none=True)


class Counted(Schema):
    """How many short codes that were."""

    codes = fields.Integer()


class FreeKeys(Schema):
    """Whether to empty keys first."""

    release = fields.Boolean(metadata={"description": "1 empties the keys that dial what goes; else they refuse it."})


class HandUp(Schema):
    """Whether to move what lies inside first."""

    release = fields.Boolean(metadata={"description": "1 moves what lies in it to where it lies itself."})


class CodeSearch(Schema):
    """Which short codes."""

    limit = fields.Integer(validate=validate.Range(1, 500), metadata={"default": 100})
    cursor = text("What the page before gave as `next`.")
    q = text("Words to look for.")
    department = text("Only those of this department; empty: those of none.")
