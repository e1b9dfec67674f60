"""Programs' tokens: listed with their last use, made, revoked."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.domain.roles import GIVES, Right, Role
from provserver.doorway import actor, house
from provserver.services.access import api_tokens
from provserver.services.access.api_tokens import Listed, NewToken
from provserver.services.organisation import directory
from provserver.web import presenting, words

pages = Blueprint("api_tokens", __name__, url_prefix="/tokens")


@pages.get("/")
def show() -> str:
    """List the tokens."""
    return _page({}, {})


def _page(values: dict[str, object], errors: dict[str, str]) -> str:
    given = {
        "rows": api_tokens.find(house(), actor()),
        "roles": [role for role in api_tokens.ROLES if role in GIVES.get(actor().role, ())],
        "scopes": [right.value for right in Right],
        "words": words,
        "departments": directory.departments(house(), actor()),
    }
    return render_template("tokens/list.html", values=values, errors=errors, **given)


@pages.post("/")
def add() -> ResponseReturnValue:
    """Make a token, and show it this once."""
    form = request.form
    role, days = form.get("role", ""), form.get("days", "").strip()
    wanted = NewToken(
        form.get("name", ""),
        Role(role) if role in set(Role) else Role.READER,
        tuple(form.getlist("scopes")),
        tuple(form.getlist("departments")),
        int(days) if days.isascii() and days.isdigit() and len(days) < 6 else (0 if not days else -1),
    )
    made: list[tuple[Listed, str]] = []
    problems = presenting.attempt(lambda: made.append(api_tokens.add(house(), actor(), wanted)))
    if problems:
        return _page({"name": wanted.name, "role": role, "days": days, "scopes": wanted.scopes}, problems), 422
    return render_template("tokens/shown.html", token=made[0][0], text=made[0][1])


@pages.post("/<int:number>/revoke")
def revoke(number: int) -> ResponseReturnValue:
    """Revoke a token."""
    api_tokens.revoke(house(), actor(), number)
    flash(_("The token is revoked."))
    return redirect(url_for("api_tokens.show"))
