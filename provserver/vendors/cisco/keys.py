"""Keys: a line key is either an account, or *Disabled* with a function string; modules hold such strings too."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params
from provserver.vendors.cisco.dialects import Dialect, dialect, yes

SEMICOLON_TWIN = "\u037e"
"""The Greek question mark, which Unicode says *is* a semicolon and which looks like one. A function string has
no escape, so a semicolon in a label would begin another field (sheet, section A4); this twin cannot. An equals sign
stays as it is: a field is taken to end its name at the first one, which no guide says in words."""

DIALLING = frozenset({KeyKind.SPEED_DIAL, KeyKind.PICKUP, KeyKind.VOICEMAIL})


def put_keys(params: Params, phone: Phone) -> None:
    """Write every key of the phone and of its modules, empty ones too: a tag left out keeps its old value."""
    spelled = dialect(phone)
    _put_modules(params, phone, spelled)
    for slot in phone.slots:
        key = phone.key(slot)
        function = _function(phone, spelled, key)
        if slot.module:
            _put_module_key(params, phone, spelled, slot, function)
        elif function or key.kind is KeyKind.LINE:
            params.put_all(_line_key(phone, slot.number, key, function), f"key {slot}")
        else:
            params.put_all(_empty(slot.number), f"key {slot}")


def _put_modules(params: Params, phone: Phone, spelled: Dialect) -> None:
    """Write how many modules there are, of which type, and their power; a wrong type or number stays dark.

    Source: the maker's guide of the 8800's modules; ``PoE_Power_Required`` from wazo-provd-plugins.
    """
    if phone.model.sidecar is None:
        return
    if spelled.modern:
        params.put("Number_of_Units", phone.modules, "server")
    else:
        for number in range(1, phone.model.sidecar.chain + 1):
            params.put(f"Unit_{number}_Enable", yes(number <= phone.modules), "server")
    if module_type := phone.model.facts.get("module_type"):
        params.put("KEM_Type", module_type, "server")
    params.put("PoE_Power_Required", "Maximum" if phone.modules else "Normal", "server")


def _line_key(phone: Phone, number: int, key: Key, function: str) -> Mapping[str, str | int]:
    """Give a phone's own key; a line without a label shows its extension."""
    is_line = key.kind is KeyKind.LINE
    label = key.label
    if is_line and not label:
        label = next((line.extension for line in phone.lines if line.number == key.line), "")
    return {
        f"Extension_{number}_": key.line if is_line else "Disabled",
        f"Short_Name_{number}_": label,
        f"Share_Call_Appearance_{number}_": "private",
        f"Extended_Function_{number}_": function,
    }


@lru_cache(maxsize=64)
def _empty(number: int) -> Mapping[str, str]:
    return {
        f"Extension_{number}_": "Disabled",
        f"Short_Name_{number}_": "",
        f"Share_Call_Appearance_{number}_": "private",
        f"Extended_Function_{number}_": "",
    }


def _put_module_key(params: Params, phone: Phone, spelled: Dialect, slot: Slot, function: str) -> None:
    """Write a key of a module; some modules take accounts as well, from firmware 12.0(3) on (MPP XML reference).

    On the others a key of the kind line stays empty: they have nowhere to say it.
    """
    source, key = f"key {slot}", phone.key(slot)
    if phone.model.facts.get("module_lines"):
        unit, number = slot.module, slot.number
        is_line = key.kind is KeyKind.LINE
        params.put(f"Unit_{unit}_Extension_{number}_", key.line if is_line else "Disabled", source)
        params.put(f"Unit_{unit}_Short_Name_{number}_", key.label, source)
    params.put(spelled.unit.format(slot.module, slot.number), function, source)


def _function(phone: Phone, spelled: Dialect, key: Key) -> str:
    """Give the function string of a key; empty for none, for a line, and where there is nothing to dial.

    Forms: the maker's guides of the 6800's and 8800's modules (``sd``, ``prk``, ``xml``, ``dnd``, ``mwi``), and
    for monitoring ``sd+blf+cp`` with both addresses: lamp, dial, and pickup while it rings (sheet, section A4).
    """
    match key.kind:
        case KeyKind.BLF:
            fields = ["fnc=sd+blf+cp", f"sub={_at(key.target)}", f"ext={_at(key.target)}", *_account(spelled, key)]
        case KeyKind.PARK:
            fields = ["fnc=prk", f"sub={_at(key.target)}", *_account(spelled, key)]
        case KeyKind.URL:
            fields = ["fnc=xml", "url=" + key.target.replace(";", "%3B")]
        case KeyKind.DND:
            fields = ["fnc=dnd"]
        case kind if kind in DIALLING:
            fields = _dialling(phone, spelled, key)
        case _:
            fields = []
    if fields and key.label:
        fields.append("nme=" + key.label.replace(";", SEMICOLON_TWIN))
    return ";".join(fields)


def _dialling(phone: Phone, spelled: Dialect, key: Key) -> list[str]:
    """Give the fields of a key that dials; MPP's voicemail key also lights when the line has messages."""
    line = next((line for line in phone.lines if line.number == key.line), None)
    number = phone.dialled(key)
    if not number:
        return []
    if key.kind is KeyKind.VOICEMAIL and spelled.modern and line:
        return ["fnc=mwi+sd", f"ext={_at(number)}", f"sub={_at(line.username)}", *_account(spelled, key)]
    return ["fnc=sd", f"ext={_at(number)}", *_account(spelled, key)]


def _at(number: str) -> str:
    """Give an address at the account's own server, unless the number names another."""
    return number if "@" in number else f"{number}@$PROXY"


def _account(spelled: Dialect, key: Key) -> list[str]:
    """Name the account to use; MPP's guide always does, older phones know the first without being told."""
    return [f"vid={key.line}"] if spelled.modern or key.line > 1 else []
