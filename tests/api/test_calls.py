"""Models, lines, directory, phones, actions and the audit, as programs use them."""

import pytest

from provserver.db.models import Group, GroupMember, ShortCode
from provserver.db.queries import line_by_extension
from provserver.domain.roles import Role
from provserver.services.access import accounts
from tests.api.conftest import POLY, YEALINK, Program


def test_every_model_is_a_plain_list_with_its_layout(sqlite_program: Program) -> None:
    models = sqlite_program.get("/models")
    found = next(model for model in models if model["model"] == "T46U")
    assert found["vendor"] == "yealink" and found["accounts"] == 16
    assert found["layout"][0] == {"slot": "1", "column": 1, "row": 1, "page": 1, "block": "line"}
    assert [int(key["slot"]) for key in found["layout"]] == list(range(1, len(found["layout"]) + 1))
    assert found["sidecar"]["chain"] >= 1 and found["sidecar"]["keys"] > 1
    assert "popup" in found["supports"] and "blf" in found["kinds"]


def test_models_are_paged_by_link_when_a_limit_is_given(sqlite_program: Program) -> None:
    everything = sqlite_program.get("/models")
    answer = sqlite_program.ask("GET", "/models?limit=2")
    assert len(answer.get_json()) == 2
    assert answer.headers["Link"] == '</api/v1/models?limit=2&cursor=2>; rel="next"'
    assert sqlite_program.get("/models?limit=2&cursor=2")[0] == everything[2]
    assert {model["vendor"] for model in sqlite_program.get("/models?q=yealink")} == {"yealink"}


def test_a_model_is_found_by_any_spelling(sqlite_program: Program) -> None:
    assert sqlite_program.get("/models/Poly/vvx-301")["model"] == "VVX301"
    sqlite_program.get("/models/poly/VVX9999", 404)


def test_a_model_tells_what_only_some_of_its_keys_can_be(sqlite_program: Program) -> None:
    found = sqlite_program.get("/models/grandstream/GXP1628")
    assert {block["name"]: block["without"] for block in found["blocks"]} == {"line": ["blf", "park"], "mpk": ["line"]}
    assert sqlite_program.get("/models/cisco/SPA504G")["sidecar"]["without"] == ["line"]


def test_a_phone_is_found_by_the_label_of_a_key(program: Program) -> None:
    program.ask("PATCH", f"/devices/{POLY}/keys", {"4": {"kind": "speed-dial", "target": "*98", "label": "Porter"}})
    assert [phone["mac"] for phone in program.get("/devices?q=porter")["items"]] == [POLY]


def test_a_line_is_added_with_a_password_shown_once(program: Program) -> None:
    answer = program.ask("POST", "/lines", {"extension": "301", "name": "Zoe"})
    body = answer.get_json()
    assert answer.status_code == 201 and answer.headers["Location"] == "/api/v1/lines/301"
    assert len(body["password"]) == 20 and body["username"] == "301" and body["shown_name"] == "Zoe"
    assert "password" not in program.get("/lines/301")
    given = program.post("/lines", {"extension": "302", "name": "Leo", "password": "a-long-secret", "stun": None})
    assert given["password"] == "a-long-secret"


def test_lines_are_listed_by_pages_and_searched(program: Program) -> None:
    first = program.ask("GET", "/lines?limit=3")
    body = first.get_json()
    assert [line["extension"] for line in body["items"]] == ["201", "202", "203"]
    assert body["items"][0]["phones"] == [POLY]
    rest = program.get(f"/lines?limit=3&cursor={body['next']}")
    assert [line["extension"] for line in rest["items"]] == ["204"] and rest["next"] is None
    assert [line["extension"] for line in program.get("/lines?q=verdi")["items"]] == ["202"]


def test_a_renamed_line_reaches_the_phones_that_monitor_it(program: Program) -> None:
    program.patch(f"/devices/{YEALINK}/keys", {"5": {"kind": "blf", "target": "204"}})
    changed = program.patch("/lines/204", {"display_name": "Front desk"}, 200)
    assert changed["shown_name"] == "Front desk"
    assert program.get(f"/devices/{YEALINK}/keys")["5"]["shown"] == "Front desk"
    assert program.get(f"/devices/{YEALINK}")["state"] in {"sending", "pending", "new"}
    assert program.patch("/lines/204", {"display_name": None}, 200)["shown_name"] == "Anna Bianchi"


def test_a_line_in_use_is_removed_only_when_released(program: Program) -> None:
    assert program.ask("DELETE", "/lines/201").status_code == 409
    assert program.ask("DELETE", "/lines/201?release=1").status_code == 204
    program.get("/lines/201", 404)
    assert program.get(f"/devices/{POLY}")["lines"] == []


def test_departments_are_added_and_listed(program: Program) -> None:
    added = program.post("/departments", {"name": "Milan"})
    assert added == {"name": "Milan", "parent": None, "operator_number": ""}
    program.post("/departments", {"name": "Sales", "parent": "Milan"})
    assert program.get("/departments")["items"][1]["parent"] == "Milan"
    assert program.post("/departments", {"name": "Milan"}, 409)["errors"][0]["field"] == "name"
    assert program.post("/departments", {"name": "X", "parent": "Rome"}, 422)["errors"][0]["field"] == "parent"
    assert len(program.get("/departments?limit=1")["items"]) == 1


def test_the_directory_offers_people_groups_and_codes(program: Program) -> None:
    with program.house.database.transaction() as session:
        line = line_by_extension(session, program.actor, "203")
        tenant = program.actor.tenant_id
        group = Group(tenant_id=tenant, kind="hunt", name="Support", number="600")
        group.members = [GroupMember(line_id=line.id, position=1)]
        session.add_all([group, ShortCode(tenant_id=tenant, code="#1", number="0039", name="Taxi")])
    assert program.get("/groups")["items"] == [{"kind": "hunt", "name": "Support", "number": "600", "members": ["203"]}]
    assert program.get("/short-codes")["items"][0]["number"] == "0039"
    choices = program.get("/directory")["items"]
    assert {"kind": "person", "number": "201", "name": "Mario Rossi"} in choices
    assert {"kind": "group", "number": "600", "name": "Support"} in choices
    assert {"kind": "short-code", "number": "#1", "name": "Taxi"} in choices
    assert any(choice["kind"] == "service-code" and choice["number"] == "*98" for choice in choices)
    assert [choice["number"] for choice in program.get("/directory?q=taxi")["items"]] == ["#1"]


@pytest.mark.parametrize(
    "spelling", ["64:16:7F:00:00:01", "64-16-7f-00-00-01", "6416.7f00.0001", "64167f000001", " 64167F000001 "]
)
def test_a_phone_is_added_by_any_spelling_of_its_address(sqlite_program: Program, spelling: str) -> None:
    body = sqlite_program.post("/devices", {"mac": spelling, "vendor": "poly", "model": "VVX 301", "lines": ["203"]})
    assert body["mac"] == "64167f000001" and body["model"] == "VVX301" and body["lines"] == ["203"]
    assert body["provisioning_url"].startswith("http://prov.test/p/") and body["state"] == "new"
    assert sqlite_program.get(f"/devices/{spelling.strip()}")["mac"] == "64167f000001"


def test_a_phone_tells_its_files_without_the_token(program: Program) -> None:
    body = program.get(f"/devices/{YEALINK}")
    assert {file["name"] for file in body["files"]} >= {f"{YEALINK}.cfg"}
    assert all(file["url"] == f"http://prov.test/{file['name']}" and file["etag"] for file in body["files"])
    assert program.urls[YEALINK].split("/p/")[1].strip("/") not in str(body)
    assert body["push"]["saved_at"].endswith("Z") and body["push"]["told_at"] is None
    assert body["requests"] == [] and body["reason"]


def test_phones_are_listed_by_pages_and_searched(program: Program) -> None:
    first = program.get("/devices?limit=1")
    assert [phone["mac"] for phone in first["items"]] == [POLY]
    second = program.get(f"/devices?limit=1&cursor={first['next']}")
    assert [phone["mac"] for phone in second["items"]] == [YEALINK] and second["next"] is None
    assert [phone["mac"] for phone in program.get("/devices?q=giulia")["items"]] == [YEALINK]


def test_a_phone_is_changed_and_removed(program: Program) -> None:
    program.post("/departments", {"name": "Sales"})
    change = {"description": "Hall", "lines": ["201", "203"], "sip_address": "sip:201@192.0.2.10:5062;transport=tcp"}
    body = program.patch(f"/devices/{YEALINK}", {**change, "department": "Sales"}, 200)
    assert {name: body[name] for name in change} == change and body["department"] == "Sales"
    assert program.patch(f"/devices/{YEALINK}", {"sip_address": None, "description": None}, 200)["sip_address"] == ""
    refused = program.patch(f"/devices/{YEALINK}", {"firmware_channel": "beta"}, 422)
    assert refused["errors"][0]["field"] == "firmware_channel"
    assert program.ask("DELETE", f"/devices/{YEALINK}").status_code == 204
    program.get(f"/devices/{YEALINK}", 404)


def test_an_address_is_taken_only_once(program: Program) -> None:
    problem = program.post("/devices", {"mac": "00-04-F2-AA-BB-CC", "vendor": "poly", "model": "VVX301"}, 409)
    assert problem["errors"][0]["field"] == "mac"


def test_actions_are_accepted_or_refused_with_the_reason(program: Program) -> None:
    refused = program.post(f"/devices/{YEALINK}/actions/resync", None, 409)
    assert "address" in refused["detail"]
    program.patch(f"/devices/{YEALINK}", {"sip_address": "sip:202@192.0.2.10"}, 200)
    program.patch(f"/devices/{POLY}", {"sip_address": "sip:201@192.0.2.11"}, 200)
    for action in ("resync", "reboot", "factory-reset"):
        assert program.post(f"/devices/{YEALINK}/actions/{action}", None, 202)["action"] == action
    assert program.post(f"/devices/{POLY}/actions/reboot", None, 409)["detail"]
    program.post(f"/devices/{POLY}/actions/explode", None, 404)


def test_changes_are_listed_newest_first_and_by_phone(program: Program) -> None:
    program.patch(f"/devices/{POLY}/keys", {"2": {"kind": "speed-dial", "target": "*98"}})
    newest = program.get("/changes?limit=1")
    assert newest["items"][0]["what"] == "keys" and newest["items"][0]["actor"] == "token tests"
    older = program.get(f"/changes?limit=1&cursor={newest['next']}")["items"][0]
    assert older["id"] < newest["items"][0]["id"]
    assert {row["subject"] for row in program.get(f"/changes?device={POLY}")["items"]} == {POLY}


def test_an_operators_token_may_name_the_company(program: Program) -> None:
    accounts.ensure_company(program.house, "Bianchi S.r.l.")
    assert program.get("/devices?company=Bianchi+S.r.l.")["items"] == []
    program.get("/devices?company=Nobody", 404)


def test_a_foreign_companys_phone_is_not_there(program: Program) -> None:
    accounts.ensure_company(program.house, "Bianchi S.r.l.")
    token = accounts.add_token(program.house, "theirs", Role.ADMIN, "Bianchi S.r.l.")
    theirs = Program(program.client, token, program.house, program.actor, {})
    for path in (f"/devices/{POLY}", f"/devices/{POLY}/keys", f"/devices/{POLY}/settings", "/lines/201"):
        theirs.get(path, 404)
        theirs.get(f"{path}?company=Rossi+S.p.A.", 404)
    theirs.patch(f"/devices/{POLY}/keys", {"2": {"kind": "none"}}, 404)
    assert theirs.get("/devices")["items"] == [] and theirs.get("/changes")["items"] == []
    theirs.get(f"/changes?device={POLY}", 404)
