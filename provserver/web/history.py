"""The history's pages: found by what it is about, and changes taken back after a look at what that would do."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.db.models import Change
from provserver.domain.moments import read_moment, write_moment
from provserver.domain.roles import Right
from provserver.domain.vocabulary import SETTINGS
from provserver.doorway import actor, fields_of, house
from provserver.errors import Conflict, Invalid, ProvisioningError
from provserver.services.editing import previews
from provserver.services.editing.previews import Preview
from provserver.services.history import audit, undoing
from provserver.services.history.audit import Wanted
from provserver.services.history.undoing import Undone
from provserver.services.house import House
from provserver.web import history_words, presenting, setting_words

pages = Blueprint("history", __name__)

PAGE = 50
MOST_IN_A_TABLE = 10_000
_TEXTS = ("key", "setting", "line", "what", "by")


@dataclass(slots=True)
class Found:
    """One page of the history, and the filters as they were typed, with what is wrong with them."""

    changes: list[Change]
    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    following: int = 0


@pages.get("/history")
def show() -> ResponseReturnValue:
    """Show what was changed in the company, newest first."""
    found = find()
    return csv(found) if request.args.get("format") == "csv" else render_template("history.html", **given(found))


def find(mac: str = "") -> Found:
    """Read the filters of the address, and what they find."""
    typed = {name: request.args.get(name, "").strip() for name in (*_TEXTS, "since", "until")}
    size = MOST_IN_A_TABLE if request.args.get("format") == "csv" else PAGE
    before = request.args.get("before", 0, type=int)
    try:
        wanted = Wanted(
            device=mac,
            since=read_moment(typed["since"]) if typed["since"] else None,
            until=read_moment(typed["until"], end=True) if typed["until"] else None,
            **{name: typed[name] for name in _TEXTS},
        )
        rows = list(audit.history(house(), actor(), limit=size + 1, before=before, wanted=wanted))
    except Invalid as error:
        return Found([], typed, {one.field: presenting.say(one.message) for one in error.fields})
    except ValueError:
        return Found([], typed, {"since": _("A day, such as 2026-03-01.")})
    return Found(rows[:size], typed, following=rows[size - 1].id if len(rows) > size else 0)


def given(found: Found) -> dict[str, object]:
    """Give what the template of a history needs."""
    may = actor().may(Right.EDIT)
    return {
        "changes": found.changes,
        "filters": found.typed,
        "filtered": any(found.typed.values()),
        "errors": found.errors,
        "following": found.following,
        "kinds": history_words.CHANGES,
        "settings": {name: setting_words.TITLES.get(name, name) for name in SETTINGS},
        "can_undo": {row.id for row in found.changes if may and undoing.can_undo(row)},
    }


def csv(found: Found) -> ResponseReturnValue:
    """Answer with exactly what is shown, as a table."""
    head = [_("Number"), _("When"), _("Who"), _("What"), _("Of"), _("Before"), _("After")]
    cells = (
        [row.id, write_moment(row.at), row.actor, presenting.change_word(row.what), row.subject,
         presenting.shown(row.before), presenting.shown(row.after)]
        for row in found.changes
    )  # fmt: skip
    return presenting.table("history", head, cells)


@pages.get("/history/<int:number>/undo")
def ask_undo(number: int) -> ResponseReturnValue:
    """Show what taking a change back would do."""
    return _ask(number, _undo(number), "undo")


@pages.post("/history/<int:number>/undo")
def undo(number: int) -> ResponseReturnValue:
    """Take a change back."""
    return _do(number, _undo(number), "undo")


@pages.get("/history/<int:number>/back")
def ask_back(number: int) -> ResponseReturnValue:
    """Show what going back to before a change would do, of a phone or of the whole company."""
    return _ask(number, _back(number), "back")


@pages.post("/history/<int:number>/back")
def back(number: int) -> ResponseReturnValue:
    """Put a phone or the company back to what it was before a change."""
    return _do(number, _back(number), "back")


def _undo(number: int) -> Callable[[House], Undone]:
    overwrite = request.values.get("overwrite") == "1"
    return lambda where: undoing.undo(where, actor(), number, partly=True, overwrite=overwrite)


def _back(number: int) -> Callable[[House], Undone]:
    wanted = Wanted(device=request.values.get("device", ""))
    return lambda where: undoing.roll_back(where, actor(), wanted, number, partly=True)


def _ask(number: int, do: Callable[[House], Undone], how: str) -> ResponseReturnValue:
    actor().require(Right.EDIT)
    change = audit.change(house(), actor(), number)
    problems: list[str] = []
    done: Undone | None = None
    preview: Preview | None = None
    try:
        done, preview = previews.attempt(house(), actor(), do, after=request.args.get("after", 0, type=int))
    except (Invalid, Conflict) as error:
        problems = _sentences(error)
    page = render_template(
        "undo.html", change=change, done=done, preview=preview, problems=problems, how=how, home=_home(),
        mac=request.args.get("device", ""), overwrite=request.args.get("overwrite") == "1",
    )  # fmt: skip
    return (page, 409) if problems else page


def _sentences(error: ProvisioningError) -> list[str]:
    fields = fields_of(error)
    if not fields:
        return [presenting.say(str(error))]
    return [f"{one.field}: {presenting.say(one.message)}" for one in fields]


def _do(number: int, do: Callable[[House], Undone], how: str) -> ResponseReturnValue:
    try:
        do(house())
    except (Invalid, Conflict) as error:
        flash(" ".join(_sentences(error)), "warning")
        return redirect(url_for(f"history.ask_{how}", number=number, device=request.form.get("device") or None))
    flash(_("Put back. The phones below are brought up to date now."))
    return redirect(_home())


def _home() -> str:
    mac = request.values.get("device", "")
    return url_for("phone.history", mac=mac) if mac else url_for("history.show")
