"""Administrators and users, tokens, companies and one's own account, as people use them in a browser."""

import re
from dataclasses import replace

import pyotp
import pytest

from provserver.app import create_app
from provserver.domain.roles import Role
from provserver.services.access import accounts, people
from provserver.services.access.people import NewPerson
from tests.fakes.clock import FakeClock
from tests.web.conftest import PASSWORD, Site, enter


def forward(site: Site, **much: float) -> None:
    """Let time pass."""
    assert isinstance(site.house.clock, FakeClock)
    site.house.clock.forward(**much)


def secret_of(page: str) -> str:
    """Give what a page shows this once."""
    found = re.search(r'<code id="secret">([^<]+)</code>', page)
    assert found is not None
    return found[1]


def test_a_user_is_added_signs_in_by_extension_and_sees_the_own_phone_only(site: Site) -> None:
    page = site.post("/people/new", {"name": "", "role": "user", "extension": "201"}, "/people/new")
    password = secret_of(page.text)
    site.post("/sign-out", {})
    assert enter(site, "201", password).headers["Location"] == "/"
    assert site.get("/").headers["Location"] == f"/phones/{site.poly}/"
    own = site.get(f"/phones/{site.poly}/").text
    assert "Modify keys" in own
    for hidden in ("Actions", "Files", "History", "Last requests", "Company settings", "Search everywhere"):
        assert hidden not in own, hidden
    keys = site.get(f"/phones/{site.poly}/keys").text
    assert '"limited": true' in keys and "sip_domain" not in keys and '"history": ""' in keys
    assert site.get(f"/phones/{site.yealink}/").status_code == 404
    assert site.get("/lines/").status_code == 403


def test_an_administrator_takes_the_same_path_as_the_user(site: Site) -> None:
    assert "View individual settings" in site.get("/lines/").text
    assert site.get("/lines/201/individual").headers["Location"] == f"/phones/{site.poly}/keys"
    assert site.get("/lines/203/individual").headers["Location"] == "/phones/?q=203"


def test_a_locked_profile_is_shown_and_unlocked(site: Site) -> None:
    people.add(site.house, site.actor, NewPerson("mario", Role.ADMIN), PASSWORD)
    other = site.client.application.test_client()
    stranger = replace(site, client=other)
    for _ in range(5):
        enter(stranger, "mario", "wrong wrong wrong")
    assert "Locked" in site.get("/people/").text
    site.post("/people/mario/unlock", {}, "/people/mario")
    assert "Locked" not in site.get("/people/").text
    assert enter(stranger, "mario", PASSWORD).status_code == 302


def test_a_link_leads_to_choosing_a_password(site: Site) -> None:
    people.add(site.house, site.actor, NewPerson("mario", Role.ADMIN), PASSWORD)
    link = secret_of(site.post("/people/mario/link", {}, "/people/mario").text)
    path = link.removeprefix("http://prov.test")
    other = replace(site, client=site.client.application.test_client())
    assert "mario" in other.get(path).text
    assert other.post(path, {"password": "short"}, path).status_code == 422
    assert other.post(path, {"password": "a password of mine"}, path).headers["Location"] == "/sign-in"
    assert other.get(path).status_code == 404
    assert enter(other, "mario", "a password of mine").status_code == 302


def test_a_form_that_is_wrong_keeps_what_was_typed(site: Site) -> None:
    answer = site.post("/people/new", {"name": "Otto", "role": "department-admin"}, "/people/new")
    assert answer.status_code == 422
    assert 'value="Otto"' in answer.text and "name at least one department" in answer.text
    assert site.post("/tokens/", {"name": "x", "role": "reader", "days": "soon"}, "/tokens/").status_code == 422


def test_a_token_is_made_shown_once_and_revoked(site: Site) -> None:
    text = secret_of(site.post("/tokens/", {"name": "reports", "role": "reader", "days": "30"}, "/tokens/").text)
    assert text not in site.get("/tokens/").text
    assert accounts.program(site.house, text).role is Role.READER
    site.post("/tokens/1/revoke", {}, "/tokens/")
    assert "reports" not in site.get("/tokens/").text


def test_an_operator_adds_a_company_and_goes_there(site: Site) -> None:
    site.post("/companies/", {"name": "Verdi S.r.l."}, "/companies/")
    assert "Verdi S.r.l." in site.get("/companies/").text
    site.post("/company", {"company": "2"})
    assert "No phone yet" in site.get("/phones/").text
    refused = site.post("/companies/1/remove", {"confirm": "Rossi"}, "/companies/")
    assert refused.status_code == 422 and "type the company" in refused.text
    site.post("/companies/1/remove", {"confirm": "Rossi S.p.A."}, "/companies/")
    assert "Rossi" not in site.get("/companies/").text


def test_sessions_are_listed_and_ended_elsewhere(site: Site) -> None:
    other = replace(site, client=site.client.application.test_client())
    enter(other, "anna", PASSWORD)
    page = site.get("/account/").text
    assert page.count("/account/sessions/") == 2  # everywhere, and the other one
    site.post("/account/sessions/end", {}, "/account/")
    assert other.get("/").status_code == 302
    assert site.get("/").status_code == 200


def test_a_copied_cookie_opens_nothing_after_signing_out(site: Site) -> None:
    kept = site.client.get_cookie("provserver")
    assert kept is not None
    site.post("/sign-out", {})
    site.client.set_cookie("provserver", kept.value)
    assert site.get("/").status_code == 302


def test_a_second_factor_is_set_up_and_asked_for(site: Site) -> None:
    page = site.get("/account/second-factor").text
    secret, sealed = secret_of(page), re.search(r'name="sealed" value="([0-9a-f]+)"', page)
    assert sealed is not None
    form = {"sealed": sealed[1], "code": "000000"}
    wrong = site.post("/account/second-factor", form, "/account/")
    assert wrong.status_code == 422 and secret in wrong.text
    form["code"] = pyotp.TOTP(secret).at(site.house.clock())
    codes = site.post("/account/second-factor", form, "/account/").text
    assert "Recovery codes" in codes
    site.post("/sign-out", {})
    forward(site, minutes=2)
    assert enter(site, "anna", PASSWORD, "/sign-in?next=/lines/").headers["Location"] == "/sign-in/code?next=/lines/"
    assert site.get("/lines/").headers["Location"].startswith("/sign-in")
    assert site.get("/account/second-factor").status_code == 302
    assert site.post("/sign-in/code", {"code": "000000"}, "/sign-in/code").status_code == 401
    right = {"code": pyotp.TOTP(secret).at(site.house.clock()), "next": "/lines/"}
    assert site.post("/sign-in/code", right, "/sign-in/code").headers["Location"] == "/lines/"
    assert site.get("/lines/").status_code == 200
    assert "10 recovery codes are left" in site.get("/account/").text


def test_a_demanded_second_factor_is_set_up_before_anything_else(stranger: Site) -> None:
    house = replace(stranger.house, config=replace(stranger.house.config, second_factor="everyone"))
    app = create_app(house.config, house)
    app.testing = True
    site = replace(stranger, house=house, client=app.test_client())
    assert enter(site, "anna", PASSWORD).headers["Location"] == "/account/second-factor"
    assert site.get("/phones/").headers["Location"].startswith("/sign-in")
    assert site.get("/api/v1/devices").status_code == 401
    page = site.get("/account/second-factor").text
    sealed = re.search(r'name="sealed" value="([0-9a-f]+)"', page)
    assert sealed is not None and "demands a second factor" in page
    code = pyotp.TOTP(secret_of(page)).at(house.clock())
    form = {"sealed": sealed[1], "code": code}
    assert "Recovery codes" in site.post("/account/second-factor", form, "/account/second-factor").text
    assert site.get("/phones/").status_code == 200
    app.extensions["desk"].recorder.close()


def test_a_secret_is_shown_after_the_password_was_confirmed(site: Site) -> None:
    forward(site, minutes=11)
    path, page = f"/phones/{site.poly}/address", f"/phones/{site.poly}/"
    data = {"csrf_token": re.findall(r'name="csrf-token" content="([^"]+)"', site.get(page).text)[0]}
    answer = site.client.post(path, data=data, headers={"Referer": f"http://evil.example{page}"})
    assert answer.headers["Location"] == f"/account/confirm?next={page}"
    rendered = f"/api/v1/devices/{site.poly}/rendered/{site.poly}-config.cfg"
    assert site.get(f"{rendered}?reveal=1").status_code == 403
    assert site.get(rendered).status_code == 200
    assert site.post("/account/confirm", {"password": "wrong"}, "/account/confirm").status_code == 401
    confirmed = site.post("/account/confirm", {"password": PASSWORD, "next": page}, "/account/confirm")
    assert confirmed.headers["Location"] == page
    assert site.url in site.post(path, {}, page).text
    assert site.get(f"{rendered}?reveal=1").status_code == 200


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "/x\r\nX-Evil: 1"])
def test_confirming_leads_to_no_foreign_page(site: Site, elsewhere: str) -> None:
    answer = site.post("/account/confirm", {"password": PASSWORD, "next": elsewhere}, "/account/confirm")
    assert answer.headers["Location"] == "/"
    assert "X-Evil" not in answer.headers


def test_the_cookie_is_for_this_server_and_no_script(site: Site) -> None:
    site.client.application.config["SESSION_COOKIE_SECURE"] = True
    answer = site.client.get("/sign-in?lang=it", base_url="https://prov.test")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "Secure" in cookie and "SameSite=Lax" in cookie


def test_what_a_stranger_sends_stands_on_one_line_of_the_log(stranger: Site, caplog: pytest.LogCaptureFixture) -> None:
    enter(stranger, "anna\r\nERROR forged", "x\ny")
    stranger.get("/nowhere%0d%0aERROR%20forged")
    assert all("\n" not in record.getMessage() and "forged" not in record.getMessage() for record in caplog.records)
