"""The standard phone: two lines, every kind of key that the model has, popup, splash, an override and a removal."""

from collections.abc import Mapping

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import Key
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.domain.settings import Effective, Scope, Value
from provserver.domain.slots import KeyKind, Slot
from provserver.domain.vocabulary import defaults
from provserver.vendors.registry import vendors

MACS = {"yealink": "805ec0d9c744", "poly": "0004f2aabbcc"}

TARGETS = {
    KeyKind.SPEED_DIAL: ("*98", "Pickup"),
    KeyKind.BLF: ("204", "Anna Bianchi"),
    KeyKind.PICKUP: ("*98", "Group"),
    KeyKind.PARK: ("701", "Park 701"),
    KeyKind.INTERCOM: ("205", "Intercom"),
    KeyKind.DTMF: ("1234#", "Door"),
    KeyKind.URL: ("http://192.0.2.7/door?open=1&who=me", "Gate"),
    KeyKind.VOICEMAIL: ("*97", "Messages"),
    KeyKind.FORWARD: ("0612345", "Forward"),
    KeyKind.DND: ("", "Quiet"),
}


def standard_mac(vendor: str) -> str:
    """An address of the maker's own."""
    return MACS.get(vendor) or sorted(vendors()[vendor].rules.ouis)[0] + "d9c744"


def standard_lines(model: PhoneModel) -> tuple[Line, ...]:
    """Two accounts, or as many as the model has."""
    return tuple(
        Line(
            number=number,
            extension=f"20{number}",
            display_name=name,
            username=f"20{number}",
            password=Secret(f"sip-secret-{number}"),
            domain="pbx.example.com",
            port=None,
            transport="udp",
            outbound_proxy="",
            voicemail="*97",
        )
        for number, name in enumerate(("Mario Rossi", "Giulia Verdi"), start=1)
        if number <= model.accounts
    )


def standard_keys(model: PhoneModel) -> dict[Slot, Key]:
    """A line key on key 1 where keys place lines, then every kind the model has, one a key; the rest is empty."""
    wanted = [Key(KeyKind.LINE, line=1)] if KeyKind.LINE in model.kinds else []
    wanted += [Key(kind, *TARGETS[kind]) for kind in TARGETS if kind in model.kinds]
    keys: dict[Slot, Key] = {}
    free = list(model.slots)
    for key in wanted:
        slot = next((slot for slot in free if key.kind in model.kinds_at(slot)), None)
        if slot is not None:
            keys[slot] = key
            free.remove(slot)
    if model.sidecar and KeyKind.BLF in model.kinds_at(Slot(1, 5)):
        keys[Slot(1, 5)] = Key(KeyKind.BLF, "206", "Carla Neri")
    return keys


def standard_phone(
    model: PhoneModel,
    settings: Mapping[str, Value] | None = None,
    overrides: Mapping[str, str | None] | None = None,
    keys: Mapping[Slot, Key] | None = None,
    mac: str | None = None,
) -> Phone:
    """The standard phone of a model, with anything replaced that a test wants."""
    values: dict[str, Value] = {
        "monitor_popup": True,
        "monitor_ring": "splash",
        "language": "it",
        "time_zone": "Europe/Rome",
        "admin_password": Secret("admin-secret"),
        "user_password": Secret("user-secret"),
        **(settings or {}),
    }
    chosen = standard_keys(model) if keys is None else dict(keys)
    return Phone(
        mac=mac or standard_mac(model.vendor),
        model=model,
        provisioning_url="https://prov.example.com/p/not-a-real-token/",
        lines=standard_lines(model),
        keys=chosen,
        modules=max((slot.module for slot in chosen), default=0),
        settings={**defaults(), **{name: Effective(value, Scope.TENANT) for name, value in values.items()}},
        overrides={name: Effective(value, Scope.DEVICE) for name, value in (overrides or {}).items()},
        description="Reception",
    )
