"""Who may be answered by a phone's address alone: the one place that decides it, and the same work for every address.

A request from an untrusted network is looked up among the open windows and nowhere else: a known phone without one and
an address that no phone has take the same path, the same statement, and get the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from provserver.db.models import EnrolmentWindow
from provserver.domain.enrolment import Way, read_ways, source_of
from provserver.domain.requests import PhoneRequest, Verdict
from provserver.services.enrolment import proofs, windows
from provserver.services.enrolment.proofs import Proofs, Shown
from provserver.services.guarding.scanners import Levels
from provserver.services.house import House
from provserver.vendors.registry import are_kin, claim, identify


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is given; the phone itself is told nothing but no."""

    verdict: Verdict
    reason: str
    stale: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    """What asks for a PIN, where one may be about to be typed: with 401 in place of 404."""


_KNOWN = """SELECT p.ways, d.vendor FROM device d
LEFT JOIN enrolment_policy p ON p.tenant_id = d.tenant_id WHERE d.mac = ?"""
_WINDOW = """SELECT COALESCE(w.device_id, 0), COALESCE(w.way, 'window'), COALESCE(w.address, '192.0.2.0'), p.ways
FROM (SELECT CAST(? AS VARCHAR(12)) AS mac) AS asked
LEFT JOIN enrolment_window w ON w.open_mac = asked.mac AND w.deadline > ? AND w.opened_at <= ?
LEFT JOIN enrolment_policy p ON p.tenant_id = COALESCE(w.tenant_id, 0)"""
"""Gives a row where there is no window, too: the work is the same, so that its time tells nobody of others' windows."""

_NONE = (0, "window", "192.0.2.0", None)


def admit(house: House, request: PhoneRequest, levels: Levels, memory: Proofs) -> str | Refusal:
    """Give the hardware address of the phone that may be answered by it alone, or why none may.

    Where a phone of this maker may be about to show a PIN, every refusal asks for it, whoever the phone is.
    """
    found = _decide(house, request, levels, memory)
    if isinstance(found, str):
        return found
    return replace(found, headers=proofs.ask(house, memory, request, stale=found.stale))


def _decide(house: House, request: PhoneRequest, levels: Levels, memory: Proofs) -> str | Refusal:
    stranger = Verdict.UNKNOWN_PHONE if request.trusted else Verdict.UNTRUSTED
    mac = named_mac(request.file, request.user_agent)
    if not mac:
        return Refusal(stranger, "neither the file nor the User-Agent names an address")
    if _is_vouched_for(house, request, mac):
        return mac
    now = house.clock()
    guesses = levels.refuses(request.address, now) and not request.trusted
    window = _window(house, mac)
    if guesses and not window[2]:
        return Refusal(Verdict.UNTRUSTED, "a window is open, but this source guesses; approve what knocked")
    through = _through_window(house, request, mac, *window)
    if window[0] and isinstance(through, str):
        return through
    proof = Shown() if guesses else proofs.show(house, memory, request, mac)
    if proof.is_right:
        return mac
    if proof.verdict or proof.stale:
        return Refusal(proof.verdict or stranger, proof.reason or "the answer is too old", proof.stale)
    if window[0]:
        return through
    if request.trusted:
        return Refusal(stranger, f"there is no phone {mac}, or its company trusts no network")
    return Refusal(stranger, "asked by address alone, from a network that is not trusted, and no window is open")


def would_admit(house: House, mac: str, address: str, *, trusted: bool) -> bool:
    """Tell whether a phone could come by its hardware address alone, without letting it in: no window is taken.

    It is for who asks in a datagram, which anybody can send in another's name.
    """
    if _is_vouched_for(house, PhoneRequest("", "", address, trusted=trusted), mac):
        return True
    device_id, way, owner, ways = _window(house, mac)
    if not device_id:
        return proofs.waits_for_pin(house, mac)
    return way in read_ways(ways) and (not owner or source_of(owner) == source_of(address))


def _window(house: House, mac: str) -> Sequence[Any]:
    """Find the open window of a phone, or none; one that opens in the future is of a clock that was put back."""
    return house.database.fetch_one(_WINDOW, (mac, *windows.moments(house))) or _NONE


@lru_cache(maxsize=4096)
def named_mac(file: str, user_agent: str) -> str:
    """Give the hardware address that a request names in its file, else in its User-Agent; else nothing."""
    named = claim(file)
    if named is not None and named.mac:
        return named.mac
    identity = identify(user_agent)
    return (identity.mac if identity else None) or ""


def _is_vouched_for(house: House, request: PhoneRequest, mac: str) -> bool:
    """Tell whether the network or the maker's certificate speaks for the phone, and its company counts that."""
    if not (request.trusted or request.certified == mac):
        return False
    known = house.database.fetch_one(_KNOWN, (mac,))
    if known is None:
        return False
    ways = {Way.TRUSTED} if request.trusted else set()
    if request.certified == mac and are_kin(known[1], request.certified_by):  # a maker vouches for its own alone
        ways.add(Way.CERTIFICATE)
    return bool(ways & read_ways(known[0]))


def _through_window(
    house: House, request: PhoneRequest, mac: str, device_id: int, way: str, address: str, ways: str | None
) -> str | Refusal:
    if way not in read_ways(ways):
        return Refusal(Verdict.UNTRUSTED, "a window is open, but the company counts windows of this kind no more")
    if not address:
        address = _bind(house, device_id, request.address)
    if source_of(address) == source_of(request.address):
        return mac
    return Refusal(Verdict.SECOND_ADDRESS, "a window is open, but it belongs to another address")


def _bind(house: House, device_id: int, address: str) -> str:
    """Give the window to the first address that uses it; return whose it is."""
    with house.database.transaction() as session:
        window = session.get(EnrolmentWindow, device_id, with_for_update=True)
        if window is None or window.open_mac is None:
            return ""
        if not window.address:
            window.address = address
            window.used_at = house.clock()
        return window.address
