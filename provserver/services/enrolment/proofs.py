"""A first contact that shows something: its maker's serial number, or a PIN that somebody typed on the phone.

Both are looked up by the phone's address in a table of what may be shown, never among phones; where there is nothing
the same work is done over nothing. What is right opens a window for the address that it came from, and from there on
everything is as for windows.
"""

import hmac
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from provserver.db.holding import MILDLY
from provserver.db.models import Device, EnrolmentSecret, EnrolmentWindow
from provserver.digest import Basic, Digest, Nonces, challenges, is_about, is_right, read
from provserver.domain.enrolment import MOST_WRONG, Way, read_ways
from provserver.domain.requests import PhoneRequest, Verdict
from provserver.services.enrolment import enrolment_secrets, windows
from provserver.services.enrolment.enrolment_secrets import PURPOSE
from provserver.services.house import House
from provserver.vendors.registry import claim, identify, told_serials, vendors

ROUND = timedelta(minutes=10)
"""How long a phone that showed the right thing has to fetch its files."""
MOST_PHONES = 5000
"""Phones whose wrong tries a process remembers."""
REMEMBER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """How showing something ended: let in, or why not; ``stale`` where a PIN came in an answer that is too old."""

    is_right: bool = False
    verdict: Verdict | None = None
    reason: str = ""
    stale: bool = False


class Proofs:
    """What one process remembers: nonces, and wrong tries of phones that are, and are not, here alike.

    The tables learn of wrong tries half a second later, with all that was seen; this counts them at once.
    """

    def __init__(self, nonces: Nonces) -> None:
        self.nonces = nonces
        self._lock = Lock()
        self._wrong: OrderedDict[tuple[str, ...], tuple[datetime, set[str]]] = OrderedDict()

    def is_spent(self, place: tuple[str, ...], now: datetime) -> bool:
        """Tell whether no more is looked at for this phone."""
        with self._lock:
            since, guesses = self._wrong.get(place, (now, set[str]()))
            return len(guesses) >= MOST_WRONG and abs(now - since) < REMEMBER

    def remember(self, place: tuple[str, ...], guess: str, now: datetime) -> None:
        """Count a wrong try; the same one counts once."""
        with self._lock:
            since, guesses = self._wrong.pop(place, (now, set[str]()))
            if abs(now - since) >= REMEMBER:
                since, guesses = now, set()
            if len(guesses) < MOST_WRONG:
                guesses.add(guess)
            self._wrong[place] = since, guesses
            while len(self._wrong) > MOST_PHONES:
                self._wrong.popitem(last=False)


_EXPECTED = """SELECT s.device_id, s.sealed, s.vendor, p.ways, s.opened_at FROM enrolment_secret s
LEFT JOIN enrolment_policy p ON p.tenant_id = s.tenant_id
WHERE s.kind = ? AND s.open_mac = ? AND (s.deadline IS NULL OR s.deadline > ? AND s.opened_at <= ?)"""
_ASKED = """SELECT 1 FROM enrolment_secret
WHERE kind = ? AND vendor = ? AND deadline > ? AND opened_at <= ? AND open_mac IS NOT NULL LIMIT 1"""


def show(house: House, proofs: Proofs, request: PhoneRequest, mac: str) -> Shown:
    """Look at what a request shows for a phone, and let it in where that is right."""
    by_serial = _serial(house, proofs, request, mac)
    if by_serial.is_right:
        return by_serial
    by_pin = _pin(house, proofs, request, mac)
    return by_pin if by_pin.is_right or not by_serial.verdict else by_serial


def ask(house: House, proofs: Proofs, request: PhoneRequest, *, stale: bool = False) -> tuple[tuple[str, str], ...]:
    """Give the headers that ask for a PIN, where a phone of this maker may be about to show one; else none."""
    if not _is_asked(house, request):
        return ()
    return challenges(proofs.nonces.make(house.clock()), stale=stale, basic=request.secure)


def waits_for_pin(house: House, mac: str) -> bool:
    """Tell whether a phone could come in with a PIN."""
    row = _row(house, Way.PIN, mac)
    return row is not None and Way.PIN in read_ways(row[3])


def _asking(request: PhoneRequest) -> Sequence[str]:
    """Name the makers whose phones ask somebody for a PIN, or show what is printed on them, and may be asking here."""
    named = claim(request.file)
    if not request.path or named is None:
        return ()
    identity = identify(request.user_agent)
    makers = {identity.vendor} if identity else named.vendors
    return sorted(maker for maker in makers & named.vendors if vendors()[maker].rules.pin)


def _is_asked(house: House, request: PhoneRequest) -> bool:
    moments = windows.moments(house)
    return any(house.database.fetch_one(_ASKED, (Way.PIN.value, maker, *moments)) for maker in _asking(request))


def _row(house: House, way: Way, mac: str) -> Sequence[Any] | None:
    return house.database.fetch_one(_EXPECTED, (way.value, mac, *windows.moments(house)))


def _expected(house: House, row: Sequence[Any] | None) -> str:
    """Open what a phone is to show; the same work where there is nothing to open."""
    keyring = house.database.keyring
    if row is None:
        return str(len(keyring.seal(b"no such phone", PURPOSE)))
    return keyring.open(bytes(row[1]), PURPOSE).decode()


def _serial(house: House, proofs: Proofs, request: PhoneRequest, mac: str) -> Shown:
    told = told_serials(request.user_agent, request.query)
    if not told:
        return Shown()
    row = _row(house, Way.SERIAL, mac)
    given = told.get(row[2] if row else next(iter(told)), "").upper()
    right = hmac.compare_digest(given.encode(), _expected(house, row).encode())
    place = (mac, Way.SERIAL, str(row[4]) if row else "")
    if proofs.is_spent(place, house.clock()):
        return Shown(verdict=Verdict.UNTRUSTED, reason="too many wrong serial numbers")
    if not right:
        proofs.remember(place, given, house.clock())
    if row is None or Way.SERIAL not in read_ways(row[3]):
        return Shown()
    if not right:
        return Shown(verdict=Verdict.WRONG_SERIAL, reason=f"its serial number is not {given}")
    return Shown(_enter(house, row[0], request.address, Way.SERIAL), Verdict.UNTRUSTED, "its serial number was right")


def _pin(house: House, proofs: Proofs, request: PhoneRequest, mac: str) -> Shown:
    given = read(request.authorization) if request.authorization else None
    if given is None or (isinstance(given, Basic) and not request.secure) or not _is_asked(house, request):
        return Shown()
    if isinstance(given, Digest) and not proofs.nonces.use(given, house.clock()):
        return Shown(stale=True)
    row = _row(house, Way.PIN, mac)
    right = is_right(given, request.method, given.username, _expected(house, row))
    if isinstance(given, Digest):
        right &= is_about(given, request.path, request.query, urlsplit(house.config.base_url).path)
    place = (mac, Way.PIN, str(row[4]) if row else "")
    if proofs.is_spent(place, house.clock()) or not right:
        proofs.remember(place, request.authorization, house.clock())
        return Shown(verdict=Verdict.WRONG_PIN, reason="a wrong PIN")
    if row is None or Way.PIN not in read_ways(row[3]):
        return Shown()
    return Shown(_enter(house, row[0], request.address, Way.PIN))


def _enter(house: House, device_id: int, address: str, way: Way) -> bool:
    """Open a window for exactly this address; a PIN is good once, whoever else shows it at the same moment."""
    now = house.clock()
    with house.database.transaction() as session:
        device = session.get(Device, device_id, with_for_update=MILDLY)
        secret = session.get(EnrolmentSecret, (device_id, way.value), populate_existing=True)
        if device is None or secret is None or secret.open_mac is None:
            return False
        if way is Way.PIN:
            enrolment_secrets.end(session, device, way, now, enrolment_secrets.USED)
        window = EnrolmentWindow(way=way.value, address=address, opened_at=now, deadline=now + ROUND, used_at=now)
        windows.put(session, device, window, "provserver")
        windows.note(house, session, device, "window opened", {"way": way.value, "address": address})
        return True
