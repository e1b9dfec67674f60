"""mDNS: the server says where it is, and hears phones that say where they are.

Digium's and Sangoma's phones look for ``_digiumproxy._udp``, which tells them of an exchange that configures them by
SIP MESSAGE (wiki.asterisk.org, DIGIUM, Provisioning), and that is not what this server does: one more such name would
make a new phone ask its user which server to take. So it is not announced; those phones read DHCP option 66.
"""

import asyncio
import logging
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from zeroconf import Error, IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from provserver.config import Config
from provserver.discovery import arp
from provserver.discovery.flood import Dropped, Limits
from provserver.discovery.interfaces import Interface
from provserver.domain.mac import parse_mac
from provserver.services.house import House
from provserver.services.network import own_address
from provserver.services.network.neighbours import Heard, Way, recognised
from provserver.vendors.registry import vendor_of_mac

log = logging.getLogger(__name__)

WEB = "_http._tcp.local."
SECURE_WEB = "_https._tcp.local."
PHONES = "_sip._udp.local."
"""What a phone announces; with WEB, of which only phones are taken note of (facts: discovery)."""
WAIT_FOR_DETAILS = 3000
"""Milliseconds that whoever announces itself has to tell its address."""
AT_ONCE = 50
NAMES = (20.0, 500.0)
"""Names a second, and at once, that are looked at."""

_MAC = re.compile(r"(?<![0-9a-f])[0-9a-f]{2}(?:[:-]?[0-9a-f]{2}){5}(?![0-9a-f])", re.IGNORECASE)
_MODEL_KEYS = ("model", "product", "ty", "md")
_HOST = re.compile(r"[^A-Za-z0-9-]+")

Record = Callable[[Heard], None]


class Mdns:
    """The announcement and the ear, opened anew whenever the interfaces change."""

    name = "mdns"

    def __init__(self, house: House, record: Record) -> None:
        self.dropped = Dropped("mdns")
        self._house = house
        self._record = record
        self._limits = Limits(NAMES, NAMES)
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._own = ""
        self._looking: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Do nothing yet: the interfaces come next."""

    async def follow(self, interfaces: frozenset[Interface]) -> None:
        """Announce and listen on these interfaces; where that cannot be it is logged, and tried when they change."""
        await self.close()
        addresses = sorted({interface.address for interface in interfaces})
        if not addresses:
            return
        try:
            self._zeroconf = AsyncZeroconf(interfaces=addresses, ip_version=IPVersion.All)
            await self._announce(self._zeroconf, addresses)
            handlers = [self._changed]
            self._browser = AsyncServiceBrowser(self._zeroconf.zeroconf, [PHONES, WEB], handlers=handlers)
        except (OSError, Error) as error:
            log.warning("mDNS is not open", extra={"addresses": addresses, "reason": str(error)})
            await self.close()

    async def close(self) -> None:
        """Withdraw the announcement, and stop listening."""
        for task in self._looking:
            task.cancel()
        await asyncio.gather(*self._looking, return_exceptions=True)
        if self._browser is not None:
            await self._browser.async_cancel()
        if self._zeroconf is not None:
            with suppress(OSError, Error):
                await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()
        self._zeroconf = self._browser = None

    async def _announce(self, zeroconf: AsyncZeroconf, addresses: list[str]) -> None:
        info = await announcement(self._house.config, addresses)
        self._own = info.name
        await (await zeroconf.async_register_service(info, allow_name_change=True))
        self._own = info.name
        log.info("The server is announced", extra={"service": info.name, "addresses": info.parsed_addresses()})

    def _changed(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        """Look at who announces itself (called by zeroconf)."""
        if state_change is ServiceStateChange.Removed or name == self._own:
            return
        if len(self._looking) >= AT_ONCE or not self._limits.allow(service_type):
            self.dropped.add("flood", "", "too many names at once")
            return
        task = asyncio.get_running_loop().create_task(self._look(zeroconf, service_type, name))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _look(self, zeroconf: Zeroconf, service_type: str, name: str) -> None:
        info = AsyncServiceInfo(service_type, name)
        try:
            known = await info.async_request(zeroconf, WAIT_FOR_DETAILS)
        except (OSError, Error) as error:
            self.dropped.add("garbage", "", str(error))
            return
        addresses = info.parsed_addresses(IPVersion.All) if known else []
        if addresses and (heard := await self._heard(info, reachable_first(addresses)[0])) is not None:
            self._record(heard)

    async def _heard(self, info: AsyncServiceInfo, address: str) -> Heard | None:
        """Make out whether this is a phone; a web page is one only where its maker is one of ours."""
        said = info.name.removesuffix("." + info.type)
        told = {key.lower(): value or "" for key, value in info.decoded_properties.items()}
        mac = mac_in(said, info.server or "", *told.values()) or await arp.find_mac(address)
        model = next((told[key] for key in _MODEL_KEYS if told.get(key)), "")
        vendor, _model = recognised(mac, said, model)
        if not vendor and info.type != PHONES:
            return None
        return Heard(Way.MDNS, mac, address, self._house.clock(), said[:200], model[:64])


def reachable_first(addresses: list[str]) -> list[str]:
    """Put addresses in order: IPv4, then IPv6 that leads through routers, then those of one cable."""
    return sorted(addresses, key=lambda one: (":" in one, ip_address(one.partition("%")[0]).is_link_local))


def mac_in(*texts: str) -> str:
    """Find a hardware address in what was said, of a block that a maker of ours has; other digits are only digits."""
    for text in texts:
        for match in _MAC.finditer(text):
            with suppress(ValueError):
                mac = parse_mac(match[0])
                if vendor_of_mac(mac) is not None:
                    return mac
    return ""


async def announcement(config: Config, addresses: list[str]) -> AsyncServiceInfo:
    """Say where the server is: at the address that phones are told, which may be another machine's in front of us."""
    service_type = SECURE_WEB if config.base_url.startswith("https:") else WEB
    computer = _HOST.sub("-", socket.gethostname().partition(".")[0])[:40] or "server"
    told = {"path": "/"}
    where = _listened_on(config, addresses)
    if own_address.host_of(config) not in own_address.ANYWHERE:
        told["url"] = config.base_url + "/"
        where = await _addresses_of(own_address.host_of(config), own_address.port_of(config)) or where
    return AsyncServiceInfo(
        service_type,
        f"provserver on {computer}.{service_type}",
        port=own_address.port_of(config),
        properties=told,
        server=f"provserver-{computer}.local.",
        parsed_addresses=where,
    )


async def _addresses_of(host: str, port: int) -> list[str]:
    """Find the addresses of a host; none where its name is not known."""
    with suppress(OSError):
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return sorted({str(place[4][0]).partition("%")[0] for place in found})
    return []


def _listened_on(config: Config, addresses: list[str]) -> list[str]:
    """Leave out what the server does not answer at: IPv6 where it listens on IPv4, and addresses of one cable alone."""
    both = own_address.host_of(config) != own_address.ANY_IPV4
    return [one for one in addresses if ":" not in one or (both and not ip_address(one).is_link_local)]
