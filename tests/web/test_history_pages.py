"""The history's pages: found by what it is about, changes taken back after a look, previews, where values come from."""

import re

from provserver.services.editing import keys, settings
from provserver.services.history import audit
from provserver.services.history.audit import Wanted
from provserver.services.organisation import directory
from tests.web.conftest import HOSTILE, Site, token_of


def newest(site: Site) -> int:
    return audit.history(site.house, site.actor, limit=1)[0].id


def test_the_history_of_a_key_and_of_a_setting(site: Site) -> None:
    settings.set_values(site.house, site.actor, "tenant", "", {"language": "it"})
    keys.set_keys(site.house, site.actor, site.yealink, {"5": {"kind": "speed-dial", "target": "4711"}})
    page = site.get(f"/phones/{site.yealink}/history?key=5").text
    assert page.count('<li id="change-') == 1
    assert "4711" in page
    assert "Language" in site.get(f"/phones/{site.yealink}/history?setting=language").text
    assert site.get("/history?line=203").text.count('<li id="change-') == 1
    assert "No such change" in site.get("/history?by=nobody").text
    assert "this is not the form of a name" in site.get('/history?setting=a"b').text
    assert "A day, such as" in site.get("/history?since=soon").text


def test_the_csv_of_the_history_has_what_is_shown(site: Site) -> None:
    answer = site.get("/history?what=line+added&format=csv")
    rows = answer.text.splitlines()
    assert len(rows) == 5
    assert "'=1+1" not in rows[0]


def test_a_change_is_taken_back_after_a_look(site: Site) -> None:
    keys.set_keys(site.house, site.actor, site.yealink, {"5": {"kind": "speed-dial", "target": "4711"}})
    number = newest(site)
    page = site.get(f"/history/{number}/undo?device={site.yealink}")
    assert page.status_code == 200
    assert "1 phone is touched." in page.text
    assert "linekey.5.value" in page.text
    assert newest(site) == number
    answer = site.post(f"/history/{number}/undo", {"device": site.yealink})
    assert answer.headers["Location"] == f"/phones/{site.yealink}/history"
    assert audit.history(site.house, site.actor, limit=1)[0].undoes == [number]
    again = site.get(f"/history/{number}/undo")
    assert again.status_code == 409
    assert "taken back already" in again.text


def test_what_was_changed_again_is_told_and_can_be_gone_over(site: Site) -> None:
    keys.set_keys(site.house, site.actor, site.yealink, {"5": {"kind": "speed-dial", "target": "4711"}})
    number = newest(site)
    keys.set_keys(site.house, site.actor, site.yealink, {"5": {"kind": "speed-dial", "target": "4712"}})
    page = site.get(f"/history/{number}/undo")
    assert page.status_code == 409
    assert "changed again since" in page.text
    assert "4712" in site.get(f"/history/{number}/undo?overwrite=1").text
    assert site.post(f"/history/{number}/undo", {"overwrite": "1"}).status_code == 302
    assert audit.history(site.house, site.actor, limit=1)[0].undoes == [number]


def test_a_phone_goes_back_and_what_stays_is_named(site: Site) -> None:
    directory.add_line(site.house, site.actor, directory.NewLine("299", "New"))
    number = newest(site)
    settings.set_values(site.house, site.actor, "tenant", "", {"admin_password": "first-secret", "language": "it"})
    settings.set_values(site.house, site.actor, "tenant", "", {"admin_password": "other-secret"})
    page = site.get(f"/history/{number}/back").text
    assert "a line that was added stays" in page
    assert "-secret" not in page
    assert site.post(f"/history/{number}/back", {}).headers["Location"] == "/history"
    assert settings.stored_values(site.house, site.actor, "tenant")[0] == {}


def test_company_settings_are_reviewed_before_they_are_saved(site: Site) -> None:
    token = token_of(site.get("/settings/").text)
    form = {"csrf_token": token, "vlan": "20", "admin_password": "a-new-secret"}
    part = site.client.post("/settings/review", data=form, headers={"X-Part": "1"}).text
    assert "<html" not in part
    assert "2 phones are touched." in part
    assert "restart" in part
    assert "a-new-secret" not in part
    assert "<html" in site.client.post("/settings/review", data=form).text
    wrong = site.client.post("/settings/review", data={**form, "vlan": "99999"}, headers={"X-Part": "1"}).text
    assert "a whole number from 0 to 4094" in wrong
    assert "Nothing is changed yet." in site.client.post("/settings/review", data={"csrf_token": token}).text
    assert settings.stored_values(site.house, site.actor, "tenant")[0] == {}
    model = site.client.post("/settings/review/model/yealink/T46U", data=form, headers={"X-Part": "1"}).text
    assert "1 phone is touched." in model


def test_every_value_of_a_file_leads_to_where_it_is_set(site: Site) -> None:
    settings.set_values(site.house, site.actor, "model", "yealink/T46U", {"language": "it"})
    settings.set_values(
        site.house, site.actor, "device", site.yealink, {"overrides": {"features.x": "1"}, "clock": "12"}
    )
    page = site.get(f"/phones/{site.yealink}/files/{site.yealink}.cfg").text
    links = dict(re.findall(r'data-label="Parameter">([^<]+)</th>.*?(?:<a class="origin" href="([^"]+)"|</tr>)', page))
    assert links["lang.gui"] == "/settings/model/yealink/T46U#language"
    assert links["features.x"] == f"/phones/{site.yealink}/keys#free"
    assert links["local_time.time_format"] == f"/phones/{site.yealink}/keys#setting-clock"
    assert links["account.1.display_name"] == "/lines/202"
    assert links["linekey.1.type"] == f"/phones/{site.yealink}/keys#key-1"
    for address in {link for link in links.values() if link}:
        assert site.get(address.partition("#")[0]).status_code == 200


def test_typed_texts_stay_texts(site: Site) -> None:
    keys.set_keys(
        site.house, site.actor, site.poly, {"4": {"kind": "speed-dial", "target": "1", "label": HOSTILE[:20]}}
    )
    for path in (f"/history/{newest(site)}/undo", "/history", f"/phones/{site.poly}/history"):
        assert "<script>alert" not in site.get(path).text


def test_who_may_not_edit_is_offered_no_undo(site: Site) -> None:
    wanted = Wanted(what="keys")
    assert audit.history(site.house, site.actor, wanted=wanted)
    assert "/undo" in site.get("/history").text
