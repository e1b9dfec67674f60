"""What this server shows over TLS: its own authority and certificate, or the admin's, kept ready and in time."""

import logging
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from provserver.config import Config
from provserver.db.models import Authority
from provserver.domain.numbers import split_port
from provserver.domain.roles import Actor, Right
from provserver.errors import Conflict, Invalid
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.enrolment.authorities import OURS_OLD
from provserver.services.house import House
from provserver.services.pushing.rolling import start_everywhere
from provserver.services.rendering.profiles import OURS
from provserver.services.rendering.profiles import own_authority as published
from provserver.services.upkeep import own_authority
from provserver.tls import authority as made
from provserver.tls.authority import Facts
from provserver.tls.contexts import Source, server_context
from provserver.tls.files import Store

log = logging.getLogger(__name__)

FOLDER = "certificates"
GIVEN = ("given.pem", "given.key")
"""Where an admin may put a certificate and its key without an option."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One certificate that this server shows: ``listener`` is its address, ``ours`` whether we made it."""

    listener: str
    ours: bool
    facts: Facts
    authority: Facts | None

    def told(self) -> dict[str, object]:
        """Say it as programs read it, under the names that they know; moments are left as they are."""
        facts, authority = self.facts, self.authority
        return {
            "listener": self.listener,
            "ours": self.ours,
            "subject": facts.subject,
            "names": list(facts.names),
            "key": facts.key,
            "begins": facts.begins,
            "ends": facts.ends,
            "fingerprint": facts.fingerprint,
            "authority": authority.subject if authority else facts.issuer,
            "authority_fingerprint": authority.fingerprint if authority else None,
        }


def source(config: Config, *, old: bool = False) -> Source:
    """Give the files that a listener is opened with; old phones get ours of RSA, unless the admin's own is there."""
    folder = config.data_dir / FOLDER
    if config.tls_certificate:
        return Source(Path(config.tls_certificate), Path(config.tls_key) if config.tls_key else None)
    if (folder / GIVEN[0]).exists():
        key = folder / GIVEN[1]
        return Source(folder / GIVEN[0], key if key.exists() else None)
    return Source(Store(folder, old).server)


def is_ours(config: Config) -> bool:
    """Tell whether the server's certificate is of our own making."""
    return source(config).certificate == Store(config.data_dir / FOLDER).server


def authority_file(config: Config) -> Path | None:
    """Give the file of the authority that we made for the listener; None where there is none."""
    if not config.tls_bind or not is_ours(config):
        return None
    return Store(config.data_dir / FOLDER).authority.resolve()


def names(config: Config) -> list[str]:
    """List the names and addresses that a phone may know this server by, the public one first."""
    return list(dict.fromkeys(_names(config)))


def _names(config: Config) -> Iterator[str]:
    hosts = [split_port(config.public_url.partition("://")[2].partition("/")[0])[0]] if config.public_url else []
    hosts += [split_port(address)[0] for address in config.binds.values()]
    own = socket.gethostname()
    wild = False
    for host in hosts:
        bare = host.removeprefix("[").removesuffix("]")
        wild = wild or bare in {"0.0.0.0", "::"}  # noqa: S104  a question
        yield from _name(bare)
    yield from _name(own)
    if wild:
        with suppress(OSError):
            for found in socket.getaddrinfo(own, None, type=socket.SOCK_STREAM):
                yield from _name(str(found[4][0]))
    yield from ("localhost", "127.0.0.1")


def _name(host: str) -> Iterator[str]:
    """Give a host as a certificate may have it; an address that means *any*, or only here, is no name."""
    try:
        address = ip_address(host)
    except ValueError:
        with suppress(UnicodeError):
            if host:
                yield host.lower().encode("idna").decode()
        return
    if not (address.is_unspecified or address.is_link_local):
        yield str(address)


def ensure(house: House, *, anew: bool = False) -> None:
    """Make or renew what the listeners of this configuration need; nothing where there are none.

    Raises Invalid where the admin's own files cannot be used, Unreadable where ours are damaged.
    """
    config = house.config
    if not (config.tls_bind or config.tls_old_bind):
        return
    if not is_ours(config):
        check_given(config)
    for old in _wanted(config):
        store = Store(config.data_dir / FOLDER, old)
        pair = own_authority.shared(house, store, OURS_OLD if old else OURS)
        if store.ensure(pair, names(config), house.clock(), anew=anew):
            log.info("A certificate authority was written", extra={"file": str(store.authority)})


def _wanted(config: Config) -> list[bool]:
    if not is_ours(config):
        return []
    return [old for old, bind in ((False, config.tls_bind), (True, config.tls_old_bind)) if bind]


def check_given(config: Config) -> None:
    """Raise Invalid where the admin's certificate cannot be read, has no fitting key, or is over."""
    given = source(config)
    option = "PROVSERVER_TLS_CERTIFICATE" if config.tls_certificate else str(given.certificate)
    try:
        server_context(given)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise Invalid.field(option, f"the certificate and its key cannot be used: {reason}") from error


def publish(house: House) -> None:
    """Tell all nodes of the authority that phones are to trust; files that have it in them are then made anew."""
    with suppress(IntegrityError), house.database.transaction() as session:  # another process may be first
        changed = [_publish(house, session, owner, pem) for owner, pem in _authorities(house.config)]
        if any(changed):
            start_everywhere(session, "authority", house.clock())


def _authorities(config: Config) -> Iterator[tuple[str, bytes]]:
    if not (config.tls_bind or config.tls_old_bind):
        return
    if not is_ours(config):
        root = made.root_of(source(config).certificate.read_bytes())
        if root is not None:
            yield OURS, root
        return
    for old in _wanted(config):
        yield OURS_OLD if old else OURS, Store(config.data_dir / FOLDER, old).authority.read_bytes()


def _publish(house: House, session: Session, owner: str, pem: bytes) -> bool:
    facts = made.describe(pem)
    row = session.scalars(select(Authority).where(Authority.owner == owner).order_by(Authority.id.desc())).first()
    if row is not None and row.fingerprint == facts.fingerprint:
        return False
    if row is None:
        row = Authority(owner=owner)
        session.add(row)
    row.fingerprint, row.subject, row.ends = facts.fingerprint, facts.subject[:300], facts.ends
    row.pem, row.added_at, row.added_by = pem.decode(), house.clock(), "provserver"
    return True


def authority(house: House, *, old: bool = False) -> bytes | None:
    """Give the authority that phones are to trust, as PEM; None where there is none of ours."""
    with house.database.reading() as session:
        pem = published(session, OURS_OLD if old else OURS)
    return pem.encode() if pem else None


def renew(house: House, actor: Actor) -> list[Shown]:
    """Issue the server's certificates anew; running listeners take them within seconds. Raises Conflict for none."""
    actor.require(Right.OPERATE)
    if not (house.config.tls_bind or house.config.tls_old_bind):
        raise Conflict("TLS is off; set PROVSERVER_TLS_BIND")
    if not is_ours(house.config):
        raise Conflict("the certificate is your own; replace its files, and running listeners take them")
    before = _prints(shown(house, actor))
    ensure(house, anew=True)
    after = shown(house, actor)
    with house.database.transaction() as session:
        changes.commit(house, session, actor, Edit("certificate renewed", "TLS", before, _prints(after)))
    return after


def _prints(found: list[Shown]) -> dict[str, str]:
    return {one.listener: one.facts.fingerprint for one in found}


def shown(house: House, actor: Actor) -> list[Shown]:
    """List the certificates of the listeners as their files say; none where TLS is off or they are not made yet."""
    actor.require(Right.READ)
    found = []
    config = house.config
    for old, address in ((False, config.tls_bind), (True, config.tls_old_bind)):
        files = source(config, old=old)
        if address and files.certificate.exists():
            content = files.certificate.read_bytes()
            chain = content[max(0, content.find(b"-----BEGIN CERTIFICATE")) :]
            root = made.root_of(chain)
            facts = made.facts_of(x509.load_pem_x509_certificates(chain)[0])
            found.append(Shown(address, is_ours(config), facts, made.describe(root) if root else None))
    return found
