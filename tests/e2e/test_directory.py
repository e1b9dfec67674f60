"""Groups put in order and rows ticked in a real browser, with the keyboard; nothing serious for a screen reader."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.cli.server import Server

PAGES = (
    "/groups/hunt",
    "/groups/hunt/of/Officina",
    "/groups/hunt/new",
    "/short-codes",
    "/short-codes/new?range=1",
    "/short-codes/of/801",
    "/departments",
    "/departments/of/Officina",
    "/all-lines",
    "/lines/",
    "/phones/",
    "/phones/805ec0005303/replace",
)


def members(page: Page) -> list[str]:
    """Give the extensions of the group's members as the page shows them."""
    return page.locator("[data-order] li > .mono").all_text_contents()


def test_members_are_put_in_order_with_the_keyboard_and_saved(page: Page, server: Server) -> None:
    page.goto(f"http://{server.address}/groups/hunt/of/Officina")
    before = members(page)
    page.get_by_role("button", name="Move Luca Barbieri down").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move Luca Barbieri down")).to_be_focused()
    page.get_by_role("button", name="Add Ioan Popescu").press("Enter")
    page.get_by_role("button", name="Remove Elena Mancini").press("Enter")
    page.get_by_role("button", name="Save changes").first.click()
    expect(page.locator(".flashes")).to_contain_text("The members are saved")
    assert members(page) == [before[1], before[2], before[0], "216"]


def test_the_bar_counts_what_is_ticked(page: Page, server: Server) -> None:
    page.goto(f"http://{server.address}/short-codes")
    bar = page.locator(".bulk")
    expect(bar).to_be_hidden()
    page.get_by_label("Choose 801").check()
    expect(bar).to_contain_text("1 / 3")
    page.get_by_role("button", name="Choose all shown").click()
    expect(bar).to_contain_text("3 / 3")
    bar.get_by_label("Department").select_option("Officina")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator(".flashes")).to_contain_text("3 short codes are moved")
    page.locator("#department").select_option("Uffici")
    expect(page.locator(".empty")).to_contain_text("No short code fits")


def test_the_makers_models_alone_are_offered_for_an_address(page: Page, server: Server) -> None:
    page.goto(f"http://{server.address}/phones/new")
    page.locator("#mac").fill("80:5e:c0:11:22:33")
    expect(page.locator("#maker-hint")).to_contain_text("Yealink")
    assert page.locator("#model optgroup:not([hidden])").count() == 1
    page.get_by_role("button", name="Show every maker").click()
    assert page.locator("#model optgroup:not([hidden])").count() > 5


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_nothing_serious_for_a_screen_reader_and_fits_a_small_screen(
    page: Page, server: Server, path: str
) -> None:
    page.goto(f"http://{server.address}{path}")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
