"""What a DHCP server has to hand out so that phones find this server: by maker, in the words of five programs."""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address

from provserver.config import Config
from provserver.domain.dhcp import Flavour, Maker, Option, Plan
from provserver.domain.numbers import split_port
from provserver.errors import Invalid
from provserver.services.network import dhcp_formats as formats
from provserver.services.network import own_address
from provserver.vendors.base import Vendor
from provserver.vendors.dhcp import TFTP_SERVER_NAME, TFTP_SERVERS, rules_of
from provserver.vendors.registry import get, vendors

_WRITERS: Mapping[Flavour, Callable[[Plan], str]] = {
    Flavour.DNSMASQ: formats.dnsmasq,
    Flavour.ISC: formats.isc,
    Flavour.KEA: formats.kea,
    Flavour.MIKROTIK: formats.mikrotik,
    Flavour.WINDOWS: formats.windows,
}


def snippet(config: Config, flavour: str, vendor: str = "") -> str:
    """Write what to put into a DHCP server's configuration, for one maker or for all of them.

    Raises Invalid for a program or a maker that is not known.
    """
    if flavour not in list(Flavour):
        raise Invalid.field("flavour", "one of " + ", ".join(Flavour))
    return _WRITERS[Flavour(flavour)](plan(config, vendor))


def plan(config: Config, vendor: str = "") -> Plan:
    """Say which options each maker's phones need; raises Invalid for a maker that is not known."""
    chosen = get(vendor) if vendor else None
    if vendor and chosen is None:
        raise Invalid.field("vendor", "one of " + ", ".join(vendors()))
    makers = [chosen] if chosen else list(vendors().values())
    url = config.base_url + "/"
    return Plan(url, tuple(_maker(config, maker, url) for maker in makers), tuple(warnings(config)))


def warnings(config: Config) -> Sequence[str]:
    """Say what keeps phones from coming although the DHCP server tells them."""
    if own_address.is_local_only(config) or own_address.host_of(config) in own_address.ANYWHERE:
        return [f"phones cannot reach {config.base_url}: set PROVSERVER_PUBLIC_URL to an address that they can"]
    return []


def _maker(config: Config, maker: Vendor, url: str) -> Maker:
    rules = rules_of(maker.name)
    options = [Option(code, url + rules.file) for code in rules.options]
    if rules.tftp and (host := _tftp_host(config)):
        options.append(Option(TFTP_SERVER_NAME, host))
        if _is_ipv4(host):
            options.append(Option(TFTP_SERVERS, host, is_addresses=True))
    return Maker(maker.name, maker.rules.title, tuple(sorted(maker.rules.ouis)), tuple(options))


def _tftp_host(config: Config) -> str:
    """Give the host that answers TFTP on the usual port, the only one that phones try; else nothing."""
    host, port = split_port(config.tftp_bind)
    if port != 69:
        return ""
    return own_address.host_of(config) if host in own_address.ANYWHERE else host


def _is_ipv4(host: str) -> bool:
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True
