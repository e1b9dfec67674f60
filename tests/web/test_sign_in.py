"""Coming in: who may, who may not, and what a session is worth."""

import pytest

from provserver.services.access import accounts, sign_in
from tests.fakes.clock import FakeClock
from tests.web.conftest import PASSWORD, Site, enter, token_of


def test_every_page_asks_a_stranger_to_sign_in(stranger: Site) -> None:
    answer = stranger.get("/phones/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=/phones/"


def test_the_right_password_leads_to_where_somebody_wanted_to_go(stranger: Site) -> None:
    answer = enter(stranger, " Anna ", PASSWORD, "/sign-in?next=/lines/")
    assert answer.headers["Location"] == "/lines/"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "evil"]
)
def test_nobody_is_led_to_a_foreign_page(stranger: Site, elsewhere: str) -> None:
    assert enter(stranger, "anna", PASSWORD, f"/sign-in?next={elsewhere}").headers["Location"] == "/"


@pytest.mark.parametrize(("name", "password"), [("anna", "wrong wrong wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nobody(stranger: Site, name: str, password: str) -> None:
    answer = enter(stranger, name, password)
    assert answer.status_code == 401
    assert "The name or the password is wrong" in answer.text
    assert stranger.get("/").status_code == 302


def test_an_account_rests_after_five_wrong_passwords(stranger: Site) -> None:
    for _ in range(sign_in.FAILURES_ALLOWED):
        enter(stranger, "anna", "wrong wrong wrong")
    assert "oo many wrong passwords" in enter(stranger, "anna", PASSWORD).text
    clock = stranger.house.clock
    assert isinstance(clock, FakeClock)
    clock.forward(minutes=6)
    assert enter(stranger, "anna", PASSWORD).status_code == 302


def test_an_address_that_tries_many_names_is_stopped(stranger: Site) -> None:
    for number in range(sign_in.TRIES_PER_NETWORK):
        enter(stranger, f"somebody{number}", "wrong wrong wrong")
    assert enter(stranger, "anna", PASSWORD).status_code == 429


def test_a_new_password_ends_the_session(site: Site) -> None:
    assert site.get("/").status_code == 200
    accounts.set_password(site.house, "anna", "another long password")
    assert site.get("/").status_code == 302


def test_signing_out_ends_the_session(site: Site) -> None:
    site.post("/sign-out", {})
    assert site.get("/").status_code == 302


def test_a_form_without_the_token_changes_nothing(site: Site) -> None:
    answer = site.client.post("/lines/201", data={"name": "Forged"})
    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text
    assert "Forged" not in site.get("/lines/").text


def test_a_form_that_comes_too_late_leads_back_to_its_page(site: Site) -> None:
    own = {"Referer": "http://localhost/short-codes/new?range=1"}
    assert 'href="/short-codes/new?range=1"' in site.client.post("/short-codes/new", data={}, headers=own).text
    elsewhere = {"Referer": "http://localhost//evil.example/lines/"}
    assert 'href="/evil.example/lines/"' in site.client.post("/short-codes/new", data={}, headers=elsewhere).text
    assert "Back to the page" not in site.client.post("/short-codes/new", data={}).text


def test_who_is_signed_out_meanwhile_comes_back_to_the_page_of_the_form(site: Site) -> None:
    typed = {"csrf_token": token_of(site.get("/lines/201").text)}
    accounts.set_password(site.house, "anna", "another long password")
    late = site.client.post("/lines/201/reconfigure", data=typed, headers={"Referer": "http://localhost/lines/201"})
    assert late.headers["Location"] == "/sign-in?next=/lines/201"


def test_every_form_of_every_page_carries_the_token(site: Site) -> None:
    from tests.web.conftest import addresses

    for address in addresses(site):
        page = site.get(address).text
        forms = page.count('method="post"')
        assert page.count('name="csrf_token"') == forms, address


def test_a_part_of_a_form_without_a_name_is_thrown_away(stranger: Site) -> None:
    part = b"--x\r\nContent-Disposition: form-data\r\n\r\nnobody\r\n--x--\r\n"
    answer = stranger.client.post("/sign-in", data=part, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400


def test_a_programs_token_opens_no_page_and_a_fronts_password_closes_none(stranger: Site) -> None:
    token = {"Authorization": f"Bearer {accounts.add_token(stranger.house, 'program')}"}
    assert stranger.get("/", headers=token).status_code == 302
    enter(stranger, "anna", PASSWORD)
    for header in (token, {"Authorization": "Basic YTpi"}):
        assert stranger.get("/", headers=header).status_code == 200
