"""The function keys: each refers to one of the phone's own templates, and fills in what to dial."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.auerswald.words import VERSION
from provserver.vendors.base import Params

SPEED_DIAL = "@string/speed_dial_title"
"""Dials a number and watches it (wiki, developer/templates): the only one whose parameters a source shows."""

KINDS = frozenset({KeyKind.SPEED_DIAL, KeyKind.BLF, KeyKind.PARK, KeyKind.PICKUP, KeyKind.VOICEMAIL})

RESOURCE = "@"
"""What starts with ``@string/`` is a text of the phone's own, not a label."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots: a key that stands in the file replaces the phone's in entirety (wiki, patchindetail)."""
    if not phone.slots:
        return
    params.put("keys/@version", VERSION, "server")
    for slot in phone.slots:
        key, prefix, source = phone.key(slot), _prefix(slot), f"key {slot}"
        if key.kind not in KINDS:
            params.put_all(_empty(prefix, slot.number), source)
            continue
        params.put(f"{prefix}/@keyNumber", slot.number, source)
        params.put(f"{prefix}/@label", _label(key.label), source)
        params.put(f"{prefix}/@info", "", source)
        params.put(f"{prefix}/@icon", "", source)
        params.put(f"{prefix}/templateName", SPEED_DIAL, source)
        params.put(f"{prefix}/parameters/parameter[1]/@name", "uri", source)
        params.put(f"{prefix}/parameters/parameter[1]/@value", phone.dialled(key), source)


def _prefix(slot: Slot) -> str:
    section = f"extensionModule{slot.module}" if slot.module else "phoneXtensions"
    return f"keys/{section}/key[{slot.number}]"


@lru_cache(maxsize=256)
def _empty(prefix: str, number: int) -> Mapping[str, str | int]:
    blank = {f"{prefix}/@{name}": "" for name in ("label", "info", "icon")}
    return {f"{prefix}/@keyNumber": number, **blank, f"{prefix}/templateName": ""}


def _label(text: str) -> str:
    return text.removeprefix(RESOURCE) if text.startswith("@string/") else text
