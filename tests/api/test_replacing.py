"""Phones replaced and lines given on, as programs do it."""

from tests.api.conftest import POLY, YEALINK, Program

NEW = "80:5e:c0:00:00:01"


def test_a_phone_is_replaced_by_one_of_the_same_model(program: Program) -> None:
    program.patch(f"/devices/{YEALINK}/keys", {"3": {"kind": "blf", "target": "203"}})
    path = f"/devices/{YEALINK}/actions/replace"
    tried = program.post(f"{path}?dry_run=1", {"mac": NEW}, 200)
    assert tried["lost"] == [] and "provisioning_url" not in tried
    answer = program.ask("POST", path, {"mac": NEW})
    body = answer.get_json()
    assert answer.status_code == 202 and answer.headers["Location"] == "/api/v1/devices/805ec0000001"
    assert body["model"] == "T46U" and body["provisioning_url"].startswith("http://prov.test/p/")
    assert body["provisioning_url"] != program.urls[YEALINK]
    assert program.get("/devices/805ec0000001/keys")["3"]["target"] == "203"
    program.get(f"/devices/{YEALINK}", 404)


def test_what_the_other_model_cannot_is_named(program: Program) -> None:
    program.patch(f"/devices/{YEALINK}/keys", {"20": {"kind": "blf", "target": "203"}})
    body = {"mac": "0004f2000001", "vendor": "poly", "model": "VVX101"}
    lost = program.post(f"/devices/{YEALINK}/actions/replace?dry_run=1", body, 200)["lost"]
    assert lost[-1]["part"] == "key" and lost[-1]["name"] == "20" and "VVX 101" in lost[-1]["reason"]


def test_a_wrong_phone_names_its_field(program: Program) -> None:
    path = f"/devices/{YEALINK}/actions/replace"
    assert program.post(path, {}, 422)["errors"][0]["field"] == "mac"
    assert program.post(path, {"mac": NEW, "model": "T99"}, 422)["errors"][0]["field"] == "model"
    assert program.post(path, {"mac": POLY}, 409)["errors"][0]["field"] == "mac"


def test_a_line_is_given_on(program: Program) -> None:
    program.patch(f"/devices/{YEALINK}/keys", {"3": {"kind": "blf", "target": "203"}})
    done = program.post("/lines/202/actions/reconfigure", {"name": "Zoe", "in_calls": False}, 202)
    assert done["wiped"] == {YEALINK: 1} and done["name"] == "Zoe" and done["shown_name"] != "Zoe"
    assert program.post("/lines/202/actions/reconfigure", {"name": ""}, 422)["errors"][0]["field"] == "name"
    program.post("/lines/999/actions/reconfigure", {"name": "Zoe"}, 404)
