"""Which files a phone of each maker asks for, in which order, and the name it gives itself.

Sources: shared facts on Poly (FAQ, FusionPBX and sipXecs tests, Wazo) and Yealink (administrator guides T2x to T58).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Awaitable, Callable

Fetch = Callable[[str], Awaitable[bytes | None]]  # a file name -> its bytes, None when the server has none
Note = Callable[[str], None]

# Family of a Poly model, as its User-Agent writes it; {} is what follows the family's letters.
POLY_NAMES = {
    "VVX": "PolycomVVX-VVX_{}",
    "IP": "PolycomSoundPointIP-SPIP_{}",
    "SPIP": "PolycomSoundPointIP-SPIP_{}",
    "SSIP": "PolycomSoundStationIP-SSIP_{}",
    "CCX": "PolyCCX-CCX_{}",
    "EDGEE": "PolyEdge-Edge_E{}",
    "E": "PolyEdge-Edge_E{}",
}
YEALINK_CODES = {
    "T19P_E2": 53, "T21P_E2": 52, "T23G": 44, "T27G": 69, "T29G": 46, "T31P": 123, "T33G": 124, "T40G": 76,
    "T41P": 36, "T41S": 68, "T42G": 29, "T42S": 67, "T42U": 116, "T43U": 107, "T46G": 28, "T46S": 66, "T46U": 108,
    "T48G": 35, "T48S": 65, "T48U": 109, "T52S": 74, "T54S": 70, "T53": 95, "T53W": 95, "T54W": 96, "T57W": 97,
    "T58A": 58, "T58W": 150, "T73W": 183, "T74W": 184, "T77U": 188, "T85W": 196, "T87W": 197, "T88W": 192,
    "CP920": 78, "W60B": 77, "W70B": 146,
}  # fmt: skip
FIRMWARE = {"poly": "5.9.6.2327", "yealink": "108.86.0.75"}
YEALINK_FIRST_LINE = b"#!version:1.0.0.1"

_INCLUDE = re.compile(r"(?:\[(?P<models>[^\]]*)\])?\s*include:config\s+[\"<](?P<name>[^\">]+)[\">]")


def user_agent(maker: str, model: str, mac: str, firmware: str) -> str:
    """Give the User-Agent that this model really sends; raise ValueError for a model that is not in the tables."""
    if maker == "yealink" and model in YEALINK_CODES:
        colons = ":".join(re.findall("..", mac))
        return f"Yealink {'SIP-' if model.startswith('T') else ''}{model} {firmware} {colons}"
    parts = re.fullmatch(r"([A-Z]+)(\d\w*)", re.sub(r"[ _-]", "", model).upper())
    if maker != "poly" or parts is None or parts[1] not in POLY_NAMES:
        raise ValueError(f"No fake phone of {maker} {model} is known.")
    return f"FileTransport {POLY_NAMES[parts[1]].format(parts[2])}-UA/{firmware} Type/Application"


async def poly(fetch: Fetch, note: Note, model: str, mac: str) -> bool:
    """Fetch the master document and all it names, then the phone's own files; say whether there was a master."""
    master = await fetch(f"{mac}.cfg") or await fetch("000000000000.cfg")
    if master is None:
        return False
    try:
        attributes = _master_attributes(master, model, mac)
    except ElementTree.ParseError as error:
        note(f"The master document is not XML: {error}")
        return False
    for kind in ("APP_FILE_PATH", "CONFIG_FILES", "MISC_FILES"):
        for name in filter(None, map(str.strip, attributes.get(kind, "").split(","))):
            await fetch(name)
    for directory, ending, shared in (
        ("OVERRIDES_DIRECTORY", "-phone.cfg", False),
        ("OVERRIDES_DIRECTORY", "-web.cfg", False),
        ("LICENSE_DIRECTORY", "-license.cfg", True),
        ("CONTACTS_DIRECTORY", "-directory.xml", True),
        ("CALL_LISTS_DIRECTORY", "-calls.xml", False),
    ):
        folder = attributes.get(directory, "").strip("/")
        prefix = f"{folder}/" if folder else ""
        if await fetch(f"{prefix}{mac}{ending}") is None and shared:
            await fetch(f"{prefix}000000000000{ending}")
    return True


async def yealink(fetch: Fetch, note: Note, model: str, mac: str) -> bool:
    """Fetch a boot file and what it includes, else the model's file and the phone's own; say whether any was there."""
    boot = await fetch(f"{mac}.boot") or await fetch("y000000000000.boot")
    if boot is not None and not boot.startswith(YEALINK_FIRST_LINE):
        note("The boot file has another first line than #!version:1.0.0.1 and is ignored.")
    if boot is None:
        names = [f"y{YEALINK_CODES[model]:012d}.cfg", f"{mac}.cfg"]
    else:
        names = _included(boot, model, mac) if boot.startswith(YEALINK_FIRST_LINE) else []
    found = [await fetch(name) for name in names]
    for name, body in zip(names, found, strict=True):
        if body is not None and not body.startswith(YEALINK_FIRST_LINE):
            note(f"{name} has another first line than #!version:1.0.0.1 and is ignored.")
    return boot is not None or any(body is not None for body in found)


CHAINS = {"poly": poly, "yealink": yealink}


def _master_attributes(master: bytes, model: str, mac: str) -> dict[str, str]:
    """Read the attributes of all elements, the first of a name wins, those for this model before the general ones."""
    written: dict[str, str] = {}
    for element in ElementTree.fromstring(master).iter():  # noqa: S314  (from the server under test)
        for name, value in element.attrib.items():
            for variable, meaning in (("PHONE_MAC_ADDRESS", mac), ("MACADDRESS", mac), ("PHONE_MODEL", model)):
                value = value.replace(f"[{variable}]", meaning)
            written.setdefault(name, value)
    ending = f"_{re.sub(r'[ _-]', '', model).upper()}"
    special = {name.removesuffix(ending): value for name, value in written.items() if name.endswith(ending)}
    return written | special


def _included(boot: bytes, model: str, mac: str) -> list[str]:
    names = []
    for line in boot.decode("utf-8", "replace").splitlines():
        include = _INCLUDE.fullmatch(line.strip())
        if include and (not include["models"] or model in map(str.strip, include["models"].split(","))):
            names.append(include["name"].replace("$MAC", mac).replace("$PN", model))
    return names
