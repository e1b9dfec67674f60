"""Renders a second, one core, one model a maker, all files of a phone together."""

import time

from provserver.domain.keys import Key
from provserver.domain.slots import KeyKind
from provserver.vendors.registry import model_of, vendors
from tests.vendors.standard import standard_phone

MODELS = (
    "yealink/T46U", "poly/VVX450", "poly/VVX301", "snom/D785", "grandstream/GXP2170", "cisco/8865", "fanvil/X6",
    "mitel/6940", "gigaset/Maxwell4", "panasonic/UT670", "sangoma/S705", "digium/D70", "htek/UC926", "akuvox/SP-R63G",
    "flyingvoice/FIP16PLUS", "obihai/OBi1062", "alcatel/M7", "vtech/VSP735",
    "auerswald/D-600", "escene/ES620", "thomson/ST2030",
)  # fmt: skip
KEYS = 20
"""Keys given to a phone, or as many as it has."""
SECONDS = 1.0


def run() -> list[tuple[str, int, float]]:
    """Give model, keys and renders a second."""
    rows = []
    for place in MODELS:
        vendor, _, name = place.partition("/")
        model = model_of(vendor, name)
        slots = [slot for slot in model.slots if KeyKind.BLF in model.kinds][:KEYS]
        keys = {slot: Key(KeyKind.BLF, str(200 + slot.number), f"Person {slot.number}") for slot in slots}
        phone = standard_phone(model, keys=keys)
        render = vendors()[vendor].package.files
        render(phone)
        done, started = 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            render(phone)
            done += 1
        rows.append((f"{vendor} {name}", len(keys), done / (time.perf_counter() - started)))
    return rows
