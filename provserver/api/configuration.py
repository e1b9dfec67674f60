"""Keys and settings of a phone in one call, all or nothing."""

from typing import Any

from flask import Response

from provserver.api import preview_schemas, previewing, schemas
from provserver.api.bodies import flag, read_object
from provserver.api.calls import call, subject
from provserver.api.keys import applied, expected_version, overtaken
from provserver.doorway import actor, house
from provserver.errors import Conflict, FieldError, Invalid
from provserver.services.editing import configuration, setting_notes, settings
from provserver.services.editing.configuration import Both
from provserver.services.house import House

calls = subject("configuration", "A phone's keys and settings together.")
_PARTS = ("keys", "settings")


@call(
    calls,
    "PATCH",
    "/devices/<mac>/configuration",
    takes=schemas.CONFIGURATION_CHANGE,
    gives=preview_schemas.TriedSettings,
    status=202,
    query=[preview_schemas.Trial],
    parameters=[{"in": "header", "schema": schemas.IfMatch}],
    problems=[400, 404, 412, 413, 415, 422],
    example={"keys": {"3": {"kind": "blf", "target": "204"}}, "settings": {"monitor_popup": True}},
)
def change_configuration(mac: str) -> Response:
    """Set some keys and some settings, all or nothing.

    ``keys`` and ``settings`` are what the calls of these names take; a wrong field is named as there. If-Match is the
    version of the keys. ``changed`` names keys and settings that really changed.
    """
    parts, dry_run = _parts(), flag("dry_run")
    edited, raw = parts["keys"], parts["settings"]
    expected = expected_version() if edited else None
    more: dict[str, object] = {}

    def save(where: House) -> Both:
        return configuration.set_both(where, actor(), mac, edited, raw, expected=expected)

    try:
        if dry_run:
            both, more["preview"] = previewing.attempt(save)
        else:
            both = save(house())
    except Conflict as error:  # the only conflict that keys know: another version than the editor has read
        return overtaken(mac, error)
    values, _ = settings.effective(house(), actor(), mac)
    notes = setting_notes.notes(values, raw if dry_run else None)
    changed = [*(str(slot) for slot in both.slots), *both.saved.values]
    return applied(mac, changed, both.saved, dry_run=dry_run, more={"notes": notes, **more})


def _parts() -> dict[str, dict[str, Any]]:
    body = read_object()
    errors = [FieldError(name[:40], "unknown field") for name in body if name not in _PARTS]
    parts = {name: {} if body.get(name) is None else body[name] for name in _PARTS}
    errors += [FieldError(name, "an object") for name, part in parts.items() if not isinstance(part, dict)]
    if errors:
        raise Invalid(errors)
    return parts
