"""Signing in with an OpenID provider: the way there, and the answer that comes back."""

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from provserver.doorway import house, status_of
from provserver.errors import NotFound, ProvisioningError, Throttled, Unproven, Unreachable
from provserver.openid.provider import Provider
from provserver.services.access import openid, sessions
from provserver.services.access.openid import Answer, Arrived
from provserver.services.house import House
from provserver.web.presenting import say
from provserver.web.sign_in import SignInForm, Visitor, address, go_on, is_ours, let_in

pages = Blueprint("openid", __name__)
_KEPT = "openid"
"""Where the browser's session keeps what it was asked, sealed."""
_LONGEST = 300
"""Characters of the page that somebody wanted; a cookie holds no more."""


def register(app: Flask) -> None:
    """Know the provider, without asking it for anything yet, and name it on every page that offers it."""
    app.extensions["openid"] = openid.provider_of(_house_of(app).config)
    config = _house_of(app).config
    app.context_processor(lambda: {"openid_title": config.oidc_title, "openid_claim": config.oidc_claim})


def _house_of(app: Flask) -> House:
    """Give the house of an application that answers nobody yet."""
    found: House = app.extensions["house"]
    return found


def _provider() -> Provider:
    found: Provider | None = current_app.extensions["openid"]
    if found is None:
        raise NotFound("there is no OpenID provider")
    return found


@pages.get("/sign-in/openid")
def start() -> ResponseReturnValue:
    """Send a browser to the provider."""
    return _start(None)


@pages.get("/account/confirm/openid")
@login_required  # type: ignore[untyped-decorator]
def start_again() -> ResponseReturnValue:
    """Send somebody who is signed in to the provider, to be asked again."""
    return _start(current_user.person.id)


def _start(person_id: int | None) -> ResponseReturnValue:
    provider, wanted = _provider(), request.args.get("next", "")
    kept = wanted if is_ours(wanted) and len(wanted) <= _LONGEST else ""
    back = url_for("openid.answer", _external=True)
    try:
        there, sealed = openid.ask(house(), provider, back, kept, person_id)
    except Unreachable as error:
        return _refused(error)
    session[_KEPT] = sealed
    return redirect(there)


@pages.get("/sign-in/openid/answer")
def answer() -> ResponseReturnValue:
    """Let in whom the provider names; what the browser kept is used up, whatever comes of it."""
    given = {name: request.args.get(name, "")[:2000] for name in ("state", "code", "error", "iss")}
    sealed = session.pop(_KEPT, "")
    brought = Answer(given["state"], given["code"], given["error"], given["iss"])
    try:
        arrived = openid.finish(house(), _provider(), str(sealed), brought, address())
        return _confirmed(arrived) if arrived.confirms else _come_in(arrived)
    except (Unproven, Unreachable, Throttled) as error:
        return _refused(error)


def _come_in(arrived: Arrived) -> ResponseReturnValue:
    """Open a session; without a time at which the provider asked them, they have proved nothing lately."""
    long_ago = house().clock() - sessions.FRESH
    let_in(arrived.person, proven=house().config.oidc_second_factor == "provider", proven_at=arrived.at or long_ago)
    return go_on(arrived.wanted)


def _confirmed(arrived: Arrived) -> ResponseReturnValue:
    visitor = current_user._get_current_object()
    if not isinstance(visitor, Visitor) or visitor.person.id != arrived.person.id or arrived.at is None:
        raise Unproven("you are signed in here as somebody else", "another session")
    sessions.note_proof(house(), visitor.number, arrived.at)
    flash(_("Confirmed. Secrets can be shown for ten minutes."))
    return go_on(arrived.wanted)


def _refused(error: ProvisioningError) -> ResponseReturnValue:
    """Show why somebody does not come in, where they may try again."""
    visitor, told = current_user._get_current_object(), say(str(error))
    if isinstance(visitor, Visitor) and visitor.is_authenticated:
        return render_template("account/confirm.html", refused=told), status_of(error)
    return render_template("sign_in.html", form=SignInForm(formdata=None), refused=told), status_of(error)
