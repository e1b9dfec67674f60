"""Every list is searched by ``?q=``, as the contract says of lists; an unknown word finds nothing."""

from typing import Any

from provserver.services.editing import settings
from tests.api.conftest import POLY, YEALINK, Program

NOWHERE = "qqzzxx"


def lists(program: Program) -> dict[str, list[str]]:
    """Give the lists of the API with the names of what they can be asked."""
    paths: dict[str, Any] = program.get("/openapi.json")["paths"]
    found = {}
    for path, methods in paths.items():
        asked = [one["name"] for one in methods.get("get", {}).get("parameters", [])]
        if "limit" in asked:
            found[path.removeprefix("/api/v1")] = asked
    return found


def test_every_list_can_be_searched(sqlite_program: Program) -> None:
    found = lists(sqlite_program)
    assert len(found) > 15
    assert [path for path, asked in found.items() if "q" not in asked] == []


def test_a_word_that_stands_nowhere_finds_nothing(program: Program) -> None:
    for path in lists(program):
        if "{" not in path:
            answer = program.get(f"{path}?q={NOWHERE}")
            assert (answer if path == "/models" else answer["items"]) == [], path


def test_changes_are_found_by_what_they_are_about(program: Program) -> None:
    program.patch(f"/devices/{YEALINK}", {"description": "Hall"}, 200)
    program.patch(f"/devices/{POLY}", {"description": "Door"}, 200)
    for words in (YEALINK, "80:5E:C0:D9", "device c744"):
        found = program.get(f"/changes?q={words}")["items"]
        assert found and {change["subject"] for change in found} == {YEALINK}
    assert len(program.get(f"/changes?q={YEALINK}&limit=1")["items"]) == 1


def test_departments_and_companies_are_found_by_their_names(program: Program) -> None:
    for name in ("Sales", "Stores"):
        program.post("/departments", {"name": name})
    assert [one["name"] for one in program.get("/departments?q=sal")["items"]] == ["Sales"]
    assert len(program.get("/companies?q=rossi")["items"]) == 1


def test_the_phones_of_a_rollout_are_found(program: Program) -> None:
    program.patch("/rollout-policy", {"wide_from": 1}, 200)
    saved = settings.set_values(program.house, program.actor, "tenant", "", {"language": "it"})
    path = f"/rollouts/{saved.rollout}/phones"
    assert [phone["mac"] for phone in program.get(f"{path}?q=poly")["items"]] == [POLY]
    assert [phone["mac"] for phone in program.get(f"{path}?q=80-5e-c0")["items"]] == [YEALINK]
    assert program.get(f"{path}?q={NOWHERE}")["items"] == []
