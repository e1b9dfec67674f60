"""What the table of Poly says of its models, its requests and its parameters."""

import pytest

from provserver.domain.slots import KeyKind
from provserver.vendors.base import Vendor
from provserver.vendors.registry import claim, identify, vendors
from tests.vendors.standard import standard_phone


def poly() -> Vendor:
    return vendors()["poly"]


@pytest.mark.parametrize("name", sorted(poly().models))
def test_every_file_of_every_model_is_one_that_poly_phones_ask_for(name: str) -> None:
    for file in poly().package.files(standard_phone(poly().models[name])):
        found = claim(file.name)
        assert found is not None
        assert "poly" in found.vendors


def test_every_kind_is_either_offered_or_refused_with_a_reason() -> None:
    for phone in poly().models.values():
        if phone.blocks:
            refused = set(KeyKind) - phone.kinds - {KeyKind.NONE}
            assert {kind for kind in refused if not phone.lacks.get(kind)} == set(), phone.name


@pytest.mark.parametrize("row", poly().seen, ids=lambda row: str(row["user_agent"]))
def test_a_request_seen_on_the_wire_is_recognised(row: dict[str, object]) -> None:
    identity = identify(str(row["user_agent"]))
    assert identity is not None
    assert identity.vendor == "poly"
    found = {name: getattr(identity, name) for name in ("model", "firmware", "mac")}
    assert {name: value for name, value in found.items() if value} == row["is"]


def test_what_certainly_and_what_possibly_restarts_the_phone_is_told_apart() -> None:
    resync = poly().rules.resync(["device.net.vlanId", "lineKey.2.category", "reg.1.label"])
    assert resync.push.event == "check-sync"
    assert resync.restarts == ("device.net.vlanId",)
    assert resync.may_restart == ("lineKey.2.category",)


@pytest.mark.parametrize(
    ("name", "owned"),
    [
        ("device.prov.serverName", True),
        ("reg.1.auth.password", True),
        ("Attendant.RingType", True),
        ("nat.keepalive.interval", False),
        ("reg.1.callsPerLineKey", False),
    ],
)
def test_what_the_server_owns_no_override_may_touch(name: str, owned: bool) -> None:
    assert poly().rules.owns(name) is owned


def test_a_parameter_s_name_is_checked() -> None:
    names = poly().rules.parameter
    assert names.match("reg.1.acd-login-logout")
    for wrong in ("reg", "reg..1", 'a.b="x"', "reg 1.x", "1.reg", "a.b\n"):
        assert not names.match(wrong), wrong


def test_no_password_is_seen_outside_the_file() -> None:
    files = poly().package.files(standard_phone(poly().models["VVX450"]))
    parameters = next(file.parameters for file in files if file.parameters)
    hidden = {name for name, parameter in parameters.items() if parameter.secret}
    assert {"reg.1.auth.password", "device.auth.localAdminPassword"} <= hidden
