"""Lines and phones brought in as one table: tried, mended in place, and saved."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.errors import Invalid
from provserver.services.spreadsheet import table
from provserver.services.spreadsheet.exchange import Imported, import_table
from provserver.services.spreadsheet.export import export_table
from provserver.web import presenting

pages = Blueprint("importing", __name__, url_prefix="/import")


@pages.get("")
def show() -> str:
    """Show where a table goes, and what its columns are."""
    actor().require(Right.EDIT)
    return _page("")


@pages.get("/table.csv")
def export() -> Response:
    """Give all lines and phones as a table that can be changed and brought in again."""
    text = export_table(house(), actor())
    headers = {"Content-Disposition": 'attachment; filename="table.csv"'}
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


@pages.post("")
def bring_in() -> ResponseReturnValue:
    """Try a table or save it; it stays on the page with what is wrong in it, row by row."""
    actor().require(Right.EDIT)
    text, keep_going = request.form.get("table", ""), "keep_going" in request.form
    dry_run = request.form.get("do") != "save"
    try:
        text = _text(text)
        done = import_table(house(), actor(), text, dry_run=dry_run, keep_going=keep_going, most=table.ROWS_ONLINE)
    except Invalid as error:
        wrong = [f"{presenting.say(one.field)}: {presenting.say(one.message)}" for one in error.fields]
        return _page(text, keep_going, wrong=wrong), 422
    if done.saved and not done.errors:
        flash(_("Saved: %(counts)s.", counts=counts(done)))
        return redirect(url_for("importing.show"))
    return _page(text, keep_going, done), 422 if done.errors else 200


def _text(typed: str) -> str:
    """Give the table of the file that was picked, else the one that was typed; raises Invalid for none at all."""
    file = request.files.get("file")
    text = table.decode(file.stream.read()) if file is not None and file.filename else typed
    if not text.strip():
        raise Invalid.field("file", "missing")
    return text


def _page(text: str, keep_going: bool = False, done: Imported | None = None, wrong: Sequence[str] = ()) -> str:
    tried = {"done": done, "said": counts(done) if done else "", "wrong": wrong}
    known = {"columns": table.COLUMNS, "most": table.ROWS_ONLINE}
    return render_template("import.html", text=text, keep_going=keep_going, **tried, **known)


def counts(done: Imported) -> str:
    """Say how many lines and phones an import adds and changes."""
    new, changed = len(done.devices_added), len(done.devices_changed)
    new_lines, changed_lines = len(done.lines_added), len(done.lines_changed)
    departments = len(done.departments_added)
    told = (
        (new_lines, ngettext("%(num)s new line", "%(num)s new lines", new_lines)),
        (changed_lines, ngettext("%(num)s changed line", "%(num)s changed lines", changed_lines)),
        (new, ngettext("%(num)s new phone", "%(num)s new phones", new)),
        (changed, ngettext("%(num)s changed phone", "%(num)s changed phones", changed)),
        (departments, ngettext("%(num)s new department", "%(num)s new departments", departments)),
    )
    return ", ".join(text for count, text in told if count) or _("nothing to change")
