"""A phone's keys and settings saved together, all or nothing: what the configurator sends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from provserver.db.joined import Joined
from provserver.domain.roles import Actor
from provserver.domain.settings import Scope
from provserver.domain.slots import Slot
from provserver.errors import FieldError, Invalid
from provserver.services.changes import Saved
from provserver.services.editing import keys, settings
from provserver.services.house import House


@dataclass(frozen=True, slots=True)
class Both:
    """What was saved: the keys and the settings that really changed, and what that needs of the phone."""

    slots: tuple[Slot, ...]
    saved: Saved


def set_both(
    house: House,
    actor: Actor,
    mac: str,
    edited: Mapping[str, object],
    raw: Mapping[str, object],
    *,
    dry_run: bool = False,
    expected: str | None = None,
) -> Both:
    """Set some keys and some settings of a phone in one transaction.

    ``edited`` and ``raw`` are what ``keys.set_keys`` and ``settings.set_values`` take, and ``expected`` the version of
    the keys that the editor has read. Raises Invalid naming every wrong field of both, Conflict where the keys are no
    longer that version.
    """
    with house.database.transaction(discard=dry_run) as session:
        joined = replace(house, database=Joined(house.database, session))
        errors: list[FieldError] = []
        slots: tuple[Slot, ...] = ()
        parts: list[Saved] = []
        try:
            _, changed, saved = keys.set_keys(joined, actor, mac, edited, expected=expected)
            slots, parts = tuple(changed), [saved]
        except Invalid as error:
            errors += error.fields
        try:
            if raw:
                parts.append(settings.set_values(joined, actor, Scope.DEVICE.word, mac, raw))
        except Invalid as error:
            errors += error.fields
        if errors:
            raise Invalid(errors)
        return Both(slots, _together(parts))


def _together(parts: list[Saved]) -> Saved:
    """Join what several saves of one phone did, each name once."""

    def names(field: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for part in parts for name in getattr(part, field)))

    return replace(
        parts[0],
        changed=names("changed"),
        files=names("files"),
        restarts=names("restarts"),
        may_restart=names("may_restart"),
        values=names("values"),
        touched=max(part.touched for part in parts),
        change=max(part.change for part in parts),
        waits=parts[-1].waits or parts[0].waits,
    )
