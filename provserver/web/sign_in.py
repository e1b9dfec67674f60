"""Coming in and going out: the browser keeps a random text whose session is looked up in a table."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from provserver.doorway import house
from provserver.errors import Throttled, Unauthenticated
from provserver.services.access import second_factor, sessions, sign_in
from provserver.services.access.accounts import Person
from provserver.services.access.sessions import Signed
from provserver.web.presenting import say

pages = Blueprint("sign_in", __name__)
manager = LoginManager()
manager.login_view = "sign_in.show"
manager.login_message = lazy_gettext("Sign in to go on.")


class Visitor(UserMixin):  # type: ignore[misc]
    """Somebody whose password was right, as Flask-Login sees them; signed in once nothing is missing."""

    def __init__(self, signed: Signed, token: str) -> None:
        self.person, self.stage, self.number = signed.person, signed.stage, signed.number
        self._token = token

    @property
    def is_authenticated(self) -> bool:
        """Tell whether nothing is missing any more."""
        return self.stage == sessions.OPEN

    def get_id(self) -> str:
        """Give what the browser keeps."""
        return self._token


@manager.user_loader  # type: ignore[untyped-decorator]
def load_visitor(token: str) -> Visitor | None:
    """Find whose session a browser has; None once it ended."""
    found = sessions.find(house(), token)
    return Visitor(found, token) if found else None


class SignInForm(FlaskForm):  # type: ignore[misc]
    """A name, extension or number, and a password."""

    name = StringField(lazy_gettext("Name, extension or telephone number"), [InputRequired(), Length(max=120)])
    password = PasswordField(lazy_gettext("Password"), [InputRequired(), Length(max=200)])


@pages.get("/sign-in")
def show() -> ResponseReturnValue:
    """Show the form, or go on where somebody is signed in already."""
    if isinstance(current_user._get_current_object(), Visitor):
        return go_on()
    return render_template("sign_in.html", form=SignInForm())


@pages.post("/sign-in")
def submit() -> ResponseReturnValue:
    """Check the name and password; the same words whichever is wrong."""
    form = SignInForm()
    if not form.validate():
        return render_template("sign_in.html", form=form), 422
    try:
        person = sign_in.sign_in(house(), form.name.data, form.password.data, address())
    except Throttled as error:
        return render_template("sign_in.html", form=form, refused=say(str(error))), 429
    except Unauthenticated as error:
        return render_template("sign_in.html", form=form, refused=say(str(error))), 401
    let_in(person)
    return go_on()


def address() -> str:
    """Give the address that a try counts for."""
    return request.remote_addr or "nobody"


def let_in(person: Person, *, proven: bool = False, proven_at: datetime | None = None) -> None:
    """Open a session for somebody; nothing of the one before goes on but the language."""
    kept = session.get("language")
    session.clear()
    if kept:
        session["language"] = kept
    browser = address(), request.headers.get("User-Agent", "")
    token = sessions.begin(house(), person, *browser, proven=proven, proven_at=proven_at)
    found = sessions.find(house(), token)
    if found:
        login_user(Visitor(found, token))


def go_on(to: str | None = None) -> ResponseReturnValue:
    """Go where the visitor wanted to, as long as it is a page of ours; first to what is missing of signing in."""
    wanted = request.values.get("next", "") if to is None else to
    stage = current_user.stage
    if stage != sessions.OPEN:
        endpoint = "sign_in.ask_code" if stage == sessions.CODE else "account.set_up"
        return redirect(url_for(endpoint, next=wanted if is_ours(wanted) else None))
    return redirect(wanted if is_ours(wanted) else url_for("home.show"))


def is_ours(wanted: str) -> bool:
    """Tell whether an address is a page of ours: a path, which no browser takes for another host."""
    parts = urlsplit(wanted.replace("\\", "/"))
    plain = wanted.isprintable() and " " not in wanted and "\\" not in wanted
    return plain and wanted.startswith("/") and not wanted.startswith("//") and not parts.netloc and not parts.scheme


@pages.get("/sign-in/code")
def ask_code() -> ResponseReturnValue:
    """Ask for the code of the second factor."""
    if _waiting() is None:
        return redirect(url_for("sign_in.show"))
    return render_template("sign_in_code.html")


def _waiting() -> Visitor | None:
    """Give the visitor whose code is missing."""
    visitor = current_user._get_current_object()
    return visitor if isinstance(visitor, Visitor) and visitor.stage == sessions.CODE else None


@pages.post("/sign-in/code")
def submit_code() -> ResponseReturnValue:
    """Check the code of the second factor, or a recovery code."""
    visitor = _waiting()
    if visitor is None:
        return redirect(url_for("sign_in.show"))
    try:
        second_factor.check(house(), visitor.person, visitor.number, request.form.get("code", "")[:64])
    except Unauthenticated as error:
        return render_template("sign_in_code.html", refused=say(str(error))), 401
    visitor.stage = sessions.OPEN
    return go_on()


@pages.post("/sign-out")
def leave() -> Response:
    """End the session, here and in the table."""
    visitor = current_user._get_current_object()
    if isinstance(visitor, Visitor):
        sessions.end(house(), visitor.person, visitor.number)
    logout_user()
    session.pop("company", None)
    flash(_("You are signed out."))
    return redirect(url_for("sign_in.show"))  # type: ignore[return-value]


@pages.post("/company")
@login_required  # type: ignore[untyped-decorator]
def switch_company() -> Response:
    """Let an operator act for another company; ``choose_company`` checks that they may."""
    session["company"] = request.form.get("company", type=int)
    return redirect(url_for("home.show"))  # type: ignore[return-value]
