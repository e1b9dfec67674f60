"""The page of models: found by maker and text, with what each cannot do and the reason."""

from provserver.domain.hardware import Feature
from provserver.domain.roles import Role
from provserver.domain.slots import KeyKind
from provserver.services.access import accounts
from provserver.services.inventory import models
from provserver.vendors.registry import vendors
from provserver.web import words
from provserver.web.models import PER_PAGE
from tests.web.conftest import PASSWORD, Site, enter


def test_models_are_found_by_maker_and_text(site: Site) -> None:
    page = site.get("/models?maker=yealink&q=t46").text
    assert "Yealink SIP-T46U" in page or "Yealink T46U" in page
    assert "Poly VVX" not in page.partition("<tbody>")[2]
    assert site.get("/models?q=nobody").text.count("No model fits") == 1


def test_every_model_stands_on_one_page(site: Site) -> None:
    every = len(models.models())
    rows = 0
    for page in range(1, -(-every // PER_PAGE) + 1):
        text = site.get(f"/models?page={page}").text
        rows += text.partition("<tbody>")[2].count("<tr>")
        assert len(text) < 250_000
    assert rows == every
    assert site.get(f"/models?page={every}").status_code == site.get("/models?page=-1").status_code == 200


def test_what_a_model_cannot_is_told_with_the_reason(site: Site) -> None:
    page = site.get("/models?maker=poly&q=vvx301").text
    assert "Poly has no intercom key" in page and "it takes no phonebook address" in page
    base = site.get("/models?maker=snom&q=m300").text
    assert "have no keys that the base is told" in base and '<svg class="small-phone' not in base
    assert "is not confirmed; give the address of another server" in base


def test_every_word_of_a_model_has_a_title() -> None:
    assert set(words.FEATURES) == set(Feature)
    assert set(words.KINDS) == set(KeyKind)
    facts = {fact for vendor in vendors().values() for model in vendor.models.values() for fact in model.evidence}
    assert facts <= set(words.FACTS)


def test_the_list_comes_as_csv(site: Site) -> None:
    lines = site.get("/models?maker=yealink&format=csv").text.splitlines()
    assert len(lines) == len(vendors()["yealink"].models) + 1


def test_a_reader_sees_the_models_and_no_way_to_add(stranger: Site) -> None:
    assert stranger.get("/models").status_code == 302
    accounts.add_user(stranger.house, "reader", PASSWORD, Role.READER, "Rossi S.p.A.")
    enter(stranger, "reader", PASSWORD)
    page = stranger.get("/models?q=vvx301").text
    assert "VVX 301" in page or "VVX301" in page
    assert "/phones/new" not in page


def test_the_configurator_and_the_settings_show_the_phonebook(site: Site) -> None:
    assert 'name="phonebook"' in site.get("/settings/").text
    assert '"name": "phonebook"' in site.get(f"/phones/{site.yealink}/keys").text
    poly = site.get(f"/phones/{site.poly}/keys").text.partition('"name": "phonebook"')
    assert "it takes no phonebook address" in (poly[0][-1200:] + poly[2][:600])
    assert site.post("/settings/", {"phonebook": "company"}).status_code == 302
    assert '<option value="company" selected>' in site.get("/settings/").text
