"""Lines: added, listed, changed and removed."""

from collections.abc import Sequence

from provserver.api import line_schemas, paging, schemas
from provserver.api.bodies import flag, load
from provserver.api.calls import PREFIX, call, subject
from provserver.api.devices import moment
from provserver.api.presences import registration
from provserver.db.models import Line
from provserver.doorway import actor, house
from provserver.services.organisation import directory, line_passwords
from provserver.services.organisation.directory import NewLine
from provserver.services.organisation.line_passwords import Overlap
from provserver.services.pushing import progress, registrations

calls = subject("lines", "Extensions with their SIP accounts.")

_EXAMPLE = {"extension": "201", "name": "Mario Rossi", "domain": "pbx.example.com"}


@call(
    calls,
    "POST",
    "/lines",
    takes=line_schemas.NewLine,
    gives=line_schemas.AddedLine,
    status=201,
    problems=[400, 409, 413, 415, 422],
    example=_EXAMPLE,
)
def add_line() -> tuple[object, dict[str, str]]:
    """Add a line.

    What is left out is generated or inherited; the SIP password is in the answer this once.
    """
    new = NewLine(**{name: value or "" for name, value in load(line_schemas.NewLine()).items()})
    line, password = directory.add_line(house(), actor(), new)
    body = {**shape_of(line.extension), "password": password}
    return body, {"Location": f"{PREFIX}/lines/{line.extension}"}


@call(calls, "GET", "/lines", gives=schemas.listed(line_schemas.Line), query=[schemas.Search], problems=[422])
def list_lines() -> tuple[object, dict[str, str]]:
    """List lines, or those whose number or name holds ``q``."""
    rows = directory.find_lines(house(), actor(), paging.search(), paging.limit() + 1, paging.cursor())
    shapes = _shapes(rows)
    return paging.page(rows, lambda line: shapes[line.extension], lambda line: line.id)


@call(calls, "GET", "/lines/<extension>", gives=line_schemas.Line, problems=[404])
def get_line(extension: str) -> object:
    """Give one line."""
    return shape_of(extension)


@call(
    calls,
    "PATCH",
    "/lines/<extension>",
    takes=line_schemas.LineChange,
    gives=line_schemas.Line,
    problems=[400, 404, 413, 415, 422],
    example={"display_name": "Front desk"},
)
def change_line(extension: str) -> object:
    """Change a line; every phone that carries or monitors it is told."""
    raw = {name: value or "" for name, value in load(line_schemas.LineChange()).items()}
    directory.change_line(house(), actor(), extension, raw)
    return shape_of(extension)


@call(
    calls,
    "DELETE",
    "/lines/<extension>",
    gives=None,
    status=204,
    query=[schemas.Release],
    problems=[404, 409, 422],
)
def remove_line(extension: str) -> None:
    """Remove a line; while phones carry or monitor it only with ``release=1``, which frees them."""
    directory.remove_line(house(), actor(), extension, release=flag("release"))


def shape_of(extension: str) -> dict[str, object]:
    """Give one line as programs read it."""
    return _shapes([directory.get_line(house(), actor(), extension)])[extension]


def _shapes(lines: Sequence[Line]) -> dict[str, dict[str, object]]:
    phones = progress.phones_of_lines(house(), actor(), [line.extension for line in lines])
    overlaps = line_passwords.overlaps(house(), actor(), lines)
    present = registrations.presence(house(), actor(), [line.extension for line in lines])
    return {
        line.extension: _shape(line, phones.get(line.extension, []))
        | _overlap(overlaps.get(line.extension))
        | {"registration": registration(*present[line.extension])}
        for line in lines
    }


def _overlap(overlap: Overlap | None) -> dict[str, object]:
    """Tell whether the exchange has to accept an old password as well, and for which phones."""
    return {
        "old_password_since": moment(overlap.since) if overlap else None,
        "old_password_phones": list(overlap.waiting) if overlap else [],
    }


def _shape(line: Line, phones: list[str]) -> dict[str, object]:
    return {
        "extension": line.extension,
        "name": line.name,
        "display_name": line.display_name,
        "shown_name": line.shown_name,
        "department": line.department.name if line.department else None,
        "username": line.username,
        "domain": line.domain,
        "transport": line.transport,
        "outbound_proxy": line.outbound_proxy,
        "stun": line.stun,
        "phones": sorted(phones),
    }
