"""The page about certificates: for everybody to see, for operators to change, and the authority for any phone."""

from io import BytesIO

import pytest
from cryptography.x509.oid import NameOID

from provserver.domain.roles import Role
from provserver.services.access import accounts
from provserver.services.enrolment import authorities
from tests.fakes.maker import Maker
from tests.web.conftest import PASSWORD, Site, token_of

MAKER = Maker("Example")


def test_without_tls_the_page_says_so_and_there_is_no_authority(site: Site) -> None:
    page = site.get("/certificates").text
    assert "TLS is off here" in page and "PROVSERVER_TLS_BIND" in page and "/ca.pem" not in page
    for path in ("/ca.pem", "/ca.der", "/ca-old.pem", "/ca-old.der"):
        assert site.get(path).status_code == 404


def test_an_operator_trusts_a_makers_file_and_takes_it_back(site: Site) -> None:
    given = {"vendor": "yealink", "csrf_token": token_of(site.get("/certificates").text)}
    file = (BytesIO(MAKER.root.pem + MAKER.issuing.pem), "yealink.pem")
    done = site.client.post("/certificates", data={**given, "file": file}, follow_redirects=True)
    assert done.status_code == 200 and "CN=Example Equipment Issuing CA" in done.text
    for row in authorities.listed(site.house, site.actor):
        assert site.post(f"/certificates/{row.fingerprint}/remove", {}, "/certificates").status_code == 302
    assert authorities.listed(site.house, site.actor) == []


@pytest.mark.parametrize("content", [b"", b"hello", MAKER.phone((NameOID.COMMON_NAME, "x")).pem])
def test_a_file_that_makes_no_sense_is_told_at_its_field(site: Site, content: bytes) -> None:
    given = {"vendor": "yealink", "csrf_token": token_of(site.get("/certificates").text)}
    answer = site.client.post("/certificates", data={**given, "file": (BytesIO(content), "x.pem")})
    assert answer.status_code == 422
    assert 'id="wrong-file"' in answer.text and '<option value="yealink" selected' in answer.text


def test_an_admin_sees_and_does_not_change(site: Site) -> None:
    accounts.add_user(site.house, "bruno", PASSWORD, Role.ADMIN)
    site.post("/sign-out", {})
    site.client.post(
        "/sign-in", data={"name": "bruno", "password": PASSWORD, "csrf_token": token_of(site.get("/sign-in").text)}
    )
    page = site.get("/certificates")
    assert page.status_code == 200 and 'type="file"' not in page.text
    assert site.post("/certificates", {"vendor": "yealink"}, "/certificates").status_code == 403
