"""What must not be known: it stands in parameters that are marked, and nowhere else in a file but where it leads on."""

from dataclasses import replace

import pytest

from provserver.domain.phone import Credentials, Phone
from provserver.domain.secret import Secret
from provserver.vendors.registry import vendors
from tests.vendors.standard import standard_phone

SECRETS = (
    "admin-secret",
    "user-secret",
    "sip-secret-1",
    "sip-secret-2",
    "ldap-secret",
    "shown-secret",
    "not-a-real-token",
)
SETTINGS = {
    "ldap_server": "ldap.example.com",
    "ldap_base": "dc=example",
    "ldap_user": "reader",
    "ldap_password": Secret("ldap-secret"),
}
LEADS_ON = ("snom",)
"""Makers with a file that holds no parameter, only the address of the next one."""


def phone_with_secrets(maker: str, model: str) -> Phone:
    """The standard phone of a model with a directory, an image and a password of its own for this server."""
    phone = standard_phone(vendors()[maker].models[model], SETTINGS)
    shown = Credentials("reception", Secret("shown-secret"))
    return replace(phone, credentials=shown, firmware_name="image-1.2.rom", firmware_version="1.2")


@pytest.mark.parametrize("maker", list(vendors()))
def test_a_secret_stands_in_a_marked_parameter_and_nowhere_else(maker: str) -> None:
    for model in vendors()[maker].models:
        for file in vendors()[maker].package.files(phone_with_secrets(maker, model)):
            for name, parameter in file.parameters.items():
                if not parameter.secret:
                    assert not [one for one in SECRETS if one in parameter.value], (model, name)
            if file.parameters or maker not in LEADS_ON:
                said = "".join(one.value for one in file.parameters.values())
                for secret in SECRETS:
                    assert file.body.count(secret.encode()) <= said.count(secret), (model, file.name, secret)


@pytest.mark.parametrize("vendor", sorted(vendors()))
@pytest.mark.parametrize(
    "name",
    ["x.UserPasswd", "a.shared_secret", "WIFI_PSK", "net.wpa-psk", "tls.private_key", "Login_Pwd", "meet.passcode"],
)
def test_a_parameter_that_calls_itself_a_secret_is_one_for_every_maker(vendor: str, name: str) -> None:
    assert vendors()[vendor].rules.hides(name)
    assert not vendors()[vendor].rules.hides("call.forward.number")


@pytest.mark.parametrize("name", ["device.wifi.psk.key", "device.wifi.wep.key1", "device.sec.TLS.customDeviceKey1"])
def test_keys_of_a_poly_are_secrets(name: str) -> None:
    assert vendors()["poly"].rules.hides(name)
