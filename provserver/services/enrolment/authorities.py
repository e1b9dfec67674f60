"""The makers' authorities that an admin trusts to vouch for phones, the same on every node."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from cryptography import x509
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from provserver.db.models import Authority
from provserver.domain.roles import Actor, Right
from provserver.errors import Conflict, Invalid, NotFound
from provserver.services import changes, outages
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.rendering.profiles import OURS
from provserver.tls.authority import Facts, as_pem, facts_of
from provserver.vendors.factory import Certified, Issuer, certified_mac
from provserver.vendors.registry import get

log = logging.getLogger(__name__)

OURS_OLD = "ours-old"
"""The owner of the authority for old phones; all owners but this and ``ours`` are makers."""
LARGEST_FILE = 256 * 1024
"""Bytes of a file with authorities; the makers' bundles have some tens of thousands."""
LOOK_EVERY = 5.0
"""Seconds after which a change by another process is seen."""
_SHORTEST_PREFIX = 8


def listed(house: House, actor: Actor) -> Sequence[Authority]:
    """List the makers' authorities that count."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = select(Authority).where(Authority.owner.not_in([OURS, OURS_OLD]))
        return session.scalars(query.order_by(Authority.owner, Authority.id)).all()


def trust(house: House, actor: Actor, vendor: str, content: bytes) -> list[Facts]:
    """Trust every authority of a PEM or DER file to vouch for a maker's phones; those that count already stay.

    Raises Invalid for a maker that is not known, and for a file without certificates or with one that is no
    authority's or no longer valid: nothing of it is then trusted.
    """
    actor.require(Right.OPERATE)
    maker = get(vendor)
    if maker is None:
        raise Invalid.field("vendor", f"there is no maker {vendor}")
    certificates = _read(content, house.clock())
    added: list[Facts] = []
    with house.database.transaction() as session:
        known = set(session.scalars(select(Authority.fingerprint).where(Authority.owner == maker.name)))
        for certificate in certificates:
            facts = facts_of(certificate)
            if facts.fingerprint in known:
                continue
            known.add(facts.fingerprint)
            added.append(facts)
            session.add(_row(maker.name, certificate, facts, actor, house.clock()))
        if added:
            subjects = {f"authority {number}": facts.subject for number, facts in enumerate(added, 1)}
            changes.commit(house, session, actor, Edit("authority trusted", maker.name, None, subjects))
    return added


def distrust(house: House, actor: Actor, fingerprint: str) -> str:
    """Trust an authority no longer, named by its fingerprint or the first digits of it; give its subject."""
    actor.require(Right.OPERATE)
    wanted = fingerprint.replace(":", "").strip().lower()
    with house.database.transaction() as session:
        rows = session.scalars(select(Authority).where(Authority.owner.not_in([OURS, OURS_OLD]))).all()
        found = [row for row in rows if len(wanted) >= _SHORTEST_PREFIX and row.fingerprint.startswith(wanted)]
        if not found:
            raise NotFound(f"no authority has the fingerprint {fingerprint}; give at least its first 8 digits")
        if len({row.fingerprint for row in found}) > 1:
            raise Conflict(f"several authorities have a fingerprint that begins with {fingerprint}")
        for row in found:
            session.delete(row)
            edit = Edit("authority removed", row.owner, {"authority 1": row.subject}, None)
            changes.commit(house, session, actor, edit)
        return found[0].subject


def _row(owner: str, certificate: x509.Certificate, facts: Facts, actor: Actor, now: datetime) -> Authority:
    return Authority(
        owner=owner,
        fingerprint=facts.fingerprint,
        subject=facts.subject[:300],
        ends=facts.ends,
        pem=as_pem(certificate).decode(),
        added_at=now,
        added_by=actor.name[:100],
    )


def _read(content: bytes, now: datetime) -> list[x509.Certificate]:
    if len(content) > LARGEST_FILE:
        raise Invalid.field("file", f"at most {LARGEST_FILE} bytes")
    try:
        is_pem = b"-----BEGIN CERTIFICATE" in content
        found = x509.load_pem_x509_certificates(content) if is_pem else [x509.load_der_x509_certificate(content)]
        for certificate in found:
            _check(certificate, now)
    except ValueError as error:
        known = isinstance(error, _Refused)
        raise Invalid.field("file", str(error) if known else "a certificate in PEM or DER form") from error
    return found


class _Refused(ValueError):
    """A certificate that can be read, and not be trusted."""


def _check(certificate: x509.Certificate, now: datetime) -> None:
    """Refuse what signs no phones; the oldest roots are of version 1 and say nothing of themselves."""
    subject = certificate.subject.rfc4514_string()
    try:
        is_authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        is_authority = certificate.subject == certificate.issuer
    if not is_authority:
        raise _Refused(f"{subject} is no authority")
    if certificate.not_valid_after_utc <= now:
        raise _Refused(f"{subject} was valid until {certificate.not_valid_after_utc:%Y-%m-%d}")


class Vouchers:
    """The trusted authorities as one process knows them, read again every few seconds."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._looked = float("-inf")
        self._pems: tuple[tuple[str, str], ...] = ()
        self._issuers: tuple[Issuer, ...] = ()

    def pems(self) -> tuple[str, ...]:
        """Give every authority as PEM."""
        self._look()
        return tuple(pem for _, pem in self._pems)

    def certified(self, certificate: bytes) -> Certified | None:
        """Tell whose a certificate is, given as DER or as a front sends it: PEM, percent-encoded."""
        self._look()
        parsed = _parsed(certificate)
        return certified_mac(parsed, self._issuers, self._house.clock()) if parsed else None

    def _look(self) -> None:
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        query = select(Authority.owner, Authority.pem).where(Authority.owner.not_in([OURS, OURS_OLD]))
        try:
            with self._house.database.reading() as session:
                found = tuple((owner, pem) for owner, pem in session.execute(query.order_by(Authority.id)))
        except SQLAlchemyError as error:
            outages.tell(log, "The makers' authorities could not be read; those known so far count", error)
            return
        if found != self._pems:
            self._issuers = tuple(Issuer(owner, x509.load_pem_x509_certificate(pem.encode())) for owner, pem in found)
            self._pems = found


@lru_cache(maxsize=1024)
def _parsed(certificate: bytes) -> x509.Certificate | None:
    """Read a certificate; None for what is none, which is nobody's."""
    try:
        if certificate[:1] == b"0":
            return x509.load_der_x509_certificate(certificate)
        return x509.load_pem_x509_certificate(unquote_to_bytes(certificate))
    except ValueError:
        return None
