"""How many rows strangers may have written: what is listed stays, the rest comes in while its source has room."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

NEW_PER_BATCH = 200

Place = TypeVar("Place", bound=tuple[str, ...])


def with_room(
    rows: Mapping[Place, dict[str, Any]],
    is_known: Callable[[Place], bool],
    source: str,
    taken: dict[str, int],
    most: int,
) -> list[dict[str, Any]]:
    """Choose which rows are written, by their places: every known one, and new ones while there is room.

    ``source`` is the column that says where a row comes from, ``taken`` counts what is listed of each source by now,
    ``most`` is what one source may have.
    """
    kept, room = [], NEW_PER_BATCH
    for place, row in sorted(rows.items()):
        if not is_known(place):
            if room <= 0 or taken.get(row[source], 0) >= most:
                continue
            room -= 1
            taken[row[source]] = taken.get(row[source], 0) + 1
        kept.append(row)
    return kept
