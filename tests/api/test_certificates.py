"""Certificates over the API."""

from cryptography.x509.oid import NameOID

from tests.api.conftest import Program
from tests.fakes.maker import Maker

MAKER = Maker("Example")


def test_authorities_are_trusted_listed_and_removed(program: Program) -> None:
    assert program.get("/certificates") == [] and program.get("/certificates/makers") == []
    body = {"vendor": "poly", "pem": (MAKER.root.pem + MAKER.issuing.pem).decode()}
    added = program.post("/certificates/makers", body)
    assert [row["subject"] for row in added] == ["CN=Example Root CA", "CN=Example Equipment Issuing CA"]
    assert program.post("/certificates/makers", body) == []
    assert program.get("/certificates/makers") == added
    for row in added:
        assert program.ask("DELETE", f"/certificates/makers/{row['fingerprint']}").status_code == 204
    assert program.ask("DELETE", f"/certificates/makers/{added[0]['fingerprint']}").status_code == 404
    whats = [change["what"] for change in program.get("/changes")["items"]]
    assert whats[:3] == ["authority removed", "authority removed", "authority trusted"]


def test_a_wrong_file_names_its_field(sqlite_program: Program) -> None:
    phone = MAKER.phone((NameOID.COMMON_NAME, "0004f2aabbcc")).pem.decode()
    for pem in ("", "hello", phone):
        answer = sqlite_program.post("/certificates/makers", {"vendor": "poly", "pem": pem}, 422)
        assert [error["field"] for error in answer["errors"]] in (["file"], ["pem"])
    assert sqlite_program.post("/certificates/actions/renew", None, 409)["detail"].startswith("TLS is off")
