"""Settings of a company, department, model or line: what phones inherit unless something nearer says otherwise."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.domain.roles import Right
from provserver.domain.settings import Kind, Scope, Setting, Value
from provserver.domain.vocabulary import SECTIONS, SETTINGS
from provserver.doorway import actor, house
from provserver.services.editing import previews, setting_rights, settings
from provserver.services.editing.previews import Preview
from provserver.services.house import House
from provserver.services.organisation import directory
from provserver.services.pushing import registrations
from provserver.services.steering import rollouts
from provserver.vendors.registry import find_model, vendors
from provserver.web import presenting, setting_words, words

pages = Blueprint("company", __name__, url_prefix="/settings")

TYPED = [setting for setting in SETTINGS.values() if setting.kind is not Kind.IMAGES]
"""Firmware has a page of its own, which knows the images."""


@pages.get("/", defaults={"scope": "tenant", "name": ""})
@pages.get("/<any(department, model, line):scope>/<path:name>")
def show(scope: str, name: str) -> str:
    """Show what is set at one place, and what is inherited there."""
    stored, _overrides = settings.stored_values(house(), actor(), scope, name)
    typed = {key: _as_typed(value) for key, value in stored.items()}
    return _page(scope, name, stored, typed, {})


def _page(scope: str, name: str, stored: Mapping[str, Value], typed: Mapping[str, str], errors: dict[str, str]) -> str:
    here = [one for one in _offered() if Scope[scope.upper()] in one.scopes]
    parts = [(section, [one for one in here if one.section == section]) for section in SECTIONS]
    sections = [(section, fields) for section, fields in parts if fields]
    given = {"sections": sections, "stored": stored, "typed": typed, "errors": errors, "setting_words": setting_words}
    given["rolling"] = rollouts.rollouts(house(), actor(), only_open=True)
    given["engines"] = registrations.engines(house(), actor())
    given["words"] = words
    given["above"] = _above(scope, name)
    return render_template("settings.html", scope=scope, name=name, title=_title(scope, name), **given)


def _above(scope: str, name: str) -> dict[str, Value]:
    """Give what a place inherits from the company and the departments that it lies in; defaults elsewhere."""
    if scope == "tenant":
        return {}
    values = dict(settings.stored_values(house(), actor(), "tenant", "")[0])
    for department in _around(scope, name):
        values |= settings.stored_values(house(), actor(), "department", department)[0]
    return values


def _around(scope: str, name: str) -> list[str]:
    """Name the departments that a line or a department lies in and the reader sees, the outermost first."""
    rows = {row.id: row for row in directory.departments(house(), actor())}
    if scope == "line":
        row = rows.get(directory.get_line(house(), actor(), name).department_id or 0)
    else:
        own = next((row for row in rows.values() if scope == "department" and row.name == name), None)
        row = rows.get(own.parent_id or 0) if own else None
    found: list[str] = []
    while row is not None and row.name not in found:
        found.insert(0, row.name)
        row = rows.get(row.parent_id or 0)
    return found


def _title(scope: str, name: str) -> str:
    """Name a place as people know it: a line with who has it, a model as its maker calls it."""
    if scope == "tenant":
        return str(_("Company settings"))
    if scope == "line":
        name = f"{name} {directory.get_line(house(), actor(), name).shown_name}"
    vendor, _slash, model = name.partition("/")
    found = find_model(vendor, model) if scope == "model" else None
    shown = f"{vendors()[found.vendor].rules.title} {found.title}" if found else name
    return str(_("Settings of %(name)s", name=shown))


def _offered() -> list[Setting]:
    """List the settings that the reader may set."""
    return [one for one in TYPED if actor().may(Right.OPERATE) or not setting_rights.is_an_operators(one.name)]


@pages.app_template_filter("choices_of")
def choices_of(setting: Setting) -> list[dict[str, str]]:
    """Give the choices of a list that is put in order, for its script."""
    return [{"value": choice, "title": choice_word(choice)} for choice in setting.choices]


@pages.app_template_filter("choice_word")
def choice_word(choice: object) -> str:
    """Give the word for a value of a setting, which elsewhere may mean something else."""
    if isinstance(choice, tuple) and choice:
        return ", ".join(map(choice_word, choice))
    known = words.CHOICES.get(choice) if isinstance(choice, str) else None
    return str(known) if known is not None else presenting.shown(choice)


def _as_typed(value: Value) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


@pages.post("/", defaults={"scope": "tenant", "name": ""})
@pages.post("/<any(department, model, line):scope>/<path:name>")
def save(scope: str, name: str) -> ResponseReturnValue:
    """Save what is set at one place; a wrong value keeps what was typed."""
    stored, _overrides = settings.stored_values(house(), actor(), scope, name)
    raw = {key: value for setting in _offered() for key, value in _wanted(setting, stored).items()}
    problems = presenting.attempt(lambda: settings.set_values(house(), actor(), scope, name, raw)) if raw else {}
    if problems:
        typed = {key: value for key, value in request.form.items() if key in SETTINGS}
        return _page(scope, name, stored, typed, problems), 422
    flash(_("Saved. The phones below are brought up to date now."))
    return redirect(url_for("company.show", scope=scope, name=name))


@pages.post("/review", defaults={"scope": "tenant", "name": ""})
@pages.post("/review/<any(department, model, line):scope>/<path:name>")
def review(scope: str, name: str) -> ResponseReturnValue:
    """Show what saving the form would do to every phone below: a part of the page for its script, else a page."""
    stored, _overrides = settings.stored_values(house(), actor(), scope, name)
    raw = {key: value for setting in _offered() for key, value in _wanted(setting, stored).items()}
    tried: list[Preview] = []

    def attempt() -> None:
        if raw:
            after = request.form.get("after", 0, type=int)
            tried.append(
                previews.attempt(house(), actor(), lambda where: _save(where, scope, name, raw), after=after)[1]
            )

    problems = presenting.attempt(attempt)
    part = "X-Part" in request.headers
    given = {"preview": tried[0] if tried else None, "problems": problems, "part": part, "scope": scope, "name": name}
    return render_template(
        "settings_review_part.html" if part else "settings_review.html", setting_words=setting_words, **given
    )


def _save(where: House, scope: str, name: str, raw: Mapping[str, object]) -> object:
    return settings.set_values(where, actor(), scope, name, raw)


def _wanted(setting: Setting, stored: Mapping[str, Value]) -> dict[str, object]:
    """Give what the form wants of one setting; an empty field inherits again, an empty secret stays as it is."""
    text = request.form.get(setting.name, "").strip()
    if setting.kind is Kind.SECRET:
        if request.form.get(f"forget_{setting.name}"):
            return {setting.name: None}
        return {setting.name: text} if text else {}
    if not text:
        return {setting.name: None} if setting.name in stored else {}
    return {setting.name: _read(setting, text)}


def _read(setting: Setting, text: str) -> object:
    if setting.kind is Kind.FLAG:
        return {"1": True, "0": False}.get(text, text)
    if setting.kind is Kind.NUMBER:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else text
    if setting.kind is Kind.ORDER:
        return [part for part in text.replace(",", " ").split() if part]
    return text
