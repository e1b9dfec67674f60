"""What a key can do, and where it stands."""

import re
from dataclasses import dataclass
from enum import StrEnum


class KeyKind(StrEnum):
    """What a key does, in words that several makers share."""

    NONE = "none"
    LINE = "line"
    SPEED_DIAL = "speed-dial"
    BLF = "blf"
    PICKUP = "pickup"
    PARK = "park"
    INTERCOM = "intercom"
    DTMF = "dtmf"
    URL = "url"
    VOICEMAIL = "voicemail"
    FORWARD = "forward"
    DND = "dnd"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A key's place: module 0 is the phone, 1 and up the expansion modules; both count from 1."""

    module: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Slot":
        """Read ``"3"`` or ``"s1.5"``; raises ValueError."""
        match = re.fullmatch(r"(?:s([1-9]\d?)\.)?([1-9]\d{0,3})", text, re.ASCII)
        if not match:
            raise ValueError("a key is named by its number, such as 3, or s1.5 for key 5 of expansion module 1")
        return cls(int(match[1] or 0), int(match[2]))

    def __str__(self) -> str:
        return f"s{self.module}.{self.number}" if self.module else str(self.number)
