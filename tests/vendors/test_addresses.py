"""Servers by an IPv6 address: where a port or anything else stands beside it, it stands in brackets (RFC 3986)."""

from dataclasses import replace

import pytest

from provserver.domain.hardware import PhoneModel
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.registry import vendors
from tests.vendors.standard import standard_phone

SETTINGS = {
    "ldap_server": "[2001:db8::1]:390",
    "ldap_base": "dc=example",
    "ldap_user": "reader",
    "ldap_password": Secret("ldap-secret"),
    "ntp_server": "2001:db8::1",
}
EVERY_WAY = [
    pytest.param(5070, "", "[2001:db8::1]:3479", id="port"),
    pytest.param(None, "2001:db8::1", "2001:db8::1", id="bare"),
    pytest.param(None, "[2001:db8::1]:5071", "2001:db8::1", id="proxy with port"),
]


def phone_by_address(model: PhoneModel, port: int | None, proxy: str, stun: str) -> Phone:
    """The standard phone of a model, every server of it by an IPv6 address."""
    phone = standard_phone(model, SETTINGS)
    lines = (replace(line, domain="2001:db8::1", port=port, outbound_proxy=proxy, stun=stun) for line in phone.lines)
    return replace(phone, lines=tuple(lines))


@pytest.mark.parametrize(("port", "proxy", "stun"), EVERY_WAY)
@pytest.mark.parametrize("maker", list(vendors()))
def test_an_address_of_ipv6_stands_alone_or_in_brackets(maker: str, port: int | None, proxy: str, stun: str) -> None:
    for model in vendors()[maker].models.values():
        for file in vendors()[maker].package.files(phone_by_address(model, port, proxy, stun)):
            for name, parameter in file.parameters.items():
                rest = parameter.value.replace("[2001:db8::1]", "")
                assert "2001:db8::1" not in rest or rest == "2001:db8::1", (model.name, name, parameter.value)
