"""Guessers: counted, slowed, banned, let off; and phones beside them that notice nothing."""

import logging
import re
from collections.abc import Iterator
from configparser import RawConfigParser
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

import provserver
from provserver.config import networks
from provserver.db.models import Source, SourceGuess
from provserver.domain.enrolment import source_of
from provserver.domain.roles import Actor, Role
from provserver.errors import NotFound
from provserver.logs import Line
from provserver.services.access import accounts
from provserver.services.delivery.sightings import Recorder
from provserver.services.enrolment import tokens, windows
from provserver.services.enrolment.windows import Wanted
from provserver.services.guarding import scanners, sources
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from tests.phones.conftest import Caller

NAT = "203.0.113.9"
FAIL2BAN = Path(provserver.__file__).parent.parent / "docs" / "fail2ban.md"


@pytest.fixture
def nat(caller: Caller) -> Iterator[Caller]:
    """Somebody behind an address that phones share; sightings are written when the test says so."""
    house = caller.office.house
    recorder = Recorder(house.database, house.clock, house.config.trusted_networks)
    recorder._thread = caller.recorder._thread = type("Nobody", (), {"join": lambda self, timeout: None})()
    yield replace(caller, address=NAT, recorder=recorder)
    caller.recorder._thread = None


def sweep(caller: Caller, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        assert caller.ask(f"/805ec0{number:06x}.cfg").status == 404
    caller.recorder.flush()


def level(caller: Caller, source: str = NAT) -> str:
    with caller.office.house.database.reading() as session:
        row = session.get(Source, source)
        return row.level if row else "unknown"


def test_a_sweep_is_slowed_then_banned_and_gets_the_same_answer_throughout(nat: Caller) -> None:
    first = nat.ask("/805ec0fffff0.cfg")
    sweep(nat, scanners.SLOW_AT)
    assert level(nat) == "slowed"
    sweep(nat, scanners.BAN_AT, 1000)
    assert level(nat) == "banned"
    assert nat.ask("/805ec0fffff1.cfg") == first == nat.ask(f"/{nat.office.yealink}.cfg")


def test_guessed_tokens_count_too(nat: Caller) -> None:
    for number in range(scanners.BAN_AT):
        assert nat.ask(f"/p/{number:032d}/{nat.office.yealink}.cfg").status == 404
    nat.recorder.flush()
    assert level(nat) == "banned"
    [row] = sources.sources(nat.office.house, nat.office.actor)
    assert row.tokens == scanners.BAN_AT


def test_a_banned_source_opens_no_window_unless_it_was_approved(nat: Caller) -> None:
    office = nat.office
    sweep(nat, scanners.BAN_AT)
    windows.open_windows(office.house, office.actor, Wanted((office.yealink,)))
    assert nat.ask(f"/{office.yealink}.cfg").status == 404
    windows.open_windows(office.house, office.actor, Wanted((office.yealink,), address=NAT))
    assert nat.ask(f"/{office.yealink}.cfg").status == 200


def test_a_slowed_source_tries_few_windows_a_minute(nat: Caller) -> None:
    office = nat.office
    sweep(nat, scanners.SLOW_AT)
    for number in range(scanners.LOOKS_PER_MINUTE):
        nat.ask(f"/805ec0ff{number:04x}.cfg")
    windows.open_windows(office.house, office.actor, Wanted((office.yealink,)))
    assert nat.ask(f"/{office.yealink}.cfg").status == 404
    office.house.clock.forward(minutes=1)  # type: ignore[attr-defined]
    assert nat.ask(f"/{office.yealink}.cfg").status == 200


def test_two_hundred_honest_phones_beside_a_guesser_lose_nothing(nat: Caller) -> None:
    office = nat.office
    phones = {}
    for number in range(200):
        mac = f"805ec1{number:06x}"
        phones[mac] = devices.add_device(office.house, office.actor, NewDevice(mac, "yealink", "T46U"))[1]
    for round_ in range(3):
        for mac, url in phones.items():
            assert nat.ask(f"{url}{mac}.cfg").status == 200
            assert nat.ask(f"{url}{mac}-local.cfg").status == 404
            assert nat.ask(f"/{mac}.cfg").status == 404
        nat.recorder.flush()
        assert level(nat) == ("unknown" if round_ == 0 else "banned")
        sweep(nat, scanners.BAN_AT, 5000 * (round_ + 1))


def test_an_own_network_is_counted_and_not_banned(nat: Caller) -> None:
    own = replace(nat, address="127.0.0.7")
    sweep(own, 2 * scanners.BAN_AT)
    for number in range(scanners.BAN_AT):
        own.ask(f"/p/{number:032d}/x.cfg")
    own.recorder.flush()
    [row] = sources.sources(nat.office.house, nat.office.actor)
    assert (row.trusted, row.level, row.misses) == (True, "", 3 * scanners.BAN_AT)


def test_asking_the_same_in_vain_all_day_is_one_guess(nat: Caller) -> None:
    for _ in range(3 * scanners.BAN_AT):
        nat.ask("/805ec0000001.cfg")
        nat.recorder.flush()
    assert level(nat) == ""


def test_a_ban_ends_comes_back_longer_and_is_lifted(nat: Caller) -> None:
    office, clock = nat.office, nat.office.house.clock
    sweep(nat, scanners.BAN_AT)
    assert nat.recorder.levels.refuses(NAT, nat.office.house.clock())
    clock.forward(seconds=scanners.BAN.total_seconds() + 1)  # type: ignore[attr-defined]
    sweep(nat, 1)
    assert not nat.recorder.levels.refuses(NAT, nat.office.house.clock())
    sweep(nat, scanners.BAN_AT, 3000)
    [row] = sources.sources(office.house, office.actor)
    assert row.until is not None and row.until - clock() > 1.9 * scanners.BAN
    sources.lift(office.house, office.actor, NAT)
    nat.recorder.levels.read(office.house.database, clock())
    assert not nat.recorder.levels.refuses(NAT, nat.office.house.clock())
    with pytest.raises(NotFound):
        sources.lift(office.house, office.actor, "192.0.2.200")


def test_phones_whose_addresses_were_revoked_are_no_guessers(nat: Caller) -> None:
    house, actor = nat.office.house, nat.office.actor
    phones = [f"805ec1{number:06x}" for number in range(scanners.BAN_AT + 1)]
    urls = [devices.add_device(house, actor, NewDevice(mac, "yealink", "T46U"))[1] for mac in phones]
    for mac in phones:
        tokens.rotate(house, actor, mac, revoke=True)
    for mac, url in zip(phones, urls, strict=True):
        assert nat.ask(f"{url}{mac}.cfg").status == 404
    nat.recorder.flush()
    assert level(nat) == "unknown"


def test_other_processes_learn_of_a_ban(nat: Caller) -> None:
    sweep(nat, scanners.BAN_AT)
    other = Recorder(nat.office.house.database, nat.office.house.clock)
    other.flush()
    assert other.levels.refuses(NAT, nat.office.house.clock())


def test_ipv6_is_counted_by_its_64(nat: Caller) -> None:
    for number in range(scanners.BAN_AT):
        replace(nat, address=f"2001:db8::{number:x}").ask(f"/805ec0{number:06x}.cfg")
    nat.recorder.flush()
    assert level(nat, "2001:db8::/64") == "banned"
    assert source_of("::ffff:203.0.113.9") == NAT and source_of("nonsense") == "nonsense"


def test_a_front_that_nobody_named_is_who_is_counted(nat: Caller) -> None:
    liar = replace(nat, headers={"X_FORWARDED_FOR": "198.51.100.1"})
    sweep(liar, scanners.BAN_AT)
    assert level(nat) == "banned" and level(nat, "198.51.100.1") == "unknown"
    house = nat.office.house
    fronted = replace(house, config=replace(house.config, trusted_proxies=networks("192.0.2.1/32")))
    front = replace(liar, address="192.0.2.1", office=replace(nat.office, house=fronted))
    sweep(front, scanners.BAN_AT)
    assert level(nat, "198.51.100.1") == "banned" and level(nat, "192.0.2.1") == "unknown"


def test_what_is_kept_of_guesses_is_bounded(nat: Caller) -> None:
    house = nat.office.house
    sweep(nat, 3 * scanners.BAN_AT)
    for number in range(3 * scanners.NEW_PER_BATCH):
        replace(nat, address=f"198.18.{number // 256}.{number % 256}").ask("/805ec0000001.cfg")
    nat.recorder.flush()
    with house.database.reading() as session:
        assert (session.scalar(select(func.count()).select_from(Source)) or 0) <= scanners.NEW_PER_BATCH + 1
        assert (session.scalar(select(func.count()).select_from(SourceGuess)) or 0) <= 3 * scanners.BAN_AT
    house.clock.forward(days=10)  # type: ignore[attr-defined]
    scanners.prune(house)
    with house.database.reading() as session:
        assert session.scalars(select(Source)).all() == []


def test_a_company_sees_the_sources_that_its_own_phones_use(nat: Caller) -> None:
    office = nat.office
    sweep(nat, scanners.BAN_AT)
    mine = Actor(office.actor.tenant_id, "mara", Role.ADMIN)
    other = Actor(accounts.ensure_company(office.house, "Bianchi"), "bruno", Role.ADMIN)
    assert sources.sources(office.house, mine) == []
    nat.ask(f"{office.yealink_url}{office.yealink}.cfg")
    nat.recorder.flush()
    assert [row.name for row in sources.sources(office.house, mine)] == [NAT]
    with pytest.raises(NotFound):
        sources.lift(office.house, other, NAT)
    sources.lift(office.house, mine, NAT)


def test_fail2ban_finds_the_line(nat: Caller, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("provserver").propagate = True
    with caplog.at_level(logging.WARNING, logger="provserver"):
        sweep(nat, scanners.BAN_AT)
    lines = [Line().format(record) for record in caplog.records if record.name == scanners.log.name]
    text = FAIL2BAN.read_text()
    written = re.search(r"```ini\n(\[Definition\].*?)```", text, re.DOTALL)
    assert written is not None and len(lines) == 1
    parser = RawConfigParser()
    parser.read_string(written[1])
    wanted = parser["Definition"]
    date = wanted["datepattern"].replace("%%", "%")
    for name, pattern in {
        "%Y": r"\d{4}",
        "%f": r"\d{1,6}",
        "%z": "Z",
        **dict.fromkeys(("%m", "%d", "%H", "%M", "%S"), r"\d\d"),
    }.items():
        date = date.replace(name, pattern)
    rest = re.sub(date, "", lines[0], count=1)
    assert rest != lines[0]
    found = re.search(wanted["failregex"].replace("<HOST>", r"(?P<host>[\w.:]+)"), rest)
    assert found is not None and found["host"] == NAT
    example = next(line for line in text.splitlines() if "Guessing from" in line and line.startswith("2026"))
    assert re.search(wanted["failregex"].replace("<HOST>", r"(?P<host>[\w.:]+)"), re.sub(date, "", example, count=1))
