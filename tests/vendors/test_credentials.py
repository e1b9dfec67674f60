"""Each maker's own parameter for a phone's name and password: written when it has one, emptied when taken away."""

from dataclasses import replace

import pytest

from provserver.domain.hardware import Feature
from provserver.domain.phone import Credentials, Phone
from provserver.domain.secret import MASK, Secret
from provserver.services.enrolment.credentials import lacks
from provserver.services.rendering.renderings import masked_files
from provserver.vendors.base import File
from provserver.vendors.registry import vendors
from tests.vendors.standard import standard_phone

NAME, WORD = "805ec0d9c744", "not-a-real-word"
RULE = f"[--uid {NAME} --pwd {WORD}] https://prov.example.com/p/not-a-real-token/"
EVERY = [model for vendor in vendors().values() for model in vendor.models.values()]
TOLD = {
    ("yealink", "T46U"): ("static.auto_provision.server.username", "static.auto_provision.server.password"),
    ("yealink", "W70B"): ("static.auto_provision.server.username", "static.auto_provision.server.password"),
    ("snom", "D785"): ("http_client_user", "http_client_pass"),
    ("grandstream", "GRP2614"): ("provisioning.config.username", "provisioning.config.password"),
    ("grandstream", "HT801"): ("P1360", "P1361"),
    ("sangoma", "S500"): ("P1360", "P1361"),
    ("akuvox", "SP-R50P"): ("Config.Autoprovision.GENERAL.UserName", "Config.Autoprovision.GENERAL.Pwd"),
    ("poly", "VVX301"): ("device.prov.user", "device.prov.password"),
    ("panasonic", "UT113"): ("HTTP_AUTH_ID", "HTTP_AUTH_PASSWORD"),
    ("panasonic", "HDV230"): ("HTTP_AUTH_ID", "HTTP_AUTH_PASSWORD"),
}


def phone_of(vendor: str, model: str, *words: str) -> Phone:
    """A phone, with a name and a password if given."""
    phone = standard_phone(vendors()[vendor].models[model])
    return replace(phone, credentials=Credentials(words[0], Secret(words[1])) if words else None)


def own(phone: Phone) -> File:
    """The file that proves its configuration."""
    return next(file for file in vendors()[phone.model.vendor].package.files(phone) if file.proves)


@pytest.mark.parametrize(("vendor", "model"), TOLD)
def test_the_makers_parameters_carry_name_and_password(vendor: str, model: str) -> None:
    name, word = TOLD[vendor, model]
    told = own(phone_of(vendor, model, NAME, WORD))
    assert (told.parameters[name].value, told.parameters[word].value) == (NAME, WORD)
    assert told.parameters[word].secret and WORD.encode() in told.body
    without = own(phone_of(vendor, model)).parameters
    assert name not in without and word not in without
    assert own(phone_of(vendor, model, "", "")).parameters[name].value == ""
    rules = vendors()[vendor].rules
    assert rules.owns(name) and rules.owns(word)


def test_poly_takes_them_only_with_their_marks() -> None:
    told = own(phone_of("poly", "VVX301", NAME, WORD)).parameters
    assert {told[name].value for name in ("device.set", "device.prov.user.set", "device.prov.password.set")} == {"1"}


@pytest.mark.parametrize("model", ["SPA504G", "8851", "SPA112"])
def test_cisco_has_them_ahead_of_the_address(model: str) -> None:
    told = own(replace(phone_of("cisco", model, NAME, WORD), firmware_name="a.bin"))
    assert told.parameters["Profile_Rule"].value == f"{RULE}{standard_phone(vendors()['cisco'].models[model]).mac}.xml"
    assert told.parameters["Upgrade_Rule"].value == f"{RULE}firmware/a.bin"
    assert "--uid" not in own(phone_of("cisco", model, "", "")).parameters["Profile_Rule"].value


def test_the_company_phonebooks_password_goes_to_this_server_alone() -> None:
    phone = phone_of("grandstream", "GRP2614", NAME, WORD)
    assert "phonebook.download.password" not in own(phone).parameters
    here = replace(phone.settings["phonebook_url"], value=f"{phone.provisioning_url}phonebook.xml")
    told = own(replace(phone, settings={**phone.settings, "phonebook_url": here})).parameters
    assert told["phonebook.download.password"].value == WORD


@pytest.mark.parametrize("model", EVERY, ids=lambda model: f"{model.vendor}-{model.name}")
def test_a_model_tells_them_or_says_why_not_and_masks_them(model: object) -> None:
    assert hasattr(model, "supports")
    phone = replace(standard_phone(model), credentials=Credentials("name-of-it", Secret(WORD)))  # type: ignore[arg-type]
    files = vendors()[phone.model.vendor].package.files(phone)
    told = any(WORD.encode() in file.body for file in files)
    if Feature.CREDENTIALS in phone.model.supports:
        assert told and not lacks(phone.model)
    else:
        assert lacks(phone.model)
        return
    masked = [file.body.decode() for file in masked_files(phone).values()]
    assert not any(WORD in body for body in masked) and any(MASK in body for body in masked)
