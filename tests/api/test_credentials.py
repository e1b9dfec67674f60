"""A phone's own password over the API."""

from typing import Any

from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from tests.api.conftest import YEALINK, Program

PLACE = f"/devices/{YEALINK}/credentials"


def put(program: Program, body: Any, status: int = 202) -> Any:
    return program._expect("PUT", PLACE, body, status)


def test_a_password_is_set_replaced_and_taken_away(program: Program) -> None:
    assert program.get(PLACE)["stage"] == "none"
    program.post(f"/devices/{YEALINK}/actions/rotate-credentials", status=409)
    first = put(program, {})
    assert (first["stage"], first["username"], len(first["password"])) == ("sending", YEALINK, 16)
    assert "password" not in program.get(PLACE)
    second = program.post(f"/devices/{YEALINK}/actions/rotate-credentials", status=202)
    assert second["password"] != first["password"] and second["older"] == 1
    shown = program.post(f"/devices/{YEALINK}/actions/reveal-credentials", status=200)
    assert shown == {"username": YEALINK, "password": second["password"]}
    for _ in range(2):
        assert program._expect("DELETE", PLACE, None, 202)["stage"] == "none"
    program.post(f"/devices/{YEALINK}/actions/reveal-credentials", status=409)
    items = program.get("/changes")["items"]
    done = {f"phone password {what}" for what in ("set", "replaced", "revealed", "cleared")}
    assert done <= {item["what"] for item in items}
    assert not any(word in str(items) for word in (first["password"], second["password"]))


def test_what_is_typed_is_checked(sqlite_program: Program) -> None:
    given = put(sqlite_program, {"username": "front.desk", "password": "Abcdefgh-1"})
    assert (given["username"], given["password"]) == ("front.desk", "Abcdefgh-1")
    rendered = f"/devices/{YEALINK}/rendered/{YEALINK}.cfg"
    assert "server.password = Abcdefgh-1" in sqlite_program.ask("GET", f"{rendered}?reveal=1").text
    assert "Abcdefgh-1" not in sqlite_program.ask("GET", rendered).text
    for wrong in ({"username": "a b"}, {"password": "short"}, {"password": "with]bracket"}, {"password": 12345678}):
        fields = put(sqlite_program, wrong, 422)["errors"]
        assert [error["field"] for error in fields] == list(wrong)


def test_a_reader_may_look_and_nothing_else(reader: Program) -> None:
    assert reader.get(PLACE)["stage"] == "none"
    put(reader, {}, 403)
    reader._expect("DELETE", PLACE, None, 403)
    for what in ("rotate", "reveal"):
        reader.post(f"/devices/{YEALINK}/actions/{what}-credentials", status=403)


def test_a_maker_without_a_parameter_for_it_refuses_with_a_reason(sqlite_program: Program) -> None:
    devices.add_device(sqlite_program.house, sqlite_program.actor, NewDevice("0c3800d9c744", "fanvil", "X4U", ("201",)))
    place = "/devices/0c3800d9c744/credentials"
    assert "no source" in sqlite_program.get(place)["lacking"]
    refused = sqlite_program._expect("PUT", place, {}, 409)
    assert "no source names a parameter" in refused["detail"]
