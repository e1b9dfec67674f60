"""Auerswald COMfortel D: one file of settings by section, merged with what the phone has, without a restart."""

from functools import lru_cache
from urllib.parse import urlsplit

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.auerswald.keys import put_keys
from provserver.vendors.auerswald.lines import put_lines
from provserver.vendors.auerswald.words import FLAGS, VERSION
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.formats import xml_tree
from provserver.vendors.formats.xml_tree import Bracket, cannot_carry

__all__ = ["cannot_carry", "files"]

DAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")


def files(phone: Phone) -> list[File]:
    """Render the one file of the phone; its name stands in full in the address that the phone is given."""
    params = parameters(phone)
    about = f"Auerswald {phone.model.title} {phone.mac} {phone.description}".strip()
    items = params.pairs()
    body = xml_tree.write("configuration", items, about, Bracket.ORDER)
    return [File(_name(phone), xml_tree.CONTENT_TYPE, body, params.as_dict())]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone by its path, the free ones laid over the rest."""
    builders = (put_server, put_calls, put_lines, put_keys)
    return gathered(builders, phone).merge(phone)


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks, when, and whose check-sync it obeys (wiki, settings/provisioning).

    DHCP, the maker's redirection and a telephone system of the maker's come before the address: they are off, or
    whoever answers first in the network would take the phone.
    """
    params.put("provisioning/@version", VERSION, "server")
    params.put("provisioning/active", FLAGS[True], "server")
    for source in ("dhcp", "redirect", "pbx"):
        params.put(f"provisioning/{source}", FLAGS[False], "server")
    params.put("provisioning/url", Secret(f"{phone.provisioning_url}{_name(phone)}"), "server")
    senders = _senders(phone)
    params.put("provisioning/sip/active", FLAGS[True], "server")
    for number, host in enumerate(senders, start=1):
        params.put(f"provisioning/sip/allowlist/allowlistEntry[{number}]", host, "server")
    params.put_all(_days(bool(phone.setting("poll"))), "poll")
    params.put("provisioning/execution/time", f"{int(phone.text('poll_hour')):02d}:00", "poll_hour")


def put_calls(params: Params, phone: Phone) -> None:
    """Write call waiting; forwarding and its targets stay the person's own."""
    params.put("telephony/callWaiting/active", FLAGS[bool(phone.setting("call_waiting"))], "call_waiting")


def _senders(phone: Phone) -> list[str]:
    """Give the hosts that a check-sync may come from, each once: where the phone registers, and this server."""
    hosts = [(line.proxy if line.outbound_proxy else line.server)[0] for line in phone.lines]
    hosts.append(urlsplit(phone.provisioning_url).hostname or "")
    return list(dict.fromkeys(host for host in hosts if host))


@lru_cache(maxsize=2)
def _days(asks: bool) -> dict[str, str]:
    return {f"provisioning/execution/{day}": FLAGS[asks] for day in DAYS}


def _name(phone: Phone) -> str:
    return f"{phone.mac}.xml"
