"""Lines and phones as one table: brought in, all or nothing, and given out."""

from http import HTTPStatus

from flask import Response, abort, request

from provserver.api import spreadsheet_schemas as schemas
from provserver.api.bodies import flag
from provserver.api.calls import answer, call, subject
from provserver.api.guard import is_text
from provserver.api.schemas import DryRun
from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.errors import FieldError, Invalid
from provserver.services.spreadsheet import table
from provserver.services.spreadsheet.exchange import import_table
from provserver.services.spreadsheet.export import export_table

calls = subject("spreadsheet", "Lines and phones as one CSV table, a row for each phone with its line.")

CSV = "text/csv"


@call(
    calls,
    "POST",
    "/import",
    takes=schemas.TABLE,
    content=CSV,
    gives=schemas.Imported,
    status=202,
    query=[DryRun, schemas.KeepGoing],
    problems=[413, 415, 422],
)
def import_lines_and_phones() -> Response:
    """Add and change lines and phones by a table, all or nothing.

    The first row names the columns. What exists already is changed to what its row says; an empty cell leaves it as it
    is, and `keys` tells all keys of the phone. With something wrong nothing is saved; errors name row and column.
    """
    actor().require(Right.EDIT)
    if request.mimetype != CSV:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send the table as {CSV}, in UTF-8")
    text = table.decode(request.get_data())
    if not is_text(text):
        raise Invalid.field("file", "characters that no phone can show")
    dry_run, keep_going = flag("dry_run"), flag("keep_going")
    done = import_table(house(), actor(), text, dry_run=dry_run, keep_going=keep_going, most=table.ROWS_ONLINE)
    if done.errors and not keep_going:
        raise Invalid([FieldError(f"row {item.row}: {item.field}".rstrip(": "), item.message) for item in done.errors])
    return answer(done.plain(), HTTPStatus.OK if dry_run else HTTPStatus.ACCEPTED)


@call(calls, "GET", "/export", gives=schemas.TABLE, content_type=CSV)
def export_lines_and_phones() -> Response:
    """Give all lines and phones as a table that an import reads, without SIP passwords."""
    return Response(export_table(house(), actor()), content_type=f"{CSV}; charset=utf-8")
