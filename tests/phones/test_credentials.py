"""A phone's own password at the door: asked for when it knows it, demanded once it used it, and nobody locked out."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from provserver.config import networks
from provserver.crypto import token_hash
from provserver.db.models import Change, DeviceCredential, PhoneLog, Source, SourceGuess
from provserver.services.editing import settings
from provserver.services.enrolment import credentials, tokens, windows
from provserver.services.enrolment.credentials import Stage
from provserver.services.enrolment.windows import Wanted
from tests.fakes.answering import Answerer
from tests.phones.answering import NAME, WORD, Phone
from tests.phones.conftest import Caller

HOME = "203.0.113.9"


@pytest.fixture
def home(caller: Caller) -> Caller:
    return caller.from_address(HOME)


@pytest.fixture
def phone(home: Caller) -> Phone:
    found = Phone(home, home.office.yealink_url, home.office.yealink)
    assert found.fetch().status == 200
    return found


def put(phone: Phone) -> tuple[str, str]:
    office = phone.caller.office
    return credentials.put(office.house, office.actor, office.yealink)


def stage(phone: Phone) -> Stage:
    office = phone.caller.office
    return credentials.status(office.house, office.actor, office.yealink).stage


def later(phone: Phone, **how: float) -> None:
    phone.caller.office.house.clock.forward(**(how or {"minutes": 3}))  # type: ignore[attr-defined]


def in_use(phone: Phone) -> Phone:
    put(phone)
    phone.fetch()
    later(phone)
    assert phone.fetch().status == 200 and stage(phone) is Stage.REQUIRED
    return phone


def test_nothing_is_asked_until_the_phone_has_the_password_and_everything_once_it_used_it(phone: Phone) -> None:
    name, word = put(phone)
    assert stage(phone) is Stage.SENDING and name == phone.mac
    assert phone.ask(f"{phone.mac}.boot").status == 200
    assert phone.fetch().status == 200 and phone.client is not None and phone.client.password == word
    assert stage(phone) is Stage.ASKING
    assert phone.ask(f"{phone.mac}.boot").status == 200, "the same round of fetching"
    later(phone)
    phone.statuses.clear()
    assert phone.fetch().status == 200 and phone.statuses == [401, 200]
    assert stage(phone) is Stage.REQUIRED
    for file in (f"{phone.mac}.cfg", f"{phone.mac}.boot"):
        assert phone.ask(file).status == 401
        assert phone.fetch(file).status == 200
    assert phone.ask("nothing-of-this-name.cfg").status == 404, "a plain no asks for nothing"


def test_a_phone_that_lost_power_before_it_kept_its_password_gets_in(phone: Phone) -> None:
    put(phone)
    phone.keeps = False
    phone.fetch()
    later(phone)
    assert phone.fetch().status == 401
    phone.keeps = True
    assert phone.fetch().status == 200
    later(phone)
    assert phone.fetch().status == 200 and stage(phone) is Stage.REQUIRED


def test_a_phone_that_never_answers_is_asked_three_times_and_served(phone: Phone) -> None:
    put(phone)
    phone.answers = False
    for _ in range(12):
        phone.fetch()
        later(phone)
    assert phone.statuses.count(401) == credentials.MOST_ASKS and phone.statuses[-3:] == [200, 200, 200]
    assert stage(phone) is Stage.UNANSWERED
    house = phone.caller.office.house
    with house.database.reading() as session:
        assert session.scalar(select(Change).where(Change.what == "phone password unanswered")) is not None


def test_old_and_new_are_both_accepted_until_the_new_one_was_used(phone: Phone) -> None:
    in_use(phone)
    office = phone.caller.office
    old = phone.client
    assert old is not None
    _, word = credentials.rotate(office.house, office.actor, phone.mac)
    assert stage(phone) is Stage.REPLACING
    phone.keeps = False
    for _ in range(3):
        assert phone.fetch().status == 200, "with the old one"
        later(phone, days=30)
    phone.keeps = True
    assert phone.fetch().status == 200 and phone.client is not None and phone.client.password == word
    assert phone.fetch().status == 200 and stage(phone) is Stage.REQUIRED
    phone.client = old
    assert phone.fetch().status == 401


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_either_algorithm_will_do(phone: Phone, algorithm: str) -> None:
    phone.algorithms = (algorithm,)
    in_use(phone)
    assert phone.ask(f"{phone.mac}.cfg").status == 401
    assert [text.split()[0] for text in phone.challenges] == ["Digest", "Digest"]


def test_basic_is_offered_and_taken_only_where_the_way_is_encrypted(phone: Phone) -> None:
    in_use(phone)
    assert phone.client is not None
    plain = phone.client.basic()
    assert phone.ask(f"{phone.mac}.cfg", authorization=plain).status == 401
    phone.secure = True
    assert phone.ask(f"{phone.mac}.cfg").status == 401
    assert [text.split()[0] for text in phone.challenges] == ["Digest", "Digest", "Basic"]
    assert phone.ask(f"{phone.mac}.cfg", authorization=plain).status == 200
    assert phone.ask(f"{phone.mac}.cfg", authorization=plain[:-4] + "AAAA").status == 401


def test_a_front_that_is_known_may_say_https_and_nobody_else(phone: Phone) -> None:
    in_use(phone)
    assert phone.client is not None
    caller, path = phone.caller, f"{phone.url}{phone.mac}.cfg"
    said = {"X_FORWARDED_PROTO": "https", "X_FORWARDED_FOR": HOME, "AUTHORIZATION": phone.client.basic()}
    assert caller.from_address("192.0.2.1").ask(path, **said).status == 401
    house = caller.office.house
    behind = replace(house, config=replace(house.config, trusted_proxies=networks("192.0.2.1/32")))
    fronted = replace(caller, office=replace(caller.office, house=behind), address="192.0.2.1")
    assert fronted.ask(path, **said).status == 200


def test_an_old_nonce_is_stale_and_an_answer_counts_once(phone: Phone) -> None:
    in_use(phone)
    client, path = phone.client, f"{phone.url}{phone.mac}.cfg".removeprefix("http://prov.test")
    assert client is not None and phone.ask(f"{phone.mac}.cfg").status == 401 and client.learn(phone.challenges)
    once = client.digest("GET", path)
    assert phone.ask(f"{phone.mac}.cfg", authorization=once).status == 200
    assert phone.ask(f"{phone.mac}.cfg", authorization=once).status == 401
    assert all("stale=true" in text for text in phone.challenges)
    assert phone.ask(f"{phone.mac}.cfg", authorization=client.digest("GET", path)).status == 200, "the next count"
    assert phone.ask(f"{phone.mac}.boot", authorization=client.digest("GET", path)).status == 401, "of another file"
    later(phone, minutes=5)
    assert phone.ask(f"{phone.mac}.cfg", authorization=client.digest("GET", path)).status == 401
    assert all("stale=true" in text for text in phone.challenges) and client.learn(phone.challenges)
    assert phone.ask(f"{phone.mac}.cfg", authorization=client.digest("GET", path)).status == 200


def test_nobody_without_the_token_or_a_window_sees_a_challenge(phone: Phone) -> None:
    in_use(phone)
    home, file = phone.caller, f"/{phone.mac}.cfg"
    wrong = f"http://prov.test/p/{'A' * 32}/{phone.mac}.cfg"
    stranger, unknown = home.ask(file), home.ask("/805ec0ffffff.cfg")
    assert stranger.status == unknown.status == home.ask(wrong).status == 404
    assert (stranger.headers, stranger.body) == (unknown.headers, unknown.body)
    windows.open_windows(home.office.house, home.office.actor, Wanted((phone.mac,)))
    assert home.ask(file).status == 401
    assert home.ask(f"/{phone.mac}-contact.xml").status == 404, "which would not have been served"
    assert home.ask("/805ec0ffffff.cfg").status == 404
    assert home.from_address("203.0.113.77").ask(file).status == 404, "the window is another's"
    by_mac = replace(phone, url="http://prov.test/")
    assert by_mac.fetch().status == 200
    assert home.from_address("127.0.0.1").ask(file).status == 401, "in a trusted network too"


def test_uploads_and_phonebooks_ask_too(phone: Phone) -> None:
    office = phone.caller.office
    settings.set_values(office.house, office.actor, "tenant", "", {"phonebook": "company"})
    in_use(phone)
    assert phone.ask(f"{phone.mac}-local.cfg", "PUT", b"x = 1\n").status == 401
    assert phone.fetch(f"{phone.mac}-local.cfg", "PUT", b"x = 1\n").status == 201
    assert phone.ask(f"{phone.mac}-local.cfg").status == 401
    assert phone.fetch(f"{phone.mac}-local.cfg").body == b"x = 1\n"
    assert phone.ask("phonebook.xml").status == 401
    assert phone.fetch("phonebook.xml").status == 200


def test_wrong_passwords_are_counted_as_guesses_and_the_phone_is_not_seen(phone: Phone) -> None:
    in_use(phone)
    guesser = replace(phone, caller=phone.caller.from_address("203.0.113.66"), client=Answerer(phone.mac, "wrong-word"))
    for _ in range(30):
        assert guesser.fetch().status == 401
    phone.caller.recorder.flush()
    with phone.caller.office.house.database.reading() as session:
        source = session.get(Source, "203.0.113.66")
        guesses = session.scalars(select(SourceGuess).where(SourceGuess.source == "203.0.113.66")).all()
        verdicts = set(session.scalars(select(PhoneLog.verdict).where(PhoneLog.address == "203.0.113.66")))
    assert source is not None and len(guesses) == 30 and source.level == "slowed" and source.tokens == 0
    assert verdicts == {"challenged", "wrong-password"}
    assert phone.fetch().status == 200


def test_taking_it_away_ends_the_asking_at_once_and_empties_it_in_the_file(phone: Phone) -> None:
    in_use(phone)
    office = phone.caller.office
    assert credentials.clear(office.house, office.actor, phone.mac)
    answer = phone.ask(f"{phone.mac}.cfg")
    name, word = NAME.search(answer.body), WORD.search(answer.body)
    assert answer.status == 200 and name and word and (name[1], word[1]) == (b"", b"")
    assert not credentials.clear(office.house, office.actor, phone.mac)
    in_use(phone)


def test_a_phone_that_was_reset_gets_in_after_it_was_given_a_new_one(phone: Phone) -> None:
    in_use(phone)
    home, office = phone.caller, phone.caller.office
    phone.client = None
    windows.open_windows(office.house, office.actor, Wanted((phone.mac,)))
    assert replace(phone, url="http://prov.test/").fetch().status == 401
    put(phone)
    by_mac = replace(phone, url="http://prov.test/")
    assert by_mac.fetch().status == 200
    phone.client = by_mac.client
    later(phone)
    assert phone.fetch().status == 200 and stage(phone) is Stage.REQUIRED
    assert home.ask(f"/{phone.mac}.cfg").status == 404


def test_the_password_goes_with_a_new_address(phone: Phone) -> None:
    in_use(phone)
    office = phone.caller.office
    new = replace(phone, url=tokens.rotate(office.house, office.actor, phone.mac))
    assert new.ask(f"{phone.mac}.cfg").status == 401
    assert phone.fetch().status == 200 and new.fetch().status == 200
    assert phone.fetch().status == 404


def test_no_secret_is_stored_or_said_in_plain_words(phone: Phone) -> None:
    _, word = put(phone)
    in_use(phone)
    with phone.caller.office.house.database.reading() as session:
        row = session.scalars(select(DeviceCredential)).all()[-1]
        assert phone.client is not None and phone.client.password.encode() not in row.sealed_password
        said = repr(session.scalars(select(Change)).all()) + "".join(
            f"{change.before}{change.after}" for change in session.scalars(select(Change))
        )
    assert word not in said and phone.client.password not in said
    assert token_hash(word) not in said
