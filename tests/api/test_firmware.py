"""Firmware over the API: streamed in, listed, chosen by a phone's channel, and kept while it is needed."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from provserver.api.guard import _LARGE
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.pushing import progress
from tests.api.conftest import POLY, YEALINK, Program

IMAGE = b"firmware" * 50_000
ABOUT = {"vendor": "yealink", "models": "T46U, T43U", "version": "108.86.0.90"}
NAME = "T46U-108.86.0.90.rom"


def send(program: Program, about: dict[str, str] = ABOUT, content: bytes = IMAGE, **more: Any) -> TestResponse:
    """Send the bytes alone."""
    query = {"name": NAME, **about}
    return program.ask(
        "POST", "/firmware", query_string=query, data=content, content_type="application/octet-stream", **more
    )


def test_an_image_is_sent_as_bytes_and_found_again(program: Program) -> None:
    answer = send(program)
    assert answer.status_code == 201, answer.text
    body = answer.get_json()
    assert body["sha256"] == hashlib.sha256(IMAGE).hexdigest()
    assert (body["name"], body["models"], body["size"], body["chosen_for"]) == (NAME, ["T46U", "T43U"], len(IMAGE), [])
    assert answer.headers["Location"] == f"/api/v1/firmware/{body['id']}"
    assert program.get(f"/firmware/{body['id']}") == body == program.get(f"/firmware/{NAME}")
    assert program.get("/firmware?q=yealink")["items"] == [body]
    assert program.get("/firmware?q=poly") == {"items": [], "next": None}
    assert program.ask("DELETE", f"/firmware/{body['id']}").status_code == 204
    program.get(f"/firmware/{body['id']}", 404)


def test_an_image_is_sent_as_a_form(sqlite_program: Program) -> None:
    data = {**ABOUT, "file": (BytesIO(IMAGE), NAME)}
    answer = sqlite_program.ask("POST", "/firmware", data=data, content_type="multipart/form-data")
    assert answer.status_code == 201 and answer.get_json()["name"] == NAME
    again = {**ABOUT, "file": (BytesIO(IMAGE), NAME)}
    taken = sqlite_program.ask("POST", "/firmware", data=again, content_type="multipart/form-data")
    assert taken.status_code == 409 and taken.get_json()["errors"][0]["field"] == "name"


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({**ABOUT, "vendor": "poly"}, "models"),
        ({**ABOUT, "version": ""}, "version"),
        ({**ABOUT, "name": "a/b"}, "name"),
        ({"vendor": "nobody"}, "vendor"),
    ],
)
def test_a_wrong_image_names_the_field(sqlite_program: Program, about: dict[str, str], field: str) -> None:
    answer = send(sqlite_program, about)
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.get_json()["errors"]}


def test_no_file_no_form_and_another_type_are_refused(sqlite_program: Program) -> None:
    assert send(sqlite_program, content=b"").get_json()["errors"][0]["field"] == "file"
    without = sqlite_program.ask("POST", "/firmware", data=dict(ABOUT), content_type="multipart/form-data")
    assert (without.status_code, without.get_json()["errors"][0]["field"]) == (422, "file")
    assert sqlite_program.ask("POST", "/firmware", ABOUT).status_code == 415


def test_a_body_past_the_limit_is_refused(sqlite_program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_LARGE, "api_firmware.add_firmware", 1000)
    assert send(sqlite_program).status_code == 413
    assert sqlite_program.get("/firmware")["items"] == []


def test_who_may_not_edit_sends_nothing(reader: Program) -> None:
    assert send(reader).status_code == 403
    assert send(reader, headers={"Authorization": "Bearer wrong-token-wrong"}).status_code == 401
    assert reader.get("/firmware")["items"] == []


def test_a_channel_names_the_image_of_one_phone(program: Program) -> None:
    send(program)
    changed = program.patch(f"/devices/{YEALINK}", {"firmware_channel": NAME}, 200)
    assert changed["firmware_channel"] == NAME
    expected = {"name": NAME, "version": "108.86.0.90", "origin": "device", "place": ""}
    assert changed["firmware_wanted"] == expected
    assert program.get(f"/firmware/{NAME}")["chosen_for"]
    in_use = program.ask("DELETE", f"/firmware/{NAME}")
    assert in_use.status_code == 409 and "is chosen for phone" in in_use.get_json()["detail"]
    refused = program.patch(f"/devices/{POLY}", {"description": "x", "firmware_channel": NAME}, 422)
    assert refused["errors"][0]["field"] == "firmware_channel"
    assert program.get(f"/devices/{POLY}")["description"] == ""
    inherited = program.patch(f"/devices/{YEALINK}", {"firmware_channel": None}, 200)
    assert (inherited["firmware_channel"], inherited["firmware_wanted"]) == (None, None)


def test_a_setting_chooses_for_many_and_says_where(program: Program) -> None:
    send(program)
    assert program.patch("/settings/model/yealink/T46U", {"firmware": NAME})["touched"] == 1
    found = program.get(f"/devices/{YEALINK}/settings")["firmware"]
    assert found == {"value": NAME, "origin": "model", "place": "yealink/T46U"}
    device = progress.standing(program.house, program.actor, YEALINK)[0].device
    refresh_device(program.house, device.id)
    saved = program.patch(f"/devices/{YEALINK}/settings?dry_run=1", {"firmware": ""}, 200)
    assert saved["restart"] is True and saved["changed"] == ["firmware"]
    refused = program.patch("/settings/model/poly/VVX301", {"firmware": NAME}, 422)
    assert refused["errors"][0]["field"] == "firmware"


def test_the_description_tells_of_it(sqlite_program: Program) -> None:
    paths = sqlite_program.get("/openapi.json")["paths"]
    assert "multipart/form-data" in paths["/api/v1/firmware"]["post"]["requestBody"]["content"]
    assert {"get", "delete"} <= set(paths["/api/v1/firmware/{image}"])
