"""The shapes of rollouts: wide edits, told with care."""

from marshmallow import Schema, fields, validate

from provserver.api.schemas import Search, Strict, moment, text
from provserver.domain.hours import DAYS
from provserver.domain.rollout import CHOICES, NUMBERS, Stage, Step


def _number(name: str, about: str) -> fields.Integer:
    low, high = NUMBERS[name]
    return fields.Integer(strict=True, validate=validate.Range(low, high), metadata={"description": about})


def _when(name: str, about: str) -> fields.String:
    choices = [choice.value for choice in CHOICES[name]]
    return fields.String(validate=validate.OneOf(choices), metadata={"description": about})


class RolloutPolicyChange(Strict):
    """What to change of how wide edits are rolled out; it counts for edits from now on."""

    wide_from = _number("wide_from", "Phones from which on an edit is a rollout; smaller ones are told at once.")
    rate = _number("rate", "Phones told a second.")
    outstanding = _number("outstanding", "Phones that may be told and not have fetched yet.")
    canary = _number("canary", "How many phones go first; the others wait until these have applied.")
    canary_phones = fields.List(fields.String(), metadata={"description": "The phones that go first, by address."})
    halt_percent = _number("halt_percent", "Halt when this share of phones failed; 0 is never.")
    halt_count = _number("halt_count", "Halt when so many phones failed; 0 is never.")
    window_from = text("When the company's hours begin, `HH:MM`; the same as the end is the whole day.")
    window_to = text("When they end.")
    window_days = fields.List(
        fields.String(validate=validate.OneOf(DAYS)), metadata={"description": "On which days the hours begin."}
    )
    zone = text("The time zone of these hours, by its IANA name.")
    refresh = _when("refresh", "When a change that restarts nothing is told.")
    restart = _when("restart", "When a wide edit that restarts phones is told.")
    idle_unknown = _when("idle_unknown", "When a restart is told of a phone of which nobody knows whether it is idle.")
    idle_limit = _number("idle_limit", "Minutes in a call after which the wait for its end is pointed out.")
    single_restart = _when("single_restart", "When a save is told that restarts a phone, or a few.")


class RolloutPolicy(RolloutPolicyChange):
    """How the company has wide edits rolled out."""


class RolloutCounts(Schema):
    """How many phones stand where."""

    phones = fields.Integer()
    rendered = fields.Integer()
    told = fields.Integer(metadata={"description": "Told, and not fetched yet."})
    applied = fields.Integer()
    unchanged = fields.Integer(metadata={"description": "Their files are the same as before."})
    waiting = fields.Integer(metadata={"description": "For their turn, or for the company's hours."})
    asks = fields.Integer(metadata={"description": "Cannot be told: they have it when they ask by themselves."})
    failed = fields.Integer()
    left = fields.Integer(metadata={"description": "Cancelled before they had it."})
    moved = fields.Integer(metadata={"description": "A newer rollout tells them."})


class Rollout(Schema):
    """A wide edit on its way."""

    id = fields.Integer()
    what = text()
    subject = text()
    actor = text()
    stage = fields.String(validate=validate.OneOf([stage.value for stage in Stage]))
    reason = text("Why it halted.")
    started_at = moment()
    ended_at = moment()
    percent = fields.Integer()
    canary_done = fields.Boolean(metadata={"description": "Whether the first phones have applied."})
    counts = fields.Nested(RolloutCounts)
    policy = fields.Nested(RolloutPolicy)


class RolloutDetail(Rollout):
    """A rollout, with what it waits for."""

    restarts = fields.Integer(metadata={"description": "Waiting phones that restart."})
    opens_at = moment("When phones that wait for the company's hours may be told.")
    needs_word = fields.Boolean(metadata={"description": "Whether it waits for `apply-now`."})


class RolloutPhone(Schema):
    """A phone of a rollout."""

    mac = text()
    model = text()
    step = fields.String(validate=validate.OneOf([step.value for step in Step]))
    canary = fields.Boolean()
    restarts = fields.Boolean()
    told_at = moment()
    reason = text()


class RolloutsAsked(Search):
    """Which rollouts."""

    open = fields.Boolean(metadata={"description": "Only those that have not come to their end."})


class PhonesAsked(Search):
    """Which phones of a rollout."""

    step = fields.String(validate=validate.OneOf([step.value for step in Step]))


class Resuming(Strict):
    """How to go on."""

    without_failed = fields.Boolean(
        metadata={"description": "Leave failed phones to ask by themselves, instead of telling them again."}
    )
