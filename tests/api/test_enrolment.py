"""First contacts over the API."""

from provserver.services.enrolment import knocks
from provserver.services.enrolment.knocks import Heard
from tests.api.conftest import POLY, YEALINK, Program


def hear(program: Program, mac: str, address: str = "198.51.100.7") -> None:
    house = program.house
    with house.database.transaction() as session:
        knocks.write(session, [Heard(f"{mac}.cfg", address, "", "untrusted", house.clock())])


def test_a_window_is_opened_shown_and_closed(program: Program) -> None:
    assert program.get(f"/devices/{POLY}/enrolment")["open"] is False
    opened = program.post(f"/devices/{POLY}/enrolment", {"minutes": 10})
    assert (opened["open"], opened["way"], opened["address"]) == (True, "window", "")
    assert 590 <= opened["seconds_left"] <= 600
    assert program.get("/enrolment/windows")["items"][0]["mac"] == POLY
    assert program.ask("DELETE", f"/devices/{POLY}/enrolment").status_code == 204
    assert program.get(f"/devices/{POLY}/enrolment")["open"] is False
    assert program.get("/enrolment/windows")["items"] == []


def test_windows_are_opened_for_many(sqlite_program: Program) -> None:
    opened = sqlite_program.post("/enrolment/windows", {"never_seen": True})["items"]
    assert {one["mac"] for one in opened} == {POLY, YEALINK}
    opened = sqlite_program.post("/enrolment/windows", {"macs": ["00:04:F2:AA:BB:CC"], "address": "198.51.100.7"})[
        "items"
    ]
    assert (opened[0]["way"], opened[0]["address"]) == ("approval", "198.51.100.7")
    assert sqlite_program.post("/enrolment/windows", {}, 422)["errors"][0]["field"] == "macs"
    assert (
        sqlite_program.post("/enrolment/windows", {"macs": [POLY], "minutes": 0}, 422)["errors"][0]["field"]
        == "minutes"
    )


def test_an_unknown_phone_has_no_window(sqlite_program: Program) -> None:
    assert sqlite_program.ask("GET", "/devices/0004f2000000/enrolment").status_code == 404
    sqlite_program.post("/devices/0004f2000000/enrolment", {}, 404)


def test_the_policy_is_read_and_changed(sqlite_program: Program, reader: Program) -> None:
    ways = ["trusted-network", "window", "certificate", "approval", "pin"]
    assert sqlite_program.get("/enrolment/policy") == {"ways": ways, "lock_on_alarm": False}
    assert sqlite_program.patch("/enrolment/policy", {"ways": ["approval"]}, 200)["ways"] == ["approval"]
    sqlite_program.post(f"/devices/{POLY}/enrolment", {}, 409)
    sqlite_program.patch("/enrolment/policy", {"ways": ["no"]}, 422)
    reader.patch("/enrolment/policy", {"ways": []}, 403)


def test_a_knock_is_approved_or_forgotten(sqlite_program: Program, reader: Program) -> None:
    hear(sqlite_program, POLY)
    hear(sqlite_program, "0004f2000001")
    items = {item["mac"]: item for item in sqlite_program.get("/knocks")["items"]}
    assert (items[POLY]["known"], items["0004f2000001"]["known"]) == (True, False)
    assert [item["mac"] for item in sqlite_program.get(f"/knocks?device={POLY}")["items"]] == [POLY]
    approved = sqlite_program.post(f"/knocks/{items[POLY]['id']}/approve", {})
    assert (approved["mac"], approved["address"]) == (POLY, "198.51.100.7")
    sqlite_program.post(f"/knocks/{items['0004f2000001']['id']}/approve", {}, 409)
    reader.post(f"/knocks/{items[POLY]['id']}/approve", {}, 403)
    assert sqlite_program.ask("DELETE", f"/knocks/{items[POLY]['id']}").status_code == 204
    assert sqlite_program.ask("DELETE", f"/knocks/{items[POLY]['id']}").status_code == 404


def test_alarms_are_listed_and_acknowledged_and_phones_locked(sqlite_program: Program, reader: Program) -> None:
    from sqlalchemy import select

    from provserver.db.models import Device
    from provserver.services.guarding import alarms
    from provserver.services.guarding.alarms import AlarmKind, Ringing

    house = sqlite_program.house
    with house.database.transaction() as session:
        number = session.scalar(select(Device.id).where(Device.mac == POLY)) or 0
        alarms.ring(session, [Ringing(number, AlarmKind.TWO_ADDRESSES, "here and there", house.clock())])
    [item] = sqlite_program.get(f"/alarms?device={POLY}")["items"]
    assert (item["mac"], item["kind"], item["locked"]) == (POLY, "two-addresses", False)
    reader.post(f"/alarms/{item['id']}/acknowledge", status=403)
    sqlite_program.post(f"/alarms/{item['id']}/acknowledge", status=204)
    assert sqlite_program.get("/alarms")["items"] == []
    assert sqlite_program.get("/alarms?all=1")["items"][0]["acknowledged_by"]
    assert sqlite_program.post(f"/devices/{POLY}/actions/lock", status=200)["locked_at"]
    assert sqlite_program.get(f"/devices/{POLY}")["locked_at"]
    assert sqlite_program.post(f"/devices/{POLY}/actions/unlock", status=200)["locked_at"] is None


def test_sources_are_listed_and_let_off(sqlite_program: Program) -> None:
    from provserver.services.guarding import scanners
    from provserver.services.guarding.scanners import BAN_AT, Miss

    house = sqlite_program.house
    with house.database.transaction() as session:
        misses = [Miss("2001:db8::1", False, house.clock(), f"805ec0{number:06x}") for number in range(BAN_AT)]
        scanners.write(session, misses)
    [item] = sqlite_program.get("/sources")["items"]
    assert (item["source"], item["level"], item["misses"]) == ("2001:db8::/64", "banned", BAN_AT)
    assert sqlite_program.ask("DELETE", "/sources/2001:db8::/64").status_code == 204
    assert sqlite_program.get("/sources")["items"][0]["level"] == ""
    assert sqlite_program.ask("DELETE", "/sources/192.0.2.1").status_code == 404


def test_a_pin_is_given_listed_and_taken_away(sqlite_program: Program, reader: Program) -> None:
    phone = {"mac": "000b828aa872", "vendor": "grandstream", "model": "GXP2135", "serial": "20EZ3VDG60B1234"}
    assert sqlite_program.post("/devices", phone)["serial"] == "20EZ3VDG60B1234"
    assert reader.get("/devices/000b828aa872")["serial"] == "…234"
    given = sqlite_program.post("/enrolment/pins", {"never_seen": True, "minutes": 10})
    assert len(given["pin"]) == 8 and [one["mac"] for one in given["items"]] == ["000b828aa872"]
    [row] = sqlite_program.get("/enrolment/pins")["items"]
    assert (row["tries_left"], "pin" in row) == (5, False)
    assert "no source tells" in sqlite_program.post("/enrolment/pins", {"macs": [POLY]}, 409)["detail"]
    assert (
        sqlite_program.post("/enrolment/pins", {"macs": ["000b828aa872"], "pin": "1"}, 422)["errors"][0]["field"]
        == "pin"
    )
    reader.post("/enrolment/pins", {"never_seen": True}, 403)
    assert sqlite_program.ask("DELETE", "/devices/000b828aa872/pin").status_code == 204
    assert sqlite_program.get("/enrolment/pins")["items"] == []
    assert sqlite_program.patch("/devices/000b828aa872", {"serial": None}, 200)["serial"] == ""
