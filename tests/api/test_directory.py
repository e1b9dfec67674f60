"""Departments, groups and short codes, as programs look after them."""

from tests.api.conftest import POLY, Program


def test_departments_are_added_changed_and_removed(program: Program) -> None:
    program.post("/departments", {"name": "Milan", "operator_number": "9"})
    program.post("/departments", {"name": "Sales", "parent": "Milan"})
    changed = program.patch("/departments/Sales", {"name": "Orders", "parent": None}, 200)
    assert changed == {"name": "Orders", "parent": None, "operator_number": ""}
    assert program.get("/departments/Milan")["operator_number"] == "9"
    program.patch("/lines/201", {"department": "Orders"}, 200)
    refused = program.ask("DELETE", "/departments/Orders")
    assert refused.status_code == 409 and "Orders still holds lines: 1, phones: 1" in refused.get_json()["detail"]
    assert program.ask("DELETE", "/departments/Orders?release=1").status_code == 204
    assert program.get("/lines/201")["department"] is None
    program.patch("/departments/Milan", {"colour": "red"}, 422)
    program.get("/departments/Orders", 404)


def test_groups_are_added_put_in_order_and_removed(program: Program) -> None:
    new = {"kind": "hunt", "name": "Front desk", "number": "300", "members": ["202", "201"]}
    answer = program.ask("POST", "/groups", new)
    assert answer.status_code == 201
    path = answer.headers["Location"].removeprefix("/api/v1")
    assert path == "/groups/hunt/Front%20desk"
    assert program.get(path) == new
    assert program.patch(path, {"members": ["201", "202"]}, 200)["members"] == ["201", "202"]
    assert program.post("/groups", new, 409)["errors"][0]["field"] in {"name", "number"}
    assert program.patch(path, {"members": ["999"]}, 422)["errors"][0]["field"] == "members"
    program.patch(f"/devices/{POLY}/keys", {"4": {"kind": "speed-dial", "target": "300"}})
    refused = program.ask("DELETE", path)
    assert refused.status_code == 409 and "00:04:F2" in refused.get_json()["detail"]
    assert program.ask("DELETE", f"{path}?release=1").status_code == 204
    assert program.get(f"/devices/{POLY}/keys")["4"] == {"kind": "none"}
    program.get("/groups/queue/Sales", 404)


def test_short_codes_are_added_one_by_one_and_in_ranges(program: Program) -> None:
    program.post("/departments", {"name": "Milan"})
    one = program.post("/short-codes", {"code": "801", "number": "+39 02 1", "name": "Courier", "department": "Milan"})
    assert one == {"code": "801", "number": "+39021", "name": "Courier", "department": "Milan", "range": None}
    many = program.post("/short-codes/ranges", {"first": "810", "last": "812", "number": "500"})
    assert many == {"first": "810", "last": "812", "number": "500", "name": "", "department": None}
    listed = program.get("/short-codes")["items"]
    assert [row["code"] for row in listed] == ["801", "810", "811", "812"] and listed[3]["range"] == "810"
    assert [row["code"] for row in program.get("/short-codes?department=Milan")["items"]] == ["801"]
    assert [row["code"] for row in program.get("/short-codes?q=courier")["items"]] == ["801"]
    assert program.get("/short-codes/811")["number"] == "501"
    assert program.patch("/short-codes/801", {"number": "*98"}, 200)["number"] == "*98"
    assert program.patch("/short-codes/ranges/810", {"last": "813"}, 200)["last"] == "813"
    assert program.post("/short-codes/actions/move", {"codes": ["810"], "department": "Milan"}, 200) == {"codes": 4}
    program.patch(f"/devices/{POLY}/keys", {"4": {"kind": "speed-dial", "target": "813"}})
    assert program.post("/short-codes/actions/delete", {"codes": ["801", "810"]}, 409)
    assert program.post("/short-codes/actions/delete?release=1", {"codes": ["801", "810"]}, 200) == {"codes": 5}
    assert program.get("/short-codes")["items"] == []


def test_a_code_with_a_star_is_addressed_too(program: Program) -> None:
    answer = program.ask("POST", "/short-codes", {"code": "*7#", "number": "123"})
    path = answer.headers["Location"].removeprefix("/api/v1")
    assert program.get(path)["code"] == "*7#"
    assert program.ask("DELETE", path).status_code == 204


def test_a_wrong_short_code_names_its_field(program: Program) -> None:
    for path, body, field in (
        ("/short-codes", {"code": "x", "number": "1"}, "code"),
        ("/short-codes", {"number": "1"}, "code"),
        ("/short-codes/ranges", {"first": "810", "last": "805", "number": "1"}, "last"),
        ("/short-codes/actions/delete", {"codes": []}, "codes"),
        ("/short-codes/actions/move", {"codes": ["1"]}, "department"),
    ):
        assert field in [error["field"] for error in program.post(path, body, 422)["errors"]]


def test_a_departments_name_may_hold_a_slash_and_what_addresses_mean_something_by(program: Program) -> None:
    for name in ("Sales/EMEA", "R&D", "What?", "50 %", "#1"):
        added = program.ask("POST", "/departments", {"name": name})
        assert (added.status_code, program.get("/" + added.headers["Location"])["name"]) == (201, name)
    program.patch("/settings/department/Sales%2FEMEA", {"language": "it"})
    assert program.get("/settings/department/Sales%2FEMEA")["language"]["value"] == "it"
