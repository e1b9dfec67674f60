"""Rollouts over the API: seen, stopped, resumed, and the policy that they follow."""

import pytest

from tests.api.conftest import POLY, YEALINK, Program


@pytest.fixture
def number(program: Program) -> int:
    """A company where two phones are many, and an edit of it."""
    program.patch("/rollout-policy", {"wide_from": 2, "canary": 1}, 200)
    found: int = program.patch("/settings/tenant", {"language": "it"})["rollout"]
    return found


def test_a_wide_edit_tells_its_rollout(program: Program, number: int) -> None:
    (listed,) = program.get("/rollouts")["items"]
    assert (listed["id"], listed["stage"], listed["counts"]["phones"], listed["percent"]) == (number, "running", 2, 0)
    shown = program.get(f"/rollouts/{number}")
    assert shown["policy"]["wide_from"] == 2 and shown["needs_word"] is False and shown["opens_at"] is None
    phones = program.get(f"/rollouts/{number}/phones")["items"]
    assert sorted(phone["mac"] for phone in phones) == sorted([POLY, YEALINK])
    assert program.get(f"/rollouts/{number}/phones?step=failed")["items"] == []
    first = program.get(f"/rollouts/{number}/phones?limit=1")
    assert len(first["items"]) == 1 and first["next"] == "1"


def test_a_rollout_is_paused_resumed_and_cancelled(program: Program, number: int) -> None:
    assert program.post(f"/rollouts/{number}/pause", status=202)["stage"] == "paused"
    program.post(f"/rollouts/{number}/pause", status=409)
    assert program.post(f"/rollouts/{number}/resume", status=202)["stage"] == "running"
    assert program.post(f"/rollouts/{number}/apply-now", status=202)["stage"] == "running"
    assert program.post(f"/rollouts/{number}/cancel", status=202)["counts"]["left"] == 2
    program.post(f"/rollouts/{number}/resume", {"without_failed": True}, status=409)
    assert program.get("/rollouts?open=1")["items"] == []


def test_what_is_wrong_is_named(program: Program, number: int) -> None:
    program.get("/rollouts/999999", 404)
    problem = program.get(f"/rollouts/{number}/phones?step=lost", 422)
    assert problem["errors"][0]["field"] == "step"
    problem = program.patch("/rollout-policy", {"rate": 0, "window_from": "9"}, 422)
    assert {error["field"] for error in problem["errors"]} >= {"rate"}
    problem = program.patch("/rollout-policy", {"window_from": "9"}, 422)
    assert problem["errors"][0]["field"] == "window_from"


def test_a_reader_stops_nothing(reader: Program) -> None:
    assert reader.get("/rollouts")["items"] == []
    reader.post("/rollouts/1/pause", status=403)
    reader.patch("/rollout-policy", {"rate": 3}, 403)


@pytest.mark.parametrize("query", ["open=perhaps", "limit=", "limit=5000", "cursor=x"])
def test_a_question_that_makes_no_sense_is_refused(sqlite_program: Program, query: str) -> None:
    assert sqlite_program.ask("GET", f"/rollouts?{query}").status_code == 422
    body = {"settings": {"language": "it"}}
    answer = sqlite_program.ask("PATCH", f"/devices/{YEALINK}/configuration?{query}", body)
    assert answer.status_code == (202 if query.startswith("open") else 422)


def test_a_restart_waits_and_is_let_go(program: Program) -> None:
    hours = {"window_from": "22:00", "window_to": "22:01", "window_days": ["sun"], "zone": "UTC"}
    policy = program.patch("/rollout-policy", {**hours, "single_restart": "word"}, 200)
    assert (policy["window_days"], policy["single_restart"]) == (["sun"], "word")
    program.patch(f"/devices/{YEALINK}", {"sip_address": "sip:202@127.0.0.1:9"}, 200)
    tried = program.patch(f"/devices/{YEALINK}/settings?dry_run=1", {"vlan": 30}, 200)
    sentence = "its restart waits until somebody says restart now"
    assert tried["waits"] == {"what": "word", "at": None, "sentence": sentence}
    saved = program.patch(f"/devices/{YEALINK}/settings", {"vlan": 30})
    assert (saved["state"], saved["reason"], saved["restart"]) == ("waiting", sentence, True)
    assert program.get(f"/devices/{YEALINK}")["push"]["waits"]["what"] == "word"
    assert program.post(f"/devices/{YEALINK}/actions/restart-now", status=202)["state"] == "sending"
    assert program.get(f"/devices/{YEALINK}")["push"]["waits"] is None
    program.post(f"/devices/{YEALINK}/actions/restart-now", status=409)


def test_a_save_that_restarts_nothing_waits_for_nothing(program: Program) -> None:
    program.patch("/rollout-policy", {"single_restart": "word"}, 200)
    program.patch(f"/devices/{YEALINK}", {"sip_address": "sip:202@127.0.0.1:9"}, 200)
    saved = program.patch(f"/devices/{YEALINK}/keys", {"5": {"kind": "speed-dial", "target": "*98"}})
    assert (saved["state"], saved["restart"], saved["waits"]) == ("sending", False, None)


def test_days_that_make_no_sense_are_named(program: Program) -> None:
    problem = program.patch("/rollout-policy", {"window_days": []}, 422)
    assert problem["errors"][0]["field"] == "window_days"
    program.patch("/rollout-policy", {"window_days": ["someday"]}, 422)
