"""How facts are shown: times, addresses, words of the domain in the reader's language, and tables as CSV."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from flask import Flask, Response, session
from flask_babel import format_datetime, format_timedelta
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from provserver.domain.mac import format_mac
from provserver.domain.slots import KeyKind
from provserver.doorway import actor, fields_of, house
from provserver.errors import Conflict, Invalid
from provserver.services.access import companies
from provserver.services.spreadsheet.table import guarded
from provserver.vendors.registry import model_of, vendors
from provserver.web import directory_words, history_words, language, setting_words, words
from provserver.web.browsers import browser
from provserver.web.sentences import SENTENCES

_OF_PHONES = ("keys", "device")
"""With which words changes of a phone begin."""
_PLACES = ("tenant", "department", "model", "line")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)")
_MAC = re.compile("[0-9a-f]{12}")


def register(app: Flask) -> None:
    """Give the templates their filters and what every page shows."""
    app.jinja_env.filters.update(
        ago=ago,
        exact=exact,
        mac=format_mac,
        say=say,
        word=word,
        shown=shown,
        shown_of=lambda value, name: shown_of(name, value),
        browser=browser,
        field_word=field_word,
        change_word=change_word,
        part_word=part_word,
        fingerprint=fingerprint,
        place_word=place_word,
    )
    app.context_processor(_frame)


def _frame() -> dict[str, object]:
    """Give what the frame around every page needs: the reader, their companies, the languages."""
    given: dict[str, object] = {
        "languages": language.LANGUAGES,
        "language": language.current(),
        "model_of": model_of,
        "makers": vendors(),
        "companies": [],
        "actor": None,
    }
    if current_user and current_user.is_authenticated:
        given["actor"] = actor()
        given["companies"] = companies.of(house(), current_user.person)
        given["company"] = session.get("company")
    return given


def ago(moment: datetime | None) -> Markup:
    """Write a moment as the time that has passed, with the exact one on hover."""
    if moment is None:
        return Markup('<span class="text-body-secondary">{}</span>').format(_("never"))
    passed = house().clock() - moment
    text = _("just now") if abs(passed) < timedelta(seconds=5) else format_timedelta(-passed, add_direction=True)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), exact(moment), text)


def exact(moment: datetime) -> str:
    """Write a moment in full, in the reader's form."""
    return f"{format_datetime(moment, 'medium')} UTC"


def fingerprint(digits: str) -> str:
    """Write a fingerprint as other programs show it, in pairs."""
    return ":".join(digits[index : index + 2] for index in range(0, len(digits), 2)).upper()


def word(value: object) -> str:
    """Give the word that people read for a word of the domain, such as a state or a verdict."""
    known = words.WORDS.get(str(value))
    return str(known) if known is not None else str(value)


def change_word(what: str) -> str:
    """Give the words for what the history says was done."""
    known = history_words.CHANGES.get(what)
    return str(known) if known is not None else what


def place_word(subject: str, what: str = "") -> str:
    """Write what a change is of: a place of settings in words, a phone by its address, anything else as it is."""
    if what.partition(" ")[0] in _OF_PHONES and _MAC.fullmatch(subject):
        return format_mac(subject)
    scope, _space, name = subject.partition(" ")
    if scope == "device":
        return format_mac(name)
    return f"{word(scope)} {name}".strip() if scope in _PLACES and (name or scope == "tenant") else subject


def field_word(name: str) -> str:
    """Give the title of a field or setting that the history names."""
    known = history_words.FIELDS.get(name) or setting_words.TITLES.get(name)
    return str(known) if known is not None else name


def part_word(part: str) -> str:
    """Give the word for what may not move over to another phone."""
    return str(directory_words.PARTS[part])


def shown(value: object) -> str:
    """Write a setting's or a key's value for people."""
    if value in (None, "", ()) or value == []:
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(item) for item in value) or "–"
    if isinstance(value, dict):
        return (
            key_text(value) if "kind" in value else ", ".join(f"{name}: {shown(item)}" for name, item in value.items())
        )
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return exact(datetime.fromisoformat(value))
    return word(value)


def shown_of(name: str, value: object) -> str:
    """Write a value of the history by what it is of: addresses and makers as everywhere else."""
    if name == "mac" and isinstance(value, str) and _MAC.fullmatch(value):
        return format_mac(value)
    if name == "vendor" and value in vendors():
        return vendors()[str(value)].rules.title
    return shown(value)


def key_text(key: dict[str, object]) -> str:
    """Write a key on one line: what it does, to whom, under which label."""
    kind = word(key.get("kind", KeyKind.NONE))
    parts = [kind, str(key.get("target") or ""), f"“{key['label']}”" if key.get("label") else ""]
    return " ".join(part for part in parts if part)


def say(sentence: str) -> str:
    """Say a sentence of the house in the reader's language, clause by clause; an unknown one stays English.

    What the makers' tables say (``web/reasons.py``) has no places, so it is looked up as it is.
    """
    return "; ".join(_clause(clause) for clause in str(sentence).split("; "))


def _clause(text: str) -> str:
    for template, pattern in _patterns():
        if match := pattern.fullmatch(text):
            said = str(_(template))
            for name, value in match.groupdict().items():
                said = said.replace("{" + name + "}", _clause(value) if name == "clause" else value)
            return said
    return str(_(text)) if text else ""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, re.compile(pattern_of(template))) for template in SENTENCES)


def pattern_of(template: str) -> str:
    """Turn a sentence with ``{places}`` into a pattern that finds what stands in them."""
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template))


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Answer with a table as CSV, in UTF-8 with a mark that spreadsheets know."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_cell(item) for item in head])
    writer.writerows([_cell(item) for item in row] for row in rows)
    answer = Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _cell(value: object) -> str:
    return guarded("" if value is None else str(value))


def attempt(do: Callable[[], object]) -> dict[str, str]:
    """Do something for a form; give what was wrong by field, under ``""`` what belongs to no field."""
    try:
        do()
    except (Invalid, Conflict) as error:
        problems = {problem.field: say(problem.message) for problem in fields_of(error)}
        return problems or {"": say(str(error))}
    return {}
