"""One list of whom and what a key can point at."""

from provserver.api import line_schemas, paging, schemas
from provserver.api.calls import call, subject
from provserver.doorway import actor, house
from provserver.services.organisation import picker

calls = subject("directory", "Whom and what a key can point at.")


@call(calls, "GET", "/directory", gives=schemas.listed(line_schemas.Choice), query=[schemas.Search], problems=[422])
def pick() -> tuple[object, dict[str, str]]:
    """List whom and what a key can point at: people, groups, short codes and service codes."""
    rows = picker.choices(house(), actor(), paging.search())
    return paging.sliced(rows, lambda row: {"kind": row.kind, "number": row.number, "name": row.name})
