"""Our own authority: what it issues is what phones and browsers accept."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store

from provserver.tls import authority

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NAMES = ["prov.example.com", "192.0.2.10", "2001:db8::1"]


@pytest.mark.parametrize(("old", "kind"), [(False, ec.EllipticCurvePublicKey), (True, rsa.RSAPublicKey)])
def test_a_servers_certificate_is_verified_by_its_authority_for_each_name(old: bool, kind: type) -> None:
    ours = authority.make_authority("provserver", NOW, old=old)
    issued = x509.load_pem_x509_certificates(authority.issue(ours, NAMES, NOW).certificate)
    root = authority.read(ours.certificate)
    assert isinstance(issued[0].public_key(), kind) and issued[1] == root
    builder = PolicyBuilder().store(Store([root])).time(NOW + timedelta(days=300))
    for name in (x509.DNSName("prov.example.com"), x509.IPAddress(__import__("ipaddress").ip_address("192.0.2.10"))):
        assert builder.build_server_verifier(name).verify(issued[0], [])[0] == issued[0]


def test_a_certificate_says_what_it_is() -> None:
    ours = authority.make_authority("provserver", NOW)
    facts = authority.describe(authority.issue(ours, NAMES, NOW).certificate)
    assert facts.names == tuple(NAMES) and facts.subject == "CN=prov.example.com" and facts.issuer == "CN=provserver"
    assert facts.key == "P-256" and len(facts.fingerprint) == 64
    assert facts.begins < NOW < facts.ends
    usage = authority.read(authority.issue(ours, NAMES, NOW).certificate).extensions
    assert ExtendedKeyUsageOID.SERVER_AUTH in usage.get_extension_for_class(x509.ExtendedKeyUsage).value


def test_it_is_due_when_soon_over_or_for_other_names_or_of_another_authority() -> None:
    ours = authority.make_authority("provserver", NOW)
    issued = authority.issue(ours, NAMES, NOW).certificate
    assert not authority.is_due(issued, ours.certificate, NAMES, NOW + timedelta(days=300))
    assert authority.is_due(issued, ours.certificate, NAMES, NOW + timedelta(days=340))
    assert authority.is_due(issued, ours.certificate, ["other.example.com"], NOW)
    assert authority.is_due(issued, authority.make_authority("another", NOW).certificate, NAMES, NOW)


def test_an_authority_that_is_written_anew_still_vouches_for_what_it_signed() -> None:
    ours = authority.make_authority("provserver", NOW)
    issued = authority.read(authority.issue(ours, NAMES, NOW).certificate)
    later = NOW + timedelta(days=365 * 21)
    assert not authority.is_authority_due(ours.certificate, NOW) and authority.is_authority_due(ours.certificate, later)
    anew = authority.read(authority.renew_authority(ours, later).certificate)
    issued.verify_directly_issued_by(anew)
    assert anew.not_valid_after_utc > later + timedelta(days=365 * 20)


def test_a_key_is_not_shown() -> None:
    ours = authority.make_authority("provserver", NOW)
    assert "PRIVATE" not in repr(ours) and "BEGIN" not in repr(ours)


def test_a_root_is_found_at_the_end_of_a_chain_only() -> None:
    ours = authority.make_authority("provserver", NOW)
    chain = authority.issue(ours, NAMES, NOW).certificate
    assert authority.root_of(chain) == ours.certificate
    leaf = authority.as_pem(authority.read(chain))
    assert authority.root_of(leaf) is None
    assert authority.as_der(ours.certificate)[:1] == b"0"
