"""A table brought in on its page: tried, mended in place, saved; nothing of it lost on the way."""

from io import BytesIO

from provserver.services.inventory import devices
from tests.web.conftest import Site

GOOD = "extension,name,mac,vendor,model,keys\n220,Nina Serra,00:04:f2:00:02:20,poly,VVX301,1=line | 2=speed-dial:*98\n"
WRONG = GOOD + "221,Remo Galli,00:04:f2:00:02:2,poly,VVX301,\n"


def test_a_table_is_tried_then_saved(site: Site) -> None:
    tried = site.post("/import", {"table": GOOD, "do": "try"})
    assert tried.status_code == 200 and "1 new line, 1 new phone" in tried.text
    assert "Nina Serra" in tried.text  # it stays there, to be saved
    assert not devices.find_devices(site.house, site.actor, "000220")
    saved = site.post("/import", {"table": GOOD, "do": "save"})
    assert saved.status_code == 302
    assert "Saved: 1 new line, 1 new phone." in site.get("/import").text
    assert devices.find_devices(site.house, site.actor, "000220")


def test_a_file_is_read_and_shown_for_mending(site: Site) -> None:
    sent = {"file": (BytesIO(WRONG.encode("utf-8-sig")), "phones.csv"), "do": "save", "table": ""}
    answer = site.post("/import", sent)
    assert answer.status_code == 422
    assert "Nothing is saved." in answer.text and "12 hexadecimal digits" in answer.text and "Remo Galli" in answer.text
    assert not devices.find_devices(site.house, site.actor, "000220")


def test_wrong_rows_are_left_out_on_demand(site: Site) -> None:
    answer = site.post("/import", {"table": WRONG, "do": "save", "keep_going": "1"})
    assert answer.status_code == 422 and "Saved without the rows below: 2 new lines, 1 new phone." in answer.text
    assert devices.find_devices(site.house, site.actor, "000220")


def test_what_is_no_table_is_refused_with_the_reason(site: Site) -> None:
    assert "unknown column" in site.post("/import", {"table": "colour\nred\n", "do": "try"}).text
    assert "missing" in site.post("/import", {"table": " ", "do": "try"}).text
    latin = site.post("/import", {"file": (BytesIO(b"extension,name\n1,\xe9\n"), "a.csv"), "do": "try"})
    assert latin.status_code == 422 and "this is not UTF-8" in latin.text
    many = "extension\n" + "".join(f"{number}\n" for number in range(5000, 6001))
    assert "at most 1000 rows at once" in site.post("/import", {"table": many, "do": "try"}).text


def test_markup_in_a_table_stays_text(site: Site) -> None:
    answer = site.post("/import", {"table": "extension,name\n2x,</textarea><script>alert(1)</script>\n", "do": "try"})
    assert "<script>alert" not in answer.text


def test_the_table_as_it_is_now_can_be_brought_in_again(site: Site) -> None:
    table = site.get("/import/table.csv")
    assert table.mimetype == "text/csv" and "password" not in table.text.partition("\n")[0]
    assert "nothing to change" in site.post("/import", {"table": table.text, "do": "try"}).text
