"""Where a value of a rendered file comes from: the setting, line, key or override behind it, and where that is set."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from provserver.db.models import Device, DeviceLine
from provserver.domain.phone import Phone
from provserver.domain.settings import Effective, Kind, Scope
from provserver.domain.slots import Slot
from provserver.domain.vocabulary import SETTINGS
from provserver.vendors.base import Parameter


class Source(StrEnum):
    """What can stand behind a value."""

    SETTING = "setting"
    OVERRIDE = "override"
    KEY = "key"
    LINE = "line"
    GENERATED = "generated"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Origin:
    """What stands behind one value.

    ``subject`` is the setting, the override, the slot of the key or the line's extension; ``scope`` and ``place`` say
    where a setting or override is set, ``line`` whose name a key shows where it follows a person.
    """

    kind: Source
    subject: str = ""
    scope: str = ""
    place: str = ""
    line: str = ""


_INHERITED = (("sip_domain", "domain"), ("outbound_proxy", "outbound_proxy"), ("transport", "transport"))
"""Settings that stand in for what a line leaves out, with the line's own column."""


def origin_of(phone: Phone, device: Device, parameter: Parameter) -> Origin:
    """Tell where a parameter's value comes from; what the server makes up itself comes from nowhere else."""
    word, _, rest = parameter.source.partition(" ")
    if word == "override":
        return _set_at(Source.OVERRIDE, rest, phone.overrides.get(rest))
    if word == "key":
        return Origin(Source.KEY, rest, line=_followed(phone, rest, parameter.value))
    if word == "line" and rest.isdigit():
        return _line(phone, device.lines, int(rest), parameter.value)
    if parameter.source in SETTINGS:
        effective = phone.settings[parameter.source]
        made = SETTINGS[parameter.source].kind is Kind.SECRET and effective.origin is Scope.DEFAULT
        return _set_at(Source.GENERATED if made else Source.SETTING, parameter.source, effective)
    return Origin(Source.SERVER)


def _set_at(kind: Source, name: str, effective: Effective | None) -> Origin:
    if effective is None:
        return Origin(kind, name)
    return Origin(kind, name, effective.origin.word, effective.place)


def _followed(phone: Phone, slot: str, value: str) -> str:
    """Give the extension whose name a key shows, where this value is that name."""
    try:
        key = phone.key(Slot.parse(slot))
    except ValueError:
        return ""
    return key.target if key.use_name_as_label and value and value == key.label else ""


def _line(phone: Phone, rows: Sequence[DeviceLine], number: int, value: str) -> Origin:
    """Tell a line's own values from those that it leaves to a setting."""
    row = next((row for row in phone.lines if row.number == number), None)
    if row is None:
        return Origin(Source.LINE)
    own = next((one.line for one in rows if one.position == number), None)
    for name, column in _INHERITED:
        effective = phone.settings[name]
        if value and not getattr(own, column, "") and value in _forms(effective):
            return _set_at(Source.SETTING, name, effective)
    voicemail = phone.settings["voicemail_number"]
    if value and value == row.voicemail != row.extension:
        return _set_at(Source.SETTING, "voicemail_number", voicemail)
    return Origin(Source.LINE, row.extension)


def _forms(effective: Effective) -> set[str]:
    """Give the spellings of a host or transport in which it may stand in a file."""
    text = str(effective.value or "")
    return {text, text.partition(":")[0]} - {""}
