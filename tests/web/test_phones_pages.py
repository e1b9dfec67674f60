"""The list of phones, its CSV, adding, changing and removing one, and the lines that they carry."""

import csv
import io

import pytest

from provserver.services.inventory import devices
from provserver.services.organisation import directory
from tests.web.conftest import HOSTILE, Site

CSV_MARK = "\ufeff"


def table(site: Site, path: str) -> list[list[str]]:
    """Read a CSV answer."""
    answer = site.get(path)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.text.startswith(CSV_MARK)
    return list(csv.reader(io.StringIO(answer.text.removeprefix(CSV_MARK))))


def test_the_csv_has_exactly_what_is_shown(site: Site) -> None:
    assert len(table(site, "/phones/?format=csv")) == 3
    rows = table(site, "/phones/?format=csv&q=vvx")
    assert [row[1] for row in rows[1:]] == ["VVX 301"]
    assert len(table(site, "/phones/?format=csv&state=failed")) == 1


def test_a_csv_cell_is_never_a_formula(site: Site) -> None:
    names = [row[1] for row in table(site, "/lines/?format=csv")]
    assert "'=1+1" in names
    assert "=1+1" not in names


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20a", "'=1"]
)
def test_every_start_of_a_formula_is_guarded(text: str) -> None:
    from provserver.web.presenting import _cell

    assert _cell(text) == "'" + text


@pytest.mark.parametrize("sort", ["who", "-who", "line", "model", "mac", "-state", "seen", "nonsense"])
def test_the_list_sorts_by_every_column(site: Site, sort: str) -> None:
    assert site.get(f"/phones/?sort={sort}").status_code == 200


def test_a_filter_is_kept_in_the_address_of_the_other_links(site: Site) -> None:
    assert "state=new&amp;sort=-model" in site.get("/phones/?state=new&sort=model").text


def test_the_list_is_narrowed_to_a_department_by_line_or_by_phone(site: Site) -> None:
    present = {row.name for row in directory.departments(site.house, site.actor)}
    for name in {"Sales", "Workshop"} - present:
        directory.add_department(site.house, site.actor, name)
    directory.change_line(site.house, site.actor, "201", {"department": "Sales"})
    sales = site.get("/phones/?department=Sales").text
    assert site.poly in sales and site.yealink not in sales
    assert "No phone fits" in site.get("/phones/?department=Workshop").text
    assert len(table(site, "/phones/?department=Sales&format=csv")) == 2
    assert 'href="/phones/?department=Sales">1</a>' in site.get("/departments").text


def test_a_phone_is_added_with_any_spelling_and_shows_its_address_once(site: Site) -> None:
    form = {"mac": "0015.6513.0001", "model": "yealink/T28P", "lines": "204", "description": "Hall"}
    answer = site.post("/phones/new", form)
    assert answer.headers["Location"] == "/phones/001565130001/added"
    assert "http://prov.test/p/" in site.get("/phones/001565130001/added").text
    again = site.get("/phones/001565130001/added")
    assert again.status_code == 302
    assert "/p/" not in site.get("/phones/001565130001/").text


def test_a_wrong_phone_keeps_what_was_typed_and_says_where(site: Site) -> None:
    answer = site.post(
        "/phones/new", {"mac": "00:04:f2", "model": "poly/VVX301", "lines": "999", "description": HOSTILE}
    )
    assert answer.status_code == 422
    assert 'value="00:04:f2"' in answer.text
    assert "a MAC address has 12 hexadecimal digits" in answer.text
    taken = site.post("/phones/new", {"mac": site.poly, "model": "poly/VVX301", "lines": "", "description": ""})
    assert "there is a phone 00:04:F2:AA:BB:CC already" in taken.text


def test_a_phone_changes_its_lines_and_is_removed(site: Site) -> None:
    page = f"/phones/{site.poly}/edit"
    wrong = site.post(page, {"lines": "201 999", "description": "Hall", "sip_address": ""})
    assert wrong.status_code == 422
    assert "there is no extension 999" in wrong.text
    assert site.post(page, {"lines": "201, 204", "description": "Hall", "sip_address": ""}).status_code == 302
    assert "201, 204" in site.get(f"/phones/{site.poly}/").text
    assert site.post(f"/phones/{site.poly}/remove", {}).status_code == 302
    assert site.get(f"/phones/{site.poly}/").status_code == 404


def test_an_action_that_the_phone_cannot_do_says_why(site: Site) -> None:
    answer = site.post(f"/phones/{site.poly}/do/reboot", {})
    assert answer.status_code == 302
    assert "Poly phones restart on a NOTIFY only" in site.get("/").text
    assert site.post(f"/phones/{site.poly}/do/dance", {}).status_code == 404


def test_a_phone_is_told_to_resync(site: Site) -> None:
    devices.change_device(site.house, site.actor, site.poly, {"sip_address": "sip:201@192.0.2.10"})
    site.post(f"/phones/{site.poly}/do/resync", {})
    assert "the phone is told now" in site.get("/").text


def test_looking_at_the_address_again_stands_in_the_history(site: Site) -> None:
    assert site.url in site.post(f"/phones/{site.poly}/address", {}).text
    assert "Provisioning address shown" in site.get(f"/phones/{site.poly}/history").text


def test_a_line_is_added_with_its_password_shown_once(site: Site) -> None:
    form = {"extension": "205", "name": "Anna", "display_name": "", "department": "", "domain": ""}
    answer = site.post("/lines/new", form)
    assert 'id="password"' in answer.text
    assert "there is a line 205 already" in site.post("/lines/new", form).text
    assert "an extension holds digits" in site.post("/lines/new", {**form, "extension": "abc"}).text


def test_a_rename_reaches_the_line_and_keeps_what_was_typed_when_wrong(site: Site) -> None:
    assert site.post("/lines/201", {"name": "", "display_name": "X", "department": ""}).status_code == 422
    assert site.post("/lines/201", {"name": "Mario", "display_name": "Front", "department": ""}).status_code == 302
    assert directory.get_line(site.house, site.actor, "201").shown_name == "Front"


def test_a_line_in_use_is_removed_only_when_its_phones_are_freed(site: Site) -> None:
    site.post("/lines/201/remove", {})
    assert "release them first" in site.get("/lines/201").text
    site.post("/lines/201/remove", {"release": "1"})
    assert site.get("/lines/201").status_code == 404


def test_too_many_lines_say_how_many_fit(site: Site) -> None:
    form = {"mac": "0004f2aabb01", "model": "poly/VVX101", "lines": "201 202"}
    assert "VVX 101 takes at most 1" in site.post("/phones/new", form).text
