"""The keys: a contact for each that does something, and an item that says where it stands, blank ones too."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from provserver.domain.hardware import Feature
from provserver.domain.keys import Key
from provserver.domain.numbers import host_port
from provserver.domain.phone import Line, Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params
from provserver.vendors.digium.places import Place, accounts, place
from provserver.vendors.formats.xml_nested import node

GROUP = "Keys"
MONITORING = frozenset({KeyKind.BLF, KeyKind.PARK})

RINGTONES = {"off": "Digium", "splash": "Digium", "tone": "Techno"}
"""The two ring tones that the maker's page on Smart BLF names; the phone's own ring is the first."""


def put_keys(phone: Phone) -> Params:
    """Give every key's parameters, for the diff of a change and the two sheets alike."""
    params = Params()
    ring = phone.monitor_ring if Feature.SPLASH in phone.model.supports else "off"
    for slot in phone.slots:
        key = phone.key(slot)
        name, source = f"key.{slot}", f"key {slot}"
        if key.kind in {KeyKind.NONE, KeyKind.LINE}:
            params.put(f"{name}.dial", "", source)
            continue
        params.put(f"{name}.dial", phone.dialled(key), source)
        params.put(f"{name}.label", key.label, source)
        if key.kind in MONITORING:
            params.put(f"{name}.subscribe_to", _address(phone, key), source)
            params.put(f"{name}.ring", ring, "monitor_ring")
        if key.kind is KeyKind.BLF and phone.text("pickup_code"):
            params.put(f"{name}.pickup", phone.text("pickup_code") + key.target, "pickup_code")
    return params


def contacts(phone: Phone, params: Params) -> str:
    """Write the sheet of contacts: whom a key dials, monitors and picks up."""
    values = {name: parameter.value for name, parameter in params.items()}
    found = [_contact(slot, values) for slot in phone.slots if values[f"key.{slot}.dial"]]
    group = node("contacts", {"group_name": GROUP, "id": "keys", "editable": "0"}, found)
    return node("phonebooks", {}, [group])


def items(phone: Phone, params: Params) -> str:
    """Write the sheet of places; an index that an account stands on has no item, for the account would hide it."""
    values = {name: parameter.value for name, parameter in params.items()}
    taken = accounts(phone)
    found = [one for slot in phone.slots if (one := _item(slot, place(phone.model, slot), values, taken))]
    return node("config", {}, [node("smart_blf", {}, [node("blf_items", {}, found)])])


def _address(phone: Phone, key: Key) -> str:
    """Name whom to watch at the server of the key's line; the bare number where no server is known yet."""
    if "@" in key.target:
        return f"sip:{key.target}"
    host = next((line.server[0] for line in phone.lines if line.number == key.line), "")
    return f"sip:{key.target}@{host_port(host, None)}" if host else key.target


def _contact(slot: Slot, values: Mapping[str, str]) -> str:
    name = f"key.{slot}"
    dial, label = values[f"{name}.dial"], values[f"{name}.label"]
    attributes = {"id": f"key-{slot}", "first_name": label or dial, "last_name": "", "contact_type": "sip"}
    actions = [node("action", {"id": "primary", "dial": dial, "label": "Extension", "name": "Dial"})]
    if watched := values.get(f"{name}.subscribe_to"):
        attributes["subscribe_to"] = watched
    if pickup := values.get(f"{name}.pickup"):
        actions.append(node("action", {"id": "pickup", "dial": pickup, "label": "Pickup", "name": "Pickup"}))
    return node("contact", attributes, [node("actions", {}, actions)])


def _item(slot: Slot, here: Place, values: Mapping[str, str], taken: Mapping[int, Line]) -> str:
    if here.location == "main" and here.index in taken:
        return ""
    name = f"key.{slot}"
    if not values[f"{name}.dial"]:
        return _blank(here)
    return _full(here, f"key-{slot}", f"{name}.pickup" in values, values.get(f"{name}.ring", ""))


@lru_cache(maxsize=1024)
def _blank(here: Place) -> str:
    return node("blf_item", {**_where(here), "blank": "1"})


@lru_cache(maxsize=4096)
def _full(here: Place, contact: str, picks_up: bool, ring: str) -> str:
    inside = [node("behaviors", {}, _behaviors(picks_up))]
    if ring:
        inside.append(node("indicators", {}, _indicators(ring)))
    return node("blf_item", {**_where(here), "contact_id": contact}, inside)


def _where(here: Place) -> dict[str, str]:
    last = {"paging": "1"} if here.node is None else {"node": str(here.node)}
    return {"location": here.location, "index": str(here.index), **last}


def _behaviors(picks_up: bool) -> Iterator[str]:
    """Say what a press does; a call that rings there is picked up, a call in hand is transferred."""
    if picks_up:
        ringing = {"phone_state": "idle", "target_status": "ringing"}
        yield node("behavior", {**ringing, "press_action": "pickup", "press_function": "dial"})
    for state, function in (("idle", "dial"), ("connected", "transfer")):
        yield node("behavior", {"phone_state": state, "press_action": "primary", "press_function": function})


def _indicators(ring: str) -> Iterator[str]:
    sound = {"ring": str(int(ring != "off")), "ringtone_id": RINGTONES[ring]}
    silent = {"ring": "0", "ringtone_id": RINGTONES["off"]}
    yield node("indicator", {"target_status": "idle", **silent, "led_color": "green", "led_state": "on"})
    yield node("indicator", {"target_status": "ringing", **sound, "led_color": "red", "led_state": "fast"})
    yield node("indicator", {"target_status": "on_the_phone", **silent, "led_color": "red", "led_state": "on"})
