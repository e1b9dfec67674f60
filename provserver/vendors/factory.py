"""What a phone's certificate from the factory says: whose it is, by the maker's own place for the address."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID, ObjectIdentifier

from provserver.domain.mac import parse_mac

PLACES: Mapping[str, tuple[ObjectIdentifier, ...]] = {
    "cisco": (NameOID.STATE_OR_PROVINCE_NAME,),
    "poly": (NameOID.COMMON_NAME,),
    "yealink": (NameOID.COMMON_NAME,),
}
"""Where makers put the address. Cisco: ``OU=CP-8841-3PCC, L=88012BA01234, S=000e08abcdef`` (manualslib 1675453, page
144, and the SPA provisioning guide). Poly: common name (UC Software 5.9.0 administrator guide, factory-installed
certificate). Yealink: common name, under *Yealink Equipment Issuing CA* (field certificates seen)."""

ELSEWHERE = (NameOID.COMMON_NAME,)
"""Where it is looked for with the other makers, of which no source tells; anything but one whole address is nobody."""

_MAC = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{2}([:-]?)(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Issuer:
    """One authority of a maker, as the admin installed it."""

    vendor: str
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Certified:
    """A phone that showed a certificate: its address in our spelling, and the maker that vouches for it."""

    mac: str
    vendor: str


def certified_mac(certificate: x509.Certificate, issuers: Iterable[Issuer], now: datetime) -> Certified | None:
    """Tell which phone a certificate is for; None where nothing vouches for that.

    It must be signed by one of ``issuers`` itself (an issuing authority is installed beside its root), both must be
    valid now, and exactly one address must stand where that maker puts it. That the phone holds the key is for
    whoever made the connection to know.
    """
    if not _is_valid(certificate, now) or _is_authority(certificate):
        return None
    for issuer in issuers:
        if _is_valid(issuer.certificate, now) and _signed(certificate, issuer.certificate):
            mac = _address(certificate.subject, PLACES.get(issuer.vendor, ELSEWHERE))
            return Certified(mac, issuer.vendor) if mac else None
    return None


def _is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _address(subject: x509.Name, places: Iterable[ObjectIdentifier]) -> str:
    texts = [str(part.value) for place in places for part in subject.get_attributes_for_oid(place)]
    found = {match[0].lower() for text in texts for match in _MAC.finditer(text)}
    try:
        addresses = {parse_mac(text) for text in found}
    except ValueError:
        return ""
    return addresses.pop() if len(addresses) == 1 else ""
