"""The history by the API: of a phone, a key, a setting, a line; and whether it is whole."""

import pytest

from tests.api.conftest import POLY, YEALINK, Program


def _whats(program: Program, query: str) -> list[str]:
    return [row["what"] for row in program.get(f"/changes?{query}")["items"]]


def test_the_history_is_filtered(program: Program) -> None:
    program.patch(f"/devices/{POLY}/keys", {"3": {"kind": "blf", "target": "204"}})
    program.patch("/settings/tenant", {"language": "it"})
    program.patch(f"/devices/{YEALINK}/settings", {"overrides": {"features.redial_tone": "1"}})
    assert _whats(program, f"device={POLY}&key=3") == ["keys"]
    assert _whats(program, f"device={POLY}&setting=language") == ["settings"]
    assert _whats(program, "setting=features.redial_tone") == ["settings"]
    assert _whats(program, "line=204") == ["line added"]
    assert _whats(program, "what=device%20added&by=anna") == ["device added"] * 2
    assert _whats(program, "until=2000-01-01") == []
    newest = program.get("/changes?limit=1")["items"][0]
    assert newest["after"] == {"overrides": {"features.redial_tone": "1"}}
    assert newest["undoes"] == []
    assert program.get(f"/changes/{newest['id']}") == newest


@pytest.mark.parametrize(
    ("query", "field"),
    [("key=3", "key"), (f"device={POLY}&key=x", "key"), ("since=soon", "since"), ('setting=a"b', "setting")],
)
def test_what_cannot_be_looked_for_is_refused(sqlite_program: Program, query: str, field: str) -> None:
    assert sqlite_program.get(f"/changes?{query}", 422)["errors"][0]["field"] == field


def test_the_history_is_proven(program: Program) -> None:
    found = program.get("/audit")
    assert found["intact"] is True
    assert found["broken"] is None
    newest = program.get("/changes?limit=1")["items"][0]
    assert found["head"] == f"{newest['sequence']}:{newest['digest']}"


def test_a_change_of_another_company_is_not_there(sqlite_program: Program) -> None:
    sqlite_program.get("/changes/999999", 404)


def test_a_dry_run_shows_each_file_before_and_after(program: Program) -> None:
    answer = program.patch(f"/devices/{YEALINK}/keys?dry_run=1", {"3": {"kind": "blf", "target": "204"}}, 200)
    preview = answer["preview"]
    assert (preview["touched"], preview["rendered"], preview["changing"], preview["exact"]) == (1, 1, 1, True)
    (file,) = preview["phones"][0]["files"]
    assert file["change"] == "changed"
    assert {"name": "linekey.3.value", "before": "", "after": "204", "source": "key 3", "restart": ""} in file[
        "parameters"
    ]
    assert answer["change"] is None
    assert "preview" not in program.patch(f"/devices/{YEALINK}/keys", {"3": {"kind": "blf", "target": "204"}})


def test_a_dry_run_of_a_wide_edit_counts_and_pages(program: Program) -> None:
    answer = program.patch("/settings/tenant?dry_run=1&limit=1", {"vlan": 20, "admin_password": "a-new-secret"}, 200)
    preview = answer["preview"]
    assert preview["touched"] == 2
    assert preview["restarting"] >= 1
    assert [row["touched"] for row in preview["models"]] == [1, 1]
    assert len(preview["phones"]) == 1
    again = f"/settings/tenant?dry_run=1&limit=1&cursor={preview['next']}"
    second = program.patch(again, {"vlan": 20}, 200)["preview"]
    assert second["next"] is None
    assert {preview["phones"][0]["mac"], second["phones"][0]["mac"]} == {POLY, YEALINK}
    assert "a-new-secret" not in str(answer)
    assert program.get("/settings/tenant") == {"overrides": {}}


def test_a_change_is_taken_back_tried_first(program: Program) -> None:
    number = program.patch(f"/devices/{POLY}/keys", {"3": {"kind": "blf", "target": "204"}})["change"]
    tried = program.post(f"/changes/{number}/undo?dry_run=1", status=200)
    assert tried["changes"][0]["after"]["3"]["kind"] == "none"
    assert tried["preview"]["changing"] == 1
    assert program.get(f"/devices/{POLY}/keys")["3"]["kind"] == "blf"
    done = program.post(f"/changes/{number}/undo", status=202)
    assert done["changes"][0]["undoes"] == [number]
    assert done["changes"][0]["sequence"]
    assert done["left"] == []
    assert program.get(f"/devices/{POLY}/keys")["3"]["kind"] == "none"
    assert "taken back already" in program.post(f"/changes/{number}/undo", status=409)["detail"]
    program.post("/changes/999999/undo", status=404)


def test_a_secret_cannot_be_taken_back_and_the_rest_only_when_asked(sqlite_program: Program) -> None:
    program = sqlite_program
    program.patch("/settings/tenant", {"admin_password": "first-secret"})
    number = program.patch("/settings/tenant", {"admin_password": "other-secret", "language": "it"})["change"]
    (error,) = program.post(f"/changes/{number}/undo", status=422)["errors"]
    assert error["field"] == "admin_password"
    done = program.post(f"/changes/{number}/undo?partly=1", status=202)
    assert [one["name"] for one in done["left"]] == ["admin_password"]
    assert "language" not in program.get("/settings/tenant")


def test_a_phone_and_the_company_go_back(program: Program) -> None:
    number = program.patch(f"/devices/{POLY}/keys", {"3": {"kind": "blf", "target": "204"}})["change"]
    program.patch("/settings/tenant", {"language": "it"})
    assert program.post(f"/devices/{POLY}/rollback?dry_run=1", {"change": number}, 200)["preview"]["touched"] == 1
    program.post(f"/devices/{POLY}/rollback", {"change": number}, 202)
    assert program.get(f"/devices/{POLY}/keys")["3"]["kind"] == "none"
    program.post("/rollback", {"change": number}, 202)
    assert program.get("/settings/tenant") == {"overrides": {}}
    program.post("/rollback", {"to": "2199-01-01"}, 409)
    assert program.post("/rollback", {"to": "soon"}, 422)["errors"][0]["field"] == "to"
    assert program.post("/rollback", {}, 422)["errors"][0]["field"] == "to"


def test_a_reader_takes_nothing_back(reader: Program) -> None:
    reader.post("/changes/1/undo", status=403)
    reader.post("/rollback", {"change": 1}, 403)
    reader.post(f"/devices/{POLY}/rollback", {"change": 1}, 403)
