"""The shapes of imports."""

from typing import Any

from marshmallow import Schema, fields

from provserver.api.schemas import text
from provserver.services.spreadsheet.table import COLUMNS, ROWS_ONLINE

TABLE: dict[str, Any] = {
    "type": "string",
    "description": f"At most {ROWS_ONLINE} rows with these columns, all optional and in any order. "
    + "; ".join(f"`{name}`: {what}" for name, what in COLUMNS.items()),
}


class KeepGoing(Schema):
    """Whether wrong rows keep the others from being saved."""

    keep_going = fields.Boolean(metadata={"description": "1 leaves wrong rows out and saves the others."})


class NewPhone(Schema):
    """A phone that was added."""

    mac = text()
    provisioning_url = text("Told this once.")


class WrongRow(Schema):
    """Something wrong with a row."""

    row = fields.Integer(metadata={"description": "As a spreadsheet counts them: the columns' names are row 1."})
    field = text("The column.")
    message = text()


class Imported(Schema):
    """What an import did, or a dry run would do."""

    saved = fields.Boolean()
    lines_added = fields.List(fields.String())
    lines_changed = fields.List(fields.String())
    devices_added = fields.List(fields.Nested(NewPhone))
    devices_changed = fields.List(fields.String())
    departments_added = fields.List(fields.String())
    errors = fields.List(fields.Nested(WrongRow))
