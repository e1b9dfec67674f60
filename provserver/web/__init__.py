"""The door for people: pages in a browser, each form protected, each text in the reader's language."""

from flask import Flask, current_app, request
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from provserver.web import (
    company,
    configurator,
    directory,
    history,
    home,
    language,
    lines,
    mistakes,
    models,
    phone_page,
    phones,
    presenting,
    sign_in,
)

PAGES = (sign_in, home, phones, phone_page, configurator, lines, directory, company, history, models)


def register(app: Flask) -> None:
    """Attach the pages and what they need to an application."""
    app.config.update(
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    Bootstrap5(app)
    Babel(app, locale_selector=language.choose)
    CSRFProtect(app)
    sign_in.sessions.init_app(app)
    presenting.register(app)
    mistakes.register(app)
    for module in PAGES:
        app.register_blueprint(module.pages)
    app.before_request(language.remember)
    app.before_request(_protect)


def _protect() -> None:
    """Refuse a form that another site made a browser send; the API looks after its own calls."""
    if not request.path.startswith("/api/"):
        current_app.extensions["csrf"].protect()
