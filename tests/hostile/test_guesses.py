"""Guessers before the whole application: no secret, one answer for phones that there are and that there are not."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import pytest

from provserver.app import create_app
from provserver.config import Config, networks
from provserver.crypto import Keyring
from provserver.db.session import Database
from provserver.fronts import Application, Environ, StartResponse
from provserver.services.house import House
from tests.fakes.clock import FakeClock
from tests.hostile import guessing, oracle
from tests.hostile.conftest import LONG, Report, Size
from tests.hostile.guessing import IMAGE, Answer, Targets, ask, stranger
from tests.hostile.treasure import Treasure, treasure

Asking = Callable[[int], Answer]
pytestmark = pytest.mark.timeout(7200 if LONG else 300)


@dataclass
class Street:
    """The application as a server has it, with what it keeps and what a guesser knows of it."""

    house: House
    door: Application
    treasure: Treasure
    targets: tuple[Targets, ...]
    tokens: tuple[str, ...]
    dice: random.Random

    def look(self, answer: Answer) -> None:
        """Look for a secret in an answer."""
        found = self.treasure.inside(answer.body) or self.treasure.inside(repr(answer.headers).encode())
        assert not found, f"a {found} was delivered"


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes, keyring: Keyring) -> Iterator[Street]:
    """Phones of every maker, in a house that trusts no address from which anybody asks."""
    folder = tmp_path_factory.mktemp("street")
    path = folder / "provserver.db"
    path.write_bytes(sqlite_template)
    config = Config(
        data_dir=folder, firmware_dir=folder / "firmware", database_url=f"sqlite:///{path}",
        public_url="http://prov.test", trusted_networks=networks("127.0.0.0/8"), log_level="WARNING",
    )  # fmt: skip
    house = House(Database(config.database_url, keyring), config, FakeClock())
    dice = random.Random(20)
    targets = guessing.furnish(house, dice)
    app = create_app(house.config, house)
    found = treasure(house)
    yield Street(house, app.wsgi_app, found, targets, found.of_kind("device token"), dice)
    app.extensions["desk"].recorder.close()
    house.database.close()


def test_who_guesses_addresses_gets_no_secret_and_one_answer(street: Street, size: Size, report: Report) -> None:
    answers: dict[tuple[str, str], dict[bool, set[Answer]]] = defaultdict(lambda: {True: set(), False: set()})
    tried = {True: 0, False: 0}
    for guess in guessing.guesses(street.targets, street.dice, size(6_000, 1_000_000)):
        answer = ask(street.door, guess.path, guess.environ)
        answers[guess.kind][guess.known].add(answer)
        tried[guess.known] += 1
    every = {answer for both in answers.values() for some in both.values() for answer in some}
    for answer in every:
        street.look(answer)
        assert answer.status[:3] in {"404", "405"}
    assert {kind: both for kind, both in answers.items() if len(both[True] | both[False]) > 1} == {}
    report(for_phones=tried[True], for_nobody=tried[False], kinds=len(answers), answers=len(every), secrets=0)


def test_a_phone_that_may_come_is_given_the_secrets_that_are_looked_for(street: Street) -> None:
    window, token = street.targets[-1].known[0], street.tokens[0]
    came = ask(street.door, f"/{window}.cfg", {"REMOTE_ADDR": guessing.HOME})
    assert came.status == "200 OK" and street.treasure.inside(came.body)
    assert token and street.treasure.inside(f"/p/{token}/".encode()) == "device token"


def test_who_guesses_tokens_phonebooks_and_images_gets_nothing(street: Street, size: Size, report: Report) -> None:
    tried, answers = 0, set[Answer]()
    for path in _near_misses(street, size(4_000, 200_000)):
        method = "HEAD" if tried % 16 == 15 else "GET"
        answer = ask(street.door, path, {"REMOTE_ADDR": stranger(street.dice), "REQUEST_METHOD": method})
        tried += 1
        if method == "GET":
            answers.add(answer)
    for answer in answers:
        street.look(answer)
    assert {answer.status for answer in answers} == {"404 Not Found"} and len(answers) == 1
    report(tried=tried, answers=len(answers), secrets=0)


def _near_misses(street: Street, count: int) -> Iterator[str]:
    """Give paths by tokens that are almost a phone's, or none at all."""
    dice, images = street.dice, (IMAGE, IMAGE.upper(), "other.ld", "sip.ver")
    files = (f"{street.targets[0].known[1]}.cfg", "phonebook.xml", f"firmware/{IMAGE}", "000000000000.cfg", IMAGE)
    for number in range(count):
        token = dice.choice(street.tokens)
        place = dice.randrange(len(token))
        other = "".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", k=len(token)))
        near = (
            other, token[:place] + other[place:], token[:-1], token + "A", token[1:], token.swapcase(), token[::-1],
            f"{token[:place]}%00{token[place:]}", f"{token}%20", token[: max(place, 1)],
        )[number % 10]  # fmt: skip
        if near in street.tokens:
            continue
        yield f"/p/{near}/{dice.choice(files)}" if number % 7 else f"/firmware/{dice.choice(images)}"


@pytest.mark.parametrize(
    ("part", "negligible"),
    [
        pytest.param(slice(1, None), oracle.NEGLIGIBLE, id="phones"),
        pytest.param(slice(0, 1), 0.18, id="phones with a window that is another's"),
    ],
)
def test_time_tells_nobody_which_phones_there_are(
    street: Street, part: slice, negligible: float, size: Size, report: Report
) -> None:
    """A window's row costs the database 0.3 µs more than none; until the same work was done for both it was 1 µs.

    That was a share of 0.80. Here, without a network between, it leaves one of 0.54 to 0.59.
    """
    one, other = _twins(street, street.door, part)
    shares = replace(oracle.compare(one, other, size(3_000, 60_000), street.dice), negligible=negligible)
    same = oracle.compare(other, other, size(1_500, 20_000), street.dice)
    assert not same.tells, f"the measure itself is wrong: {same}"
    assert not shares.tells, f"phones that there are were slower in {shares}"
    report(known_slower_than_unknown=shares, unknown_slower_than_unknown=same)


def test_time_tells_nobody_how_much_of_a_token_is_right(street: Street, size: Size, report: Report) -> None:
    token = street.tokens[0]
    wrong = "".join("A" if letter != "A" else "B" for letter in token)
    almost = token[:-1] + wrong[-1]

    def asking(guess: str) -> Asking:
        return lambda _number: ask(street.door, f"/p/{guess}/x.cfg", {"REMOTE_ADDR": "203.0.113.66"})

    shares = oracle.compare(asking(almost), asking(wrong), size(1_500, 50_000), street.dice)
    assert not shares.tells, f"a token that is almost right was slower in {shares}"
    report(almost_right_slower_than_wrong=shares)


def test_a_door_that_looks_phones_up_first_is_found_out(street: Street, size: Size, report: Report) -> None:
    """The control: one more indexed query for phones that there are, and nothing else, shows in the same measure."""
    database = street.house.database

    def leaking(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        mac = environ["PATH_INFO"].strip("/").partition(".")[0]
        device = database.fetch_one("SELECT id FROM device WHERE mac = ?", (mac,))
        if device is not None:
            database.fetch_one("SELECT vendor, model, firmware FROM device WHERE id = ?", device)
        return street.door(environ, start_response)

    shares = oracle.compare(*_twins(street, leaking, slice(1, None)), size(1_500, 20_000), street.dice)
    assert shares.tells, f"a leak of one query was not seen: {shares}"
    report(leak_found_in=shares)


def _twins(street: Street, door: Application, part: slice) -> tuple[Asking, Asking]:
    """Give two ways to ask: for phones that there are, and for as many addresses of the same makers that nobody has.

    Both groups are of one size: what was asked a short while ago is faster, whatever it is.
    """
    known = [mac for target in street.targets for mac in target.known[part]]
    unknown = [mac for target in street.targets for mac in target.unknown[part]]
    assert len(known) == len(unknown)

    def asking(macs: list[str]) -> Asking:
        return lambda number: ask(door, f"/{macs[number % len(macs)]}.cfg", {"REMOTE_ADDR": "203.0.113.66"})

    return asking(known), asking(unknown)
