"""Images chosen one by one: what a page does, where a program sets the whole list."""

from provserver.domain.firmware import asked
from provserver.domain.roles import Actor, Right
from provserver.errors import Invalid
from provserver.services.changes import Saved
from provserver.services.editing import settings
from provserver.services.house import House
from provserver.services.inventory import firmware
from provserver.services.rendering.profiles import FIRMWARE, as_image


def choose(house: House, actor: Actor, scope: str, place: str, name: str) -> Saved:
    """Choose an image at a place, instead of those there that are for one of its models; others stay."""
    actor.require(Right.EDIT)
    wanted = as_image(firmware.image(house, actor, name).row)
    known = {known.row.asked: as_image(known.row) for known in firmware.images(house, actor)}
    kept = [other for other in _chosen(house, actor, scope, place) if asked(other) in known]
    others = [
        other
        for other in kept
        if known[asked(other)].vendor != wanted.vendor or not {*known[asked(other)].models} & {*wanted.models}
    ]
    return settings.set_values(house, actor, scope, place, {FIRMWARE: [*others, wanted.name]})


def forget(house: House, actor: Actor, scope: str, place: str, name: str) -> Saved:
    """Take an image out of what is chosen at a place; where none is left, wider places count again."""
    actor.require(Right.EDIT)
    chosen = _chosen(house, actor, scope, place)
    left = [other for other in chosen if asked(other) != asked(name)]
    if len(left) == len(chosen):
        raise Invalid.field("image", "this image is not chosen there")
    return settings.set_values(house, actor, scope, place, {FIRMWARE: left or None})


def _chosen(house: House, actor: Actor, scope: str, place: str) -> tuple[str, ...]:
    found = settings.stored_values(house, actor, scope, place)[0].get(FIRMWARE)
    return found if isinstance(found, tuple) else ()
