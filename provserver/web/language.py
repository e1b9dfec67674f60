"""The reader's language: asked for once with ``?lang=``, else what the browser prefers."""

from flask import has_request_context, request, session
from flask_babel import get_locale

LANGUAGES = {"en": "English", "it": "Italiano", "ro": "Română"}


def choose() -> str:
    """Give the language of this request: the session's, else the best of Accept-Language."""
    if not has_request_context():
        return "en"
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def remember() -> None:
    """Keep a language that the address asks for."""
    wanted = request.args.get("lang")
    if wanted in LANGUAGES:
        session["language"] = wanted


def current() -> str:
    """Give the code of the language that is shown, for the page's ``lang``."""
    return str(get_locale() or "en")
