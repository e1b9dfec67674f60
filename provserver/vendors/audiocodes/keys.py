"""The function keys: every slot of the phone, an empty one as a speed dial without a number."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind
from provserver.vendors.base import Params

SPEED_DIAL = "SPEED_DIAL"
"""The one word for a key that a source gives: all of a 405HD's nine keys have it in its own export, and no number,
which is how that phone keeps an empty key."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots, counted from 0; a slot left out would keep the number that it had."""
    for slot in phone.slots:
        key, prefix, source = phone.key(slot), f"personal_settings/functional_key/{slot.number - 1}", f"key {slot}"
        if key.kind is KeyKind.NONE:
            params.put_all(_empty(prefix), source)
            continue
        params.put(f"{prefix}/type", SPEED_DIAL, source)
        params.put(f"{prefix}/key_label", key.label, source)
        params.put(f"{prefix}/speed_dial_number", phone.dialled(key), source)
        params.put(f"{prefix}/speed_dial_extension", "", source)


@lru_cache(maxsize=64)
def _empty(prefix: str) -> Mapping[str, str]:
    fields = ("key_label", "speed_dial_number", "speed_dial_extension")
    return {f"{prefix}/type": SPEED_DIAL, **{f"{prefix}/{field}": "" for field in fields}}
