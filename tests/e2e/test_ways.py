"""The ways to a phone, ticked and put in order in a real browser, with the keyboard; typed as text without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.cli.server import Server
from tests.e2e.conftest import sign_in

pytestmark = pytest.mark.timeout(180)
YEALINK = "805ec0005303"


def chosen(list_: Locator) -> list[str]:
    """Give the choices that are ticked, in their order, without their numbers."""
    rows = list_.locator("li:not(.is-out) .form-check-label").all_text_contents()
    return [row.lstrip("0123456789.") for row in rows]


def test_ways_are_ticked_and_put_in_order_with_the_keyboard(page: Page, server: Server) -> None:
    page.goto(f"http://{server.address}/settings/")
    ways = page.get_by_role("group", name="Ways to reach phones")
    expect(ways).to_contain_text("Default: Its own address")
    ways.get_by_role("checkbox", name="Its own address").press("Space")
    ways.get_by_role("checkbox", name="Kamailio").press("Space")
    ways.get_by_role("checkbox", name="Its web action").press("Space")
    expect(ways.get_by_role("checkbox", name="Its web action")).to_be_focused()
    up = ways.get_by_role("button", name="Move Its web action up")
    up.press("Enter")
    up.press("Enter")
    up.press("Enter")  # it is the first already
    expect(up).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Its web action")).to_have_text("Its web action: 1 of 3")
    assert chosen(ways) == ["Its web action", "Its own address", "Kamailio"]
    ways.get_by_role("checkbox", name="Kamailio").press("Space")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".flashes")).to_contain_text("Saved")
    assert chosen(ways) == ["Its web action", "Its own address"]
    expect(page.locator(".setting", has=ways)).to_contain_text("Set here")
    for name in ("Its web action", "Its own address"):
        ways.get_by_role("checkbox", name=name).uncheck()
    page.get_by_role("button", name="Save changes").click()
    expect(ways).to_contain_text("Default: Its own address")


def test_one_phone_has_its_own_order_and_is_offered_what_its_model_can(page: Page, server: Server) -> None:
    page.goto(f"http://{server.address}/phones/{YEALINK}/keys")
    page.get_by_role("button", name="Advanced").click()
    codecs = page.get_by_role("group", name="Codecs")
    codecs.get_by_role("button", name="Move G.711 A-law up").press("Enter")
    expect(codecs.get_by_role("button", name="Move G.711 A-law up")).to_be_focused()
    assert chosen(codecs)[0] == "G.711 A-law"
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".bar")).to_contain_text("Applied", timeout=60_000)
    page.reload()
    page.get_by_role("button", name="Advanced").click()
    assert chosen(page.get_by_role("group", name="Codecs"))[0] == "G.711 A-law"


def test_without_a_script_the_ways_are_typed(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    sign_in(page, server)
    page.goto(f"http://{server.address}/settings/")
    field = page.get_by_label("Codecs")
    field.fill("pcma g722")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_label("Codecs")).to_have_value("pcma, g722")
    page.get_by_label("Codecs").fill("")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_label("Codecs")).to_have_value("")
    context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_list_has_no_serious_barrier_and_fits(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"http://{server.address}/settings/")
    ways = page.get_by_role("group", name="Ways to reach phones")
    ways.get_by_role("checkbox", name="Its registrar").check()
    ways.get_by_role("checkbox", name="Its own poll").check()
    found = Axe().run(page).response["violations"]
    assert [one for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
