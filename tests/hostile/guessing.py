"""Who knows every maker's file names and User-Agents, and guesses: what is asked, by whom, and how answers compare."""

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import provserver.vendors
from provserver.domain.roles import Actor, Role
from provserver.fronts import Application
from provserver.services.access import accounts
from provserver.services.enrolment import credentials, windows
from provserver.services.enrolment.windows import Wanted
from provserver.services.house import House
from provserver.services.inventory import devices, firmware
from provserver.services.inventory.devices import NewDevice
from provserver.services.inventory.firmware import NewImage
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from provserver.vendors.registry import vendors

EACH = 4
"""Phones of each maker in the house, and as many addresses of the same blocks that no phone has."""
HOME = "198.51.100.7"
"""The only address that the open windows are for; nobody guesses from there."""
IMAGE = "guessed.ld"
_ADDRESS = re.compile(r"(?i)(?<![0-9a-f])(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}(?![0-9a-f])")
_METHODS = ("GET",) * 16 + ("HEAD", "HEAD", "PUT", "POST")
_FORGED = (
    {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_X_FORWARDED_FOR": HOME, "HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_FORWARDED": f"for={HOME}"}, {"HTTP_X_SSL_CLIENT_VERIFY": "SUCCESS", "HTTP_X_SSL_CLIENT_CERT": "x"},
    {"HTTP_AUTHORIZATION": "Basic YWRtaW46YWRtaW4="}, {"HTTP_IF_NONE_MATCH": "*"}, {"HTTP_RANGE": "bytes=0-9"},
)  # fmt: skip
"""What somebody adds who hopes to be taken for another."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One request; those of one ``kind`` must be answered alike, whether the phone is ``known`` or not."""

    kind: tuple[str, str]
    known: bool
    path: str
    environ: dict[str, str]


@dataclass(frozen=True, slots=True)
class Targets:
    """One maker: addresses of its phones and as many of nobody's, its file names and User-Agents."""

    vendor: str
    shapes: tuple[str, ...]
    agents: tuple[str, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]

    def guess(self, dice: random.Random, known: bool) -> Guess:
        """Make up a request for a phone of this maker's."""
        shape, mac = dice.choice(self.shapes), dice.choice(self.known if known else self.unknown)
        if not known and dice.random() < 0.5:
            mac = f"{mac[:6]}{dice.randrange(2**24):06x}"
            known = mac in self.known
        name = shape.replace("{mac}", mac if dice.random() < 0.5 else mac.upper())
        method = dice.choice(_METHODS)
        more = {"REQUEST_METHOD": method, "REMOTE_ADDR": stranger(dice), "HTTP_USER_AGENT": self._agent(dice, mac)}
        if dice.random() < 0.2:
            more |= dice.choice(_FORGED)
        return Guess((shape, method), known, f"/{name}", more)

    def _agent(self, dice: random.Random, mac: str) -> str:
        """Give one of the maker's own, with the guessed address where it tells one; or nothing, or a browser's."""
        if not self.agents or dice.random() < 0.2:
            return dice.choice(("", "Mozilla/5.0", "curl/8.5.0"))
        return _ADDRESS.sub(":".join(re.findall("..", mac)), dice.choice(self.agents))


def stranger(dice: random.Random) -> str:
    """Give an address on the internet that nobody trusts; one in ten is always the same, which is soon banned."""
    if dice.random() < 0.1:
        return "203.0.113.66"
    return f"203.{dice.randrange(1, 113)}.{dice.randrange(256)}.{dice.randrange(1, 255)}"


def furnish(house: House, dice: random.Random) -> tuple[Targets, ...]:
    """Put phones of every maker into the house, some with a password or an open window for one address."""
    actor = Actor(accounts.ensure_company(house, "Rossi S.p.A."), "anna", Role.OPERATOR)
    targets = []
    for number, vendor in enumerate(vendors().values()):
        extension = str(200 + number)
        directory.add_line(house, actor, NewLine(extension, vendor.rules.title, domain="pbx.example.com"))
        macs = _addresses(sorted(vendor.rules.ouis) or ["020000"], dice)
        model = next((one for one in vendor.models.values() if not credentials.lacks(one)), None)
        names = [model.name] * 2 if model else []
        names += dice.sample(sorted(vendor.models), min(EACH, len(vendor.models)))
        for place, mac in enumerate(macs[:EACH]):
            new = NewDevice(mac, vendor.name, names[place % len(names)], (extension,))
            devices.add_device(house, actor, new)
            if place == 0:
                windows.open_windows(house, actor, Wanted((mac,), address=HOME))
                if model:
                    credentials.put(house, actor, mac)
        agents = tuple(str(row["user_agent"]) for row in vendor.seen if "user_agent" in row)
        targets.append(Targets(vendor.name, _shapes(vendor.name), agents, macs[:EACH], macs[EACH:]))
    firmware.add(house, actor, NewImage(IMAGE, "poly", ("VVX301",), "6.4.0"), [b"\x7fFIRMWARE" * 200])
    return tuple(targets)


def _addresses(blocks: Sequence[str], dice: random.Random) -> tuple[str, ...]:
    made: dict[str, None] = {}
    while len(made) < 2 * EACH:
        made[f"{dice.choice(blocks)}{dice.randrange(1, 2**24):06x}"] = None
    return tuple(made)


def _shapes(vendor: str) -> tuple[str, ...]:
    table = Path(provserver.vendors.__file__).parent / vendor / "models.toml"
    rules = tomllib.loads(table.read_text())["vendor"]
    names = [name for part in ("files", "optional", "uploads") for name in rules.get(part, ())]
    return tuple(dict.fromkeys(name.replace("{any}", "-x").replace("{hw}", "65") for name in names))


def guesses(targets: Sequence[Targets], dice: random.Random, count: int) -> Iterator[Guess]:
    """Make up requests over all makers, every other one for a phone that there is."""
    for number in range(count):
        yield dice.choice(targets).guess(dice, known=number % 2 == 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, all of it."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def ask(door: Application, path: str, environ: dict[str, str], body: bytes = b"") -> Answer:
    """Send a request to a WSGI application, as a server would."""
    whole: dict[str, Any] = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "prov.test", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(body), "CONTENT_LENGTH": "0",
        **environ,
    }  # fmt: skip
    seen: list[tuple[str, list[tuple[str, str]]]] = []
    parts = door(whole, lambda status, headers: seen.append((status, headers)))
    whole_body = b"".join(parts)
    if close := getattr(parts, "close", None):
        close()
    return Answer(seen[0][0], tuple(seen[0][1]), whole_body)
