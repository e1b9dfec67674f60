"""The door for programs: JSON under /api/v1, and what a watcher asks outside of it."""

from flask import Flask

from provserver.api import (
    actions,
    alarms,
    certificates,
    devices,
    directory,
    docs,
    enrolment,
    fallback,
    firmware,
    health,
    history,
    keys,
    lines,
    models,
    rendered,
    settings,
    specification,
    tokens,
)

SUBJECTS = (
    models,
    lines,
    directory,
    devices,
    enrolment,
    keys,
    settings,
    firmware,
    rendered,
    actions,
    tokens,
    alarms,
    history,
    certificates,
)


def register(app: Flask) -> None:
    """Attach the API, its description and its pages to an application that has a house."""
    specification.describe(app, [module.calls for module in SUBJECTS])
    app.register_blueprint(docs.pages)
    app.register_blueprint(health.looks)
    app.register_blueprint(fallback.rest)
    app.before_request(fallback.refuse_unrouted)
