"""Secrets replaced over the API."""

from io import BytesIO

from tests.api.conftest import POLY, Program


def test_a_phones_address_is_replaced_and_old_ones_revoked(program: Program) -> None:
    first = program.post(f"/devices/{POLY}/actions/rotate-token", status=202)
    assert first["action"] == "rotate-token" and first["provisioning_url"] != program.urls[POLY]
    assert [token["newest"] for token in first["tokens"]] == [True, False]
    second = program.post(f"/devices/{POLY}/actions/rotate-token", {"minutes": 60}, 202)
    assert second["tokens"][1]["expires_at"] and not second["tokens"][0]["expires_at"]
    assert len(program.post(f"/devices/{POLY}/actions/revoke-tokens", status=202)["tokens"]) == 1
    assert len(program.get(f"/devices/{POLY}/tokens")["tokens"]) == 1
    program.post(f"/devices/{POLY}/actions/rotate-token", {"minutes": 0}, 422)
    program.post("/devices/0004f2000000/actions/rotate-token", status=404)


def test_a_body_that_comes_in_chunks_is_read_too(sqlite_program: Program) -> None:
    path = f"/devices/{POLY}/actions/rotate-token"
    for body, status in ((b'{"revoke": "perhaps"}', 422), (b"", 202)):
        chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        said = sqlite_program.ask(
            "POST", path, input_stream=BytesIO(body), content_type="application/json", environ_overrides=chunked
        )
        assert said.status_code == status


def test_a_lines_password_is_replaced_and_revealed(sqlite_program: Program, reader: Program) -> None:
    answer = sqlite_program.post("/lines/201/actions/rotate-password", status=202)
    assert answer["waiting"] == []
    revealed = sqlite_program.post("/lines/201/actions/reveal-password", status=200)
    assert revealed == {"password": answer["password"], "old_passwords": []}
    assert sqlite_program.get("/lines/201")["old_password_since"] is None
    reader.post("/lines/201/actions/reveal-password", status=403)
    reader.post("/lines/201/actions/rotate-password", status=403)
    assert "password revealed" in {item["what"] for item in sqlite_program.get("/changes")["items"]}
