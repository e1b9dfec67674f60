"""Keys and settings through the API: read, refused, tried, saved."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.conftest import POLY, YEALINK, Program

KEYS = f"/devices/{YEALINK}/keys"
SETTINGS = f"/devices/{YEALINK}/settings"
DESK = {"kind": "blf", "target": "204", "label": "Front desk", "use_name_as_label": True}


def test_every_key_of_the_model_is_given_in_order(program: Program) -> None:
    keys = program.get(KEYS)
    own = [int(slot) for slot in keys if not slot.startswith("s")]
    assert own == list(range(1, len(own) + 1)) and "s1.5" in keys
    assert keys["1"].items() >= {"kind": "line", "line": 1}.items()
    assert keys["2"] == {"kind": "none"} == keys["s1.5"]


def test_keys_are_saved_and_shown_as_the_phone_shows_them(program: Program) -> None:
    edited = {"10": {"kind": "speed-dial", "target": "*98", "label": "Pickup"}, "3": DESK, "s1.5": DESK}
    body = program.patch(KEYS, edited)
    assert body["changed"] == ["3", "10", "s1.5"] and body["restart"] is False and body["files"] == [f"{YEALINK}.cfg"]
    keys = program.get(KEYS)
    assert keys["3"]["shown"] == "Anna Bianchi" and keys["3"]["label"] == "Front desk"
    assert keys["10"]["shown"] == "Pickup" and keys["10"]["line"] == 1
    assert program.get(f"/devices/{YEALINK}")["modules"] == 1
    assert program.patch(KEYS, edited)["changed"] == []


def test_a_dry_run_tells_the_same_and_changes_nothing(program: Program) -> None:
    before = program.get(KEYS), program.get(f"/devices/{YEALINK}"), program.get("/changes")
    tried = program.patch(f"{KEYS}?dry_run=1", {"3": DESK}, 200)
    assert (program.get(KEYS), program.get(f"/devices/{YEALINK}"), program.get("/changes")) == before
    saved = program.patch(KEYS, {"3": DESK})
    told = ("changed", "restart", "restarts", "may_restart", "parameters", "files")
    assert [tried[name] for name in told] == [saved[name] for name in told]
    assert program.patch(f"{KEYS}?dry_run=maybe", {"4": DESK}, 422)["errors"][0]["field"] == "dry_run"


@pytest.mark.parametrize(
    ("path", "edited", "field"),
    [
        (KEYS, {"999": DESK}, "999"),
        (KEYS, {"0": DESK}, "0"),
        (KEYS, {"three": DESK}, "three"),
        (KEYS, {"s9.1": DESK}, "s9.1"),
        (KEYS, {"3": {"kind": "teleport"}}, "3.kind"),
        (KEYS, {"3": {"kind": ["blf"]}}, "3.kind"),
        (KEYS, {"3": {"kind": "blf"}}, "3.target"),
        (KEYS, {"3": {"kind": "blf", "target": "999"}}, "3.target"),
        (KEYS, {"3": {"kind": "blf", "target": 204}}, "3.target"),
        (KEYS, {"3": {"kind": "speed-dial", "target": "12\n34;x"}}, "3.target"),
        (KEYS, {"3": {**DESK, "label": "x" * 300}}, "3.label"),
        (KEYS, {"3": {**DESK, "label": "a\r\nb"}}, "3.label"),
        (KEYS, {"3": {**DESK, "label": "a\u0000b"}}, "3.label"),
        (KEYS, {"3": {**DESK, "label": "a\ud800b"}}, "3.label"),
        (KEYS, {"3": {**DESK, "line": 2}}, "3.line"),
        (KEYS, {"3": {**DESK, "line": "1"}}, "3.line"),
        (KEYS, {"3": {**DESK, "line": 10**400}}, "3.line"),
        (KEYS, {"3": {**DESK, "colour": "red"}}, "3.colour"),
        (KEYS, {"3": None}, "3"),
        (SETTINGS, {"monitor_popup": "yes"}, "monitor_popup"),
        (SETTINGS, {"monitor_ring": "loud"}, "monitor_ring"),
        (SETTINGS, {"no_such": 1}, "no_such"),
        (SETTINGS, {"codecs": [["g722"]]}, "codecs"),
        (SETTINGS, {"ntp_server": "fe80::1%x\nevil = 1"}, "ntp_server"),
        (SETTINGS, {"overrides": {"not a name": "1"}}, "overrides.not a name"),
        (SETTINGS, {"overrides": ["x"]}, "overrides"),
        (SETTINGS, {"overrides": {"account.1.password": "stolen"}}, "overrides.account.1.password"),
        (SETTINGS, {"unset": [1]}, "unset"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(
    sqlite_program: Program, path: str, edited: dict[str, Any], field: str
) -> None:
    before = sqlite_program.get(KEYS), sqlite_program.get(SETTINGS)
    good = {"4": DESK} if path == KEYS else {}
    problem = sqlite_program.patch(path, {**good, **edited}, 422)
    assert field in [error["field"] for error in problem["errors"]], problem
    assert all(error["message"] for error in problem["errors"])
    assert (sqlite_program.get(KEYS), sqlite_program.get(SETTINGS)) == before


def test_several_wrong_fields_are_named_at_once(sqlite_program: Program) -> None:
    edited = {"3": {"kind": "blf", "target": "999", "line": 7}, "5": {"kind": "url", "target": "nowhere"}}
    fields = {error["field"] for error in sqlite_program.patch(KEYS, edited, 422)["errors"]}
    assert fields == {"3.target", "3.line", "5.target"}


def test_only_the_version_that_was_read_is_changed(program: Program) -> None:
    read = program.ask("GET", KEYS)
    version = read.headers["ETag"]
    assert program.ask("PATCH", KEYS, {"3": DESK}, headers={"If-Match": version}).status_code == 202
    late = program.ask("PATCH", KEYS, {"4": DESK}, headers={"If-Match": version})
    assert late.status_code == 412 and late.content_type == "application/problem+json"
    problem = late.get_json()
    assert problem["current"]["3"]["target"] == "204" and problem["current"]["4"] == {"kind": "none"}
    assert program.get(KEYS)["4"] == {"kind": "none"}
    again = {"If-Match": late.headers["ETag"]}
    assert program.ask("PATCH", KEYS, {"4": DESK}, headers=again).status_code == 202
    assert program.ask("PATCH", KEYS, {"5": DESK}, headers={"If-Match": "*"}).status_code == 202


def test_ten_patches_in_a_row_are_ten_audit_lines_and_one_due_time(program: Program) -> None:
    program.patch(f"/devices/{YEALINK}", {"sip_address": "sip:202@192.0.2.10"}, 200)
    for slot in range(3, 13):
        assert program.patch(KEYS, {str(slot): DESK})["changed"] == [str(slot)]
    keys = program.get(KEYS)
    assert all(keys[str(slot)]["target"] == "204" for slot in range(3, 13))
    assert len([row for row in program.get("/changes")["items"] if row["what"] == "keys"]) == 10
    assert program.get(f"/devices/{YEALINK}")["state"] == "sending"


def test_ten_patches_at_once_are_all_saved(program: Program) -> None:
    app = program.client.application

    def save(slot: int) -> int:
        other = Program(app.test_client(), program.token, program.house, program.actor, {})
        return other.ask("PATCH", KEYS, {str(slot): DESK}).status_code

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(save, range(3, 13))) == {202}
    keys = program.get(KEYS)
    assert all(keys[str(slot)]["target"] == "204" for slot in range(3, 13))


def test_settings_tell_value_and_origin(program: Program) -> None:
    before = program.get(SETTINGS)
    assert before["language"] == {"value": "en", "origin": "default", "place": ""}
    assert before["monitor_ring"]["effective"] == "off" and before["overrides"] == {}
    assert set(before["admin_password"]["value"]) == {"*"}
    program.patch("/settings/tenant", {"language": "it"})
    assert program.get(SETTINGS)["language"]["origin"] == "tenant"
    assert program.patch(SETTINGS, {"language": "ro"})["changed"] == ["language"]
    assert program.get(SETTINGS)["language"] == {"value": "ro", "origin": "device", "place": ""}
    program.patch(SETTINGS, {"language": None})
    assert program.get(SETTINGS)["language"]["value"] == "it"


def test_a_splash_without_the_popup_says_that_it_takes_no_effect(program: Program) -> None:
    tried = program.patch(f"{SETTINGS}?dry_run=1", {"monitor_ring": "splash"}, 200)
    assert "monitor_popup" in tried["notes"]["monitor_ring"] and tried["changed"] == ["monitor_ring"]
    assert program.get(SETTINGS)["monitor_ring"]["value"] == "off"
    saved = program.patch(SETTINGS, {"monitor_ring": "splash"})
    assert "monitor_popup" in saved["notes"]["monitor_ring"]
    ring = program.get(SETTINGS)["monitor_ring"]
    assert (ring["value"], ring["effective"]) == ("splash", "off") and "monitor_popup" in ring["note"]
    assert program.patch(f"{SETTINGS}?dry_run=1", {"monitor_popup": True}, 200)["notes"] == {}
    assert program.patch(SETTINGS, {"monitor_popup": True})["notes"] == {}
    ring = program.get(SETTINGS)["monitor_ring"]
    assert ring["effective"] == "splash" and "note" not in ring


def test_only_secrets_are_masked_and_an_unset_one_is_none(program: Program) -> None:
    values = program.get(SETTINGS)
    assert values["kamailio_password"]["value"] is None
    assert values["kamailio_url"]["value"] == values["phonebook_url"]["value"] == ""
    program.patch("/settings/tenant", {"kamailio_url": "http://192.0.2.1:5060/RPC", "kamailio_password": "hush-hush"})
    values = program.get(SETTINGS)
    assert values["kamailio_url"]["value"] == "http://192.0.2.1:5060/RPC"
    assert set(values["kamailio_password"]["value"]) == {"*"}


def test_a_change_that_restarts_the_phone_says_so(sqlite_program: Program) -> None:
    tried = sqlite_program.patch(f"{SETTINGS}?dry_run=1", {"vlan": 100}, 200)
    assert tried["restart"] is True and tried["restarts"]


def test_overrides_are_set_removed_and_masked(program: Program) -> None:
    overrides = {
        "features.redial_tone": "425",
        "phone_setting.backlight_time": None,
        "features.x_password": "hush-hush",
    }
    program.patch(SETTINGS, {"overrides": overrides})
    shown = program.get(SETTINGS)["overrides"]
    assert shown["features.redial_tone"] == {"value": "425", "origin": "device", "place": ""}
    assert shown["phone_setting.backlight_time"]["value"] is None
    assert set(shown["features.x_password"]["value"]) == {"*"}
    assert program.patch(SETTINGS, {"unset": ["features.redial_tone"]})["changed"] == ["features.redial_tone"]
    assert "features.redial_tone" not in program.get(SETTINGS)["overrides"]


def test_wider_places_hold_settings_for_the_phones_below(program: Program) -> None:
    program.post("/departments", {"name": "Sales"})
    program.patch("/lines/202", {"department": "Sales"}, 200)
    newest = program.get("/changes?limit=1")["items"][0]["id"]
    saved = program.patch("/settings/tenant", {"language": "it"})
    assert saved == {"touched": 2, "changed": ["language"], "change": newest + 1, "rollout": None}
    assert program.patch("/settings/tenant/Rossi", {"clock": "12"})["touched"] == 2
    assert program.patch("/settings/department/Sales", {"ring_tone": 2})["touched"] == 1
    assert program.patch("/settings/model/yealink/t46u", {"overrides": {"a.b": 1}})["touched"] == 1
    assert program.patch("/settings/line/202", {"call_waiting": False})["touched"] == 1
    values = program.get(SETTINGS)
    origins = {name: (values[name]["origin"], values[name]["place"]) for name in ("clock", "ring_tone", "call_waiting")}
    assert origins == {"clock": ("tenant", ""), "ring_tone": ("department", "Sales"), "call_waiting": ("line", "202")}
    assert values["overrides"]["a.b"]["origin"] == "model"
    stored = program.get("/settings/model/yealink/T46U")
    assert stored == {"overrides": {"a.b": {"value": "1", "origin": "model", "place": "yealink/T46U"}}}
    assert program.get("/settings/tenant/anything")["language"]["value"] == "it"
    assert program.get("/settings/line/202")["call_waiting"]["value"] is False
    for path in ("department/Nowhere", "model/yealink/T999", "line/999", "planet/earth"):
        program.get(f"/settings/{path}", 404)


def test_a_dry_run_on_a_wider_place_changes_nothing(program: Program) -> None:
    assert program.patch("/settings/tenant?dry_run=1", {"language": "it"}, 200)["touched"] == 2
    assert program.get("/settings/tenant") == {"overrides": {}}
    assert program.get(f"/devices/{POLY}/settings")["language"]["value"] == "en"
