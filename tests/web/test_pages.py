"""Every page: it renders, in three languages, with its headers, and shows nobody's secrets."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from sqlalchemy import update

from provserver.db.models import Device
from provserver.domain.roles import Actor, Role
from provserver.domain.state import State
from provserver.doorway import SECURITY_HEADERS
from provserver.services.access import accounts
from provserver.services.editing import settings
from provserver.services.editing.settings import stored_values
from provserver.services.pushing import progress
from provserver.web import words
from tests.web.conftest import HOSTILE, PASSWORD, SIP_PASSWORD, Site, addresses, enter


class Inline(HTMLParser):
    """Collect what the content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = dict(attrs)
        self._script = tag == "script" and "src" not in given and given.get("type") != "application/json"
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or self._script:
            self.found.append(tag)


@pytest.mark.parametrize("language", ["en", "it", "ro"])
def test_every_page_renders_in_every_language(site: Site, language: str) -> None:
    site.get(f"/?lang={language}")
    for address in addresses(site):
        answer = site.get(address)
        assert answer.status_code == 200, address
        assert f'<html lang="{language}">' in answer.text, address


def test_every_page_has_the_security_headers_and_nothing_inline(site: Site) -> None:
    for address in [*addresses(site), "/nowhere", "/static/provserver.css"]:
        answer = site.get(address)
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS, address
        if answer.mimetype == "text/html":
            reader = Inline()
            reader.feed(answer.text)
            assert reader.found == [], address
        answer.close()


def test_no_page_shows_a_secret(site: Site) -> None:
    secret = "phone-admin-secret-9"
    settings.set_values(site.house, site.actor, "device", site.poly, {"admin_password": secret})
    token = site.url.rstrip("/").rpartition("/")[2]
    with site.house.database.reading() as session:
        hashes = [user.password_hash for user in session.query(accounts.User)]
    for address in addresses(site):
        page = site.get(address).text
        for hidden in (SIP_PASSWORD, secret, token, PASSWORD, *hashes):
            assert hidden not in page, address


def test_a_label_is_text_and_never_markup(site: Site) -> None:
    for address in addresses(site):
        assert HOSTILE not in site.get(address).text, address


@pytest.mark.parametrize("state", State)
def test_a_phone_renders_in_every_state(site: Site, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "state_of", lambda _: (state, "the phone did not answer; it is told again"))
    for address in (f"/phones/{site.poly}/", f"/phones/{site.poly}/keys", "/phones/", "/"):
        page = site.get(address).text
        assert str(words.STATES[state]) in page, address
        assert f"state-{state}" in page, address


def test_a_phone_that_was_told_and_fetched_says_when(site: Site) -> None:
    now = site.house.clock()
    values = {"changed_at": now, "told_at": now, "told_way": "check-sync to its SIP address", "told_status": 200}
    with site.house.database.transaction() as session:
        session.execute(
            update(Device).values(**values, last_seen=now - timedelta(hours=2), told_reason="the phone was told")
        )
    page = site.get(f"/phones/{site.poly}/?lang=it").text
    assert "2 ore fa" in page
    assert "il telefono è stato avvisato" in page


def test_unknown_addresses_get_a_human_page(site: Site) -> None:
    for address in ("/nowhere", "/phones/0004f2000001/", "/lines/999", "/settings/model/poly/nothing", "/groups/other"):
        answer = site.get(address)
        assert answer.status_code == 404, address
        assert "To the first page" in answer.text, address


def test_an_error_of_ours_shows_no_traceback(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the inside")

    site.client.application.testing = False
    monkeypatch.setattr("provserver.services.organisation.directory.groups", broken)
    answer = site.get("/groups/hunt")
    assert answer.status_code == 500
    assert "the inside" not in answer.text
    assert "Something broke on our side" in answer.text


def test_a_reader_sees_no_way_to_change_and_cannot(stranger: Site) -> None:
    accounts.add_user(stranger.house, "reader", PASSWORD, Role.READER, "Rossi S.p.A.")
    enter(stranger, "reader", PASSWORD)
    assert "Add phone" not in stranger.get("/phones/").text
    for page in ("/phones/", f"/phones/{stranger.poly}/"):
        assert "Modify keys" not in stranger.get(page).text and "Keys and settings" in stranger.get(page).text
    assert stranger.get("/phones/new").status_code == 403
    assert stranger.post("/lines/201", {"name": "Changed"}).status_code == 403


def test_a_company_sees_nothing_of_another(site: Site) -> None:
    other = accounts.ensure_company(site.house, "Verdi S.r.l.")
    site.post("/company", {"company": str(other)})
    assert site.get(f"/phones/{site.poly}/").status_code == 404
    assert "No phone yet" in site.get("/phones/").text


def test_the_company_settings_keep_what_was_typed_when_something_is_wrong(site: Site) -> None:
    wrong = site.post("/settings/", {"language": "it", "ring_tone": "99", "monitor_popup": "1"})
    assert wrong.status_code == 422
    assert 'value="99"' in wrong.text
    assert "a whole number from 1 to 5" in wrong.text
    for odd in ("²", "9" * 5000):
        assert site.post("/settings/", {"ring_tone": odd}).status_code == 422
    right = site.post("/settings/", {"language": "it", "ring_tone": "3", "monitor_popup": "1", "codecs": "pcma, g722"})
    assert right.status_code == 302
    stored, _ = stored_values(site.house, site.actor, "tenant")
    assert stored == {"language": "it", "ring_tone": 3, "monitor_popup": True, "codecs": ("pcma", "g722")}
    site.post("/settings/", {})
    assert stored_values(site.house, site.actor, "tenant")[0] == {}


def test_the_history_names_before_and_after(site: Site) -> None:
    site.post("/lines/201", {"name": "Mario Rossi", "display_name": "Reception", "department": ""})
    page = site.get("/history?lang=it").text
    assert "Linea modificata" in page
    assert "Reception" in page


def test_the_actor_is_the_person_who_signed_in(site: Site) -> None:
    assert isinstance(site.actor, Actor)
    site.post("/lines/201", {"name": "Mario R."})
    assert "anna" in site.get("/history").text
