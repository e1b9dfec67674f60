"""Fanvil and Linkvil: one file for each phone, in the XML of today (``sysConf``) or in that of the first firmwares."""

from collections.abc import Sequence
from hashlib import sha256

from provserver.domain.phone import Phone
from provserver.vendors.alike import heading
from provserver.vendors.base import File, Parameter, Params, gathered
from provserver.vendors.fanvil.dialect import is_old, translated
from provserver.vendors.fanvil.keys import put_keys
from provserver.vendors.fanvil.lines import put_lines
from provserver.vendors.fanvil.parameters import SERVER, put_calls, put_clock, put_monitoring
from provserver.vendors.fanvil.services import put_directory, put_services
from provserver.vendors.formats import xml_tree
from provserver.vendors.formats.xml_tree import Bracket, cannot_carry

__all__ = ["cannot_carry", "files"]

BUILDERS = (*SERVER, put_clock, put_calls, put_services, put_directory, put_monitoring, put_lines, put_keys)

_TEXT = "text/plain; charset=utf-8"
_VERSIONS = 9_000_000_000


def files(phone: Phone) -> Sequence[File]:
    """Render the phone's own file; the file of its hardware is not needed, and the phone is told not to ask for it."""
    params = parameters(phone)
    root, version, bracket = ("sysConf", "Version", Bracket.ATTRIBUTE)
    if is_old(phone):
        root, version, bracket = ("VOIP_CONFIG_FILE", "version", Bracket.ELEMENT)
    items = params.pairs()
    body = xml_tree.write(root, [(version, _version(items)), *items], _comment(phone), bracket)
    return [File(f"{phone.mac}.cfg", xml_tree.CONTENT_TYPE, body, params.as_dict()), *_news(phone)]


def _news(phone: Phone) -> Sequence[File]:
    """Render what the phone finds where it looks for news of its firmware; nothing where no image is chosen."""
    if not phone.firmware_name or is_old(phone):
        return []
    text = f"Version={phone.firmware_version}\nFirmware={phone.firmware_url}\nInfo=TXT\n{phone.firmware_name}\n"
    parameters = {"firmware": Parameter(phone.firmware_url, "firmware", secret=True)}
    return [File(f"{phone.mac}-firmware.txt", _TEXT, text.encode(), parameters, proves=False)]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone in the spelling of its file, the free ones laid over the rest."""
    params = gathered(BUILDERS, phone)
    return (translated(params) if is_old(phone) else params).merge(phone)


def _version(items: Sequence[tuple[str, str]]) -> str:
    """Make a version that changes exactly when the values do: a phone passes over a file whose version it has.

    Ten digits after the point, as the maker's own files have (``2.0000000000``), the first never 0, so that ours is
    above a factory's. Once ``mt/AutoServerDigest`` is on, a version need not rise, only differ
    (manualshive.com, Fanvil C56, page 39).
    """
    content = "\n".join(f"{name}={value}" for name, value in items)
    return f"2.{1_000_000_000 + int(sha256(content.encode()).hexdigest()[:16], 16) % _VERSIONS}"


def _comment(phone: Phone) -> str:
    image = f"; firmware {phone.firmware_name}" if phone.firmware_name else ""
    return heading(phone, "Fanvil") + image
