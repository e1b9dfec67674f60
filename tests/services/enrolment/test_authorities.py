"""The makers' authorities: trusted by an operator, read by every node, audited."""

from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from provserver.db.models import Change
from provserver.domain.roles import Actor, Role
from provserver.errors import Forbidden, Invalid, NotFound
from provserver.services.enrolment import authorities
from provserver.services.enrolment.authorities import Vouchers
from provserver.services.house import House
from provserver.vendors.factory import Certified
from tests.fakes.maker import Maker, sign

MAKER = Maker("Example")
PHONE = MAKER.phone((NameOID.COMMON_NAME, "805ec0d9c744"))
BUNDLE = MAKER.root.pem + MAKER.issuing.pem


def test_a_bundle_is_trusted_once_and_vouches_for_phones_of_that_maker(house: House, actor: Actor) -> None:
    assert len(authorities.trust(house, actor, "Yealink", BUNDLE)) == 2
    assert authorities.trust(house, actor, "yealink", BUNDLE) == []
    assert [row.owner for row in authorities.listed(house, actor)] == ["yealink", "yealink"]
    vouchers = Vouchers(house)
    der = PHONE.certificate.public_bytes(Encoding.DER)
    assert vouchers.certified(der) == Certified("805ec0d9c744", "yealink")
    assert vouchers.certified(quote(PHONE.pem.decode()).encode()) == Certified("805ec0d9c744", "yealink")
    assert len(vouchers.pems()) == 2


@pytest.mark.parametrize("shown", [b"", b"0", b"%", b"-----BEGIN CERTIFICATE-----", b"\xff" * 100, b"%30%80"])
def test_what_is_no_certificate_is_nobodys(house: House, actor: Actor, shown: bytes) -> None:
    authorities.trust(house, actor, "yealink", BUNDLE)
    assert Vouchers(house).certified(shown) is None


def test_der_is_read_as_well(house: House, actor: Actor) -> None:
    der = MAKER.issuing.certificate.public_bytes(Encoding.DER)
    assert authorities.trust(house, actor, "poly", der)[0].subject == "CN=Example Equipment Issuing CA"


@pytest.mark.parametrize(
    ("vendor", "content", "field", "says"),
    [
        ("acme", BUNDLE, "vendor", "there is no maker acme"),
        ("yealink", b"hello", "file", "PEM or DER"),
        ("yealink", b"", "file", "PEM or DER"),
        ("yealink", BUNDLE + PHONE.pem, "file", "CN=805ec0d9c744 is no authority"),
        ("yealink", sign([(NameOID.COMMON_NAME, "Over")], None, ca=True, days=(-9, -1)).pem, "file", "was valid until"),
        ("yealink", b"x" * (authorities.LARGEST_FILE + 1), "file", "at most"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_as_a_whole(
    house: House, actor: Actor, vendor: str, content: bytes, field: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says) as problem:
        authorities.trust(house, actor, vendor, content)
    assert [error.field for error in problem.value.fields] == [field]
    assert authorities.listed(house, actor) == []


def test_one_that_is_removed_vouches_for_nobody(house: House, actor: Actor) -> None:
    authorities.trust(house, actor, "yealink", BUNDLE)
    wanted = next(row for row in authorities.listed(house, actor) if "Issuing" in row.subject)
    for useless in ("", wanted.fingerprint[:7], "f" * 64):
        with pytest.raises(NotFound):
            authorities.distrust(house, actor, useless)
    pairs = ":".join(wanted.fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
    assert authorities.distrust(house, actor, pairs) == "CN=Example Equipment Issuing CA"
    assert Vouchers(house).certified(PHONE.pem) is None


def test_only_an_operator_trusts_and_everything_is_audited(house: House, actor: Actor) -> None:
    admin = Actor(actor.tenant_id, "bruno", Role.ADMIN)
    with pytest.raises(Forbidden):
        authorities.trust(house, admin, "yealink", BUNDLE)
    authorities.trust(house, actor, "yealink", BUNDLE)
    with pytest.raises(Forbidden):
        authorities.distrust(house, admin, authorities.listed(house, admin)[0].fingerprint)
    with house.database.reading() as session:
        assert session.scalars(select(Change.what)).all() == ["authority trusted"]
