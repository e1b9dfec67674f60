"""What people read when something is wrong: a sentence, what to do, and the way back with nothing lost."""

import logging
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from provserver.doorway import status_of
from provserver.errors import ProvisioningError, Stale, Unauthenticated
from provserver.services.outages import FAILURES, FULL, RETRY_AFTER, outage_of, reason_of
from provserver.web.presenting import say

log = logging.getLogger(__name__)

SENTENCES = {
    403: (
        lazy_gettext("This is not yours to do"),
        lazy_gettext("Your role does not include it. Ask an administrator."),
    ),
    404: (
        lazy_gettext("There is no such page"),
        lazy_gettext("It may have been removed, or belong to another company. The menu leads to everything there is."),
    ),
    405: (lazy_gettext("This page cannot be opened like that"), lazy_gettext("Go back and use its buttons.")),
    409: (lazy_gettext("This cannot be done now"), ""),
    413: (lazy_gettext("That is too much at once"), lazy_gettext("A form carries at most 2 MB.")),
    429: (lazy_gettext("Too many tries"), ""),
    422: (lazy_gettext("Something in there is not right"), ""),
    500: (
        lazy_gettext("Something broke on our side"),
        lazy_gettext("Nothing was saved. It is in the server's log; try again, and tell the operator if it stays."),
    ),
    503: (
        lazy_gettext("The server cannot read its own secrets"),
        lazy_gettext("The operator has to restore its keys."),
    ),
}
_AWAY = (
    lazy_gettext("The database does not answer"),
    lazy_gettext("Nothing was saved. The server goes on by itself as soon as it is back: try again in a moment."),
)
_FULL = (
    lazy_gettext("The server's disk is full"),
    lazy_gettext("Nothing was saved. The operator has to make room; phones are given what they had meanwhile."),
)
_EXPIRED = lazy_gettext(
    "The page was open since before you signed in, so it could not be checked. Nothing was saved: go back, "
    "reload the page and send it again."
)


def register(app: Flask) -> None:
    """Attach the pages for errors; the API binds its own."""
    for status in (403, 404, 405, 413, 500):
        app.register_error_handler(status, _answer_http)
    app.register_error_handler(CSRFError, _answer_forged)
    app.register_error_handler(ProvisioningError, answer_house)
    for failure in FAILURES:
        app.register_error_handler(failure, _answer_outage)


def answer_house(error: ProvisioningError) -> ResponseReturnValue:
    """Answer an error of the house that no form caught."""
    if isinstance(error, Unauthenticated):
        flash(_("Sign in to go on."))
        return redirect(url_for("sign_in.show", next=_back()))
    if isinstance(error, Stale):
        flash(say(str(error)))
        return redirect(url_for("account.confirm", next=_back()))
    status, sentence = status_of(error), say(str(error))
    return _page(status, "" if status == HTTPStatus.FORBIDDEN else sentence[:1].upper() + sentence[1:])


def _answer_outage(error: Exception) -> ResponseReturnValue:
    """Answer for a database that is away, or a full disk, with a page that needs neither."""
    outage = outage_of(error)
    if outage is None:
        raise error
    log.error("A page could not be shown", extra={"path": request.path, "reason": reason_of(error)})
    g._login_user = AnonymousUserMixin()  # who is signed in would be looked up in what does not answer
    title, sentence = _FULL if outage is FULL else _AWAY
    page, status = _page(outage.status, sentence, title)
    return page, status, {"Retry-After": str(RETRY_AFTER)}


def _back() -> str:
    """Give the page to go back to: this one, or the one whose form was sent; the first one where that is not known."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    sent_from = urlsplit(request.referrer or "")
    return f"/{sent_from.path.lstrip('/')}" + (f"?{sent_from.query}" if sent_from.query else "")


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        log.error("A page failed", exc_info=error.original_exception, extra={"path": request.path})
    return _page(HTTPStatus(error.code or 500))


def _answer_forged(_error: CSRFError) -> ResponseReturnValue:
    return _page(HTTPStatus.BAD_REQUEST, _EXPIRED, _("This form could not be checked"))


def _page(status: HTTPStatus, sentence: str = "", title: str = "") -> tuple[str | Response, int]:
    known = SENTENCES.get(status, SENTENCES[500])
    back = _back() if request.method == "POST" else "/"
    said = {"title": title or known[0], "sentence": sentence or known[1], "back": back if back != "/" else ""}
    return render_template("mistake.html", **said), status
