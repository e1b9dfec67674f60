"""Where a value of a file comes from, in words and as a link to the place to change it."""

from flask import url_for
from flask_babel import gettext as _

from provserver.domain.settings import Scope
from provserver.services.delivery.rendered import ShownParameter
from provserver.services.rendering.origins import Source
from provserver.web import presenting, setting_words

_WIDE = {Scope.DEPARTMENT.word, Scope.MODEL.word, Scope.LINE.word}


def words(row: ShownParameter) -> str:
    """Say where a value comes from."""
    made_of = row.made_of
    if made_of.kind is Source.SERVER:
        return str(_("This server"))
    if made_of.kind is Source.KEY:
        name = _("Key %(number)s", number=made_of.subject)
        return f"{name} · {_('name of %(extension)s', extension=made_of.line)}" if made_of.line else str(name)
    if made_of.kind is Source.LINE:
        return f"{_('Line')} {made_of.subject}".strip()
    name = str(setting_words.TITLES.get(made_of.subject, made_of.subject))
    if made_of.kind is Source.OVERRIDE:
        name = str(_("Free parameter"))
    if made_of.kind is Source.GENERATED:
        return f"{name} · {_('made for this phone')}"
    return " · ".join(part for part in (name, f"{presenting.word(made_of.scope)} {made_of.place}".strip()) if part)


def link(mac: str, row: ShownParameter) -> str:
    """Give the page that changes it, at the field; empty where the server makes the value up itself."""
    made_of = row.made_of
    if made_of.kind is Source.SERVER:
        return ""
    if made_of.kind is Source.KEY:
        return url_for("configurator.show", mac=mac, _anchor=f"key-{made_of.subject}")
    if made_of.kind is Source.LINE:
        return url_for("lines.edit", extension=made_of.subject) if made_of.subject else ""
    if made_of.scope in _WIDE:
        return url_for("company.show", scope=made_of.scope, name=made_of.place, _anchor=made_of.subject)
    if made_of.kind is Source.GENERATED or made_of.scope == Scope.DEVICE.word:
        free = made_of.kind is Source.OVERRIDE
        return url_for("configurator.show", mac=mac, _anchor="free" if free else f"setting-{made_of.subject}")
    return url_for("company.show", _anchor=made_of.subject)
