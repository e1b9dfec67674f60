"""The whole product as a stranger has it: `provserver run --demo` as a process, and a real browser before it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.cli.server import Server, running

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "ferri-ferri-ferri"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with the demo company and its two simulated phones."""
    with running(
        tmp_path_factory.mktemp("e2e"), PROVSERVER_ADMIN_PASSWORD=PASSWORD, PROVSERVER_API_TOKEN="e2e-token-e2e-token"
    ) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium from the system's package; without it these tests fail and name it.

    It is closed with its module: while it is open no other test can run an event loop in this thread.
    """
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        except PlaywrightError as error:
            pytest.fail(f"Chromium did not start; install the package chromium ({error})")
        yield found
        found.close()


@pytest.fixture
def browser_page(server: Server, browser: Browser) -> Iterator[Page]:
    """A page of its own, signed in, whose browser may complain of what it is refused."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    made = context.new_page()
    sign_in(made, server)
    yield made
    context.close()


@pytest.fixture
def page(server: Server, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of its own, signed in, that takes note of every error in the browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale=getattr(request, "param", "en-GB"))
    made = context.new_page()
    problems: list[str] = []
    made.on("pageerror", lambda error: problems.append(str(error)))
    made.on(
        "console", lambda line: problems.append(line.text) if line.type == "error" and not expected(line.text) else None
    )
    sign_in(made, server)
    yield made
    context.close()
    assert problems == []


def expected(text: str) -> bool:
    """Tell whether a browser's error line is only a refusal that the page handles."""
    return "status of 422" in text or "status of 412" in text


def sign_in(page: Page, server: Server) -> None:
    """Sign in as the admin, with the keyboard."""
    page.goto(f"http://{server.address}/")
    page.fill("input[name=name]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    expect(page.locator("h1").first).to_be_visible()
