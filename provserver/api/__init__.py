"""The door for programs: JSON under /api/v1, and what a watcher asks outside of it."""

from flask import Flask

from provserver.api import (
    actions,
    alarms,
    api_tokens,
    certificates,
    companies,
    configuration,
    credentials,
    departments,
    devices,
    directory,
    docs,
    enrolment,
    fallback,
    firmware,
    groups,
    health,
    history,
    keys,
    lines,
    models,
    network,
    people,
    pins,
    rendered,
    replacing,
    rollouts,
    settings,
    short_codes,
    specification,
    spreadsheet,
    tokens,
)

SUBJECTS = (
    models,
    lines,
    departments,
    groups,
    short_codes,
    directory,
    devices,
    enrolment,
    pins,
    keys,
    settings,
    configuration,
    rollouts,
    firmware,
    rendered,
    actions,
    replacing,
    tokens,
    credentials,
    alarms,
    history,
    people,
    api_tokens,
    companies,
    certificates,
    network,
    spreadsheet,
)


def register(app: Flask) -> None:
    """Attach the API, its description and its pages to an application that has a house."""
    specification.describe(app, [module.calls for module in SUBJECTS])
    app.register_blueprint(docs.pages)
    app.register_blueprint(health.looks)
    app.register_blueprint(fallback.rest)
    app.before_request(fallback.refuse_unrouted)
