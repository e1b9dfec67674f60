"""Do not disturb, forwarding, dial plans and directories, read back as each maker's phone would."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from provserver.domain.hardware import Feature, PhoneModel
from provserver.domain.secret import Secret
from provserver.domain.settings import Value
from provserver.vendors.registry import vendors
from tests.vendors.standard import standard_phone
from tests.vendors.test_models import MODELS, read, render

SERVICES: Mapping[str, Value] = {
    "call_services": "server",
    "dnd": True,
    "dnd_allowed": False,
    "forward_always": "301",
    "forward_busy": "302",
    "forward_no_answer": "303",
    "forward_delay": 24,
}
NOTHING: Mapping[str, Value] = {"call_services": "server"}
DIRECTORY: Mapping[str, Value] = {
    "ldap_server": "ldap.example.com:3890",
    "ldap_base": "dc=example,dc=com",
    "ldap_user": "cn=reader",
    "ldap_password": Secret("ldap-secret"),
    "ldap_name_filter": "(|(cn=%)(sn=%))",
    "ldap_number_filter": "(telephoneNumber=%)",
    "ldap_name_attributes": "cn sn",
    "ldap_number_attributes": "telephoneNumber mobile",
}
PLAN = "xx.|*xx"

TABLES: Mapping[str, Mapping[str, Mapping[str, str]]] = tomllib.loads(
    (Path(__file__).parent / "telephony.toml").read_text(encoding="utf-8")
)
SET, CLEARED, FOUND, LOST = (TABLES[name] for name in ("set", "cleared", "found", "lost"))
PLANNED, USUAL = TABLES["plan"], TABLES["usual"]


def parameters(name: str, settings: Mapping[str, Value]) -> Mapping[str, str]:
    """Read what a model makes of these settings."""
    maker, _, model = name.partition("/")
    return read(standard_phone(vendors()[maker].models[model], settings)).parameters


def agrees(found: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """Compare what is expected with what was read of it."""
    assert {name: found.get(name) for name in expected} == dict(expected)


@pytest.mark.parametrize("name", SET)
def test_services_reach_the_phone(name: str) -> None:
    agrees(parameters(name, SERVICES), SET[name])


@pytest.mark.parametrize("name", CLEARED)
def test_a_service_that_is_not_set_any_more_is_switched_off(name: str) -> None:
    agrees(parameters(name, NOTHING), CLEARED[name])


@pytest.mark.parametrize("name", PLANNED)
def test_a_dial_plan_is_the_admin_s_or_else_the_usual_one(name: str) -> None:
    agrees(parameters(name, {"dial_plan": PLAN}), PLANNED[name])
    found = parameters(name, {})
    agrees(found, USUAL[name])
    assert PLAN not in found.values()


@pytest.mark.parametrize("name", FOUND)
def test_a_directory_reaches_the_phone(name: str) -> None:
    agrees(parameters(name, DIRECTORY), FOUND[name])


@pytest.mark.parametrize("name", LOST)
def test_a_directory_that_is_not_set_any_more_is_emptied(name: str) -> None:
    agrees(parameters(name, {}), LOST[name])


@pytest.mark.parametrize("name", FOUND)
def test_a_phone_without_the_encryption_gets_no_directory(name: str) -> None:
    plain = parameters(name, {**DIRECTORY, "ldap_security": "starttls"})
    maker = name.partition("/")[0]
    can = maker in {"yealink", "flyingvoice", "gigaset", "fanvil"}
    assert any("ldap-secret" in value for value in plain.values()) == can


def test_every_maker_that_says_it_can_is_read_here() -> None:
    tables = {
        Feature.DND: SET,
        Feature.FORWARD: SET,
        Feature.DND_SWITCH: SET,
        Feature.DIAL_PLAN: PLANNED,
        Feature.LDAP: FOUND,
    }
    for feature, table in tables.items():
        able = {maker.name for maker in vendors().values() if any(feature in m.supports for m in maker.models.values())}
        assert able <= {name.partition("/")[0] for name in table}, feature


CHANGES: Mapping[Feature, tuple[Mapping[str, Value], Mapping[str, Value]]] = {
    Feature.DND: (NOTHING, {**NOTHING, "dnd": True}),
    Feature.DND_SWITCH: ({}, {"dnd_allowed": False}),
    Feature.FORWARD: (NOTHING, {**NOTHING, "forward_always": "301"}),
    Feature.DIAL_PLAN: ({}, {"dial_plan": PLAN}),
    Feature.LDAP: ({}, DIRECTORY),
}


def bodies(model: PhoneModel, settings: Mapping[str, Value]) -> list[bytes]:
    """Render a model's files."""
    return [file.body for file in render(standard_phone(model, settings)).values()]


@pytest.mark.parametrize("model", MODELS)
def test_a_setting_changes_the_files_of_just_those_that_say_they_can(model: PhoneModel) -> None:
    for feature, (before, after) in CHANGES.items():
        changed = bodies(model, before) != bodies(model, after)
        assert changed == (feature in model.supports), feature


@pytest.mark.parametrize("model", MODELS)
def test_where_users_decide_nothing_of_it_is_written(model: PhoneModel) -> None:
    mine = {**SERVICES, "call_services": "users"}
    assert bodies(model, mine) == bodies(model, {"dnd_allowed": False})


@pytest.mark.parametrize("model", MODELS)
def test_the_password_of_a_directory_is_marked_as_a_secret(model: PhoneModel) -> None:
    rules = vendors()[model.vendor].rules
    for file in render(standard_phone(model, DIRECTORY)).values():
        for name, parameter in file.parameters.items():
            if "ldap-secret" in parameter.value:
                assert parameter.secret, name
                assert rules.hides(name), name
