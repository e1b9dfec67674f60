"""Keys: flexible line keys that put every function on its own key (sheet, section 4b).

A line key carries a category and an index. The index of a line is its registration, that of a speed dial the
number of a favourite. Monitored keys have none: the phone hands them the resources in order, the lowest key first,
so the resources are numbered without a gap in the order of the keys.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from provserver.domain.hardware import Feature
from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params
from provserver.vendors.poly.firmware import is_pvos, is_uc_software

MONITORED = {KeyKind.BLF: "normal", KeyKind.PARK: "automata"}
"""Type ``normal`` holds the active call and dials, ``automata`` transfers it at once: what a parking place wants
(guide of the VVX expansion modules, page 24)."""

_RINGS = {"off": "ringer1", "splash": "ringer14", "tone": "ringer10"}
"""Built-in ringers: 1 is silent, 14 is named *Ring Splash*. 10 (*Beeble*) is the dedicated tone, because the
setting for calls picks among 2 to 6, 7 to 9 are trills like them, and 12 and 13 imitate other tones
(poly_restart.md, section 4)."""

_RINGS_SIP_3 = {"off": "1", "splash": "1", "tone": "10"}
"""Numbers until SIP 3, where 14 is a recording that repeats: there is no splash, so it stays silent."""

_DIALLING = frozenset({KeyKind.SPEED_DIAL, KeyKind.PICKUP, KeyKind.VOICEMAIL})
"""Kinds that are favourites of the directory."""


@dataclass(frozen=True, slots=True)
class Favourite:
    """A number in the phone's directory that keys dial; ``index`` is the number of the first such key."""

    index: int
    contact: str
    label: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The keys of a phone with their numbers, and the favourite of each that dials, by that number."""

    keys: tuple[tuple[int, Slot, Key], ...]
    favourites: Mapping[int, Favourite]


def plan(phone: Phone) -> Plan:
    """Number the keys of a phone, and find what each dials."""
    keys = tuple(_numbered(phone))
    return Plan(keys, _favourites(phone, keys))


def put(params: Params, phone: Phone, plan: Plan) -> None:
    """Write every key, empty ones too, and what is monitored."""
    if Feature.POPUP in phone.model.supports:
        _put_attendant(params, phone, plan)
    if plan.keys:
        params.put("lineKey.reassignment.enabled", True, "server")
        _put_pages(params, phone)
    for number, slot, key in plan.keys:
        source = f"key {slot}"
        category, index = _place(key, plan.favourites.get(number))
        params.put(f"lineKey.{number}.category", category, source)
        if index is not None:
            params.put(f"lineKey.{number}.index", index, source)
    monitored = [(slot, key) for _, slot, key in plan.keys if key.kind in MONITORED]
    for resource, (slot, key) in enumerate(monitored, start=1):
        _put_resource(params, resource, slot, key)


def _put_pages(params: Params, phone: Phone) -> None:
    """Let the phone turn pages: without, it shows the first page of keys only (FusionPBX, polycom/app_config.php)."""
    if is_pvos(phone):
        params.put("up.Pagination.enabled", True, "server")


def _numbered(phone: Phone) -> Iterator[tuple[int, Slot, Key]]:
    """Walk every key with its number; modules continue the phone's own numbers (module guide, page 37).

    They continue module by module. With two or three colour modules and *Smart Paging* on, the phone shows the
    pages in another order (geometry sheet, section 1); no parameter for it is known.
    """
    if KeyKind.LINE not in phone.model.kinds:
        return
    own = len(phone.model.slots)
    module_keys = phone.model.sidecar.keys if phone.model.sidecar else 0
    for slot in phone.slots:
        before = own + (slot.module - 1) * module_keys if slot.module else 0
        yield before + slot.number, slot, phone.key(slot)


def _favourites(phone: Phone, keys: Iterable[tuple[int, Slot, Key]]) -> dict[int, Favourite]:
    """Give each dialling key its favourite.

    The directory takes a contact once (guide 1.4, page 37). Equal keys share one; a second label for the same
    number is kept by writing the number as a SIP address. A third shares the first.
    """
    domain = phone.lines[0].domain if phone.lines else ""
    entries: dict[tuple[str, str], Favourite] = {}
    contacts: dict[str, Favourite] = {}
    found: dict[int, Favourite] = {}
    for number, _, key in keys:
        dialled = _dialled(phone, key)
        if not dialled:
            continue
        label = key.label or dialled
        if (dialled, label) not in entries:
            address = _address(f"{dialled}@{domain}") if domain and "@" not in dialled else dialled
            contact = next((free for free in (dialled, address) if free not in contacts), None)
            entry = Favourite(number, contact, label) if contact else contacts[dialled]
            entries[dialled, label] = contacts[entry.contact] = entry
        found[number] = entries[dialled, label]
    return found


def _place(key: Key, favourite: Favourite | None) -> tuple[str, int | None]:
    if key.kind is KeyKind.LINE:
        return "Line", key.line
    if key.kind in MONITORED:
        return "BLF", 0
    return ("SpeedDial", favourite.index) if favourite else ("Unassigned", None)


def _dialled(phone: Phone, key: Key) -> str:
    """Give what a favourite of this key dials; empty for keys of other kinds, and where there is no number."""
    number = phone.dialled(key) if key.kind in _DIALLING else ""
    return _address(number) if "@" in number else number


def _address(number: str) -> str:
    return "sip:" + number.replace("#", "%23")


def _put_attendant(params: Params, phone: Phone, plan: Plan) -> None:
    """Write what all monitored keys share: one line subscribes for the whole phone (sheet, pitfall 9).

    Both kinds of popup are written, because their factory values differ. Parked calls never pop up: their key
    transfers. Popups are ignored while directed pickup is off (poly_restart.md, section 5).
    """
    popup = phone.popup
    watching = next((key.line for _, _, key in plan.keys if key.kind in MONITORED), 1)
    ringer = (_RINGS if is_uc_software(phone) else _RINGS_SIP_3)[phone.monitor_ring]
    behaviours = "attendant.behaviors.display"
    params.put("attendant.uri", "", "server")
    params.put("attendant.reg", watching, "server")
    params.put(f"{behaviours}.spontaneousCallAppearances.normal", popup, "monitor_popup")
    params.put(f"{behaviours}.spontaneousCallAppearances.automata", False, "monitor_popup")
    params.put(f"{behaviours}.remoteCallerID.normal", popup, "monitor_popup")
    params.put(f"{behaviours}.remoteCallerID.automata", False, "monitor_popup")
    params.put("attendant.ringType", ringer, "monitor_ring")


def _put_resource(params: Params, number: int, slot: Slot, key: Key) -> None:
    """Write one resource; the list ends at the first missing number, so a shorter list needs no empty rest."""
    name, source = f"attendant.resourceList.{number}", f"key {slot}"
    params.put(f"{name}.address", key.target, source)
    params.put(f"{name}.label", key.label or key.target, source)
    params.put(f"{name}.type", MONITORED[key.kind], source)
