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
