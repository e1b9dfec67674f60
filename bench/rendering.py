"""Renders a second, one core, one model a maker, all files of a phone together."""

import time

from provserver.domain.keys import Key, KeyKind
from provserver.vendors.registry import model_of, vendors
from tests.vendors.standard import standard_phone

MODELS = (("yealink", "T46U", 20), ("poly", "VVX450", 12), ("poly", "VVX301", 6))
SECONDS = 2.0


def run() -> list[tuple[str, int, float]]:
    """Give model, keys and renders a second."""
    rows = []
    for vendor, name, count in MODELS:
        model = model_of(vendor, name)
        keys = {slot: Key(KeyKind.BLF, str(200 + slot.number), f"Person {slot.number}") for slot in model.slots[:count]}
        phone = standard_phone(model, keys=keys)
        render = vendors()[vendor].package.files
        render(phone)
        done, started = 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            render(phone)
            done += 1
        rows.append((f"{vendor} {name}", count, done / (time.perf_counter() - started)))
    return rows
