"""Whatever goes wrong under /api is answered as a problem that names what to do."""

import json
import logging
from typing import Any
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provserver.domain.roles import Role
from provserver.services.access import accounts
from provserver.services.inventory import devices
from tests.api.conftest import POLY, YEALINK, Program


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """Check that an answer is a problem of this status, and give it."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.get_json()
    assert body.keys() >= {"type", "title", "status", "detail", "errors"} and body["status"] == status
    assert body["detail"] and "Traceback" not in json.dumps(body)
    return body


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere", "/", "/devices/", "/devices/1/2/3/4", "/settings/planet/x", "/rest/%00",
        "/groups/hu%0Ant/x", f"/rollouts/{2**63}", f"/rollouts/{'9' * 5000}",
    ],
)  # fmt: skip
def test_an_unknown_address_is_a_problem(sqlite_program: Program, path: str) -> None:
    problem(sqlite_program.ask("GET", path), 404)
    problem(sqlite_program.client.get(f"/api/v1{path}"), 404)


def test_a_wrong_method_names_the_right_ones(sqlite_program: Program) -> None:
    answer = sqlite_program.ask("DELETE", "/devices")
    problem(answer, 405)
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    problem(sqlite_program.ask("PUT", f"/devices/{POLY}/keys", {}), 405)
    problem(sqlite_program.ask("POST", "//api/v1/openapi.json", {}), 405)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"7",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"3": {}, "3": {}}',
        b"[" * 5000,
        b'{"a":' * 5000,
    ],
)
def test_a_malformed_body_is_a_problem(sqlite_program: Program, body: bytes) -> None:
    for method, path in (("PATCH", f"/devices/{POLY}/keys"), ("POST", "/devices"), ("PATCH", "/settings/tenant")):
        answer = sqlite_program.ask(method, path, data=body, content_type="application/json")
        assert "JSON" in problem(answer, 400)["detail"]


def test_a_body_of_another_kind_is_a_problem(sqlite_program: Program) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", None):
        answer = sqlite_program.ask("POST", "/lines", data=b"{}", content_type=kind)
        assert "application/json" in problem(answer, 415)["detail"]


def test_a_body_that_is_too_large_is_a_problem(sqlite_program: Program) -> None:
    problem(sqlite_program.ask("PATCH", f"/devices/{POLY}/keys", {"3": {"label": "x" * 200_000}}), 413)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/devices", {"mac": "nonsense", "vendor": "poly", "model": "VVX301"}, "mac"),
        ("/devices", {"mac": "ff:ff:ff:ff:ff:ff", "vendor": "poly", "model": "VVX301"}, "mac"),
        ("/devices", {"mac": 7, "vendor": "poly", "model": "VVX301"}, "mac"),
        ("/devices", {"vendor": "poly", "model": "VVX301"}, "mac"),
        ("/devices", {"mac": "64167f000001", "vendor": "acme", "model": "VVX301"}, "vendor"),
        ("/devices", {"mac": "64167f000001", "vendor": "poly", "model": "T46U"}, "model"),
        ("/devices", {"mac": "64167f000001", "vendor": "poly", "model": "VVX301", "lines": ["999"]}, "lines"),
        ("/devices", {"mac": "64167f000001", "vendor": "poly", "model": "VVX301", "lines": "201"}, "lines"),
        ("/devices", {"mac": "64167f000001", "vendor": "poly", "model": "VVX301", "lines": [201]}, "lines.0"),
        ("/devices", {"mac": "64167f000001", "vendor": "poly", "model": "VVX301", "colour": "red"}, "colour"),
        (
            "/devices",
            {"mac": "64167f000001", "vendor": "poly", "model": "VVX301", "description": "a\nb"},
            "description",
        ),
        ("/devices", {"mac": "64167f000001", "vendor": "poly", "model": "VVX301", "department": "None"}, "department"),
        ("/lines", {"name": "Zoe"}, "extension"),
        ("/lines", {"extension": "12ab", "name": "Zoe"}, "extension"),
        ("/lines", {"extension": "301", "name": ""}, "name"),
        ("/lines", {"extension": "301", "name": "Zoe\r\nEvil: 1"}, "name"),
        ("/lines", {"extension": "301", "name": "Zoe", "transport": "pigeon"}, "transport"),
        ("/lines", {"extension": "301", "name": "Zoe", "domain": "no domain"}, "domain"),
        ("/lines", {"extension": "301", "name": "Zoe", "username": "a b"}, "username"),
        ("/lines", {"extension": "301", "name": "Zoe", "password": "with blank"}, "password"),
        ("/lines", {"extension": "301", "name": "Zoe", "department": "Nowhere"}, "department"),
        ("/lines", {"extension": "301", "name": "Zoe", "department": "a\u0000"}, "department"),
        ("/lines", {"extension": "301", "name": "Zoe", "role": "admin"}, "role"),
        ("/departments", {"name": "x" * 65}, "name"),
        ("/departments", {}, "name"),
    ],
)
def test_a_wrong_field_is_named(sqlite_program: Program, path: str, body: dict[str, Any], field: str) -> None:
    found = problem(sqlite_program.ask("POST", path, body), 422)
    assert field in [error["field"] for error in found["errors"]]
    assert len(sqlite_program.get("/devices")["items"]) == 2 and len(sqlite_program.get("/lines")["items"]) == 4


def test_what_exists_already_is_a_conflict(sqlite_program: Program) -> None:
    found = problem(sqlite_program.ask("POST", "/lines", {"extension": "201", "name": "Again"}), 409)
    assert found["errors"][0]["field"] == "extension"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=٣", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=99999999999999999999", "cursor"),
        ("q=" + "a" * 101, "q"),
        ("q=a%00b", "q"),
        ("company=a%00b", "company"),
    ],
)
def test_a_wrong_question_is_named(program: Program, query: str, field: str) -> None:
    for path in ("/devices", "/lines", "/directory"):
        found = problem(program.ask("GET", f"{path}?{query}"), 422)
        assert found["errors"][0]["field"] == field


def test_odd_searches_are_only_searches(program: Program) -> None:
    for text in ("%25", "_", "'", "%5C", "\u0130", "a b c d e f g h i j k l m n o p q r s t u v w x y z", "--", ":::"):
        for path in ("/devices", "/lines", "/directory", "/models"):
            program.get(f"{path}?q={text}")


def test_who_is_not_known_is_told_how_to_come_in(sqlite_program: Program) -> None:
    client = sqlite_program.client
    for headers in ({}, {"Authorization": "Bearer wrong-token-of-some-length"}, {"Authorization": "Basic YTpi"}):
        answer = client.get("/api/v1/devices", headers=headers)
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_reader_reads_and_changes_nothing(reader: Program) -> None:
    reader.get(f"/devices/{POLY}/keys")
    tries = [
        ("PATCH", f"/devices/{POLY}/keys", {"3": {"kind": "none"}}),
        ("PATCH", f"/devices/{POLY}/keys?dry_run=1", {"3": {"kind": "none"}}),
        ("PATCH", f"/devices/{POLY}/settings", {"language": "it"}),
        ("PATCH", f"/devices/{POLY}", {"description": "x"}),
        ("PATCH", "/settings/tenant", {"language": "it"}),
        ("PATCH", "/lines/201", {"name": "x"}),
        ("POST", "/lines", {"extension": "301", "name": "Zoe"}),
        ("POST", "/departments", {"name": "Sales"}),
        ("POST", "/devices", {"mac": "64167f000001", "vendor": "poly", "model": "VVX301"}),
        ("POST", f"/devices/{POLY}/actions/resync", None),
        ("DELETE", f"/devices/{POLY}", None),
        ("DELETE", "/lines/201?release=1", None),
        ("GET", f"/devices/{POLY}/rendered/{POLY}.cfg?reveal=1", None),
    ]
    for method, path, body in tries:
        assert "reader" in problem(reader.ask(method, path, body), 403)["detail"]


def test_a_signed_in_person_reads_freely_and_changes_with_the_forms_token(sqlite_program: Program) -> None:
    person = accounts.add_user(sqlite_program.house, "anna", "a long password", Role.ADMIN)
    client = sqlite_program.client
    token = client.post(f"/sign-in/{person.id}").get_data(as_text=True)
    path = f"/api/v1/devices/{YEALINK}/keys"
    assert client.get(path).status_code == 200
    for headers in ({}, {"X-CSRFToken": "forged"}):
        answer = client.patch(path, json={"3": {"kind": "dnd"}}, headers=headers)
        assert "X-CSRFToken" in problem(answer, 403)["detail"]
    assert client.get(path).get_json()["3"] == {"kind": "none"}
    assert client.patch(path, json={"3": {"kind": "dnd"}}, headers={"X-CSRFToken": token}).status_code == 202
    assert sqlite_program.get("/changes?limit=1")["items"][0]["actor"] == "anna"


def test_a_wrong_token_never_falls_back_on_the_session(sqlite_program: Program) -> None:
    person = accounts.add_user(sqlite_program.house, "anna", "a long password", Role.ADMIN)
    sqlite_program.client.post(f"/sign-in/{person.id}")
    wrong = {"Authorization": "Bearer wrong-token-of-some-length"}
    answer = sqlite_program.client.patch(f"/api/v1/devices/{POLY}/keys", json={"3": {"kind": "dnd"}}, headers=wrong)
    problem(answer, 401)


def test_what_breaks_is_logged_and_answered_without_details(
    sqlite_program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    app = sqlite_program.client.application
    app.config["PROPAGATE_EXCEPTIONS"] = False
    quiet = Program(
        FlaskClient(app, app.response_class), sqlite_program.token, sqlite_program.house, sqlite_program.actor, {}
    )
    with patch.object(devices, "find_devices", side_effect=RuntimeError("inner words")), caplog.at_level(logging.ERROR):
        found = problem(quiet.ask("GET", "/devices"), 500)
    assert "inner words" not in json.dumps(found)
    assert "inner words" in caplog.text


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "BREW"])
@pytest.mark.parametrize("path", ["/lines", "/nope"])
def test_a_method_that_no_call_has_is_a_problem_too(sqlite_program: Program, method: str, path: str) -> None:
    problem(sqlite_program.ask(method, path), 405)
