"""Groups, departments and short codes: lists, forms, and what is refused, with and without a script."""

import pytest

from provserver.domain.slots import Slot
from provserver.services.editing import keys
from provserver.services.organisation import departments, directory, groups, short_codes
from tests.web.conftest import HOSTILE, Site
from tests.web.test_phones_pages import table


def members(site: Site) -> list[str]:
    """Give the members of Sales in their order."""
    return [member.line.extension for member in groups.get(site.house, site.actor, "hunt", "Sales").members]


def test_a_group_is_added_renamed_and_removed(site: Site) -> None:
    answer = site.post("/groups/hunt/new", {"name": "Support", "number": "300"})
    assert answer.status_code == 422 and "there is a hunt group 300 already" in answer.text
    answer = site.post("/groups/hunt/new", {"name": "Support", "number": "301"})
    assert answer.headers["Location"] == "/groups/hunt/of/Support"
    wrong = site.post("/groups/hunt/of/Support", {"name": HOSTILE, "number": "x y"})
    assert wrong.status_code == 422 and "a number holds digits" in wrong.text
    assert site.post("/groups/hunt/of/Support", {"name": "Help", "number": "302"}).status_code == 302
    assert site.post("/groups/hunt/of/Help/remove", {}).headers["Location"] == "/groups/hunt"
    assert site.get("/groups/hunt/of/Help").status_code == 404


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        ("up:203", ["203", "201"]),
        ("up:201", ["201", "203"]),
        ("down:201", ["203", "201"]),
        ("remove:201", ["203"]),
        ("add:204", ["201", "203", "204"]),
        ("up:999", ["201", "203"]),
        ("", ["201", "203"]),
    ],
)
def test_members_move_without_a_script(site: Site, move: str, expected: list[str]) -> None:
    data = {"member": ["201", "203"], "move": move}
    assert site.post("/groups/hunt/of/Sales/members", data).status_code == 302  # type: ignore[arg-type]
    assert members(site) == expected


def test_a_group_that_keys_dial_says_which_phones(site: Site) -> None:
    keys.set_keys(site.house, site.actor, site.yealink, {"4": {"kind": "speed-dial", "target": "300"}})
    site.post("/groups/hunt/of/Sales/remove", {})
    page = site.get("/groups/hunt/of/Sales").text
    assert "keys of 1 phones point at 300 (80:5E:C0:D9:C7:44)" in page
    site.post("/groups/hunt/of/Sales/remove", {"release": "1"})
    assert site.get("/groups/hunt/of/Sales").status_code == 404


def test_short_codes_are_added_and_edited(site: Site) -> None:
    wrong = site.post("/short-codes/new", {"code": "801", "number": "1", "name": "Keep me", "department": ""})
    assert wrong.status_code == 422 and "there is a short code 801 already" in wrong.text and "Keep me" in wrong.text
    assert site.post("/short-codes/new", {"code": "802", "number": "1"}).status_code == 302
    span = {"first": "820", "last": "829", "number": "700", "name": "Shop", "department": "Sales"}
    assert site.post("/short-codes/new", span).status_code == 302
    assert site.post("/short-codes/of/825", {**span, "last": "821"}).status_code == 302
    assert len(short_codes.get(site.house, site.actor, "820").rows) == 2
    backwards = site.post("/short-codes/of/820", {**span, "last": "819"})
    assert backwards.status_code == 422 and 'id="wrong-last"' in backwards.text


def test_ticked_short_codes_are_moved_and_deleted(site: Site) -> None:
    chosen: dict[str, object] = {"chosen": ["801", "810"]}
    site.post("/short-codes/chosen", {**chosen, "do": "move", "department": "Sales"})  # type: ignore[dict-item]
    assert "10 short codes are moved" in site.get("/short-codes").text
    keys.set_keys(site.house, site.actor, site.yealink, {"4": {"kind": "speed-dial", "target": "812"}})
    site.post("/short-codes/chosen", {**chosen, "do": "delete"})  # type: ignore[dict-item]
    assert "keys of 1 phones point at 812" in site.get("/short-codes").text
    site.post("/short-codes/chosen", {**chosen, "do": "delete", "release": "1"})  # type: ignore[dict-item]
    assert "11 short codes are deleted" in site.get("/short-codes").text
    assert directory.short_codes(site.house, site.actor) == []
    site.post("/short-codes/chosen", {"do": "delete"})
    assert "choose at least one" in site.get("/short-codes").text


def test_the_csv_has_exactly_the_codes_that_are_shown(site: Site) -> None:
    rows = table(site, "/short-codes?format=csv")
    assert [row[:3] for row in rows[1:]] == [["801", "", "'+39021"], ["810", "819", "500"]]
    assert len(table(site, "/short-codes?format=csv&department=Sales")) == 2
    assert len(table(site, "/short-codes?format=csv&q=branch")) == 2
    assert [row[1] for row in table(site, "/all-lines?format=csv&kind=hunt")] == ["Name", "Sales"]
    assert table(site, "/groups/hunt?format=csv")[1] == ["Sales", "300", "201 203"]
    assert len(table(site, "/groups/hunt?format=csv&q=nobody")) == 1
    assert table(site, "/departments?format=csv")[1][:4] == ["Sales", "", "", "0"]
    assert [row[0] for row in table(site, "/lines/?format=csv&sort=-extension")[1:3]] == ["204", "203"]


def test_departments_are_added_changed_and_removed(site: Site) -> None:
    form = {"name": "Orders", "parent": "Sales", "operator_number": "9"}
    assert site.post("/departments/new", form).status_code == 302
    assert "there is a department Orders already" in site.post("/departments/new", form).text
    loop = site.post("/departments/of/Sales", {"name": "Sales", "parent": "Orders"})
    assert loop.status_code == 422 and "cannot lie in itself" in loop.text
    assert site.post("/departments/of/Orders", {**form, "name": "A/B"}).status_code == 302
    assert departments.get(site.house, site.actor, "A/B")[1] == "Sales"
    site.post("/departments/remove/Sales", {})
    assert (
        "Sales still holds lines: 0, phones: 0, short codes: 1, departments: 1"
        in site.get("/departments/of/Sales").text
    )
    site.post("/departments/remove/Sales", {"release": "1"})
    assert [row.name for row in directory.departments(site.house, site.actor)] == ["A/B"]


def test_a_line_is_reconfigured(site: Site) -> None:
    assert site.post("/lines/201/reconfigure", {"new_name": ""}).status_code == 422
    assert site.post("/lines/201/reconfigure", {"new_name": "Zoe", "in_calls": "1"}).status_code == 302
    assert directory.get_line(site.house, site.actor, "201").shown_name == "Zoe"
    assert keys.read_keys(site.house, site.actor, site.poly)[Slot(0, 3)].key.target == ""


def test_a_phone_is_replaced_after_a_look_at_what_is_lost(site: Site) -> None:
    page = f"/phones/{site.poly}/replace"
    assert site.post(page, {"mac": "1", "model": "poly/VVX301"}).status_code == 422
    form = {"mac": "80:5e:c0:00:00:01", "model": "yealink/T33G"}
    tried = site.post(page, form)
    assert tried.status_code == 200 and "What moves over" in tried.text
    assert site.get(f"/phones/{site.poly}/").status_code == 200
    answer = site.post(page, {**form, "do": "replace"})
    assert answer.headers["Location"] == "/phones/805ec0000001/added"
    assert "http://prov.test/p/" in site.get("/phones/805ec0000001/added").text
    assert site.get(f"/phones/{site.poly}/").status_code == 404


def test_ticked_phones_are_told_moved_given_a_key_and_removed(site: Site) -> None:
    both: dict[str, object] = {"chosen": [site.poly, site.yealink]}

    def send(path: str, **more: str) -> str:
        answer = site.post(path, {**both, **more})  # type: ignore[dict-item]
        return answer.text if answer.status_code != 302 else site.get("/phones/").text

    assert "Poly phones restart on a NOTIFY only" in send("/phones/chosen", do="reboot")
    assert "Done for 2" in send("/phones/chosen", do="move", department="Sales")
    assert departments.get(site.house, site.actor, "Sales")[2].phones == 2
    assert 'name="slot"' in send("/phones/chosen", do="key")
    wrong = send("/phones/chosen/key", slot="4", kind="blf", target="999", label="Kept")
    assert "there is no extension 999" in wrong and "Kept" in wrong
    assert "Done for 2" in send("/phones/chosen/key", slot="4", kind="blf", target="204", use_name_as_label="1")
    assert "Remove the phones now" in send("/phones/chosen", do="remove")
    assert "Done for 2" in send("/phones/chosen/remove")
    assert "Choose at least one" in site.post("/phones/chosen", {"do": "resync"}).text or site.get("/phones/").text
    assert site.post("/phones/chosen", {"chosen": site.poly, "do": "dance"}).status_code == 404


def test_ticked_lines_are_moved_and_removed(site: Site) -> None:
    chosen: dict[str, object] = {"chosen": ["201", "204"]}
    site.post("/lines/chosen", {**chosen, "do": "move", "department": "Sales"})  # type: ignore[dict-item]
    assert departments.get(site.house, site.actor, "Sales")[2].lines == 2
    assert "Remove the lines now" in site.post("/lines/chosen", {**chosen, "do": "ask"}).text  # type: ignore[dict-item]
    site.post("/lines/chosen", {**chosen, "do": "remove"})  # type: ignore[dict-item]
    page = site.get("/lines/").text
    assert "Done for 1" in page and "release them first" in page
