"""The firmware page: images, choices, and which phones run what."""

from io import BytesIO

from sqlalchemy import update
from werkzeug.test import TestResponse

from provserver.db.models import Device
from provserver.domain.roles import Role
from provserver.services.access import accounts
from provserver.services.editing import settings
from provserver.services.inventory import firmware
from provserver.services.inventory.firmware import NewImage
from tests.web.conftest import PASSWORD, Site, enter, token_of

PAGE = "/firmware-images"
NAME = "T46U-108.86.0.90.rom"


def upload(site: Site, content: bytes = b"image", **other: str) -> TestResponse:
    given = {"vendor": "yealink", "models": "T46U, T43U", "version": "108.86.0.90", **other}
    data = {**given, "file": (BytesIO(content), NAME), "csrf_token": token_of(site.get(PAGE).text)}
    return site.client.post(PAGE, data=data, content_type="multipart/form-data")


def test_an_image_is_added_chosen_forgotten_and_removed(site: Site) -> None:
    assert "No image yet" in site.get(PAGE).text
    assert upload(site).status_code == 302
    page = site.get(PAGE).text
    assert NAME in page and "T46U, T43U" in page
    number = firmware.image(site.house, site.actor, NAME).row.id
    assert site.post(f"{PAGE}/choose", {"image": NAME, "place": "model:yealink/T46U"}, PAGE).status_code == 302
    assert settings.stored_values(site.house, site.actor, "model", "yealink/T46U")[0]["firmware"] == (NAME,)
    assert site.post(f"{PAGE}/{number}/remove", {}, PAGE).status_code == 409
    place = {"scope": "model", "place": "yealink/T46U", "image": NAME}
    assert site.post(f"{PAGE}/forget", place, PAGE).status_code == 302
    assert site.post(f"{PAGE}/{number}/remove", {}, PAGE).status_code == 302
    assert firmware.images(site.house, site.actor) == []


def test_a_large_image_is_taken_by_the_page(site: Site) -> None:
    site.client.application.config["MAX_CONTENT_LENGTH"] = 10_000
    assert upload(site, b"x" * 100_000).status_code == 302
    assert firmware.image(site.house, site.actor, NAME).row.size == 100_000


def test_a_wrong_field_keeps_what_was_typed(site: Site) -> None:
    answer = upload(site, models="T99")
    assert answer.status_code == 422
    assert 'value="T99"' in answer.text and "no such model" in answer.text
    assert upload(site, b"").status_code == 422


def test_an_image_is_refused_for_a_phone_that_it_does_not_belong_to(site: Site) -> None:
    upload(site)
    answer = site.post(f"{PAGE}/choose", {"image": NAME, "phone": site.poly}, PAGE)
    assert answer.status_code == 422 and "and not for" in answer.text
    assert site.post(f"{PAGE}/choose", {"image": NAME, "phone": site.yealink}, PAGE).status_code == 302
    assert "static.firmware.url" in site.get(f"/phones/{site.yealink}/files/{site.yealink}.cfg").text


def test_the_page_tells_which_phones_run_what(site: Site) -> None:
    upload(site)
    site.post(f"{PAGE}/choose", {"image": NAME, "place": "tenant:"}, PAGE)
    with site.house.database.transaction() as session:
        session.execute(update(Device).where(Device.mac == site.yealink).values(firmware="108.86.0.75"))
    page = site.get(PAGE).text
    assert "108.86.0.75" in page and "Runs another version" in page and "No image chosen" in page
    table = site.get(f"{PAGE}?format=csv").text
    assert f"T46U,108.86.0.75,{NAME},108.86.0.90,Runs another version,1" in table


def test_the_configurator_offers_the_images_of_the_model(site: Site) -> None:
    firmware.add(site.house, site.actor, NewImage(NAME, "yealink", ("T46U",), "108.86.0.90"), [b"x"])
    assert NAME in site.get(f"/phones/{site.yealink}/keys").text
    assert NAME not in site.get(f"/phones/{site.poly}/keys").text


def test_the_settings_page_leaves_firmware_to_its_own(site: Site) -> None:
    firmware.add(site.house, site.actor, NewImage(NAME, "yealink", ("T46U",), "108.86.0.90"), [b"x"])
    settings.set_values(site.house, site.actor, "tenant", "", {"firmware": NAME})
    assert site.post("/settings/", {"clock": "12"}, "/settings/").status_code == 302
    assert settings.stored_values(site.house, site.actor, "tenant")[0]["firmware"] == (NAME,)


def test_who_may_not_edit_sees_no_form_and_sends_nothing(stranger: Site) -> None:
    data = {"file": (BytesIO(b"x" * 100_000), NAME)}
    answer = stranger.client.post(PAGE, data=data, content_type="multipart/form-data")
    assert answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
    accounts.add_user(stranger.house, "reader", PASSWORD, Role.READER, "Rossi S.p.A.")
    enter(stranger, "reader", PASSWORD)
    assert "Add an image" not in stranger.get(PAGE).text
    assert upload(stranger).status_code == 403
