"""Clocks that jump: nobody is locked out for ever, nothing is told in a storm, nothing lives longer than it should."""

from contextlib import suppress
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from provserver import digest
from provserver.db.models import EnrolmentWindow
from provserver.digest import Digest, Nonces
from provserver.domain.clocks import DRIFT
from provserver.domain.enrolment import Way
from provserver.errors import Throttled, Unauthenticated
from provserver.services.access import accounts, second_factor, sessions
from provserver.services.access.accounts import Person
from provserver.services.access.sign_in import FAILURES_ALLOWED, TRIES_PER_NETWORK, sign_in
from provserver.services.editing import keys
from provserver.services.enrolment import policies, windows
from provserver.services.enrolment.first_contact import would_admit
from provserver.services.enrolment.windows import Wanted
from provserver.services.guarding import scanners
from provserver.services.guarding.scanners import BAN_AT, Levels, Miss
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.pushing import resync
from provserver.tls import authority
from tests.fakes.clock import FakeClock
from tests.services.conftest import Office, office

__all__ = ["office"]

PASSWORD = "correct horse battery"
AHEAD = [{"hours": 3}, {"days": 3}]
FAR = {"days": 3}

jumps = pytest.mark.parametrize("jump", AHEAD, ids=str)


def forward(house: House, jump: dict[str, float]) -> None:
    """Put the clock ahead."""
    assert isinstance(house.clock, FakeClock)
    house.clock.forward(**jump)


def put_back(house: House, jump: dict[str, float]) -> None:
    """Put the clock back."""
    forward(house, {name: -value for name, value in jump.items()})


@pytest.fixture
def anna(house: House) -> Person:
    """An operator."""
    return accounts.add_user(house, "anna", PASSWORD)


def _save(office: Office, mac: str) -> None:
    devices.change_device(office.house, office.actor, mac, {"sip_address": "sip:201@127.0.0.1:9"})
    keys.set_keys(office.house, office.actor, mac, {"4": {"kind": "speed-dial", "target": "*98"}})


def _claim(office: Office, later: timedelta = resync.SETTLE_LIMIT) -> list[str]:
    now = office.house.clock() + later
    return sorted(task.mac for task in resync.claim(office.house.database, office.house.config, now, 10))


@jumps
def test_phones_are_told_once_after_the_clock_was_put_back(office: Office, jump: dict[str, float]) -> None:
    forward(office.house, jump)
    _save(office, office.poly)
    assert _claim(office) == [office.poly], "and the worker that has it in hand dies"
    _save(office, office.yealink)
    put_back(office.house, jump)
    assert _claim(office) == sorted([office.poly, office.yealink])
    assert _claim(office) == [], "once, and not at every look"
    assert _claim(office, resync.LEASE * 2) == sorted([office.poly, office.yealink]), "the lease is one as always"


@jumps
def test_phones_are_told_once_after_the_clock_was_put_ahead(office: Office, jump: dict[str, float]) -> None:
    _save(office, office.poly)
    forward(office.house, jump)
    assert _claim(office) == [office.poly]
    assert _claim(office) == []


def test_small_differences_of_clocks_change_nothing(office: Office) -> None:
    _save(office, office.poly)
    put_back(office.house, {"seconds": DRIFT.total_seconds() / 2})
    assert _claim(office, timedelta(0)) == []


@jumps
def test_a_session_of_a_clock_that_went_ahead_is_over(house: House, anna: Person, jump: dict[str, float]) -> None:
    forward(house, jump)
    token = sessions.begin(house, anna)
    assert sessions.find(house, token) is not None
    put_back(house, jump)
    assert sessions.find(house, token) is None
    assert sessions.find(house, sessions.begin(house, sign_in(house, "anna", PASSWORD))) is not None


def test_a_proof_is_not_fresh_for_longer(house: House, anna: Person) -> None:
    token = sessions.begin(house, anna)
    forward(house, {"hours": 1})
    found = sessions.find(house, token)
    assert found is not None
    sessions.prove(house, found.number, found.person, PASSWORD)
    put_back(house, {"minutes": 50})
    found = sessions.find(house, token)
    assert found is not None and not found.person.actor(1).fresh


def test_an_account_is_not_locked_for_longer_than_the_longest_lock(house: House, anna: Person) -> None:
    forward(house, FAR)
    for _ in range(FAILURES_ALLOWED):
        with pytest.raises(Unauthenticated):
            sign_in(house, "anna", "wrong wrong wrong")
    put_back(house, FAR)
    assert sign_in(house, "anna", PASSWORD).name == "anna"


def test_an_address_is_not_stopped_for_longer(house: House, anna: Person) -> None:
    forward(house, FAR)
    for _ in range(TRIES_PER_NETWORK + 1):
        with suppress(Unauthenticated, Throttled):
            sign_in(house, "nobody", "wrong wrong wrong", "192.0.2.9")
    with pytest.raises(Throttled):
        sign_in(house, "anna", PASSWORD, "192.0.2.9")
    put_back(house, FAR)
    assert sign_in(house, "anna", PASSWORD, "192.0.2.9").name == "anna"


@jumps
def test_an_authenticator_opens_after_the_clock_was_put_back(
    house: House, anna: Person, jump: dict[str, float]
) -> None:
    forward(house, jump)
    found = sessions.find(house, sessions.begin(house, anna))
    assert found is not None
    offer = second_factor.offer(house, anna)
    second_factor.accept(house, anna, found.number, offer.sealed, pyotp.TOTP(offer.secret).at(house.clock()))
    put_back(house, jump)
    found = sessions.find(house, sessions.begin(house, anna))
    assert found is not None
    code = pyotp.TOTP(offer.secret).at(house.clock())
    second_factor.check(house, anna, found.number, code)
    with pytest.raises(Unauthenticated):
        second_factor.check(house, anna, found.number, code)


def test_a_ban_does_not_last_longer_than_the_longest(house: House) -> None:
    forward(house, FAR)
    guesses = [Miss("192.0.2.9", False, house.clock(), f"0004f2{number:06x}") for number in range(BAN_AT + 1)]
    with house.database.transaction() as session:
        scanners.write(session, guesses)
    levels = Levels()
    levels.read(house.database, house.clock())
    assert levels.refuses("192.0.2.9", house.clock())
    put_back(house, FAR)
    levels.read(house.database, house.clock())
    assert not levels.refuses("192.0.2.9", house.clock())


@jumps
def test_a_window_is_not_open_for_longer(office: Office, jump: dict[str, float]) -> None:
    policies.set_policy(office.house, office.actor, {"ways": [Way.WINDOW.value]})
    forward(office.house, jump)
    windows.open_windows(office.house, office.actor, Wanted(macs=(office.poly,)))
    assert would_admit(office.house, office.poly, "192.0.2.9", trusted=False)
    put_back(office.house, jump)
    assert not would_admit(office.house, office.poly, "192.0.2.9", trusted=False)
    windows.close_expired(office.house)
    with office.house.database.reading() as session:
        assert session.scalar(select(EnrolmentWindow.open_mac)) is None


def test_a_phone_with_a_password_is_answered_after_the_clock_was_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "MOST_NONCES", 2)
    nonces, clock = Nonces(b"key"), FakeClock()

    def comes() -> bool:
        clock.forward(milliseconds=1)  # a nonce is known by its millisecond
        given = Digest("u", nonces.make(clock()), "/", "MD5", 1, "c", "00000001", "r")
        return nonces.use(given, clock())

    clock.forward(**FAR)
    assert all(comes() for _ in range(5))
    clock.forward(days=-3)
    assert all(comes() for _ in range(5))


def test_a_certificate_that_is_not_valid_yet_is_made_anew() -> None:
    clock = FakeClock()
    clock.forward(days=10)
    ours = authority.make_authority("ours", clock())
    issued = authority.issue(ours, ["prov.test"], clock())
    assert not authority.is_authority_due(ours.certificate, clock())
    assert not authority.is_due(issued.certificate, ours.certificate, ["prov.test"], clock())
    clock.forward(days=-10)
    assert authority.is_authority_due(ours.certificate, clock())
    assert authority.is_due(issued.certificate, ours.certificate, ["prov.test"], clock())
