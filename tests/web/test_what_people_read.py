"""What pages say in words: inherited values, moments, addresses, browsers; and what only readers may look at."""

import pytest

from provserver.domain.roles import Role
from provserver.services.access import accounts
from provserver.services.editing import settings
from provserver.web.browsers import browser
from tests.web.conftest import PASSWORD, Site, token_of


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox · macOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "–"),
    ],
)  # fmt: skip
def test_a_browser_is_said_by_its_name(user_agent: str, said: str) -> None:
    assert browser(user_agent) == said


def test_an_empty_field_shows_what_it_inherits(site: Site) -> None:
    settings.set_values(site.house, site.actor, "tenant", "", {"voicemail_number": "*97"})
    settings.set_values(site.house, site.actor, "department", "Sales", {"voicemail_number": "*96"})
    assert 'placeholder="Inherited: *97"' in site.get("/settings/line/201").text
    assert 'placeholder="Inherited: *97"' in site.get("/settings/model/poly/VVX301").text
    assert "Settings of Poly VVX 301" in site.get("/settings/model/poly/VVX301").text
    site.post("/lines/201", {"name": "Mario Rossi", "display_name": "", "department": "Sales"})
    assert 'placeholder="Inherited: *96"' in site.get("/settings/line/201").text


def test_the_history_writes_addresses_makers_and_moments_as_other_pages_do(site: Site) -> None:
    site.post(f"/phones/{site.poly}/window", {"minutes": "10"})
    page = site.get("/history").text
    assert "00:04:F2:AA:BB:CC</a>" in page and "+00:00</td>" not in page and ">Poly</td>" in page


def test_a_reader_finds_fields_that_cannot_be_filled_in(site: Site) -> None:
    accounts.add_user(site.house, "rita", PASSWORD, role=Role.READER)
    site.client.post("/sign-out", data={"csrf_token": token_of(site.get("/phones/").text)})
    sign_in = site.get("/sign-in").text
    site.client.post("/sign-in", data={"name": "rita", "password": PASSWORD, "csrf_token": token_of(sign_in)})
    for path in ("/settings/", "/lines/201", "/departments/of/Sales", "/short-codes/of/801"):
        assert "<fieldset disabled>" in site.get(path).text
