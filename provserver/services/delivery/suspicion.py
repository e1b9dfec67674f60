"""What phones' requests say about their secrets, read from sightings as they are written: when to raise an alarm."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.db.models import Device
from provserver.domain.enrolment import source_of
from provserver.domain.requests import Sighting, Verdict
from provserver.services.enrolment.first_contact import named_mac
from provserver.services.guarding.alarms import AlarmKind, Ringing

BACK_AND_FORTH = timedelta(hours=1)
"""A phone that moves stays there; one secret in two places comes back to the first within this."""


def reasons(session: Session, sightings: Sequence[Sighting]) -> Iterator[Ringing]:
    """Give the reasons for alarms in what was seen."""
    for one in sightings:
        if one.reply.verdict is Verdict.MISMATCH and one.device_id is not None and one.request.token is not None:
            detail = f"{one.reply.reason} (from {one.request.address})"
            yield Ringing(one.device_id, AlarmKind.OTHER_PHONE, detail, one.at)
        if one.reply.verdict is Verdict.SECOND_ADDRESS:
            mac = named_mac(one.request.file, one.request.user_agent)
            number = session.scalar(select(Device.id).where(Device.mac == mac))
            if number is not None:
                detail = f"its window was used from a second address, {one.request.address}"
                yield Ringing(number, AlarmKind.WINDOW_TWICE, detail, one.at)


def move(before: Any, sighting: Sighting) -> tuple[dict[str, Any], Ringing | None]:
    """Follow a phone from address to address; an alarm where it is in two places.

    ``before`` has ``address``, ``address_before`` and ``moved_at``; the answer is what they become.
    """
    here = sighting.request.address[:64]
    stays = {"address": here, "address_before": before["address_before"], "moved_at": before["moved_at"]}
    if (
        before["address"] in ("", here)
        or source_of(here) == source_of(before["address"])
        or _other_family(here, before["address"])
    ):
        return stays, None
    moved = {"address": here, "address_before": before["address"], "moved_at": sighting.at}
    came_back = before["address_before"] and source_of(here) == source_of(before["address_before"])
    recently = before["moved_at"] is not None and abs(sighting.at - before["moved_at"]) < BACK_AND_FORTH
    if not (came_back and recently) or sighting.request.token is None or sighting.device_id is None:
        return moved, None
    detail = f"it comes from {here} and {before['address']} in turns"
    return moved, Ringing(sighting.device_id, AlarmKind.TWO_ADDRESSES, detail, sighting.at)


def _other_family(one: str, other: str) -> bool:
    """Tell whether one is IPv4 and the other IPv6: a phone may use both at once."""
    return (":" in source_of(one)) != (":" in source_of(other))
