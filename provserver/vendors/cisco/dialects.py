"""What the families of Cisco's flat profile call the same thing."""

from collections.abc import Mapping
from dataclasses import dataclass

from provserver.domain.phone import Phone


@dataclass(frozen=True, slots=True)
class Dialect:
    """One family's spellings; ``{}`` in a name stands for the number of the account, or of module and key.

    ``nightly`` families resync at an hour of the clock, the others every so many seconds. ``explicit`` ones must
    be told to use the authentication name and the outbound proxy. ``router`` adapters keep their clock, VLAN and
    passwords in a section of its own. ``codecs`` that are not always there have a ``switch``.
    """

    admin: str
    user: str
    ring: str
    codecs: Mapping[str, str]
    switches: Mapping[str, str]
    nightly: bool = True
    explicit: bool = True
    phone: bool = True
    router: bool = False
    modern: bool = False
    lldp: bool = True
    unit: str = "Unit_{}_Key_{}"
    pickup: tuple[str, ...] = ("Attendant_Console_Call_Pickup_Code",)
    language: str = ""
    languages: Mapping[str, str] | None = None


ROUTER = "router-configuration/"
"""In front of parameters that are nested in the file, ``router-configuration/Time_Setup/Time_Server``."""

_PCM = {"pcma": "G711a", "pcmu": "G711u", "g729": "G729a"}
_G729 = {"g729": "G729a_Enable_{}_"}
_WIDE = {"g722": "G722", **_PCM}
_WIDE_SWITCHES = {"g722": "G722_Enable_{}_", **_G729}

_NAMES = {"it": "Italian", "ro": "Romanian", "de": "German", "fr": "French", "es": "Spanish"}
"""The names that Cisco's dictionaries have; a phone without the dictionary stays English (MPP guide, Language)."""

_BUILT_IN = {"en": "English-US", "it": "Italian", "de": "German", "fr": "French", "es": "Spanish"}
"""What a 9861 lists by itself (FusionPBX, 9861); Romanian is not among them."""

_SPA = Dialect(
    admin="Admin_Passwd",
    user="User_Password",
    ring="Default_Ring__{}__",
    codecs=_WIDE,
    switches=_WIDE_SWITCHES,
    language="Language_Selection",
    languages={"en": "English", **_NAMES},
)
_SPA9 = Dialect(
    admin="Admin_Passwd",
    user="User_Password",
    ring="Default_Ring__{}__",
    codecs=_PCM,
    switches=_G729,
    nightly=False,
    lldp=False,
    pickup=("SPA932_Call_Pickup_Code", "Attendant_Console_Call_Pickup_Code"),
    language="Language_Selection",
    languages={"en": "English", **_NAMES},
)
_MPP = Dialect(
    admin="Admin_Password",
    user="User_Password",
    ring="Default_Ring_{}_",
    codecs={"opus": "OPUS", **_WIDE},
    switches={"opus": "OPUS_Enable_{}_", **_WIDE_SWITCHES},
    explicit=False,
    modern=True,
    unit="Unit_{}_Key_{}_",
    language="Language_Selection",
    languages={"en": "English-US", **_NAMES},
)
_PHONE_OS = Dialect(
    admin="Admin_Password",
    user="User_Password",
    ring="Default_Ring_{}_",
    codecs=_MPP.codecs,
    switches=_MPP.switches,
    explicit=False,
    modern=True,
    unit="Unit_{}_Key_{}_",
    language="Phone_Language",
    languages=_BUILT_IN,
)
_ADAPTER = Dialect(
    admin="Admin_Passwd",
    user="User_Password",
    ring="Default_Ring_{}_",
    codecs=_PCM,
    switches=_G729,
    nightly=False,
    phone=False,
    lldp=False,
)
_ROUTER_ADAPTER = Dialect(
    admin=f"{ROUTER}Web_Login_Admin_Password",
    user=f"{ROUTER}Web_Login_Guest_Password",
    ring="Default_Ring_{}_",
    codecs=_PCM,
    switches=_G729,
    phone=False,
    router=True,
)

DIALECTS: Mapping[str, Dialect] = {
    "spa": _SPA,
    "spa9": _SPA9,
    "mpp": _MPP,
    "phoneos": _PHONE_OS,
    "adapter": _ADAPTER,
    "router": _ROUTER_ADAPTER,
}
"""By the word that a model's table has: SPA 300 and 500, SPA 900, 6800 to 8800, 9800, old adapters, newer ones.

Names: the factory dumps in FusionPBX (spa501g, spa514g, spa525g2, 942, 8851, 9861, spa122, spa192) and the
templates of wazo-provd-plugins; nested ones also in the maker's guide for the ATA 191 and 192."""


def dialect(phone: Phone) -> Dialect:
    """Give the dialect of a phone's model."""
    return DIALECTS[phone.model.facts["dialect"]]


def yes(value: object) -> str:
    """Write a flag as every family does."""
    return "Yes" if value else "No"
