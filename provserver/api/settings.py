"""Settings and makers' own parameters: of one phone as they take effect, and of wider places as they are set."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus

from flask import Response

from provserver.api import preview_schemas, previewing, schemas
from provserver.api.bodies import flag, read_object
from provserver.api.calls import answer, call, subject
from provserver.api.keys import applied
from provserver.domain.settings import Effective, Scope, Value, effective_ring
from provserver.doorway import actor, house
from provserver.services.changes import Saved
from provserver.services.editing import setting_notes, settings
from provserver.services.house import House

calls = subject("settings", "Values with where they come from: company, department, model, line or phone.")

_EXAMPLE = {"monitor_popup": True, "monitor_ring": "splash", "overrides": {"features.redial_tone": "1"}}
_CHANGING = [400, 404, 413, 415, 422]


@call(calls, "GET", "/devices/<mac>/settings", gives=schemas.SETTINGS, problems=[404, 422])
def get_settings(mac: str) -> object:
    """Give a phone's settings as they take effect, each with its origin; secrets are masked."""
    values, overrides = settings.effective(house(), actor(), mac)
    body: dict[str, dict[str, object]] = {name: _shape(one, settings.masked) for name, one in values.items()}
    body["monitor_ring"]["effective"] = effective_ring(values)
    for name, note in setting_notes.notes(values).items():
        body[name]["note"] = note
    return {**body, "overrides": _free(overrides)}


@call(
    calls,
    "PATCH",
    "/devices/<mac>/settings",
    takes=schemas.SETTINGS_CHANGE,
    gives=preview_schemas.TriedSettings,
    status=202,
    query=[preview_schemas.Trial],
    problems=_CHANGING,
    example=_EXAMPLE,
)
def change_settings(mac: str) -> Response:
    """Set some values on one phone, all or nothing.

    ``null`` inherits a setting again. In ``overrides``, ``null`` leaves a parameter out of the file; ``unset``
    forgets overrides. ``notes`` say which values are stored but take no effect now.
    """
    raw, dry_run = read_object(), flag("dry_run")
    saved, more = _save(Scope.DEVICE, mac, raw, dry_run)
    values, _ = settings.effective(house(), actor(), mac)
    notes = setting_notes.notes(values, raw if dry_run else None)
    return applied(mac, list(saved.values), saved, dry_run=dry_run, more={"notes": notes, **more})


@call(calls, "GET", "/settings/tenant", also="/settings/tenant/<_name>", gives=schemas.SETTINGS)
def get_company_settings(_name: str = "") -> object:
    """Give what is set for the whole company."""
    return _stored(Scope.TENANT)


@call(calls, "GET", "/settings/department/<path:name>", gives=schemas.SETTINGS, problems=[404])
def get_department_settings(name: str) -> object:
    """Give what is set for a department."""
    return _stored(Scope.DEPARTMENT, name)


@call(calls, "GET", "/settings/model/<vendor>/<model>", gives=schemas.SETTINGS, problems=[404])
def get_model_settings(vendor: str, model: str) -> object:
    """Give what is set for a model."""
    return _stored(Scope.MODEL, f"{vendor}/{model}")


@call(calls, "GET", "/settings/line/<extension>", gives=schemas.SETTINGS, problems=[404])
def get_line_settings(extension: str) -> object:
    """Give what is set for a line; it holds on phones whose first account is this line."""
    return _stored(Scope.LINE, extension)


@call(
    calls,
    "PATCH",
    "/settings/tenant",
    also="/settings/tenant/<_name>",
    takes=schemas.SETTINGS_CHANGE,
    gives=preview_schemas.TriedWide,
    status=202,
    query=[preview_schemas.Trial],
    problems=_CHANGING,
    example={"language": "it"},
)
def change_company_settings(_name: str = "") -> Response:
    """Set some values for the whole company; every phone that they reach is rendered again and told."""
    return _change(Scope.TENANT)


@call(
    calls,
    "PATCH",
    "/settings/department/<path:name>",
    takes=schemas.SETTINGS_CHANGE,
    gives=preview_schemas.TriedWide,
    status=202,
    query=[preview_schemas.Trial],
    problems=_CHANGING,
)
def change_department_settings(name: str) -> Response:
    """Set some values for a department, and for those inside it."""
    return _change(Scope.DEPARTMENT, name)


@call(
    calls,
    "PATCH",
    "/settings/model/<vendor>/<model>",
    takes=schemas.SETTINGS_CHANGE,
    gives=preview_schemas.TriedWide,
    status=202,
    query=[preview_schemas.Trial],
    problems=_CHANGING,
)
def change_model_settings(vendor: str, model: str) -> Response:
    """Set some values for all phones of a model."""
    return _change(Scope.MODEL, f"{vendor}/{model}")


@call(
    calls,
    "PATCH",
    "/settings/line/<extension>",
    takes=schemas.SETTINGS_CHANGE,
    gives=preview_schemas.TriedWide,
    status=202,
    query=[preview_schemas.Trial],
    problems=_CHANGING,
)
def change_line_settings(extension: str) -> Response:
    """Set some values for the phones whose first account is a line."""
    return _change(Scope.LINE, extension)


def _stored(scope: Scope, name: str = "") -> dict[str, object]:
    values, overrides = settings.stored_values(house(), actor(), scope.word, name)
    body: dict[str, object] = {
        item: _shape(Effective(value, scope, name), settings.masked) for item, value in values.items()
    }
    body["overrides"] = _free({item: Effective(value, scope, name) for item, value in overrides.items()})
    return body


def _change(scope: Scope, name: str = "") -> Response:
    dry_run = flag("dry_run")
    saved, more = _save(scope, name, read_object(), dry_run)
    change = None if dry_run else saved.change or None
    told = {"rollout": saved.rollout, "change": change}
    body = {"touched": saved.touched, "changed": list(saved.values), **told, **more}
    return answer(body, HTTPStatus.OK if dry_run else HTTPStatus.ACCEPTED)


def _save(scope: Scope, name: str, raw: dict[str, object], dry_run: bool) -> tuple[Saved, dict[str, object]]:
    """Save, or only try; give what that did, and the preview where it was only tried."""

    def save(where: House) -> Saved:
        return settings.set_values(where, actor(), scope.word, name, raw)

    if not dry_run:
        return save(house()), {}
    saved, preview = previewing.attempt(save)
    return saved, {"preview": preview}


def _free(overrides: Mapping[str, Effective]) -> dict[str, object]:
    return {name: _shape(one, partial(settings.masked_override, name)) for name, one in overrides.items()}


def _shape(found: Effective, masked: Callable[[Value], object]) -> dict[str, object]:
    return {"value": masked(found.value), "origin": found.origin.word, "place": found.place}
