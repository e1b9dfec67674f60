"""Lines and phones as a table over the API: all or nothing, tried first, given out and taken back."""

from werkzeug.test import TestResponse

from tests.api.conftest import Program

GOOD = "extension;name;mac;vendor;model\n220;Nina Serra;0004f2000220;poly;VVX301\n"
WRONG = GOOD + "221;Remo Galli;0004f200022;poly;VVX301\n"


def bring(program: Program, text: str | bytes, query: str = "", kind: str = "text/csv") -> TestResponse:
    return program.ask("POST", f"/import{query}", data=text, content_type=kind)


def test_a_table_is_tried_then_saved(program: Program) -> None:
    tried = bring(program, GOOD, "?dry_run=1")
    assert tried.status_code == 200
    body = tried.get_json()
    assert (body["saved"], body["lines_added"], body["errors"]) == (False, ["220"], [])
    program.get("/devices/0004f2000220", 404)
    answer = bring(program, GOOD)
    saved = answer.get_json()
    assert answer.status_code == 202 and saved["saved"] and saved["devices_added"][0]["mac"] == "0004f2000220"
    assert "/p/" in saved["devices_added"][0]["provisioning_url"]
    assert program.get("/devices/0004f2000220")["lines"] == ["220"]
    again = bring(program, GOOD).get_json()
    assert not again["lines_added"] and not again["devices_added"] and not again["devices_changed"]


def test_with_a_wrong_row_nothing_is_saved_unless_it_is_left_out(program: Program) -> None:
    refused = bring(program, WRONG)
    assert refused.status_code == 422
    (error,) = refused.get_json()["errors"]
    assert error["field"] == "row 3: mac" and "12 hexadecimal digits" in error["message"]
    program.get("/lines/220", 404)
    kept = bring(program, WRONG, "?keep_going=1").get_json()
    assert kept["saved"] and kept["errors"][0]["row"] == 3
    assert program.get("/lines/220")["name"] == "Nina Serra"


def test_what_is_no_table_is_refused(sqlite_program: Program) -> None:
    assert bring(sqlite_program, GOOD, kind="application/json").status_code == 415
    assert bring(sqlite_program, b"extension\n\xff\n").get_json()["errors"][0]["field"] == "file"
    assert bring(sqlite_program, "extension\n\0\n").status_code == 422
    assert bring(sqlite_program, "").status_code == 422
    assert bring(sqlite_program, GOOD, "?dry_run=perhaps").get_json()["errors"][0]["field"] == "dry_run"
    rows = "extension\n" + "".join(f"{number}\n" for number in range(5000, 6001))
    assert "at most 1000 rows" in bring(sqlite_program, rows).get_json()["errors"][0]["message"]


def test_what_is_given_out_can_be_brought_in_again_and_holds_no_password(program: Program) -> None:
    table = program.ask("GET", "/export")
    assert table.mimetype == "text/csv" and "sip-secret" not in table.text
    done = bring(program, table.text).get_json()
    assert done["saved"] and not any(done[name] for name in ("lines_changed", "devices_changed", "devices_added"))


def test_a_reader_takes_the_table_and_brings_none_in(reader: Program) -> None:
    assert reader.ask("GET", "/export").status_code == 200
    assert bring(reader, GOOD).status_code == 403
