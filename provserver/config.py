"""Every option with its default and its environment name; read once, then passed along."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from provserver.domain import openid
from provserver.domain.numbers import split_port, web_address
from provserver.errors import FieldError, Invalid

Network = IPv4Network | IPv6Network

SECOND_FACTORS = ("optional", "admins", "everyone")
OIDC_SECOND_FACTORS = ("own", "provider")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DISCOVERIES = ("pnp", "mdns")
OFF = "off"


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration; each field's metadata says what it is for."""

    data_dir: Path = field(default=Path("var"), metadata={"help": "SQLite file, secret keys, certificates"})
    firmware_dir: Path = field(
        default=Path("firmware"), metadata={"help": "firmware images; several nodes share this folder"}
    )
    database_url: str = field(
        default="", metadata={"help": "SQLAlchemy URL; empty means SQLite in the data folder"}, repr=False
    )
    bind: str = field(default="127.0.0.1:8080", metadata={"help": "where phones and browsers are answered"})
    tls_bind: str = field(default="", metadata={"help": "where phones and browsers are answered over TLS; empty: not"})
    tls_old_bind: str = field(
        default="", metadata={"help": "TLS 1.0 and old ciphers for phones that know no better; empty means not"}
    )
    tls_certificate: str = field(default="", metadata={"help": "PEM file of your own chain; empty: ours is made"})
    tls_key: str = field(default="", metadata={"help": "PEM file of its key; empty: it is in the same file"})
    sip_bind: str = field(default="0.0.0.0:5070", metadata={"help": "where NOTIFYs leave from"})
    discovery: tuple[str, ...] = field(
        default=DISCOVERIES, metadata={"help": "how phones find the server: pnp (SIP multicast), mdns; or off"}
    )
    tftp_bind: str = field(default="", metadata={"help": "where TFTP is answered, such as 0.0.0.0:69; empty means off"})
    sip_trust: str = field(
        default="", metadata={"help": "PEM file of authorities for SIP over TLS; empty means the system's"}
    )
    public_url: str = field(default="", metadata={"help": "what phones are told; empty means the bind"})
    admin_password: str = field(
        default="", metadata={"help": "of the first admin; empty means random", "secret": "1"}, repr=False
    )
    api_token: str = field(
        default="", metadata={"help": "a first admin token for automation", "secret": "1"}, repr=False
    )
    trusted_networks: tuple[Network, ...] = field(
        default=(), metadata={"help": "CIDRs whose phones are believed by their MAC alone"}
    )
    trusted_proxies: tuple[Network, ...] = field(
        default=(), metadata={"help": "CIDRs of fronts whose X-Forwarded-For and -Proto are believed"}
    )
    web_processes: int = field(default=2, metadata={"help": "processes that answer HTTP"})
    web_threads: int = field(default=8, metadata={"help": "threads in each of them"})
    second_factor: str = field(
        default="optional", metadata={"help": "who signs in with a second factor: optional, admins or everyone"}
    )
    oidc_issuer: str = field(default="", metadata={"help": "an OpenID provider that people sign in with; empty: none"})
    oidc_client_id: str = field(default="", metadata={"help": "what this server is called there"})
    oidc_client_secret: str = field(default="", metadata={"help": "its secret there", "secret": "1"}, repr=False)
    oidc_name: str = field(default="", metadata={"help": "what people call the provider; empty means its host"})
    oidc_claim: str = field(
        default="email", metadata={"help": "the claim that a person is first known by, such as preferred_username"}
    )
    oidc_hosts: tuple[str, ...] = field(
        default=(), metadata={"help": "further hosts that the provider may send this server to"}
    )
    oidc_trust: str = field(
        default="", metadata={"help": "PEM file of the provider's authorities; empty means the system's"}
    )
    oidc_second_factor: str = field(
        default="own", metadata={"help": "after the provider: own (ours is asked as well) or provider (its own counts)"}
    )
    log_level: str = field(default="INFO", metadata={"help": "DEBUG, INFO, WARNING or ERROR"})

    @property
    def url(self) -> str:
        """Give the database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'provserver.db'}"

    @property
    def base_url(self) -> str:
        """Give the address that phones are told, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        return f"https://{self.tls_bind.removesuffix(':443')}" if self.tls_bind else f"http://{self.bind}"

    @property
    def oidc_title(self) -> str:
        """Give what people call the OpenID provider; empty where there is none."""
        return (self.oidc_name or urlsplit(self.oidc_issuer).hostname or "") if self.oidc_issuer else ""

    @property
    def binds(self) -> dict[str, str]:
        """Give the addresses that are listened on, by their option, in the order that listeners are opened."""
        named = {"bind": self.bind, "tls_bind": self.tls_bind, "tls_old_bind": self.tls_old_bind}
        return {name: address for name, address in named.items() if address}

    @property
    def sip_address(self) -> tuple[str, int]:
        """Give the host and port that NOTIFYs leave from."""
        host, port = split_port(self.sip_bind)
        return host, 5070 if port is None else port


def environment_name(name: str) -> str:
    """Give the environment variable of a field."""
    return f"PROVSERVER_{name.upper()}"


def load(environment: Mapping[str, str] | None = None, **given: object) -> Config:
    """Read the environment over the defaults, and what was given on the command line over that.

    Raises Invalid with the variable's name where a value cannot be read.
    """
    source = os.environ if environment is None else environment
    values: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    for item in fields(Config):
        text = source.get(environment_name(item.name))
        if text is not None and item.name not in values:
            values[item.name] = _read(item.name, text)
    config = Config(**values)  # type: ignore[arg-type]
    _require_whole_provider(config)
    return config


def _require_whole_provider(config: Config) -> None:
    """Raise Invalid where an OpenID provider is only half described."""
    given = {name: getattr(config, name) for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret")}
    missing = [name for name, value in given.items() if not value]
    if missing and len(missing) < len(given):
        there = ", ".join(environment_name(name) for name in given if name not in missing)
        raise Invalid([FieldError(environment_name(name), f"missing beside {there}") for name in missing])


def origins(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Tell for every option whether it comes from the environment or is the default."""
    source = os.environ if environment is None else environment
    names = [item.name for item in fields(Config)]
    return {name: "environment" if environment_name(name) in source else "default" for name in names}


def networks(text: str) -> tuple[Network, ...]:
    """Read a list of CIDRs, separated by commas or blanks; raises ValueError."""
    return tuple(ip_network(part, strict=False) for part in text.replace(",", " ").split())


@lru_cache(maxsize=4096)
def inside_any(address: str, networks: tuple[Network, ...]) -> bool:
    """Tell whether an address lies in one of the networks; what is no address lies in none."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    plain = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(plain.version == network.version and plain in network for network in networks)


def _read(name: str, text: str) -> object:
    try:
        return _READERS.get(name, str)(text)
    except ValueError as error:
        raise Invalid.field(environment_name(name), str(error)) from error


def _database(text: str) -> str:
    if text and not text.startswith(("sqlite:", "postgresql+psycopg:")):
        raise ValueError("sqlite:///file or postgresql+psycopg://user:password@host/name")
    return text


def _address(text: str) -> str:
    host, port = split_port(text)
    if not host or port is None or port > 65535:
        raise ValueError("an address and a port, such as 127.0.0.1:8080")
    return text


def _discovery(text: str) -> tuple[str, ...]:
    words = text.lower().replace(",", " ").split()
    if words in ([], [OFF]):
        return ()
    if not set(words) <= set(DISCOVERIES):
        raise ValueError(f"some of {', '.join(DISCOVERIES)}; or {OFF}")
    return tuple(word for word in DISCOVERIES if word in words)


def _address_or_nothing(text: str) -> str:
    return _address(text) if text.strip() else ""


def _readable(text: str) -> str:
    if text:
        try:
            Path(text).open("rb").close()
        except OSError as error:
            raise ValueError(f"a PEM file that can be read ({error.strerror})") from error
    return text


def _positive(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise ValueError("a whole number from 1 to 256")
    return int(text)


def _public(text: str) -> str:
    return web_address(text) if text.strip() else ""


def _address_or_none(text: str) -> str:
    return _address(text) if text else ""


def _second_factor(text: str) -> str:
    wanted = text.strip().lower()
    if wanted not in SECOND_FACTORS:
        raise ValueError("one of " + ", ".join(SECOND_FACTORS))
    return wanted


def _oidc_second_factor(text: str) -> str:
    wanted = text.strip().lower()
    if wanted not in OIDC_SECOND_FACTORS:
        raise ValueError("one of " + ", ".join(OIDC_SECOND_FACTORS))
    return wanted


def _level(text: str) -> str:
    level = text.strip().upper()
    if level not in LOG_LEVELS:
        raise ValueError("one of " + ", ".join(LOG_LEVELS))
    return level


_READERS: Mapping[str, Callable[[str], object]] = {
    "data_dir": Path,
    "firmware_dir": Path,
    "database_url": _database,
    "bind": _address,
    "tls_bind": _address_or_none,
    "tls_old_bind": _address_or_none,
    "sip_bind": _address,
    "discovery": _discovery,
    "tftp_bind": _address_or_nothing,
    "sip_trust": _readable,
    "public_url": _public,
    "trusted_networks": networks,
    "trusted_proxies": networks,
    "web_processes": _positive,
    "web_threads": _positive,
    "second_factor": _second_factor,
    "oidc_issuer": openid.issuer,
    "oidc_client_id": openid.header_text,
    "oidc_client_secret": openid.header_text,
    "oidc_name": str.strip,
    "oidc_claim": openid.claim,
    "oidc_hosts": openid.hosts,
    "oidc_trust": _readable,
    "oidc_second_factor": _oidc_second_factor,
    "log_level": _level,
}
