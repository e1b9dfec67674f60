"""The network: phones that nobody has added yet, and what a DHCP server has to hand out."""

from flask import request

from provserver.api import network_schemas as schemas
from provserver.api import paging
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.api.schemas import Search, listed
from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.services.network import dhcp
from provserver.services.network import seen as service
from provserver.services.network.seen import Seen

calls = subject("network", "How phones find this server, and which ones were heard.")


@call(calls, "GET", "/seen", gives=listed(schemas.Seen), query=[Search], problems=[422])
def list_seen() -> tuple[object, dict[str, str]]:
    """List phones that were heard on the network and that nobody has added, the last heard first."""
    return paging.searched(service.seen(house(), actor()), _seen)


def _seen(one: Seen) -> dict[str, object]:
    return {
        "mac": one.mac or None,
        "vendor": one.vendor or None,
        "model": one.model or None,
        "said": one.said,
        "address": one.address,
        "ways": sorted(one.ways),
        "count": one.count,
        "first_seen": moment(one.first_at),
        "last_seen": moment(one.last_at),
    }


@call(calls, "GET", "/dhcp/<flavour>", gives=schemas.Dhcp, query=[schemas.DhcpQuery], problems=[422])
def get_dhcp(flavour: str) -> object:
    """Give what to put into a DHCP server so that phones find this one: dnsmasq, isc, kea, mikrotik or windows."""
    actor().require(Right.READ)
    config = house().config
    text = dhcp.snippet(config, flavour, request.args.get("vendor", ""))
    return {"flavour": flavour, "url": config.base_url + "/", "text": text, "warnings": list(dhcp.warnings(config))}
