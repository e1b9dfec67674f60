"""Which generation of firmware a phone runs, and what the generations call the same parameter."""

import re
from functools import lru_cache

from provserver.domain.phone import Phone

V80 = 80
V81 = 81
V83 = 83
V84 = 84

_VERSION = re.compile(r"\d+\.(\d+)")


def generation(phone: Phone) -> int:
    """Give the second number of the firmware version, ``86`` of ``108.86.0.75``.

    What the phone last told of itself counts; before it spoke, the newest firmware known of its model.
    """
    return _generation(phone.firmware) or _generation(phone.model.firmware) or V81


@lru_cache(maxsize=1024)
def _generation(firmware: str) -> int:
    match = _VERSION.match(firmware)
    return int(match[1]) if match else 0


def static(name: str, of: int) -> str:
    """Give a name of the static group as this generation spells it: before V81 without ``static.``.

    Source: the sheet's pitfall 15, and the parameters that two peers write for V73, V80 and V81 phones.
    """
    return f"static.{name}" if of >= V81 else name
