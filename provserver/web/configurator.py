"""The configurator: one page that knows a phone's geometry, its rules and its words; its script does the rest."""

from collections.abc import Mapping, Sequence
from zoneinfo import available_timezones

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from provserver.domain.hardware import Block, Feature, PhoneModel, Position
from provserver.domain.keys import NAMED_KINDS, SHAPES
from provserver.domain.mac import format_mac
from provserver.domain.roles import Right
from provserver.domain.settings import Kind, Setting
from provserver.domain.slots import KeyKind
from provserver.domain.vocabulary import SECTIONS, SETTINGS
from provserver.doorway import actor, house
from provserver.services.editing import abilities, firmware_rules, keys, setting_rights, trusting
from provserver.services.inventory import firmware
from provserver.services.pushing import progress, visits
from provserver.services.rendering import phonebooks
from provserver.services.rendering.profiles import FIRMWARE
from provserver.vendors.registry import model_of, vendors
from provserver.web import language, presenting, reasons, script_words, setting_words, words

pages = Blueprint("configurator", __name__)

FEATURE_OF = {"monitor_popup": Feature.POPUP, "phonebook_url": Feature.PHONEBOOK}
"""Settings that only some models know."""
_ALWAYS = (KeyKind.NONE, KeyKind.SPEED_DIAL, KeyKind.BLF, KeyKind.LINE)
_RINGS = frozenset({Feature.SPLASH, Feature.TONE})
"""A phone that has one of these needs the popup's switch, even where it shows no popup: they sound only with it on."""
_CALLS_LAST = ("monitor_popup", "monitor_ring")
"""The guide has them at the end of Call services."""


@pages.get("/phones/<mac>/keys")
def show(mac: str) -> str:
    """Show the configurator of a phone."""
    standing, _files = progress.standing(house(), actor(), mac)
    model = model_of(standing.device.vendor, standing.device.model)
    data = {
        "phone": _phone(standing),
        "model": picture(model),
        "kinds": _kinds(model),
        "sections": _sections(model, _images(model), everything=actor().may(Right.READ)),
        "names": _names(mac),
        "states": {state: str(title) for state, title in words.STATES.items()},
        "api": f"/api/v1/devices/{standing.device.mac}",
        "directory": "/api/v1/directory",
        "page": url_for("phone.show", mac=standing.device.mac),
        "history": url_for("phone.history", mac=standing.device.mac) if actor().may(Right.READ) else "",
        "may_edit": actor().may(Right.KEYS),
        "limited": not actor().may(Right.EDIT),
    }
    zones = sorted(available_timezones())
    said = script_words.catalogue(
        language.current(), reasons.clauses({**vendors()[model.vendor].rules.refusals, **model.lacks})
    )
    given = {"data": data, "words": said, "zones": zones}
    return render_template("configurator.html", standing=standing, device=standing.device, model=model, **given)


def _phone(standing: progress.Standing) -> dict[str, object]:
    device = standing.device
    lines = [
        {"position": row.position, "extension": row.line.extension, "name": row.line.shown_name} for row in device.lines
    ]
    return {"mac": device.mac, "address": format_mac(device.mac), "lines": lines, "modules": device.modules}


def _names(mac: str) -> dict[str, str]:
    """Give the names behind the extensions that the keys show by name; others are asked for when typed."""
    plan = keys.read_keys(house(), actor(), mac)
    named = {shown.key.target: shown.shown for shown in plan.values() if shown.key.use_name_as_label}
    return {extension: name for extension, name in named.items() if extension}


def picture(model: PhoneModel) -> dict[str, object]:
    """Give a model's geometry as the script draws it."""
    layout = model.layout()
    return {
        "title": model.title,
        "maker": vendors()[model.vendor].rules.title,
        "touch": model.touch,
        "label_limit": model.label_limit,
        "label_bytes": model.label_bytes,
        "no_keys": _no_keys(model),
        "blocks": [_block(block, [place for place in layout if place.block == block.name]) for block in model.blocks],
        "module": _module(model),
    }


def _no_keys(model: PhoneModel) -> str:
    """Say why a phone has no keys of its own; empty where it has."""
    if model.blocks:
        return ""
    if model.sidecar is not None:
        return str(_("This phone has no keys of its own; those of its expansion modules can be set."))
    return presenting.say(model.lacks.get("keys", f"{model.title} has no keys that can be set"))


def _block(block: Block, places: list[Position]) -> dict[str, object]:
    return {
        "name": block.name,
        "side": block.side,
        "paper": block.paper,
        "columns": list(block.columns),
        "pages": block.pages,
        "page_key": block.has_page_key,
        "without": sorted(block.without),
        "keys": [[str(place.slot), place.column, place.row, place.page] for place in places],
    }


def _module(model: PhoneModel) -> dict[str, object] | None:
    """Give the expansion module; its keys are those of the first one, and the others are like it."""
    if model.sidecar is None:
        return None
    block = _block(model.sidecar.block, model.sidecar_layout(1))
    return {**block, "chain": model.sidecar.chain}


def _kinds(model: PhoneModel) -> list[dict[str, object]]:
    """Give every kind: those that the model has first, the others with the reason why it lacks them."""
    ordered = [*_ALWAYS, *(kind for kind in KeyKind if kind not in _ALWAYS)]
    has = {KeyKind.NONE, *model.kinds}
    return [_kind(kind, model, kind in has) for kind in sorted(ordered, key=lambda kind: kind not in has)]


def _kind(kind: KeyKind, model: PhoneModel, has: bool) -> dict[str, object]:
    return {
        "kind": kind.value,
        "title": str(words.KINDS[kind]),
        "target": str(words.TARGETS.get(kind, "")),
        "required": SHAPES[kind].required,
        "named": kind in NAMED_KINDS,
        "lacks": "" if has else presenting.say(model.lacks.get(kind, f"{model.title} has no {kind} keys")),
    }


def _sections(
    model: PhoneModel, images: Sequence[Mapping[str, str]] = (), *, everything: bool = True
) -> list[dict[str, object]]:
    """Give the sections with their settings, in the guide's order; ``images`` are the firmware to choose from.

    Who only uses the phone has its call services.
    """
    return [
        {
            "name": name,
            "title": str(setting_words.SECTIONS[name]),
            "settings": [_setting(one, model, images) for one in found],
        }
        for name in SECTIONS
        if (found := _of(name, everything))
    ]


def _of(section: str, everything: bool) -> list[Setting]:
    mine = [
        one
        for one in SETTINGS.values()
        if one.section == section and (everything or setting_rights.is_a_users(one.name))
    ]
    return sorted(mine, key=lambda setting: setting.name in _CALLS_LAST)


def _setting(setting: Setting, model: PhoneModel, images: Sequence[Mapping[str, str]]) -> dict[str, object]:
    lacks, help_ = _lacking(setting, model), str(setting_words.HELP.get(setting.name, setting.help))
    if lacks and setting.name == "monitor_popup" and model.supports & _RINGS:
        lacks, help_ = "", lacks
    of_images = setting.kind is Kind.IMAGES
    return {
        "name": setting.name,
        "kind": Kind.CHOICE.value if of_images else setting.kind.value,
        "title": str(setting_words.TITLES.get(setting.name, setting.title)),
        "help": help_,
        "unit": str(setting_words.UNITS.get(setting.unit, setting.unit)) if setting.kind is Kind.NUMBER else "",
        "choices": images if of_images else [_choice(setting, choice, model) for choice in setting.choices],
        "low": setting.low,
        "high": setting.high,
        "lacks": lacks,
    }


def _images(model: PhoneModel) -> list[dict[str, str]]:
    """Give the images that belong to a model, behind the choice to leave the phone as it is."""
    if not actor().may(Right.READ):
        return []
    rows = [known.row for known in firmware.images(house(), actor())]
    fitting = [row for row in rows if row.vendor == model.vendor and model.name in row.models]
    found = [{"value": row.name, "title": f"{row.name} ({row.version})", "lacks": ""} for row in fitting]
    return [{"value": "", "title": _("As it is"), "lacks": ""}, *found]


def _lacking(setting: Setting, model: PhoneModel) -> str:
    """Say why a model does not know a setting; empty where it does."""
    if setting.name == "phonebook":
        return presenting.say(phonebooks.lacks(model))
    if setting.name == "trust_authority":
        return presenting.say(trusting.lacks(model))
    if setting.name == FIRMWARE:
        return presenting.say(firmware_rules.lacks(model))
    feature = FEATURE_OF.get(setting.name)
    if feature is None or feature in model.supports:
        return presenting.say(abilities.lacks(model, setting))
    return presenting.say(model.lacks.get(feature, "this model cannot"))


def _choice(setting: Setting, choice: str, model: PhoneModel) -> dict[str, str]:
    lacks = ""
    if setting.name == "monitor_ring" and choice != "off" and Feature(choice) not in model.supports:
        lacks = presenting.say(model.lacks.get(choice, "this model cannot"))
    if setting.name == "push_ways":
        lacks = presenting.say(visits.lacks(model, (choice,)))
    return {"value": choice, "title": str(words.CHOICES.get(choice, choice)), "lacks": lacks}
