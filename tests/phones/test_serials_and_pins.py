"""First contacts that show something: a serial number, a PIN; and what nobody can tell apart meanwhile."""

import base64
import hashlib
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from provserver.db.models import EnrolmentSecret, EnrolmentWindow, Source
from provserver.domain.enrolment import DEFAULT_WAYS, Way
from provserver.domain.roles import Actor, Role
from provserver.errors import Forbidden, Invalid, Unsupported
from provserver.services.enrolment import enrolment_secrets, first_contact, knocks, pins, policies, windows
from provserver.services.enrolment.windows import Wanted
from provserver.services.guarding import alarms
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from tests.phones.conftest import Answer, Caller

CISCO, GRANDSTREAM, GIGASET, YEALINK = "8843e157ddcc", "000b828aa872", "7c2f80e0d605", "805ec0d9c744"
UNKNOWN_CISCO, UNKNOWN_GRANDSTREAM = "8843e1ffffff", "000b82ffffff"
SERIAL = "CBT141100HR"
HOME = "203.0.113.9"


def spa(mac: str, serial: str) -> str:
    return f"Cisco/SPA504G-7.4.8a ({mac.upper()})({serial})"


@pytest.fixture
def home(caller: Caller) -> Iterator[Caller]:
    """A caller from the internet, and an office with a Cisco, a Grandstream and a Gigaset more."""
    house, actor = caller.office.house, caller.office.actor
    devices.add_device(house, actor, NewDevice(CISCO, "cisco", "SPA504G", serial=" cbt141100hr "))
    devices.add_device(house, actor, NewDevice(GRANDSTREAM, "grandstream", "GXP2135"))
    devices.add_device(house, actor, NewDevice(GIGASET, "gigaset", "N670"))
    policies.set_policy(house, actor, {"ways": [*DEFAULT_WAYS, Way.SERIAL]})
    yield caller.from_address(HOME)


def secret_of(caller: Caller, mac: str, way: Way) -> EnrolmentSecret:
    return pins.of_phone(caller.office.house, caller.office.actor, mac)[way.value]


def ask_spa(caller: Caller, serial: str, mac: str = CISCO) -> Answer:
    return caller.ask(f"/{mac}.xml", USER_AGENT=spa(mac, serial))


def test_the_right_serial_number_lets_a_phone_in_from_where_it_asks(home: Caller) -> None:
    answer = ask_spa(home, SERIAL)
    assert answer.status == 200 and b"flat-profile" in answer.body
    assert home.ask(f"/{CISCO}.xml").status == 200, "its other files"
    assert home.from_address("203.0.113.10").ask(f"/{CISCO}.xml").status == 404
    with home.office.house.database.reading() as session:
        window = session.scalar(select(EnrolmentWindow))
        assert window is not None and (window.way, window.address, window.opened_by) == ("serial", HOME, "provserver")


def test_a_serial_number_may_stand_in_the_query(home: Caller) -> None:
    asking = replace(home, environ={"QUERY_STRING": f"serial={SERIAL.lower()}"})
    assert asking.ask(f"/{CISCO}.xml").status == 200


def test_a_serial_number_counts_until_the_phone_came_by_its_token(home: Caller) -> None:
    house, actor = home.office.house, home.office.actor
    assert ask_spa(home, SERIAL).status == 200
    house.clock.forward(hours=1)  # type: ignore[attr-defined]
    assert ask_spa(home, SERIAL).status == 200, "it lost its power before it kept the file"
    url = devices.reveal_url(house, actor, CISCO)
    assert home.ask(f"{url}{CISCO}.xml").status == 200
    house.clock.forward(hours=1)  # type: ignore[attr-defined]
    assert ask_spa(home, SERIAL).status == 404
    assert secret_of(home, CISCO, Way.SERIAL).closed_why == windows.CAME


def test_a_company_decides_whether_serial_numbers_count(home: Caller) -> None:
    policies.set_policy(home.office.house, home.office.actor, {"ways": [*DEFAULT_WAYS]})
    assert ask_spa(home, SERIAL).status == 404


def test_wrong_serial_numbers_get_what_everybody_gets_and_end_the_right_one(home: Caller) -> None:
    nobody = home.ask(f"/{UNKNOWN_CISCO}.xml")
    heard = []
    for number in range(5):
        assert ask_spa(home, f"CBT14110{number:03}") == nobody
        assert ask_spa(home, f"CBT14110{number:03}") == nobody, "the same one counts once"
        home.recorder.flush()
        heard.append(knocks.knocks(home.office.house, home.office.actor, CISCO)[0].knock.verdict)
    assert heard[0] == "wrong-serial"
    assert ask_spa(home, SERIAL) == nobody, "at once, in the process that saw it"
    assert secret_of(home, CISCO, Way.SERIAL).closed_why == enrolment_secrets.GUESSED
    house, actor = home.office.house, home.office.actor
    assert [row.kind for row in alarms.alarms(house, actor)] == ["guessed"]
    with house.database.reading() as session:
        assert session.scalar(select(Source.misses)) == 6
    devices.change_device(house, actor, CISCO, {"serial": ""})
    devices.change_device(house, actor, CISCO, {"serial": SERIAL})
    assert ask_spa(home, SERIAL).status == 200, "given anew"


def test_a_phone_that_always_says_the_same_wrong_serial_number_is_not_ended(home: Caller) -> None:
    for _ in range(20):
        assert ask_spa(home, "CBT14110099").status == 404
        home.recorder.flush()
    assert secret_of(home, CISCO, Way.SERIAL).open_mac == CISCO


def test_a_serial_number_is_shown_whole_only_to_who_may_change_the_phone(home: Caller) -> None:
    from provserver.services.inventory import serials

    house, actor = home.office.house, home.office.actor
    assert serials.of_phone(house, actor, CISCO) == SERIAL
    reader = Actor(actor.tenant_id, "rita", Role.READER)
    assert serials.of_phone(house, reader, CISCO) == "…0HR"
    with pytest.raises(Invalid, match="serial"):
        devices.change_device(house, actor, CISCO, {"serial": "<script>"})


def give(caller: Caller, mac: str, pin: str | None = None, minutes: int = 30) -> str:
    return pins.give(caller.office.house, caller.office.actor, Wanted((mac,), minutes=minutes), pin)[0]


def challenge(answer: Answer) -> str:
    found = re.search(r'nonce="(\w+)"', answer.headers["WWW-Authenticate"])
    assert found is not None
    return found[1]


def shown(nonce: str, pin: str, path: str, name: str = "anybody", method: str = "GET") -> str:
    """Answer a Digest challenge as a phone does (RFC 7616, SHA-256, qop=auth)."""

    def hashed(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    parts = (hashed(f"{name}:provserver:{pin}"), nonce, "00000001", "c0ffee", "auth", hashed(f"{method}:{path}"))
    return (
        f'Digest username="{name}", realm="provserver", nonce="{nonce}", uri="{path}", algorithm=SHA-256, '
        f'qop=auth, nc=00000001, cnonce="c0ffee", response="{hashed(":".join(parts))}"'
    )


def type_pin(caller: Caller, mac: str, pin: str, file: str = "cfg{}.xml") -> Answer:
    path = "/" + file.format(mac)
    asked = caller.ask(path)
    assert asked.status == 401
    return caller.ask(path, AUTHORIZATION=shown(challenge(asked), pin, path))


def test_a_pin_that_is_typed_lets_the_phone_in_once(home: Caller) -> None:
    assert home.ask(f"/cfg{GRANDSTREAM}.xml").status == 404, "nobody is asked while there is no PIN"
    pin = give(home, GRANDSTREAM)
    assert re.fullmatch(r"\d{8}", pin)
    answer = type_pin(home, GRANDSTREAM, pin)
    assert answer.status == 200 and b"gs_provision" in answer.body
    assert home.ask(f"/cfg{GRANDSTREAM}.xml").status == 200, "it need not be typed again"
    assert secret_of(home, GRANDSTREAM, Way.PIN).closed_why == enrolment_secrets.USED
    elsewhere = home.from_address("203.0.113.10")
    assert elsewhere.ask(f"/cfg{GRANDSTREAM}.xml").status == 404


def test_a_pin_of_a_clock_that_went_ahead_is_over_and_a_serial_number_is_not(home: Caller) -> None:
    house, actor = home.office.house, home.office.actor
    house.clock.forward(days=3)  # type: ignore[attr-defined]
    give(home, GRANDSTREAM)
    devices.change_device(house, actor, CISCO, {"serial": "CBT141100HS"})
    assert len(pins.open_now(house, actor)) == 1
    house.clock.forward(days=-3)  # type: ignore[attr-defined]
    assert not pins.open_now(house, actor) and not first_contact.would_admit(house, GRANDSTREAM, HOME, trusted=False)
    assert home.ask(f"/cfg{GRANDSTREAM}.xml").status == 404, "nobody is asked for it any more"
    enrolment_secrets.close_expired(house)
    assert secret_of(home, GRANDSTREAM, Way.PIN).closed_why == windows.EXPIRED
    assert ask_spa(home, "CBT141100HS").status == 200


def test_wrong_tries_of_a_clock_that_went_ahead_are_forgotten(home: Caller) -> None:
    house = home.office.house
    house.clock.forward(days=3)  # type: ignore[attr-defined]
    for number in range(5):
        ask_spa(home, f"CBT14110{number:03}")
    house.clock.forward(days=-3)  # type: ignore[attr-defined]
    assert ask_spa(home, SERIAL).status == 200


def test_a_phone_that_asks_nobody_shows_what_is_printed_on_it(home: Caller) -> None:
    with pytest.raises(Invalid, match="pin"):
        give(home, GIGASET)
    give(home, GIGASET, "4711 4711 4711")
    assert type_pin(home, GIGASET, "471147114711", "{}.xml").status == 200


def test_basic_counts_only_where_the_way_is_encrypted(home: Caller) -> None:
    pin = give(home, GRANDSTREAM)
    basic = "Basic " + base64.b64encode(f"1:{pin}".encode()).decode()
    assert home.ask(f"/cfg{GRANDSTREAM}.xml", AUTHORIZATION=basic).status == 401
    encrypted = replace(home, environ={"wsgi.url_scheme": "https"})
    assert encrypted.ask(f"/cfg{GRANDSTREAM}.xml", AUTHORIZATION=basic).status == 200


def test_wrong_pins_end_it_and_are_guesses(home: Caller) -> None:
    pin = give(home, GRANDSTREAM)
    for number in range(5):
        assert type_pin(home, GRANDSTREAM, f"0000000{number}").status == 401
    assert type_pin(home, GRANDSTREAM, pin).status == 401, "at once, in the process that saw it"
    home.recorder.flush()
    assert secret_of(home, GRANDSTREAM, Way.PIN).closed_why == enrolment_secrets.GUESSED
    assert home.ask(f"/cfg{GRANDSTREAM}.xml").status == 404
    with home.office.house.database.reading() as session:
        assert session.scalar(select(Source.misses)) == 6
    assert type_pin(home, GRANDSTREAM, give(home, GRANDSTREAM)).status == 200


def test_a_pin_ends_at_its_deadline_and_with_the_policy(home: Caller) -> None:
    house, actor = home.office.house, home.office.actor
    pin = give(home, GRANDSTREAM, minutes=1)
    house.clock.forward(minutes=2)  # type: ignore[attr-defined]
    assert home.ask(f"/cfg{GRANDSTREAM}.xml").status == 404
    enrolment_secrets.close_expired(house)
    assert secret_of(home, GRANDSTREAM, Way.PIN).closed_why == windows.EXPIRED
    pin = give(home, GRANDSTREAM)
    assert first_contact.would_admit(house, GRANDSTREAM, HOME, trusted=False), "plug and play tells it the way"
    policies.set_policy(house, actor, {"ways": ["window"]})
    assert type_pin(home, GRANDSTREAM, pin).status == 401
    assert not first_contact.would_admit(house, GRANDSTREAM, HOME, trusted=False)
    with pytest.raises(Unsupported, match="policy"):
        give(home, GRANDSTREAM)


def test_makers_of_which_nothing_is_sourced_are_refused_with_a_reason(home: Caller) -> None:
    house, actor = home.office.house, home.office.actor
    with pytest.raises(Unsupported, match="no source tells"):
        give(home, YEALINK)
    with pytest.raises(Unsupported, match="Profile account setup"):
        give(home, CISCO)
    devices.remove_device(house, actor, GIGASET)
    _pin, rows = pins.give(house, actor, Wanted(never_seen=True))
    assert [row.device.mac for row in rows] == [GRANDSTREAM], "of many, those that ask for one"
    with pytest.raises(Forbidden):
        pins.give(house, Actor(actor.tenant_id, "rita", Role.READER), Wanted(never_seen=True))
    pins.take_away(house, actor, GRANDSTREAM)
    assert pins.open_now(house, actor) == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST"])
def test_known_and_unknown_phones_get_the_same_answer_while_pins_and_serials_are_about(
    home: Caller, method: str
) -> None:
    other = give(home, GRANDSTREAM)
    windows.open_windows(home.office.house, home.office.actor, Wanted((GRANDSTREAM,), address="198.51.100.1"))
    body = b"x" if method in {"PUT", "POST"} else None
    for known, unknown, name in (
        (GRANDSTREAM, UNKNOWN_GRANDSTREAM, "cfg{}.xml"),
        (CISCO, UNKNOWN_CISCO, "{}.xml"),
        (YEALINK, "805ec0ffffff", "{}.cfg"),
    ):
        for wrong in ("", "00000000", other if known == CISCO else "11111111"):
            answers = []
            for mac in (known, unknown):
                path, headers = (
                    "/" + name.format(mac),
                    {"USER_AGENT": spa(mac, "CBT99999999")} if known == CISCO else {},
                )
                answer = home.ask(path, method, body, **headers)
                if wrong and answer.status == 401:
                    said = shown(challenge(answer), wrong, path, method=method)
                    answer = home.ask(path, method, body, AUTHORIZATION=said, **headers)
                answers.append((answer.status, answer.body, sorted(answer.headers)))
            assert answers[0] == answers[1]
            assert answers[0][0] == (401 if known == GRANDSTREAM else 404)


def test_known_and_unknown_phones_take_the_same_statements(home: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    give(home, GRANDSTREAM)
    database = home.office.house.database
    asked: list[str] = []
    plain = database.fetch_one
    monkeypatch.setattr(database, "fetch_one", lambda query, values: asked.append(query) or plain(query, values))
    event.listen(database.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    home.recorder.close()
    for known, unknown, file in ((CISCO, UNKNOWN_CISCO, "{}.xml"), (GRANDSTREAM, UNKNOWN_GRANDSTREAM, "cfg{}.xml")):
        counted = []
        for mac in (known, unknown):
            path = "/" + file.format(mac)
            asked.clear()
            nonce = home.recorder.nonces.make(home.office.house.clock())
            home.ask(path, USER_AGENT=spa(mac, "CBT1") if known == CISCO else "", AUTHORIZATION=shown(nonce, "0", path))
            counted.append([query for query in asked if "knock" not in query and "phone_log" not in query])
        assert counted[0] == counted[1]
        assert not any("FROM device" in query for query in counted[0])


@pytest.mark.parametrize("known", [CISCO, GRANDSTREAM])
def test_known_and_unknown_phones_take_the_same_time(home: Caller, known: str) -> None:
    """Compare medians of interleaved wrong tries; the span between two halves of the same kind is the noise."""
    give(home, GRANDSTREAM)
    home.recorder.close()
    home.recorder._waiting.update({(number,): None for number in range(10_000)})  # type: ignore[misc]  # nothing is kept
    unknown = UNKNOWN_CISCO if known == CISCO else UNKNOWN_GRANDSTREAM
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(1000):
        for which in (True, False) if number % 2 else (False, True):
            mac = known if which else unknown
            path = f"/{mac}.xml" if known == CISCO else f"/cfg{mac}.xml"
            nonce = home.recorder.nonces.make(home.office.house.clock())
            said = {"AUTHORIZATION": shown(nonce, "00000000", path)}
            headers = {"USER_AGENT": spa(mac, "CBT99999999")} if known == CISCO else said
            start = time.perf_counter()
            home.ask(path, **headers)
            times[which].append(time.perf_counter() - start)
    here, nowhere = (times[which][200:] for which in (True, False))
    noise = abs(statistics.median(here[::2]) - statistics.median(here[1::2]))
    assert abs(statistics.median(here) - statistics.median(nowhere)) < max(5 * noise, 0.1 * statistics.median(nowhere))
