"""A session that ends in the middle of an edit loses nothing of it, on a page or in the configurator."""

from playwright.sync_api import Page, expect

from tests.cli.server import Server
from tests.e2e.conftest import PASSWORD, sign_in

POLY = "0004f2005301"


def sign_in_here(page: Page) -> None:
    """Sign in on the page that somebody was led to."""
    page.fill("input[name=name]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")


def test_what_was_typed_is_there_again_after_signing_in(browser_page: Page, server: Server) -> None:
    page = browser_page
    page.goto(f"http://{server.address}/short-codes/new?range=1")
    page.get_by_label("First").first.fill("870")
    page.locator("select").first.select_option("Officina")
    page.context.clear_cookies()
    page.locator("main form[method=post] .btn-primary").click()
    page.get_by_role("link", name="Back to the page").click()
    sign_in_here(page)
    expect(page.locator("#typed-again")).to_be_visible()
    expect(page.get_by_label("First").first).to_have_value("870")
    expect(page.locator("select").first).to_have_value("Officina")
    page.reload()
    expect(page.locator("#typed-again")).to_be_hidden()
    expect(page.get_by_label("First").first).to_have_value("")


def test_a_key_is_saved_after_signing_in_in_another_tab(browser_page: Page, server: Server) -> None:
    page = browser_page
    page.goto(f"http://{server.address}/phones/{POLY}/keys")
    page.locator("[data-slot='4']").click()
    page.keyboard.press("Delete")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#bar")).to_contain_text("You are signed out")
    with page.context.expect_page() as opened:
        page.locator("#bar").get_by_role("link", name="Sign in").click()
    sign_in(opened.value, server)
    opened.value.close()
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#bar")).to_contain_text("Applied")
