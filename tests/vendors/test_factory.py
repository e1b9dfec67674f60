"""Certificates from the factory: whose phone it is, and when nobody vouches for that."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

from provserver.vendors.factory import PLACES, Certified, Issuer, certified_mac
from provserver.vendors.registry import vendors
from tests.fakes.maker import Held, Maker, sign

CN, ST, OU, L = (
    NameOID.COMMON_NAME,
    NameOID.STATE_OR_PROVINCE_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.LOCALITY_NAME,
)
MAKER = Maker("Example")


def ask(held: Held, vendor: str = "yealink", by: Held = MAKER.issuing, **later: float) -> Certified | None:
    now = datetime.now(UTC) + timedelta(**later)
    return certified_mac(held.certificate, [Issuer(vendor, by.certificate)], now)


@pytest.mark.parametrize(
    ("vendor", "parts", "mac"),
    [
        ("yealink", [(CN, "805EC0D9C744")], "805ec0d9c744"),
        ("yealink", [(CN, "80:5e:c0:d9:c7:44")], "805ec0d9c744"),
        ("poly", [(CN, "0004f2aabbcc")], "0004f2aabbcc"),
        ("cisco", [(OU, "CP-8841-3PCC"), (L, "88012BA01234"), (ST, "000e08abcdef")], "000e08abcdef"),
        ("snom", [(CN, "000413aabbcc")], "000413aabbcc"),
    ],
)
def test_the_address_stands_where_the_maker_puts_it(
    vendor: str, parts: list[tuple[ObjectIdentifier, str]], mac: str
) -> None:
    assert ask(MAKER.phone(*parts), vendor) == Certified(mac, vendor)


@pytest.mark.parametrize(
    ("vendor", "parts"),
    [
        ("yealink", [(CN, "Yealink Device")]),
        ("yealink", [(CN, "805ec0d9c74")]),
        ("yealink", [(CN, "805ec0d9c7445")]),
        ("yealink", [(CN, "80:5e-c0:d9:c7:44")]),
        ("yealink", [(CN, "000000000000")]),
        ("yealink", [(CN, "805ec0d9c744"), (CN, "805ec0d9c745")]),
        ("yealink", [(CN, "805ec0d9c744 805ec0d9c745")]),
        ("yealink", [(OU, "805ec0d9c744")]),
        ("cisco", [(CN, "000e08abcdef")]),
    ],
)
def test_anything_but_one_address_in_that_place_is_nobody(
    vendor: str, parts: list[tuple[ObjectIdentifier, str]]
) -> None:
    assert ask(MAKER.phone(*parts), vendor) is None


def test_a_certificate_of_another_authority_of_the_same_name_is_nobodys() -> None:
    forged = Maker("Example").phone((CN, "805ec0d9c744"))
    assert forged.certificate.issuer == MAKER.issuing.certificate.subject
    assert ask(forged) is None
    assert ask(sign([(CN, "805ec0d9c744")], None)) is None


def test_both_certificates_must_be_valid_now() -> None:
    phone = MAKER.phone((CN, "805ec0d9c744"), days=(-5, 5))
    assert ask(phone) is not None
    assert ask(phone, days=6) is None and ask(phone, days=-6) is None
    over = sign([(CN, "Over CA")], None, ca=True, days=(-20, -1))
    assert ask(sign([(CN, "805ec0d9c744")], over), by=over) is None


def test_an_authority_is_no_phone() -> None:
    assert ask(sign([(CN, "805ec0d9c744")], MAKER.issuing, ca=True)) is None


def test_the_maker_is_the_one_whose_authority_signed() -> None:
    other = Maker("Other")
    issuers = [Issuer("poly", other.issuing.certificate), Issuer("yealink", MAKER.issuing.certificate)]
    phone = MAKER.phone((CN, "805ec0d9c744"))
    assert certified_mac(phone.certificate, issuers, datetime.now(UTC)) == Certified("805ec0d9c744", "yealink")


def test_every_place_is_of_a_maker_that_is_known() -> None:
    assert set(PLACES) <= set(vendors())
    assert isinstance(MAKER.root.certificate, x509.Certificate)
