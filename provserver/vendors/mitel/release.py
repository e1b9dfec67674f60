"""Which release of the firmware a phone runs, and what follows from it."""

import re
from functools import lru_cache

from provserver.domain.phone import Phone

FOURTH = 4
THIRD = 3

OVERWRITE = "^"
"""In front of a name: the server's value wins over what was typed at the phone, which would win otherwise
(administrator's guides 3.2.2, page 2-18; 3.3.1, page 2-15; 4.2.0, page 2-17; not in 2.x)."""


def release(phone: Phone) -> int:
    """Give the first number of the firmware version, ``6`` of ``6.4.0.140``.

    What the phone last told of itself counts; before it spoke, the newest firmware known of its model.
    """
    return _release(phone.firmware) or _release(phone.model.firmware) or THIRD


def prefix(phone: Phone) -> str:
    """Give what stands in front of every name: nothing where the release would not know the sign."""
    return OVERWRITE if release(phone) >= THIRD else ""


@lru_cache(maxsize=1024)
def _release(firmware: str) -> int:
    match = re.match(r"\d+", firmware)
    return int(match[0]) if match else 0
