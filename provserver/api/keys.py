"""A phone's keys: read with a version, changed all or nothing, and tried without changing anything."""

from http import HTTPStatus

from flask import Response, request

from provserver.api import preview_schemas, previewing, problems, schemas
from provserver.api.bodies import flag, read_object
from provserver.api.calls import answer, call, subject
from provserver.api.devices import waits
from provserver.db.models import Device
from provserver.domain.keys import EMPTY, KeyPlan
from provserver.domain.slots import KeyKind, Slot
from provserver.doorway import actor, house
from provserver.errors import Conflict
from provserver.services.changes import Saved
from provserver.services.editing import keys
from provserver.services.editing.key_notation import plain_key
from provserver.services.editing.keys import ShownKey
from provserver.services.house import House
from provserver.services.pushing import progress

calls = subject("keys", "What each key of a phone and of its expansion modules does.")

_EXAMPLE = {
    "3": {"kind": "blf", "target": "204", "label": "Front desk", "use_name_as_label": True},
    "4": {"kind": "speed-dial", "target": "*98", "label": "Pickup"},
}


@call(
    calls,
    "GET",
    "/devices/<mac>/keys",
    gives=schemas.KEYS,
    problems=[404, 422],
    answer_example={"1": {"kind": "line", "line": 1}},
)
def get_keys(mac: str) -> tuple[object, dict[str, str]]:
    """Give every key of the model, empty ones too, expansion modules as ``s1.5``.

    The ETag is the version of the keys as they are set; send it back as If-Match to change only what you have read.
    """
    body, version = _read(mac)
    return body, {"ETag": f'"{version}"'}


@call(
    calls,
    "PATCH",
    "/devices/<mac>/keys",
    takes=schemas.KEYS,
    gives=preview_schemas.TriedKeys,
    status=202,
    query=[preview_schemas.Trial],
    parameters=[{"in": "header", "schema": schemas.IfMatch}],
    problems=[400, 404, 412, 413, 415, 422],
    example=_EXAMPLE,
)
def change_keys(mac: str) -> Response:
    """Set some keys, all or nothing.

    Keys that are not named stay, and no key at all changes nothing. A kind, a slot or a label that the model lacks
    is refused with its field's name.
    """
    edited, dry_run, expected = read_object(), flag("dry_run"), expected_version()
    more: dict[str, object] = {}

    def save(where: House) -> tuple[Device, list[Slot], Saved]:
        return keys.set_keys(where, actor(), mac, edited, expected=expected)

    try:
        if dry_run:
            (_, changed, saved), more["preview"] = previewing.attempt(save)
        else:
            _, changed, saved = save(house())
    except Conflict as error:  # the only conflict that keys know: another version than the editor has read
        return overtaken(mac, error)
    return applied(mac, [str(slot) for slot in changed], saved, dry_run=dry_run, more=more)


def applied(
    mac: str, changed: list[str], saved: Saved, *, dry_run: bool, more: dict[str, object] | None = None
) -> Response:
    """Answer what a save on one phone did: 202, or 200 where it was only tried."""
    standing = progress.state(house(), actor(), mac)
    body = {
        "state": standing.state.value,
        "reason": standing.reason,
        "changed": changed,
        "restart": bool(saved.restarts),
        "restarts": list(saved.restarts),
        "may_restart": list(saved.may_restart),
        "parameters": list(saved.changed),
        "files": list(saved.files),
        "change": None if dry_run else saved.change or None,
        "waits": waits(saved.waits),
        **(more or {}),
    }
    return answer(body, HTTPStatus.OK if dry_run else HTTPStatus.ACCEPTED)


def overtaken(mac: str, error: Conflict) -> Response:
    """Answer that somebody else saved keys meanwhile, with the keys as they are now."""
    current, version = _read(mac)
    response = problems.problem(HTTPStatus.PRECONDITION_FAILED, str(error), more={"current": current})
    response.headers["ETag"] = f'"{version}"'
    return response


def expected_version() -> str | None:
    """Give the version of the keys that the caller has read, None where it does not care."""
    text = request.headers.get("If-Match", "").strip()
    return None if text in {"", "*"} else text.strip('"')


def _read(mac: str) -> tuple[dict[str, object], str]:
    shown = keys.read_keys(house(), actor(), mac)
    version = keys.version_of(KeyPlan({slot: item.key for slot, item in shown.items()}))
    return {str(slot): _shape(item) for slot, item in shown.items()}, version


def _shape(item: ShownKey) -> dict[str, object]:
    key = item.key
    if key == EMPTY:
        return {"kind": KeyKind.NONE.value}
    if key.kind is KeyKind.NONE:
        return {"kind": KeyKind.NONE.value, "locked": key.locked}
    return {**plain_key(key), "shown": item.shown}
