"""Thomson, which became Technicolor: a small file that says where to ask, and the phone's own in sections."""

from collections.abc import Iterable
from hashlib import sha256

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.formats import sectioned_text
from provserver.vendors.formats.sectioned_text import CONTENT_TYPE, cannot_carry
from provserver.vendors.thomson.keys import put_keys
from provserver.vendors.thomson.lines import put_lines
from provserver.vendors.thomson.parameters import (
    put_calls,
    put_clock,
    put_network,
    put_passwords,
    put_phone,
    put_server,
)

__all__ = ["cannot_carry", "files"]

BUILDERS = (put_phone, put_network, put_lines, put_calls, put_server, put_passwords, put_keys, put_clock)

SERIAL = "sys.config_sn"
_SERIALS = 900_000_000_000


def files(phone: Phone) -> list[File]:
    """Render ``<model>S.inf``, which names the folder, and ``<model>S_<address>.txt``, which alone proves."""
    place = Params()
    place.put("config.config", Secret(phone.provisioning_url), "server")
    params = parameters(phone)
    name, start, own = f"{phone.model.name.lower()}s", _items(place), _items(params)
    body = sectioned_text.write([*own, (SERIAL, serial(own))])
    return [
        File(f"{name}.inf", CONTENT_TYPE, sectioned_text.write(start), place.as_dict(), proves=False),
        File(f"{name}_{phone.mac}.txt", CONTENT_TYPE, body, params.as_dict()),
    ]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, the free ones laid over the rest."""
    return gathered(BUILDERS, phone).merge(phone)


def serial(items: Iterable[tuple[str, str]]) -> str:
    """Make the twelve digits that differ whenever a value does: a phone passes over a file whose number it has.

    Wazo says that they need only differ from one file to the next (wazo_technicolor, ``_add_config_sn``); another
    peer counts seconds, so that they also rise (Provisioner, endpoint/thomson/st20xx/phone.php).
    """
    content = "\n".join(f"{name}={value}" for name, value in items)
    return str(100_000_000_000 + int(sha256(content.encode()).hexdigest()[:16], 16) % _SERIALS)


def _items(params: Params) -> list[tuple[str, str]]:
    return params.pairs()
