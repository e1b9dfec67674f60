"""Files through the API show no secret unless it is revealed, and no answer or log line ever does."""

import json
import logging
from typing import Any

import pytest
from sqlalchemy import select

from provserver.db.models import Device
from provserver.db.queries import device_by_mac
from provserver.domain.secret import MASK
from provserver.domain.slots import KeyKind
from provserver.services.rendering.profiles import Profiles
from tests.api.conftest import POLY, YEALINK, Program


def secrets_of(program: Program, mac: str) -> list[str]:
    """List every secret of a phone."""
    with program.house.database.reading() as session:
        device = device_by_mac(session, program.actor, mac)
        phone = Profiles(session, program.actor.tenant_id, program.house.config.base_url).resolve(device)
    token = phone.provisioning_url.rstrip("/").rpartition("/")[2]
    named = [phone.secret("admin_password").reveal(), phone.secret("user_password").reveal()]
    return [token, *named, *(line.password.reveal() for line in phone.lines), "hidden-override"]


def _hide_more(program: Program) -> None:
    program.patch(f"/devices/{YEALINK}/settings", {"overrides": {"features.x_password": "hidden-override"}})
    program.patch(f"/devices/{POLY}/settings", {"overrides": {"device.x.password": "hidden-override"}})


@pytest.mark.parametrize("mac", [POLY, YEALINK])
def test_a_masked_file_holds_no_secret(program: Program, mac: str) -> None:
    _hide_more(program)
    secrets = secrets_of(program, mac)
    assert all(len(secret) >= 8 for secret in secrets)
    for file in program.get(f"/devices/{mac}")["files"]:
        answer = program.ask("GET", f"/devices/{mac}/rendered/{file['name']}")
        assert answer.status_code == 200 and answer.content_length
        assert not [secret for secret in secrets if secret.encode() in answer.data]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        listed = json.dumps(program.get(f"/devices/{mac}/rendered/{file['name']}/parameters"))
        assert not [secret for secret in secrets if secret in listed]


@pytest.mark.parametrize("mac", [POLY, YEALINK])
def test_a_revealed_file_is_the_phones_own_and_audited(program: Program, mac: str) -> None:
    _hide_more(program)
    files = [file["name"] for file in program.get(f"/devices/{mac}")["files"]]
    revealed = b"".join(program.ask("GET", f"/devices/{mac}/rendered/{name}?reveal=1").data for name in files)
    assert all(secret.encode() in revealed for secret in secrets_of(program, mac))
    audit = [row for row in program.get(f"/changes?device={mac}")["items"] if row["what"] == "file revealed"]
    assert [row["after"] for row in reversed(audit)] == files
    assert b"x_password" in revealed or b"x.password" in revealed


def test_an_unknown_file_names_those_that_there_are(sqlite_program: Program) -> None:
    assert f"{YEALINK}.cfg" in sqlite_program.get(f"/devices/{YEALINK}/rendered/nothing.cfg", 404)["detail"]
    assert sqlite_program.ask("GET", f"/devices/{YEALINK}/rendered/{YEALINK.upper()}.CFG").status_code == 200


def test_parameters_tell_where_they_come_from(sqlite_program: Program) -> None:
    sqlite_program.patch("/settings/tenant", {"language": "it"})
    rows = sqlite_program.get(f"/devices/{YEALINK}/rendered/{YEALINK}.cfg/parameters")
    language = next(row for row in rows if row["source"] == "language")
    assert language["origin"] == "tenant" and language["value"]
    assert any(row["value"] == MASK for row in rows)


def test_no_answer_and_no_log_line_holds_a_secret(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _hide_more(program)
    wanted: dict[str, Any] = {"admin_password": "new-admin-secret"}
    program.patch(f"/devices/{POLY}/settings", wanted)
    program.patch("/lines/201", {"password": "new-sip-secret"}, 200)
    program.patch(f"/devices/{POLY}/keys", {"3": {"kind": KeyKind.BLF.value, "target": "999"}}, 422)
    program.patch("/lines/201", {"password": "bad secret"}, 422)
    secrets = [
        *secrets_of(program, POLY),
        *secrets_of(program, YEALINK),
        "new-admin-secret",
        "new-sip-secret",
        "bad secret",
    ]
    paths = ["", "/keys", "/settings"]
    answers = [program.get(f"/devices/{mac}{path}") for mac in (POLY, YEALINK) for path in paths]
    answers += [program.get(path) for path in ("/lines", "/devices", "/changes", "/settings/tenant", "/lines/201")]
    assert not [secret for secret in secrets if secret in json.dumps(answers)]
    assert not [secret for secret in [*secrets, program.token] if secret in caplog.text]


def test_what_is_stored_of_a_line_is_sealed(program: Program) -> None:
    with program.house.database.reading() as session:
        lines = session.scalars(select(Device)).first()
        assert lines is not None and b"sip-secret" not in lines.lines[0].line.sealed_password
