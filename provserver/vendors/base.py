"""What a maker's package is: files out of a phone, named parameters with where each comes from."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

from provserver.domain.hardware import PhoneModel
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.web_actions import WebActions, of_model

_NAMED_SECRET = re.compile(
    r"passw|passphrase|passcode|passwd|pwd|pswd|secret|private_?key|pre_?shared|(?<![a-z])psk", re.IGNORECASE
)
"""What a name says in any maker's parameters, so that one which no table knows is no less a secret."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a file: ``source`` says what it was made from (``language``, ``line 1``, ``key 3``)."""

    value: str
    source: str
    secret: bool = False


class Params:
    """A maker's parameters in the order that a technician reads them; each name once."""

    def __init__(self) -> None:
        self._items: dict[str, Parameter] = {}

    def put(self, name: str, value: str | int | bool | Secret, source: str) -> None:
        """Set a parameter; flags become ``1`` and ``0``. Setting a name twice is a bug of the package."""
        if name in self._items:
            raise KeyError(f"parameter {name} is set twice")
        if isinstance(value, Secret):
            self._items[name] = Parameter(value.reveal(), source, secret=True)
        else:
            self._items[name] = Parameter(str(int(value)) if isinstance(value, bool) else str(value), source)

    def put_all(self, values: Mapping[str, str | int | bool | Secret], source: str) -> None:
        """Set several parameters of one source."""
        for name, value in values.items():
            self.put(name, value, source)

    def merge(self, phone: Phone) -> "Params":
        """Lay the free parameters over the rest: a value replaces or adds, None removes."""
        for name, effective in phone.overrides.items():
            if effective.value is None:
                self._items.pop(name, None)
            else:
                self._items[name] = Parameter(str(effective.value), f"override {name}")
        return self

    def items(self) -> Iterator[tuple[str, Parameter]]:
        """Walk the parameters in order."""
        return iter(self._items.items())

    def pairs(self) -> list[tuple[str, str]]:
        """Give names and values in order, secrets in clear: what a writer takes."""
        return [(name, parameter.value) for name, parameter in self._items.items()]

    def as_dict(self) -> dict[str, Parameter]:
        """Give the parameters by name."""
        return dict(self._items)

    def __getitem__(self, name: str) -> str:
        return self._items[name].value

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __len__(self) -> int:
        return len(self._items)


Builder = Callable[[Params, Phone], None]


def gathered(builders: Iterable[Builder], phone: Phone) -> Params:
    """Give what the builders put, one after the other, before the phone's free parameters."""
    params = Params()
    for build in builders:
        build(params, phone)
    return params


@dataclass(frozen=True, slots=True)
class File:
    """One file that a phone asks for; ``proves`` means that fetching it shows the phone has the configuration."""

    name: str
    content_type: str
    body: bytes
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    proves: bool = True


@dataclass(frozen=True, slots=True)
class Push:
    """The NOTIFY that does something to a phone."""

    event: str
    content_type: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Resync:
    """What a change of parameters needs: the push, and which names surely or possibly restart the phone."""

    push: Push
    restarts: tuple[str, ...] = ()
    may_restart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """What a request tells of a phone; None where it does not tell."""

    vendor: str
    mac: str | None = None
    model: str | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class SerialPlaces:
    """Where a maker's phones say their serial number: in their User-Agent, or in a part of the query.

    The query is what an admin writes into the address that phones get at first, with the maker's ``macro`` in it.
    """

    user_agent: re.Pattern[str]
    query: str
    macro: str


@dataclass(frozen=True)
class Rules:
    """A maker's table beside its models: names, patterns and pushes, all data."""

    name: str
    title: str
    ouis: frozenset[str]
    user_agent: re.Pattern[str]
    updater: re.Pattern[str] | None
    parameter: re.Pattern[str]
    reserved: tuple[str, ...]
    secrets: tuple[str, ...]
    restart_on: tuple[str, ...]
    may_restart_on: tuple[str, ...]
    pushes: Mapping[str, Push]
    refusals: Mapping[str, str]
    optional: tuple[re.Pattern[str], ...]
    uploads: tuple[re.Pattern[str], ...]
    returned: tuple[re.Pattern[str], ...]
    files: tuple[re.Pattern[str], ...]
    value_limit: int = 1000
    password_digits: bool = False
    takes_authority: bool = False
    kin: frozenset[str] = frozenset()
    firmware_file: re.Pattern[str] | None = None
    same: tuple[tuple[re.Pattern[str], str], ...] = ()
    web_actions: tuple[WebActions, ...] = ()
    serial: SerialPlaces | None = None
    pin: str = ""

    def web_actions_of(self, model: str) -> WebActions:
        """Give what a model's own page is asked for; one without requests where no source tells."""
        return of_model(self.web_actions, model)

    def same_as(self, file: str, mac: str) -> str | None:
        """Give the rendered file that answers for a name which the phone makes up in a way that nobody can foresee."""
        return next((name.format(mac=mac) for pattern, name in self.same if pattern.fullmatch(file)), None)

    def owns(self, parameter: str) -> bool:
        """Tell whether the server alone sets this parameter, so that an override may not."""
        return any(fnmatchcase(parameter.lower(), pattern.lower()) for pattern in self.reserved)

    def hides(self, parameter: str) -> bool:
        """Tell whether a free parameter's value is a secret: by the maker's patterns, or by what its name says."""
        named = _NAMED_SECRET.search(parameter) is not None
        return named or any(fnmatchcase(parameter.lower(), pattern.lower()) for pattern in self.secrets)

    def resync(self, changed: Collection[str]) -> Resync:
        """Say what a change of these parameters needs."""
        restarts = tuple(sorted(name for name in changed if _any(name, self.restart_on)))
        may = tuple(sorted(name for name in changed if name not in restarts and _any(name, self.may_restart_on)))
        push = self.pushes["reboot"] if restarts and "reboot" in self.pushes else self.pushes["resync"]
        return Resync(push, restarts, may)


def _any(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


class Package(Protocol):
    """The one function and the one check that a maker's package has in code."""

    def files(self, phone: Phone) -> Sequence[File]:
        """Render every file of the phone; pure."""

    def cannot_carry(self, value: str) -> str | None:
        """Say why the maker's format cannot carry a value, or None where it can."""


@dataclass(frozen=True)
class Vendor:
    """One maker: its table, its models, its package."""

    rules: Rules
    models: Mapping[str, PhoneModel]
    aliases: Mapping[str, str]
    seen: tuple[Mapping[str, object], ...]
    package: Package

    @property
    def name(self) -> str:
        """Give the maker's name as the API spells it."""
        return self.rules.name

    def model(self, name: str) -> PhoneModel | None:
        """Find a model by its name, its title or the spelling in User-Agents, in any case.

        The maker's name and ``SIP-`` may stand in front, as they do on boxes and in price lists.
        """
        bare = spelling(name)
        shorter = bare.removeprefix(spelling(self.rules.title)).removeprefix(self.rules.name).removeprefix("sip")
        known = self.aliases.get(bare) or self.aliases.get(shorter)
        return self.models[known] if known else None

    def identify(self, user_agent: str) -> Identity | None:
        """Read a User-Agent; None where it is not this maker's."""
        match = self.rules.user_agent.search(user_agent)
        if not match:
            return None
        found = match.groupdict()
        model = self.model(found.get("model") or "")
        if model is None and not found.get("vendor"):
            return None
        mac = re.sub("[^0-9a-f]", "", (found.get("mac") or "").lower())
        updater = self.rules.updater is not None and self.rules.updater.search(user_agent) is not None
        firmware = None if updater else found.get("firmware")
        return Identity(self.name, mac if len(mac) == 12 else None, model.name if model else None, firmware)


def spelling(name: str) -> str:
    """Reduce a model's name to what every spelling of it shares."""
    return re.sub("[^a-z0-9]", "", name.lower().replace("+", "plus"))
