"""The pages for first contacts."""

import re

from provserver.services.enrolment import knocks, policies, windows
from provserver.services.enrolment.knocks import Heard
from tests.web.conftest import Site


def hear(site: Site, mac: str) -> int:
    with site.house.database.transaction() as session:
        knocks.write(session, [Heard(f"{mac}.cfg", "198.51.100.7", "", "untrusted", site.house.clock())])
    return next(row.knock.id for row in knocks.knocks(site.house, site.actor) if row.knock.mac == mac)


def test_a_phones_page_opens_and_closes_its_window(site: Site) -> None:
    answer = site.post(f"/phones/{site.poly}/window", {"minutes": "10"})
    assert answer.status_code == 302
    page = site.get(f"/phones/{site.poly}/").text
    assert "data-seconds=" in page and "Close the window" in page
    assert "data-seconds=" in site.get("/phones/").text
    assert "data-seconds=" in site.get("/enrolment").text
    site.post(f"/phones/{site.poly}/window", {"close": "1"})
    assert "data-seconds=" not in site.get(f"/phones/{site.poly}/").text


def test_chosen_phones_and_all_never_seen_get_windows(site: Site) -> None:
    site.client.post("/enrolment", data={"chosen": [site.poly, site.yealink], "csrf_token": _token(site)})
    assert len(windows.open_now(site.house, site.actor)) == 2
    for one in (site.poly, site.yealink):
        windows.close_window(site.house, site.actor, one)
    site.post("/enrolment", {"never_seen": "1", "minutes": "60"}, "/enrolment")
    assert len(windows.open_now(site.house, site.actor)) == 2
    assert site.post("/enrolment", {"minutes": "60"}, "/enrolment").status_code == 422


def _token(site: Site) -> str:
    from tests.web.conftest import token_of

    return token_of(site.get("/phones/").text)


def test_what_was_seen_is_let_in_or_added_with_one_click(site: Site) -> None:
    known, unknown = hear(site, site.poly), hear(site, "0004f2000001")
    page = site.get("/seen").text
    assert "Let it in" in page and "/phones/new?mac=00:04:F2:00:00:01" in page.replace("%3A", ":")
    assert site.post(f"/seen/{known}/approve", {}, "/seen").status_code == 302
    assert windows.open_now(site.house, site.actor)[0].address == "198.51.100.7"
    new = site.get("/phones/new?mac=00:04:F2:00:00:01&model=poly/VVX301&enrol=198.51.100.7").text
    assert 'value="198.51.100.7" checked' in new
    data = {"mac": "00:04:F2:00:00:01", "model": "poly/VVX301", "enrol": "198.51.100.7"}
    assert site.post("/phones/new", data, "/phones/new").status_code == 302
    assert len(windows.open_now(site.house, site.actor)) == 2
    site.post(f"/seen/{unknown}/forget", {}, "/seen")
    assert len(knocks.knocks(site.house, site.actor)) == 1


def test_the_policy_is_decided_on_the_page(site: Site) -> None:
    site.client.post("/enrolment/policy", data={"ways": ["window", "approval"], "csrf_token": _token(site)})
    assert {*policies.policy(site.house, site.actor).ways} == {"window", "approval"}
    assert "Enrolment policy changed" in site.get("/history").text


def test_an_address_is_replaced_on_the_page(site: Site) -> None:
    answer = site.post(f"/phones/{site.poly}/replace-address", {})
    assert answer.location.endswith("/added")
    shown = site.get(answer.location).text
    assert "http://prov.test/p/" in shown and "takes the new address from its next configuration" in shown
    assert "is added" not in shown
    assert "End the old ones now" in site.get(f"/phones/{site.poly}/").text
    site.post(f"/phones/{site.poly}/replace-address", {"revoke": "old"})
    assert "End the old ones now" not in site.get(f"/phones/{site.poly}/").text
    ended = site.post(f"/phones/{site.poly}/replace-address", {"revoke": "all"})
    assert "provisioning server field" in site.get(ended.location).text


def test_a_lines_password_is_replaced_and_shown(site: Site) -> None:
    renewed = site.post("/lines/201/password", {}).text
    shown = site.post("/lines/201/reveal", {}).text
    password = re.search(r'id="password">([^<]+)<', renewed)
    assert password is not None and password[1] in shown
    assert password[1] not in site.get("/lines/201").text


def test_sources_are_shown_and_let_off(site: Site) -> None:
    from provserver.services.guarding import scanners
    from provserver.services.guarding.scanners import BAN_AT, Miss

    with site.house.database.transaction() as session:
        misses = [Miss("198.51.100.66", False, site.house.clock(), "", f"{number}") for number in range(BAN_AT)]
        scanners.write(session, misses)
    assert "198.51.100.66" in site.get("/alarms").text and "Let off" in site.get("/alarms").text
    site.post("/sources/lift", {"source": "198.51.100.66"})
    assert "Let off" not in site.get("/alarms").text


def test_a_phone_is_locked_and_unlocked_on_its_page(site: Site) -> None:
    site.post(f"/phones/{site.poly}/lock", {})
    page = site.get(f"/phones/{site.poly}/").text
    assert "Unlock the phone" in page and "Open a window" not in page
    assert "Locked</span>" in page and "Locked</span>" in site.get("/phones/").text
    site.post(f"/phones/{site.poly}/unlock", {})
    assert "Lock the phone" in site.get(f"/phones/{site.poly}/").text


def test_a_phones_page_gives_it_a_password(site: Site) -> None:
    assert "Give it a password" in site.get(f"/phones/{site.yealink}/").text
    shown = site.post(f"/phones/{site.yealink}/password", {"do": "set"}, f"/phones/{site.yealink}/").text
    word = re.search(r'id="password">([^<]{16})<', shown)
    assert word is not None
    page = site.get(f"/phones/{site.yealink}/").text
    assert "Make a new password" in page and "has not fetched it yet" in page and word[1] not in page
    assert word[1] in site.post(f"/phones/{site.yealink}/password", {"do": "reveal"}, f"/phones/{site.yealink}/").text
    again = site.post(f"/phones/{site.yealink}/password", {"do": "rotate"}, f"/phones/{site.yealink}/").text
    assert word[1] not in again and "1 old one works too" in site.get(f"/phones/{site.yealink}/").text
    assert site.post(f"/phones/{site.yealink}/password", {"do": "clear"}, f"/phones/{site.yealink}/").status_code == 302
    assert "Phone&#39;s password for its files taken away" in site.get(f"/phones/{site.yealink}/history").text


def test_a_pin_is_shown_once_and_a_phone_that_asks_for_none_says_why(site: Site) -> None:
    data = {"mac": "000b828aa872", "model": "grandstream/GXP2135", "serial": "20EZ3VDG60B1234"}
    assert site.post("/phones/new", data, "/phones/new").status_code == 302
    assert "20EZ3VDG60B1234" in site.get("/phones/000b828aa872/").text
    assert site.post("/enrolment/pin", {"never_seen": "1", "minutes": "60"}).location == "/enrolment/pin"
    page = site.get("/enrolment/pin").text
    pin = re.search(r'<code id="pin" class="pin">(\d{8})</code>', page)
    assert pin is not None and "00:0B:82:8A:A8:72" in page.upper()
    assert site.get("/enrolment/pin").status_code == 302, "it is shown once"
    assert pin[1] not in site.get("/enrolment").text
    assert "Take the PIN away" in site.get("/phones/000b828aa872/").text
    site.post("/phones/000b828aa872/pin", {"end": "1"})
    assert "Take the PIN away" not in site.get("/phones/000b828aa872/").text
    assert "no source tells that this phone asks" in site.get(f"/phones/{site.yealink}/").text
    assert site.post(f"/phones/{site.yealink}/pin", {}).location.endswith("#enrolment")
