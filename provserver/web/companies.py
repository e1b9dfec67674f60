"""Companies, for an operator: added, renamed, removed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.doorway import actor, house
from provserver.services.access import companies
from provserver.web import presenting

pages = Blueprint("companies", __name__, url_prefix="/companies")


@pages.get("/")
def show() -> str:
    """List the companies."""
    return _page({})


def _page(errors: dict[str, str], number: int = 0) -> str:
    rows = companies.find(house(), actor())
    return render_template("companies.html", rows=rows, errors=errors, number=number)


@pages.post("/")
def add() -> ResponseReturnValue:
    """Add a company."""
    return _answer(presenting.attempt(lambda: companies.add(house(), actor(), request.form.get("name", ""))))


@pages.post("/<int:number>/rename")
def rename(number: int) -> ResponseReturnValue:
    """Give a company another name."""
    name = request.form.get("name", "")
    return _answer(presenting.attempt(lambda: companies.rename(house(), actor(), number, name)), number)


@pages.post("/<int:number>/remove")
def remove(number: int) -> ResponseReturnValue:
    """Remove a company whose name was typed once more."""
    typed = request.form.get("confirm", "")
    return _answer(presenting.attempt(lambda: companies.remove(house(), actor(), number, typed)), number)


def _answer(problems: dict[str, str], number: int = 0) -> ResponseReturnValue:
    if problems:
        return _page(problems, number), 422
    flash(_("Saved."))
    return redirect(url_for("companies.show"))
