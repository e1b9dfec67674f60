"""Whether somebody is registered: the words."""

from enum import StrEnum


class Presence(StrEnum):
    """Whether a line is registered, as far as engines tell; unknown where none was asked, or none answered."""

    ONLINE = "online"
    OFFLINE = "offline"
    UNKNOWN = "unknown"
