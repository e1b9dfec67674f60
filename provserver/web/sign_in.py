"""Coming in and going out: a session holds who somebody is and the stamp that ends it."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from flask_wtf import FlaskForm
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from provserver.doorway import house
from provserver.errors import Unauthenticated
from provserver.services import accounts
from provserver.services.accounts import Person
from provserver.web.presenting import say

pages = Blueprint("sign_in", __name__)
sessions = LoginManager()
sessions.login_view = "sign_in.show"
sessions.login_message = lazy_gettext("Sign in to go on.")

FAILURES_PER_ADDRESS = parse("20 per 5 minutes")
"""Beside the account's own lock: what one address may get wrong, whichever names it tries."""
_failures = MovingWindowRateLimiter(MemoryStorage())


class Visitor(UserMixin):  # type: ignore[misc]
    """Somebody who is signed in, as Flask-Login sees them."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """Give what the session keeps: the id, and the stamp that a new password changes."""
        return f"{self.person.id}:{self.person.stamp}"


@sessions.user_loader  # type: ignore[untyped-decorator]
def load_visitor(kept: str) -> Visitor | None:
    """Find who a session belongs to; None once the stamp has changed."""
    number, _colon, stamp = kept.partition(":")
    found = accounts.person(house(), int(number)) if number.isdigit() else None
    return Visitor(found) if found is not None and found.stamp == stamp else None


class SignInForm(FlaskForm):  # type: ignore[misc]
    """A name and a password."""

    name = StringField(lazy_gettext("Name"), [InputRequired(), Length(max=64)])
    password = PasswordField(lazy_gettext("Password"), [InputRequired(), Length(max=200)])


@pages.get("/sign-in")
def show() -> str | Response:
    """Show the form, or go on where somebody is signed in already."""
    if current_user.is_authenticated:
        return _go_on()
    return render_template("sign_in.html", form=SignInForm())


@pages.post("/sign-in")
def submit() -> tuple[str, int] | Response:
    """Check the name and password; the same words whichever is wrong."""
    form = SignInForm()
    address = request.remote_addr or "nobody"
    if not _failures.test(FAILURES_PER_ADDRESS, address):
        message = _("Too many wrong passwords from this address. Try again in five minutes.")
        return render_template("sign_in.html", form=form, refused=message), 429
    if not form.validate():
        return render_template("sign_in.html", form=form), 422
    try:
        person = accounts.sign_in(house(), form.name.data, form.password.data)
    except Unauthenticated as error:
        _failures.hit(FAILURES_PER_ADDRESS, address)
        return render_template("sign_in.html", form=form, refused=say(str(error))), 401
    kept = session.get("language")
    session.clear()
    if kept:
        session["language"] = kept
    login_user(Visitor(person))
    return _go_on()


def _go_on() -> Response:
    """Go where the visitor wanted to, as long as it is a page of ours."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted.replace("\\", "/"))
    ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.netloc and not parts.scheme
    return redirect(wanted if ours else url_for("home.show"))  # type: ignore[return-value]


@pages.post("/sign-out")
def leave() -> Response:
    """End the session."""
    logout_user()
    flash(_("You are signed out."))
    return redirect(url_for("sign_in.show"))  # type: ignore[return-value]


@pages.post("/company")
@login_required  # type: ignore[untyped-decorator]
def switch_company() -> Response:
    """Let an operator act for another company; ``choose_company`` checks that they may."""
    session["company"] = request.form.get("company", type=int)
    return redirect(url_for("home.show"))  # type: ignore[return-value]
