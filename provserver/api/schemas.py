"""The shapes of what the API takes and gives; rules about values stay in the services."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from provserver.domain.slots import KeyKind
from provserver.domain.state import State
from provserver.services.pushing.restarts import WAITING

CURSOR = "^[0-9]{0,9}$"
"""What `next` is: the place of an item, as digits."""
CHANGE = "Its number in the history, by which it can be taken back; null where nothing was done."


class Strict(Schema):
    """A body whose unknown fields are refused."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE


def text(about: str = "", **more: Any) -> fields.String:
    return fields.String(metadata={"description": about} if about else {}, **more)


def moment(about: str = "") -> fields.String:
    return fields.String(allow_none=True, metadata={"format": "date-time", "description": about})


class FieldProblem(Schema):
    """One thing wrong: the field as it was sent, and what to do about it."""

    field = text("Such as `mac`, `3.target` or `overrides.phone.setting`.", required=True)
    message = text(required=True)


class Problem(Schema):
    """An error, by RFC 9457."""

    type = text(required=True)
    title = text(required=True)
    status = fields.Integer(required=True)
    detail = text(required=True)
    errors = fields.List(fields.Nested(FieldProblem), required=True)
    current = fields.Dict(metadata={"description": "With 412: what somebody else saved meanwhile."})


class Page(Schema):
    """Which part of a long list."""

    limit = fields.Integer(validate=validate.Range(1, 500), metadata={"default": 100})
    cursor = text("What the page before gave as `next`.", validate=validate.Regexp(CURSOR))


class Search(Page):
    """Which part of a long list, and of what."""

    q = text("Words to look for.", validate=validate.Length(max=100))


class DryRun(Schema):
    """Whether to change anything."""

    dry_run = fields.Boolean(metadata={"description": "1 answers 200 with what would change, and changes nothing."})


class IfMatch(Schema):
    """The version that the editor has read."""

    if_match = fields.String(data_key="If-Match", metadata={"description": "The ETag of the keys as they were read."})


class Release(Schema):
    """Whether to free phones first."""

    release = fields.Boolean(metadata={"description": "1 takes the line off every phone that carries or monitors it."})


class Reveal(Schema):
    """Whether to show secrets."""

    reveal = fields.Boolean(metadata={"description": "1 shows secrets too, where the role allows; it is audited."})


class Key(Schema):
    """One key; an empty one has only its kind."""

    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in KeyKind]))
    target = text("The extension to monitor, the number to dial …")
    label = text("The name as typed.")
    line = fields.Integer(metadata={"description": "The phone's account, counted from 1."})
    use_name_as_label = fields.Boolean(metadata={"description": "Show the user's name; yes by default for blf."})
    locked = fields.Boolean()
    shown = fields.String(dump_only=True, metadata={"description": "The label that the phone shows."})


class Waits(Schema):
    """What a phone's restart waits for: the company's hours, or somebody's word (`actions/restart-now`)."""

    what = fields.String(validate=validate.OneOf([held.value for held in WAITING]))
    at = moment("When it is told, as far as that is known.")
    sentence = text()


class Applied(Schema):
    """What a save did, or a dry run would do."""

    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    reason = text()
    changed = fields.List(fields.String(), metadata={"description": "Keys or settings that really changed."})
    restart = fields.Boolean(metadata={"description": "Whether the phone restarts for it."})
    restarts = fields.List(fields.String(), metadata={"description": "The maker's parameters that restart it."})
    may_restart = fields.List(fields.String(), metadata={"description": "Parameters that restart some firmwares."})
    parameters = fields.List(fields.String(), metadata={"description": "Every parameter that changed."})
    files = fields.List(fields.String(), metadata={"description": "Files that changed."})
    change = fields.Integer(allow_none=True, metadata={"description": CHANGE})
    waits = fields.Nested(Waits, allow_none=True, metadata={"description": "Null: the phone is told at once."})


class AppliedSettings(Applied):
    """What a save of settings did."""

    notes = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Settings that are stored but take no effect now, and why."},
    )


class AppliedWide(Schema):
    """What a save for many phones did."""

    touched = fields.Integer(metadata={"description": "Phones that are rendered again."})
    changed = fields.List(fields.String())
    rollout = fields.Integer(
        allow_none=True, metadata={"description": "Its number, where so many phones are told in turn."}
    )
    change = fields.Integer(allow_none=True, metadata={"description": CHANGE})


WHEN_TO_REBOOT = ("now", "window", "idle")


class ActionAsked(Schema):
    """When a reboot is told."""

    when = fields.String(
        validate=validate.OneOf(WHEN_TO_REBOOT), metadata={"description": "A reboot may wait; `now` where not given."}
    )


class Action(Schema):
    """An action on its way."""

    state = text()
    reason = text()
    action = text()


class Parameter(Schema):
    """One parameter of a rendered file."""

    name = text()
    value = text("Masked where it is a secret.")
    source = text("What it was made from, such as `language`, `line 1` or `key 3`.")
    origin = text("The scope that set it; empty where the phone's own data did.")
    place = text("Which department, model or line.")
    kind = text("What it comes from: `setting`, `override`, `key`, `line`, `generated` or `server`.")
    subject = text("Which setting, override, key or extension.")
    line = text("Whose name a key shows, where it follows a person.")
    change_at = text("The call that changes it; null where the server makes it up.", allow_none=True)


KEYS: dict[str, Any] = {
    "type": "object",
    "description": "Keys by slot: `3` is the phone's third key, `s1.5` key 5 of expansion module 1.",
    "propertyNames": {"pattern": r"^(s[1-9][0-9]?\.)?[1-9][0-9]{0,3}$"},
    "additionalProperties": {"$ref": "#/components/schemas/Key"},
}
SETTINGS: dict[str, Any] = {
    "type": "object",
    "description": "Settings by name, each with its value and origin; `overrides` are the maker's own parameters.",
    "properties": {"overrides": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Value"}}},
    "additionalProperties": {"$ref": "#/components/schemas/Value"},
}
VALUE: dict[str, Any] = {
    "type": "object",
    "required": ["value", "origin"],
    "properties": {
        "value": {"description": "Secrets are masked; null in overrides leaves the parameter out of the file."},
        "origin": {"type": "string", "enum": ["default", "tenant", "department", "model", "line", "device"]},
        "place": {"type": "string", "description": "Which department, model or line."},
        "effective": {"description": "What really sounds, for monitor_ring."},
        "note": {"type": "string", "description": "Why the value takes no effect."},
    },
}
SETTINGS_CHANGE: dict[str, Any] = {
    "type": "object",
    "description": "Settings by name with plain values; null inherits again.",
    "properties": {
        "overrides": {
            "type": "object",
            "description": "The maker's parameters; null leaves one out of the file.",
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        },
        "unset": {"type": "array", "items": {"type": "string"}, "description": "Overrides to forget."},
    },
    "additionalProperties": True,
}
CONFIGURATION_CHANGE: dict[str, Any] = {
    "type": "object",
    "description": "Keys and settings to set together.",
    "properties": {"keys": KEYS, "settings": SETTINGS_CHANGE},
    "additionalProperties": False,
}

NAMED = {"Problem": Problem, "Key": Key}

PROBLEMS = {
    400: "The body is not a JSON object.",
    401: "No token and no session, or an unknown token.",
    403: "The role may not do this, or a session's request came without X-CSRFToken.",
    404: "There is no such thing in this company.",
    405: "The address answers other methods.",
    409: "It exists already, is in use, or the model cannot.",
    412: "Somebody else saved meanwhile; `current` holds the keys as they are.",
    413: "The body is too large.",
    415: "The body is not declared as JSON.",
    422: "A rule is broken; `errors` names every wrong field. Nothing was saved.",
    500: "Something broke; nothing was saved.",
    429: "Too many tries; later again.",
    503: "The server cannot work now.",
}


def listed(item: type[Schema]) -> Schema:
    """Give the shape of a page of these items."""
    name = f"{item.__name__}List"
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(item)),
        "next": fields.String(allow_none=True, metadata={"description": "The cursor of the page after, or null."}),
    }
    return Schema.from_dict(members, name=name)()
