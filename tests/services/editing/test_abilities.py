"""A phone is told only what it can be told; what it lacks is refused where one model is meant, with the reason."""

from typing import Any

import pytest

from provserver.domain.hardware import UNSOURCED
from provserver.domain.secret import MASK
from provserver.errors import Invalid
from provserver.services.delivery.rendered import read as read_rendered
from provserver.services.editing import setting_notes, settings
from tests.services.conftest import Office

LDAP = {"ldap_server": "ldap.example.com", "ldap_base": "dc=example,dc=com", "ldap_password": "ldap-secret"}


def put(office: Office, scope: str, name: str, **raw: Any) -> None:
    settings.set_values(office.house, office.actor, scope, name, raw)


def refusal(office: Office, scope: str, name: str, **raw: Any) -> str:
    """Try to set one value that is refused, and give the reason."""
    with pytest.raises(Invalid) as problem:
        put(office, scope, name, **raw)
    (field,) = problem.value.fields
    assert field.field in raw
    return field.message


def yealink_file(office: Office) -> list[str]:
    body = read_rendered(office.house, office.actor, office.yealink, f"{office.yealink}.cfg")[1]
    return body.decode().splitlines()


def test_a_model_that_cannot_forward_refuses_it_with_the_reason(office: Office) -> None:
    assert "divert.*" in refusal(office, "device", office.poly, forward_always="0612345")
    assert "divert.*" in refusal(office, "model", "poly/VVX450", forward_busy="0612345")
    assert refusal(office, "model", "audiocodes/405HD", dial_plan="x.") == UNSOURCED["dial-plan"]
    assert "dir.corp" in refusal(office, "device", office.poly, ldap_server="ldap.example.com")


def test_what_asks_for_nothing_is_taken_by_every_model(office: Office) -> None:
    put(office, "device", office.poly, forward_always="", dnd=False, ldap_server="", dial_plan="")
    put(office, "device", office.poly, forward_always=None, dnd=None)


def test_a_company_s_forward_reaches_the_phones_that_can(office: Office) -> None:
    put(office, "tenant", "", call_services="server", forward_always="0612345")
    assert "forward.always.target = 0612345" in yealink_file(office)
    put(office, "tenant", "", forward_always=None)
    assert {"forward.always.enable = 0", "forward.always.target = "} <= set(yealink_file(office))


def test_a_forward_that_users_decide_is_kept_out_of_the_file_and_said(office: Office) -> None:
    put(office, "device", office.yealink, forward_always="0612345", dnd=True)
    assert not any("0612345" in line for line in yealink_file(office))
    values, _ = settings.effective(office.house, office.actor, office.yealink)
    assert setting_notes.notes(values) == dict.fromkeys(("forward_always", "dnd"), setting_notes.BY_USERS)
    assert setting_notes.notes(values, {"call_services": "server"}) == {}


@pytest.mark.parametrize("scope", ["tenant", "line"])
def test_a_dial_plan_is_set_for_a_model_or_a_phone_alone(scope: str, office: Office) -> None:
    name = {"tenant": "", "line": "201"}[scope]
    assert refusal(office, scope, name, dial_plan="x.T") == settings.ELSEWHERE
    put(office, "model", "yealink/T46U", dial_plan="x.T")
    assert "dialplan.digitmap.string = x.T" in yealink_file(office)


def test_the_password_of_the_directory_is_shown_to_nobody(office: Office) -> None:
    put(office, "tenant", "", **LDAP)
    values, _ = settings.effective(office.house, office.actor, office.yealink)
    assert settings.masked(values["ldap_password"].value) == MASK
    assert "ldap.host = ldap.example.com" in yealink_file(office)
    assert not any("ldap-secret" in line for line in yealink_file(office))
