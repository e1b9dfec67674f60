"""Keys and settings in one call: saved together or not at all, with every wrong field of both."""

from tests.api.conftest import POLY, Program

PATH, KEYS, SETTINGS = (f"/devices/{POLY}/{part}" for part in ("configuration", "keys", "settings"))
KEY = {"kind": "blf", "target": "202", "label": "Desk"}


def test_both_are_saved_with_one_answer(program: Program) -> None:
    body = {"keys": {"3": KEY}, "settings": {"monitor_popup": True, "language": "it"}}
    tried = program.patch(f"{PATH}?dry_run=1", body, 200)
    assert program.get(KEYS)["3"] == {"kind": "none"}
    saved = program.patch(PATH, body)
    assert saved["changed"] == tried["changed"] == ["3", "monitor_popup", "language"]
    assert set(saved["files"]) == set(tried["files"]) and saved["parameters"]
    assert len(saved["parameters"]) == len(set(saved["parameters"]))
    assert program.get(KEYS)["3"]["target"] == "202"
    assert program.get(SETTINGS)["language"]["value"] == "it"
    assert [change["what"] for change in program.get("/changes?limit=2")["items"]] == ["settings", "keys"]


def test_a_wrong_half_keeps_the_other_half_from_being_saved(program: Program) -> None:
    for body, fields in (
        ({"keys": {"3": KEY}, "settings": {"language": "klingon"}}, ["language"]),
        ({"keys": {"3": {**KEY, "target": "999"}}, "settings": {"language": "it"}}, ["3.target"]),
        ({"keys": {"3": {**KEY, "target": "999"}}, "settings": {"vlan": -1}}, ["3.target", "vlan"]),
        ({"keys": [], "colour": 1}, ["colour", "keys"]),
    ):
        problem = program.patch(PATH, body, 422)
        assert [error["field"] for error in problem["errors"]] == fields
    assert program.get(KEYS)["3"] == {"kind": "none"}
    assert program.get(SETTINGS)["language"]["origin"] == "default"


def test_nothing_at_all_is_a_save_of_nothing(program: Program) -> None:
    before = len(program.get("/changes")["items"])
    for path in (PATH, KEYS, SETTINGS):
        assert program.patch(path, {})["changed"] == []
    assert len(program.get("/changes")["items"]) == before


def test_keys_that_somebody_changed_meanwhile_are_not_overtaken(program: Program) -> None:
    version = program.ask("GET", KEYS).headers["ETag"]
    program.patch(KEYS, {"4": KEY})
    body = {"keys": {"3": KEY}, "settings": {"language": "it"}}
    answer = program.ask("PATCH", PATH, body, headers={"If-Match": version})
    assert answer.status_code == 412 and answer.get_json()["current"]["4"]["target"] == "202"
    assert program.get(SETTINGS)["language"]["origin"] == "default"
    again = program.ask("PATCH", PATH, body, headers={"If-Match": answer.headers["ETag"]})
    assert again.status_code == 202
