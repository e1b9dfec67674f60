"""A maker of phones with its authorities: a root, one that signs phones, and certificates as factories burn them in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

Parts = list[tuple[ObjectIdentifier, str]]


@dataclass(frozen=True)
class Held:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        """Give the certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def write(self, path: Path, *chain: "Held") -> Path:
        """Write key, certificate and what stands above it into one file."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(key + self.pem + b"".join(held.pem for held in chain))
        return path


class Maker:
    """A maker's factory: ``root`` signs ``issuing``, and that signs phones."""

    def __init__(self, name: str) -> None:
        self.root = sign([(NameOID.COMMON_NAME, f"{name} Root CA")], None, ca=True)
        self.issuing = sign([(NameOID.COMMON_NAME, f"{name} Equipment Issuing CA")], self.root, ca=True)

    def phone(self, *parts: tuple[ObjectIdentifier, str], days: tuple[int, int] = (-10, 3650)) -> Held:
        """Make a phone's certificate with these parts of its name, valid from and to these days from now."""
        return sign(list(parts), self.issuing, days=days)


def sign(parts: Parts, by: Held | None, *, ca: bool = False, days: tuple[int, int] = (-10, 3650)) -> Held:
    """Sign a certificate; by itself where nobody else does."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(place, text) for place, text in parts])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.certificate.subject if by else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    return Held(builder.sign(by.key if by else key, hashes.SHA256()), key)
