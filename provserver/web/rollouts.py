"""Rollouts: wide edits on their way, one with its progress and what failed, and how the company wants them."""

from babel.dates import get_day_names
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from provserver.domain.hours import DAYS
from provserver.domain.rollout import CHOICES, NUMBERS, Step, as_plain
from provserver.doorway import actor, house
from provserver.errors import Conflict
from provserver.services.steering import rollout_policies, rollouts
from provserver.web import presenting, words

pages = Blueprint("rollouts", __name__, url_prefix="/rollouts")

PER_PAGE = 100
TEXTS = ("window_from", "window_to", "zone", *CHOICES)
ACTIONS = {
    "pause": rollouts.pause,
    "resume": rollouts.resume,
    "cancel": rollouts.cancel,
    "apply-now": rollouts.apply_now,
}


@pages.get("")
def show() -> str:
    """Show the company's rollouts, and how it wants them."""
    policy = as_plain(rollout_policies.policy(house(), actor()))
    typed = {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in policy.items()}
    return _page(typed, {})


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    found = rollouts.rollouts(house(), actor())
    given = {"rows": found, "numbers": NUMBERS, "titles": words.ROLLOUT_POLICY, "choices": CHOICES}
    names = get_day_names("wide", locale=get_locale())
    given["days"] = {day: names[number] for number, day in enumerate(DAYS)}
    given["stages"] = words.ROLLOUT_STAGES
    return render_template("rollouts/list.html", typed=typed, errors=errors, **given)


@pages.post("")
def decide() -> ResponseReturnValue:
    """Change how the company wants wide edits rolled out."""
    form = request.form
    raw: dict[str, object] = {name: form[name].strip() for name in TEXTS if name in form}
    for name in NUMBERS:
        text = form.get(name, "").strip()
        raw[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
    days = form.getlist("window_days")
    if "has_days" in form:
        raw["window_days"] = days
    raw["canary_phones"] = form.get("canary_phones", "").replace(",", " ").split()
    errors = presenting.attempt(lambda: rollout_policies.set_policy(house(), actor(), raw))
    if errors:
        return _page(form.to_dict() | {"window_days": " ".join(days)}, errors), 422
    flash(_("Saved. It counts for edits from now on."))
    return redirect(url_for("rollouts.show"))


@pages.get("/<int:number>")
def one(number: int) -> str:
    """Show how far one rollout has come, and its phones, those that failed first."""
    page = max(request.args.get("page", 1, int), 1)
    step = request.args.get("step", "")
    wanted = Step(step) if step in {one.value for one in Step} else None
    start = (page - 1) * PER_PAGE
    phones = rollouts.phones(house(), actor(), number, step=wanted, start=start, limit=PER_PAGE + 1)
    known = rollouts.rollout(house(), actor(), number)
    given = {
        "phones": phones[:PER_PAGE],
        "more": len(phones) > PER_PAGE,
        "page": page,
        "step": step,
        "stages": words.ROLLOUT_STAGES,
    }
    return render_template("rollouts/one.html", known=known, steps=words.ROLLOUT_STEPS, **given)


@pages.post("/<int:number>/<any(pause, resume, cancel, 'apply-now'):action>")
def change(number: int, action: str) -> ResponseReturnValue:
    """Pause, resume or cancel, or give the word."""
    try:
        if action == "resume":
            without = bool(request.form.get("without_failed"))
            rollouts.resume(house(), actor(), number, without_failed=without)
        else:
            ACTIONS[action](house(), actor(), number)
    except Conflict as error:
        flash(presenting.say(str(error)), "warning")
    return redirect(url_for("rollouts.one", number=number))
