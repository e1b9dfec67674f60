"""The promise: a key edited in the browser is on the phone within seconds, and the page proves it."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.cli.server import Server
from tests.e2e.conftest import sign_in

POLY, YEALINK = "0004f2005301", "805ec0005303"
SHOTS = Path(__file__).parents[2] / "docs" / "screenshots"


def api(server: Server, path: str, method: str = "GET", body: object = None) -> dict[str, object]:
    """Ask the API as a program does."""
    headers = {"Authorization": "Bearer e2e-token-e2e-token", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(f"http://{server.address}/api/v1{path}", data, headers, method=method)) as answer:
        found: dict[str, object] = json.load(answer)
        return found


@pytest.fixture
def added(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """A phone that never asks for anything, gone after the test."""
    mac, vendor, model = request.param
    api(server, "/devices", "POST", {"mac": mac, "vendor": vendor, "model": model, "lines": ["201"]})
    yield mac
    headers = {"Authorization": "Bearer e2e-token-e2e-token"}
    urlopen(Request(f"http://{server.address}/api/v1/devices/{mac}", headers=headers, method="DELETE")).close()


def open_keys(page: Page, server: Server, mac: str) -> None:
    """Open a phone's keys and wait until they can be edited; before that the page takes neither clicks nor keys."""
    page.goto(f"http://{server.address}/phones/{mac}/keys")
    expect(page.locator("html[data-ready='true']")).to_be_attached()


def save_and_wait(page: Page) -> None:
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".step-done").filter(has_text="Applied")).to_be_visible(timeout=15_000)


def test_a_speed_dial_set_in_the_browser_is_on_the_poly_and_proven(page: Page, server: Server) -> None:
    open_keys(page, server, POLY)
    page.locator("[data-slot='4']").click()
    page.locator("#kind-4").select_option("speed-dial")
    page.locator("#target-4").fill("*98")
    page.locator("#label-4").fill("Pickup")
    expect(page.locator("#bar")).to_contain_text("1 change")
    save_and_wait(page)
    assert b"<ct>*98</ct>" in urlopen(f"http://{server.address}/{POLY}-directory.xml").read()
    device = api(server, f"/devices/{POLY}")
    assert device["state"] == "applied"
    shot(page, "configurator")


def test_a_colleague_is_picked_and_the_phone_shows_the_name(page: Page, server: Server) -> None:
    open_keys(page, server, YEALINK)
    page.locator("[data-slot='5']").click()
    page.locator("#kind-5").select_option("blf")
    page.locator("#target-5").fill("Barbieri")
    page.get_by_role("option", name=re.compile("Luca Barbieri")).click()
    page.locator("#label-5").fill("The workshop")
    expect(page.locator("[data-slot='5']")).to_contain_text("Luca Barbieri")
    save_and_wait(page)
    text = urlopen(f"http://{server.address}/{YEALINK}.cfg").read().decode()
    assert "linekey.5.type = 16\n" in text and "linekey.5.label = Luca Barbieri\n" in text
    assert "The workshop" not in text


def test_the_ring_is_offered_only_while_the_popup_is_on(page: Page, server: Server) -> None:
    open_keys(page, server, YEALINK)
    page.get_by_role("button", name=re.compile("Call services")).click()
    popup = page.get_by_label("Show a call popup for monitored extensions")
    single = page.get_by_label("Single ring")
    if popup.is_checked():
        expect(single).to_be_enabled()
        popup.uncheck()
    expect(single).to_be_disabled()
    popup.check()
    expect(single).to_be_enabled()


def test_a_wrong_key_is_told_at_its_field_and_nothing_is_lost(page: Page, server: Server) -> None:
    open_keys(page, server, POLY)
    page.locator("[data-slot='5']").click()
    page.locator("#kind-5").select_option("blf")
    page.locator("#target-5").fill("999")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("[data-wrong='5.target']")).to_contain_text("999")
    page.reload()
    expect(page.locator("#bar")).to_contain_text("1 change")
    page.locator("[data-slot='5']").click()
    expect(page.locator("#target-5")).to_have_value("999")
    page.get_by_role("button", name="Discard").click()


def test_the_keyboard_alone_is_enough(page: Page, server: Server) -> None:
    open_keys(page, server, YEALINK)
    page.locator("[data-slot='1']").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator("[data-slot='4']")).to_be_focused()
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(page.locator("#kind-4")).to_be_focused()
    page.get_by_role("button", name="Discard").click()


def test_what_somebody_else_saved_meanwhile_is_shown_and_chosen(page: Page, server: Server) -> None:
    open_keys(page, server, YEALINK)
    page.locator("[data-slot='7']").click()
    page.locator("#kind-7").select_option("speed-dial")
    page.locator("#target-7").fill("0612345")
    api(
        server,
        f"/devices/{YEALINK}/keys",
        "PATCH",
        {"7": {"kind": "speed-dial", "target": "0298765", "label": "Other"}},
    )
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("dialog")).to_contain_text("0298765")
    expect(page.get_by_role("dialog")).to_contain_text("0612345")


@pytest.mark.parametrize("added", [("000b82005399", "grandstream", "GXP1628")], indirect=True)
def test_each_key_is_offered_only_what_it_can_be(page: Page, server: Server, added: str) -> None:
    open_keys(page, server, added)
    page.locator("[data-slot='1']").click()
    assert "Monitored extension" not in page.locator("#kind-1").inner_text()
    page.locator("[data-slot='3']").click()
    assert "Monitored extension" in page.locator("#kind-3").inner_text()
    assert "Line" not in page.locator("#kind-3").inner_text().split("\n")


@pytest.mark.parametrize("added", [("805ec0005398", "yealink", "T46U")], indirect=True)
def test_a_phone_that_was_never_seen_gets_it_when_it_first_asks(page: Page, server: Server, added: str) -> None:
    open_keys(page, server, added)
    page.locator("[data-slot='2']").click()
    page.locator("#kind-2").select_option("speed-dial")
    page.locator("#target-2").fill("0815")
    page.get_by_role("button", name="Save changes").press("Enter")
    expect(page.locator(".step-later")).to_contain_text("it will have everything when it first asks")
    expect(page.locator("[data-slot='2']")).to_be_focused()
    page.reload()
    expect(page.locator(".step-later")).to_be_visible()


@pytest.mark.parametrize("added", [("64d814005397", "cisco", "SPA502G")], indirect=True)
def test_keys_that_are_only_on_modules_are_reached_with_the_keyboard(page: Page, server: Server, added: str) -> None:
    open_keys(page, server, added)
    page.locator("#module-add").press("Enter")
    expect(page.locator("[data-slot='s1.1']")).to_be_visible()
    page.locator("#module-1").press("Tab")
    expect(page.locator("[data-slot='s1.1']")).to_be_focused()


def test_the_drawn_clock_follows_the_phone_and_the_keyboard_stays(page: Page, server: Server) -> None:
    open_keys(page, server, YEALINK)
    page.get_by_role("button", name=re.compile("^Phone")).click()
    page.locator("#set-clock").select_option("12")
    expect(page.locator(".glass-clock")).to_have_text(re.compile("[AP]M$", re.IGNORECASE))
    page.locator("#set-time_zone").fill("Europe/London")
    page.locator("#set-time_zone").press("Tab")
    expect(page.locator("#set-time_zone")).to_have_value("Europe/London")
    expect(page.locator(":focus")).to_have_count(1)
    page.get_by_role("button", name="Discard").click()


@pytest.mark.parametrize("path", ["/", "/phones/", f"/phones/{POLY}", f"/phones/{POLY}/keys", "/lines/", "/phones/new"])
def test_a_page_has_no_serious_barrier(page: Page, server: Server, path: str) -> None:
    page.goto(f"http://{server.address}{path}")
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []


@pytest.mark.parametrize("path", ["/", "/phones/", f"/phones/{POLY}", f"/phones/{POLY}/keys", "/lines/"])
def test_a_page_fits_a_narrow_screen(page: Page, server: Server, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"http://{server.address}{path}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_pages_are_shown_in_the_docs(page: Page, server: Server) -> None:
    page.goto(f"http://{server.address}/phones/")
    expect(page.locator("tbody tr")).to_have_count(8)
    shot(page, "phones")
    page.goto(f"http://{server.address}/phones/{POLY}")
    expect(page.locator("h1")).to_be_visible()
    shot(page, "phone")


@pytest.mark.parametrize(("page", "words"), [("it-IT", "Salva modifiche"), ("ro-RO", "Salvează")], indirect=["page"])
def test_the_configurator_speaks_the_readers_language(page: Page, server: Server, words: str) -> None:
    open_keys(page, server, POLY)
    page.locator("[data-slot='5']").click()
    page.keyboard.press("Delete")
    expect(page.locator("#bar")).to_contain_text(words)
    page.locator("#bar button").nth(1).click()


def test_signing_in_again_is_asked_after_signing_out(page: Page, server: Server) -> None:
    page.context.clear_cookies()
    page.goto(f"http://{server.address}/phones/")
    expect(page.locator("input[name=password]")).to_be_visible()
    sign_in(page, server)


def shot(page: Page, name: str) -> None:
    """Keep a screenshot for the docs where it is wanted: ``UPDATE_SCREENSHOTS=1 pytest tests/e2e``."""
    if os.environ.get("UPDATE_SCREENSHOTS"):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")
