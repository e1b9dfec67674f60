"""A certificate authority of our own, and what it issues: pure, PEM in and PEM out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

AUTHORITY_LIFE = timedelta(days=365 * 25)
"""A phone that learnt to trust an authority is not taught again; so it outlives the phones."""
AUTHORITY_RENEWED = timedelta(days=365 * 5)
"""Left of an authority's life when it is written anew, with the same key: what trusts the one trusts the other."""
SERVER_LIFE = timedelta(days=397)
"""The longest that browsers accept (CA/Browser Forum, since September 2020)."""
SERVER_RENEWED = timedelta(days=60)
_BEFORE = timedelta(days=1)
"""Phones whose clock is a little slow still find a new certificate valid."""
_OLD_KEY_BITS = 2048
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_LONGEST_NAME = 64
"""Characters of a common name (X.520, ub-common-name)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate, or a chain that begins with it, and its private key, both PEM."""

    certificate: bytes
    key: bytes

    def __repr__(self) -> str:
        return "Pair(…)"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a certificate says, for people; the fingerprint is SHA-256 in hexadecimal."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    begins: datetime
    ends: datetime
    fingerprint: str
    key: str


def make_authority(name: str, now: datetime, *, old: bool = False) -> Pair:
    """Make an authority with a P-256 key; ``old`` makes it RSA, for phones that know nothing else."""
    key: Key = rsa.generate_private_key(65537, _OLD_KEY_BITS) if old else ec.generate_private_key(ec.SECP256R1())
    return _self_signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_LONGEST_NAME])]), key, now)


def renew_authority(authority: Pair, now: datetime) -> Pair:
    """Write an authority anew, with its key and its name."""
    return _self_signed(read(authority.certificate).subject, _key(authority.key), now)


def issue(authority: Pair, names: Sequence[str], now: datetime) -> Pair:
    """Issue a certificate for a server's names and addresses, the first of them also as its common name.

    Its key is of the authority's kind; the chain has the authority at its end.
    """
    issuer, signer = read(authority.certificate), _key(authority.key)
    key: Key = (
        rsa.generate_private_key(65537, _OLD_KEY_BITS)
        if isinstance(signer, rsa.RSAPrivateKey)
        else ec.generate_private_key(ec.SECP256R1())
    )
    builder = _builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:_LONGEST_NAME])]), key, now)
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    signed = (
        builder.issuer_name(issuer.subject)
        .not_valid_after(min(now + SERVER_LIFE, issuer.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return Pair(as_pem(signed) + authority.certificate, _key_pem(key))


def is_due(certificate: bytes, authority: bytes, names: Sequence[str], now: datetime) -> bool:
    """Tell whether a server's certificate must be issued anew: soon over, for other names, of another authority.

    Or of a clock that was put back since: nobody takes a certificate that is not valid yet.
    """
    facts = describe(certificate)
    known = facts.names == tuple(names) and certificate.endswith(authority)
    return not known or facts.ends - now < SERVER_RENEWED or facts.begins > now


def is_authority_due(certificate: bytes, now: datetime) -> bool:
    """Tell whether an authority must be written anew."""
    facts = describe(certificate)
    return facts.ends - now < AUTHORITY_RENEWED or facts.begins > now


def describe(pem: bytes) -> Facts:
    """Say what the first certificate of a PEM file is; raises ValueError where there is none."""
    return facts_of(read(pem))


def facts_of(certificate: x509.Certificate) -> Facts:
    """Say what a certificate is."""
    public = certificate.public_key()
    kind = f"RSA {public.key_size}" if isinstance(public, rsa.RSAPublicKey) else type(public).__name__
    if isinstance(public, ec.EllipticCurvePublicKey):
        kind = _CURVES.get(public.curve.name, public.curve.name)
    return Facts(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        names=_names(certificate),
        begins=certificate.not_valid_before_utc,
        ends=certificate.not_valid_after_utc,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        key=kind,
    )


def read(pem: bytes) -> x509.Certificate:
    """Read the first certificate of a PEM file; raises ValueError where there is none."""
    return x509.load_pem_x509_certificate(pem)


def root_of(chain: bytes) -> bytes | None:
    """Give the authority at the end of a PEM chain; None where the last one is not its own issuer."""
    last = x509.load_pem_x509_certificates(chain)[-1]
    return as_pem(last) if last.subject == last.issuer else None


def as_pem(certificate: x509.Certificate) -> bytes:
    """Write a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def as_der(pem: bytes) -> bytes:
    """Give the first certificate of a PEM file as DER."""
    return read(pem).public_bytes(serialization.Encoding.DER)


def _self_signed(name: x509.Name, key: Key, now: datetime) -> Pair:
    signed = (
        _builder(name, key, now)
        .issuer_name(name)
        .not_valid_after(now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(as_pem(signed), _key_pem(key))


def _builder(name: x509.Name, key: Key, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_encipherment=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in found if isinstance(name, (x509.DNSName, x509.IPAddress)))


def _key(pem: bytes) -> Key:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        raise ValueError("the key is neither EC nor RSA")
    return key


def _key_pem(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
