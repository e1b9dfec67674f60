"""The shapes of firmware images."""

from typing import Any

from marshmallow import Schema, fields

from provserver.api.schemas import moment, text


class Image(Schema):
    """A firmware image."""

    id = fields.Integer()
    name = text("What phones ask for, and what a phone's `firmware_channel` and the setting `firmware` name.")
    vendor = text()
    models = fields.List(fields.String())
    version = text()
    sha256 = text()
    size = fields.Integer(metadata={"description": "Bytes."})
    added_at = moment()
    chosen_for = fields.List(fields.String(), metadata={"description": "Places; while there is one it stays."})
    is_here = fields.Boolean(metadata={"description": "Whether this node has the file."})


class NewImage(Schema):
    """What is said of an image whose bytes are the body."""

    name = text("With capitals as the maker has them; the file's own name.")
    vendor = text()
    models = text("Models of this maker, separated by commas or blanks.")
    version = text("As the phone says it.")
    sha256 = text("What the maker publishes; a file that came otherwise is refused.")


UPLOAD: dict[str, Any] = {
    "type": "object",
    "required": ["file", "vendor", "models", "version"],
    "properties": {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "vendor": {"type": "string"},
        "models": {"type": "string", "description": "Separated by commas or blanks."},
        "version": {"type": "string"},
        "name": {"type": "string", "description": "Else the file's own name."},
        "sha256": {"type": "string", "description": "What the maker publishes."},
    },
}
