"""Phones replaced by others, and lines given on to other people."""

from http import HTTPStatus

from flask import Response
from marshmallow import Schema, fields, validate

from provserver.api import line_schemas, schemas
from provserver.api.bodies import flag, load
from provserver.api.calls import PREFIX, answer, call, subject
from provserver.api.lines import shape_of
from provserver.api.schemas import Strict, text
from provserver.doorway import actor, house
from provserver.services.inventory import giving_on, replacing
from provserver.services.inventory.replacing import NewPhone

calls = subject("replacing", "Phones replaced by others, and lines given on to other people.")


class Replacement(Strict):
    """The phone that takes the place of one."""

    mac = text("In any common spelling.", required=True)
    vendor = text("Left out: that of the phone before.", allow_none=True)
    model = text("Left out: that of the phone before.", allow_none=True)


class Lost(Schema):
    """One thing that the new phone cannot have."""

    part = fields.String(validate=validate.OneOf(["line", "key", "label", "setting", "parameter"]))
    name = text("The extension, the key, the setting or parameter.")
    reason = text()


class Replaced(Schema):
    """What a replacement did, or a dry run would do."""

    mac = text()
    vendor = text()
    model = text()
    lines = fields.List(fields.String())
    keys = fields.Integer(metadata={"description": "Keys that moved over."})
    settings = fields.Integer(metadata={"description": "Settings and parameters that moved over."})
    lost = fields.List(fields.Nested(Lost), metadata={"description": "What did not move over, and why."})
    provisioning_url = text("With its token, shown this once; absent from a dry run.")


@call(
    calls,
    "POST",
    "/devices/<mac>/actions/replace",
    takes=Replacement,
    gives=Replaced,
    status=202,
    query=[schemas.DryRun],
    problems=[400, 404, 409, 413, 415, 422],
    example={"mac": "80:5e:c0:00:00:01", "model": "T46U"},
)
def replace_device(mac: str) -> Response:
    """Put a new phone in the place of one, which is released.

    Lines, keys, settings, description and department move over as far as the new model can; ``lost`` names the rest.
    """
    body, dry_run = load(Replacement()), flag("dry_run")
    new = NewPhone(body["mac"], body.get("vendor") or "", body.get("model") or "")
    done = replacing.replace_device(house(), actor(), mac, new, dry_run=dry_run)
    found: dict[str, object] = {
        "mac": done.mac,
        "vendor": done.model.vendor,
        "model": done.model.name,
        "lines": list(done.lines),
        "keys": done.keys,
        "settings": done.settings,
        "lost": [{"part": item.part, "name": item.name, "reason": item.reason} for item in done.lost],
    }
    if dry_run:
        return answer(found, HTTPStatus.OK)
    location = {"Location": f"{PREFIX}/devices/{done.mac}"}
    return answer({**found, "provisioning_url": done.url}, HTTPStatus.ACCEPTED, location)


class NewUser(Strict):
    """Whom a line is given to."""

    name = text(required=True)
    in_calls = fields.Boolean(metadata={"description": "Show this name in internal calls too; yes by default."})


class GivenOn(line_schemas.Line):
    """The line as it is now, and what was wiped."""

    wiped = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "Phones, each with how many keys were emptied."},
    )


@call(
    calls,
    "POST",
    "/lines/<extension>/actions/reconfigure",
    takes=NewUser,
    gives=GivenOn,
    status=202,
    problems=[400, 404, 413, 415, 422],
    example={"name": "Zoe Galli"},
)
def reconfigure_line(extension: str) -> object:
    """Give a line to a new user: keys and call services of the one before are wiped.

    Locked keys, lines, makers' parameters and what administrators set stay.
    """
    body = load(NewUser())
    in_calls = body.get("in_calls", True)
    done = giving_on.give_on(house(), actor(), extension, body["name"], in_calls=in_calls)
    return {**shape_of(extension), "wiped": done.phones}
