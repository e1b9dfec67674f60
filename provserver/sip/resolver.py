"""Where a SIP address leads (RFC 3263): NAPTR, SRV, A and AAAA, each kept for its time to live, in bounded time."""

from __future__ import annotations

import asyncio
import ipaddress
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import dns.asyncresolver
import dns.exception
import dns.rdatatype
import dns.resolver
from dns.rdtypes.IN.NAPTR import NAPTR
from dns.rdtypes.IN.SRV import SRV

from provserver.sip.stream import Hop
from provserver.sip.transport import Address
from provserver.sip.uri import SipUri

Record = TypeVar("Record", SRV, NAPTR)

SECONDS = 4.0
"""For all questions about one address; a name server that is away costs this once, not once for every phone."""
FAILURE_SECONDS = 10.0
MOST_HOPS = 4
"""Addresses of one name that are tried in turn."""
MOST_REMEMBERED = 1000
HOSTS = Path("/etc/hosts")

_SERVICES = {"SIP+D2U": "udp", "SIP+D2T": "tcp", "SIPS+D2T": "tls"}
_PREFIXES = {"udp": "_sip._udp", "tcp": "_sip._tcp", "tls": "_sips._tcp"}


class Unresolved(Exception):
    """A name leads nowhere, or nobody could say where."""


class Resolver:
    """Finds where addresses lead; equal questions at the same time are asked once."""

    def __init__(self, nameservers: Sequence[str] = (), port: int = 53, hosts: Path = HOSTS) -> None:
        """Remember whom to ask: these servers in digits, else those of the system."""
        self._nameservers = list(nameservers)
        self._port = port
        self._hosts = hosts
        self._cache = dns.resolver.LRUCache(MOST_REMEMBERED)
        self._asking: dict[tuple[SipUri, bool], asyncio.Task[list[Hop]]] = {}
        self._failed: dict[tuple[SipUri, bool], tuple[float, str]] = {}

    async def resolve(self, uri: SipUri, *, verify: bool = True) -> list[Hop]:
        """Give the places to try, best first, at most four; raise Unresolved with the reason."""
        if uri.is_digits:
            return [Hop(uri.transport, (uri.host, uri.destination_port), uri.host, verify)]
        question = (SipUri(uri.host, None, uri.port, _transport_only(uri), uri.scheme), verify)
        now = asyncio.get_running_loop().time()
        failed_at, reason = self._failed.get(question, (-FAILURE_SECONDS, ""))
        if now - failed_at < FAILURE_SECONDS:
            raise Unresolved(reason)
        task = self._asking.get(question)
        if task is None:
            task = self._asking[question] = asyncio.create_task(self._find(*question))
            task.add_done_callback(lambda _: self._asking.pop(question, None))
        try:
            return await asyncio.shield(task)
        except Unresolved as error:
            self._remember_failure(question, now, str(error))
            raise

    def _remember_failure(self, question: tuple[SipUri, bool], now: float, reason: str) -> None:
        if len(self._failed) >= MOST_REMEMBERED:
            self._failed.clear()
        self._failed[question] = (now, reason)

    async def _find(self, uri: SipUri, verify: bool) -> list[Hop]:
        try:
            async with asyncio.timeout(SECONDS):
                places = await self._places(uri)
        except (TimeoutError, dns.exception.Timeout) as error:
            raise Unresolved(f"no name server said within {SECONDS:g} s where {uri.host} is") from error
        except (dns.exception.DNSException, OSError) as error:
            raise Unresolved(f"the name {uri.host} cannot be looked up: {_in_words(error)}") from error
        if not places:
            raise Unresolved(f"the name {uri.host} is not known")
        return [Hop(transport, address, uri.host, verify) for transport, address in places[:MOST_HOPS]]

    async def _places(self, uri: SipUri) -> list[tuple[str, Address]]:
        if uri.port is None:
            services = await self._services(uri)
            found = [place for transport, name in services for place in await self._servers(transport, name)]
            if found:
                return found
        return [(uri.transport, (host, uri.destination_port)) for host in await self._addresses(uri.host)]

    async def _services(self, uri: SipUri) -> list[tuple[str, str]]:
        """Give transports with the names of their SRV records, in the order that the domain wants (RFC 3263 4.1)."""
        if named := uri.named_transport:
            return [(named, f"{_PREFIXES[named]}.{uri.host}")]
        records = await self._ask(NAPTR, uri.host, dns.rdatatype.NAPTR)
        wanted = []
        for record in sorted(records, key=lambda one: (one.order, one.preference)):
            transport = _SERVICES.get(record.service.decode("ascii", "replace").upper())
            if transport and record.flags.lower() == b"s":
                wanted.append((transport, str(record.replacement)))
        return wanted or [(transport, f"{prefix}.{uri.host}") for transport, prefix in _PREFIXES.items()]

    async def _servers(self, transport: str, name: str) -> list[tuple[str, Address]]:
        places: list[tuple[str, Address]] = []
        for record in _by_weight(await self._ask(SRV, name, dns.rdatatype.SRV)):
            target = str(record.target)
            if target != "." and len(places) < MOST_HOPS:
                places += [(transport, (host, record.port)) for host in await self._addresses(target)]
        return places

    async def _addresses(self, host: str) -> list[str]:
        """Give the addresses of a host, IPv4 first: that is where phones and their servers are heard for sure."""
        if known := _from_hosts(self._hosts, host.rstrip(".")):
            return known
        kinds = (dns.rdatatype.A, dns.rdatatype.AAAA)
        answers = await asyncio.gather(*(self._answer(host, kind) for kind in kinds))
        return [record.address for answer in answers if answer is not None for record in answer]

    async def _ask(self, kind: type[Record], name: str, rdatatype: dns.rdatatype.RdataType) -> list[Record]:
        answer = await self._answer(name, rdatatype)
        return [] if answer is None else [record for record in answer if isinstance(record, kind)]

    async def _answer(self, name: str, rdatatype: dns.rdatatype.RdataType) -> dns.resolver.Answer | None:
        resolver = dns.asyncresolver.Resolver(configure=not self._nameservers)
        if self._nameservers:
            resolver.nameservers, resolver.port = list(self._nameservers), self._port
        resolver.cache, resolver.lifetime = self._cache, SECONDS
        try:
            return await resolver.resolve(name, rdatatype, search=True)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None


def _is_digits(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _transport_only(uri: SipUri) -> tuple[tuple[str, str | None], ...]:
    return tuple((name, value) for name, value in uri.parameters if name.lower() == "transport")


def _by_weight(records: list[SRV]) -> list[SRV]:
    """Order SRV records by priority, and within one at random by weight (RFC 2782)."""
    return sorted(records, key=lambda one: (one.priority, -(random.random() ** (1 / max(one.weight, 0.01)))))  # noqa: S311


def _from_hosts(file: Path, host: str) -> list[str]:
    """Look a name up in the hosts file, which a name server knows nothing of."""
    try:
        lines = file.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    rows = (line.partition("#")[0].split() for line in lines)
    found = [row[0] for row in rows if len(row) > 1 and host.lower() in (name.lower() for name in row[1:])]
    found = [address for address in found if _is_digits(address)]
    if not found and host.lower() == "localhost":
        found = ["127.0.0.1"]
    return sorted(found, key=lambda address: ":" in address)


def _in_words(error: Exception) -> str:
    if isinstance(error, dns.resolver.NoNameservers):
        return "the name servers refuse or fail"
    if isinstance(error, dns.resolver.NoResolverConfiguration):
        return "this machine knows no name server"
    return str(error).partition("\n")[0][:100]
