"""The door for people: pages in a browser, each form protected, each text in the reader's language."""

from flask import Flask, current_app, request
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from provserver.web import (
    account,
    api_tokens,
    certificates,
    chosen,
    companies,
    company,
    configurator,
    departments,
    directory,
    enrolment,
    firmware,
    groups,
    history,
    home,
    importing,
    language,
    lines,
    mistakes,
    models,
    network,
    openid,
    passwords,
    people,
    phone_page,
    phones,
    pins,
    presenting,
    replacing,
    rollouts,
    short_codes,
    sign_in,
)

PAGES = (
    sign_in,
    openid,
    home,
    phones,
    phone_page,
    importing,
    replacing,
    chosen,
    configurator,
    lines,
    directory,
    groups,
    departments,
    short_codes,
    company,
    history,
    firmware,
    rollouts,
    models,
    enrolment,
    pins,
    account,
    people,
    api_tokens,
    companies,
    certificates,
    network,
    passwords,
)


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
    sign_in.manager.init_app(app)
    presenting.register(app)
    openid.register(app)
    mistakes.register(app)
    for module in PAGES:
        app.register_blueprint(module.pages)
    app.register_blueprint(account.links)
    app.before_request(language.remember)
    app.before_request(_protect)


def _protect() -> None:
    """Refuse a form that another site made a browser send; the API looks after its own calls.

    A form is read for this: one that carries an image only from somebody who may add it.
    """
    if request.endpoint == "firmware.add":
        firmware.expect_image()
    if not request.path.startswith("/api/"):
        current_app.extensions["csrf"].protect()
