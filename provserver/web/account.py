"""One's own account: password, sessions, second factor; and the proof that opens secrets for a while."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from provserver.doorway import house
from provserver.errors import Conflict, Invalid, Throttled, Unauthenticated
from provserver.services.access import own_account, second_factor, sessions
from provserver.web import presenting
from provserver.web.sign_in import Visitor, address, go_on

pages = Blueprint("account", __name__, url_prefix="/account")
links = Blueprint("password", __name__)


@pages.get("/")
@login_required  # type: ignore[untyped-decorator]
def show() -> str:
    """Show the account."""
    return _page({})


def _page(errors: dict[str, str]) -> str:
    person = current_user.person
    given = {
        "rows": sessions.listed(house(), person),
        "here": current_user.number,
        "codes_left": second_factor.left(house(), person),
        "demanded": sessions.is_demanded(house(), person.role),
        "errors": errors,
    }
    return render_template("account/page.html", person=person, **given)


@pages.post("/password")
@login_required  # type: ignore[untyped-decorator]
def change_password() -> ResponseReturnValue:
    """Replace one's password; all other sessions end."""
    old, new = request.form.get("old", "")[:200], request.form.get("password", "")
    try:
        own_account.change_password(house(), current_user.person, old, new, current_user.number)
    except Invalid as error:
        return _page({problem.field: presenting.say(problem.message) for problem in error.fields}), 422
    except (Unauthenticated, Throttled):
        return _page({"old": _("This is not your password.")}), 422
    flash(_("Your password is changed. You are signed out everywhere else."))
    return redirect(url_for("account.show"))


@pages.post("/sessions/<int:number>/end")
@login_required  # type: ignore[untyped-decorator]
def end_session(number: int) -> ResponseReturnValue:
    """End one of one's sessions."""
    sessions.end(house(), current_user.person, number)
    return redirect(url_for("account.show"))


@pages.post("/sessions/end")
@login_required  # type: ignore[untyped-decorator]
def end_sessions() -> ResponseReturnValue:
    """End all of one's sessions but this one."""
    sessions.end_others(house(), current_user.person, current_user.number)
    flash(_("You are signed out everywhere else."))
    return redirect(url_for("account.show"))


def _visitor() -> Visitor:
    """Give who is signed in, or is on the way and has to set a second factor up first."""
    visitor = current_user._get_current_object()
    if not isinstance(visitor, Visitor) or visitor.stage == sessions.CODE:
        raise Unauthenticated("sign in first")
    return visitor


@pages.get("/second-factor")
def set_up() -> ResponseReturnValue:
    """Offer a second factor."""
    visitor = _visitor()
    offer = second_factor.offer(house(), visitor.person)
    return render_template("account/second_factor.html", offer=offer, person=visitor.person, errors={})


@pages.post("/second-factor")
def take() -> ResponseReturnValue:
    """Take the second factor that a code proves, and show the recovery codes this once."""
    visitor = _visitor()
    sealed, code = request.form.get("sealed", ""), request.form.get("code", "")[:20]
    try:
        codes = second_factor.accept(house(), visitor.person, visitor.number, sealed, code)
    except Invalid as error:
        errors = {problem.field: presenting.say(problem.message) for problem in error.fields}
        try:
            offer = second_factor.offered(house(), visitor.person, sealed)
        except Invalid:
            offer = second_factor.offer(house(), visitor.person)
        page = render_template("account/second_factor.html", offer=offer, person=visitor.person, errors=errors)
        return page, 422
    visitor.stage = sessions.OPEN
    return render_template("account/recovery_codes.html", codes=codes)


@pages.post("/second-factor/remove")
@login_required  # type: ignore[untyped-decorator]
def remove_second_factor() -> ResponseReturnValue:
    """Take one's second factor away."""
    try:
        second_factor.remove(house(), current_user.person, request.form.get("old", "")[:200], address())
    except (Unauthenticated, Throttled):
        return _page({"factor": _("This is not your password.")}), 422
    except Conflict as error:
        return _page({"factor": presenting.say(str(error))}), 409
    flash(_("The second factor is removed."))
    return redirect(url_for("account.show"))


@pages.get("/confirm")
@login_required  # type: ignore[untyped-decorator]
def confirm() -> str:
    """Ask for the password before a secret is shown."""
    return render_template("account/confirm.html")


@pages.post("/confirm")
@login_required  # type: ignore[untyped-decorator]
def prove() -> ResponseReturnValue:
    """Check the password; secrets are open for a while."""
    try:
        given = request.form.get("password", "")[:200]
        sessions.prove(house(), current_user.number, current_user.person, given, address())
    except (Unauthenticated, Throttled) as error:
        return render_template("account/confirm.html", refused=presenting.say(str(error))), 401
    flash(_("Confirmed. Secrets can be shown for ten minutes."))
    return go_on()


@links.get("/password/<token>")
def choose(token: str) -> str:
    """Let somebody choose a password by a link; looking at it does not use it up."""
    name = own_account.named_by_link(house(), token)
    return render_template("account/choose.html", name=name, errors={})


@links.post("/password/<token>")
def chosen(token: str) -> ResponseReturnValue:
    """Set the password that was chosen; the link opens no more."""
    name = own_account.named_by_link(house(), token)
    password = request.form.get("password", "")
    problems = presenting.attempt(lambda: own_account.choose_password(house(), token, password))
    if problems:
        return render_template("account/choose.html", name=name, errors=problems), 422
    flash(_("Your password is set. Sign in with it."))
    return redirect(url_for("sign_in.show"))
