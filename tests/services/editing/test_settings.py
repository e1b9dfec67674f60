"""Settings are inherited, the nearest wins, and each says where it comes from."""

from dataclasses import replace
from typing import Any

import pytest

from provserver.domain.roles import Role
from provserver.domain.secret import MASK, Secret
from provserver.domain.settings import Scope
from provserver.errors import Forbidden, Invalid, NotFound
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.delivery.rendered import read as read_rendered
from provserver.services.editing import setting_notes, settings
from provserver.services.history import audit
from provserver.services.inventory import devices
from provserver.services.organisation import directory
from provserver.services.pushing import progress
from tests.services.conftest import Office


def value(office: Office, name: str, mac: str = "") -> tuple[Any, Scope]:
    values, _ = settings.effective(office.house, office.actor, mac or office.yealink)
    return values[name].value, values[name].origin


def put(office: Office, scope: str, name: str, **raw: Any) -> None:
    settings.set_values(office.house, office.actor, scope, name, raw)


def yealink_file(office: Office) -> str:
    _, body = read_rendered(office.house, office.actor, office.yealink, f"{office.yealink}.cfg")
    return body.decode()


def test_the_nearest_scope_wins_and_unsetting_goes_back(office: Office) -> None:
    directory.add_department(office.house, office.actor, "Milano")
    directory.change_line(office.house, office.actor, "202", {"department": "Milano"})
    assert value(office, "language") == ("en", Scope.DEFAULT)
    for scope, name, language in (
        ("tenant", "", "it"),
        ("department", "Milano", "ro"),
        ("model", "yealink/T46U", "de"),
        ("line", "202", "fr"),
        ("device", office.yealink, "es"),
    ):
        put(office, scope, name, language=language)
        assert value(office, "language") == (language, Scope[scope.upper()])
    for scope, name, language in (
        ("device", office.yealink, "fr"), ("line", "202", "de"), ("model", "yealink/T46U", "ro"),
        ("department", "Milano", "it"), ("tenant", "", "en"),
    ):  # fmt: skip
        put(office, scope, name, language=None)
        assert value(office, "language")[0] == language
    assert value(office, "language", office.poly) == ("en", Scope.DEFAULT)


def test_a_department_inside_another_inherits_from_it(office: Office) -> None:
    directory.add_department(office.house, office.actor, "Italia")
    directory.add_department(office.house, office.actor, "Roma", parent="Italia")
    devices.change_device(office.house, office.actor, office.yealink, {"department": "Roma"})
    put(office, "department", "Italia", clock="12")
    assert value(office, "clock") == ("12", Scope.DEPARTMENT)
    put(office, "department", "Roma", clock="24")
    assert value(office, "clock") == ("24", Scope.DEPARTMENT)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"language": "xx"}, "language"), ({"monitor_popup": "yes"}, "monitor_popup"), ({"vlan": 5000}, "vlan"),
        ({"vlan": True}, "vlan"), ({"time_zone": "Mars/Olympus"}, "time_zone"), ({"codecs": ["mp3"]}, "codecs"),
        ({"ntp_server": "a b"}, "ntp_server"), ({"admin_password": "a b c d"}, "admin_password"),
        ({"admin_password": "x%NULL%"}, "admin_password"), ({"nonsense": 1}, "nonsense"),
        ({"overrides": [1]}, "overrides"), ({"overrides": {"a b": "1"}}, "overrides.a b"),
        ({"overrides": {"account.1.password": "x"}}, "overrides.account.1.password"),
        ({"overrides": {"sip.notify_reboot_enable": "1"}}, "overrides.sip.notify_reboot_enable"),
        ({"overrides": {"phone_setting.x": "a\nb = c"}}, "overrides.phone_setting.x"),
        ({"overrides": {"voIpProt.x": "a\r\nb"}}, "overrides.voIpProt.x"),
        ({"overrides": {"phone_setting.x": {"a": 1}}}, "overrides.phone_setting.x"),
        ({"overrides": {"phone_setting.x": "v" * 5000}}, "overrides.phone_setting.x"),
        ({"unset": "x"}, "unset"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_field(office: Office, raw: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as problem:
        settings.set_values(office.house, office.actor, "device", office.yealink, {"clock": "12", **raw})
    assert {error.field for error in problem.value.fields} == {field}
    assert value(office, "clock") == ("24", Scope.DEFAULT)


def test_a_free_parameter_replaces_removes_and_goes_away(office: Office) -> None:
    put(office, "device", office.yealink, overrides={"phone_setting.backlight_time": 60, "call_waiting.enable": None})
    text = yealink_file(office)
    assert "phone_setting.backlight_time = 60\n" in text and "call_waiting.enable" not in text
    put(office, "device", office.yealink, unset=["phone_setting.backlight_time", "call_waiting.enable"])
    text = yealink_file(office)
    assert "backlight_time" not in text and "call_waiting.enable = 1" in text


def test_a_models_parameter_reaches_only_that_model(office: Office) -> None:
    put(office, "model", "yealink/T46U", overrides={"phone_setting.backlight_time": "30"})
    for mac in (office.poly, office.yealink):
        device = progress.standing(office.house, office.actor, mac)
        assert refresh_device(office.house, device[0].device.id) == ""
    assert "backlight_time = 30" in yealink_file(office)
    _, body = read_rendered(office.house, office.actor, office.poly, f"{office.poly}-config.cfg")
    assert b"backlight" not in body


def test_the_ring_takes_effect_only_with_the_popup_and_says_so(office: Office) -> None:
    put(office, "device", office.yealink, monitor_ring="splash")
    values, _ = settings.effective(office.house, office.actor, office.yealink)
    assert values["monitor_ring"].value == "splash" and "monitor_popup" in setting_notes.notes(values)["monitor_ring"]
    assert "features.pickup.blf_audio_enable = 0" in yealink_file(office)
    put(office, "device", office.yealink, monitor_popup=True)
    assert setting_notes.notes(settings.effective(office.house, office.actor, office.yealink)[0]) == {}
    assert "features.pickup.blf_audio_enable = 1" in yealink_file(office)


def test_every_phone_has_passwords_of_its_own_until_the_company_sets_one(office: Office) -> None:
    first, origin = value(office, "admin_password")
    second, _ = value(office, "admin_password", office.poly)
    assert isinstance(first, Secret) and first != second and origin is Scope.DEFAULT
    put(office, "tenant", "", admin_password="one-for-all")
    assert value(office, "admin_password") == (Secret("one-for-all"), Scope.TENANT)


def test_a_secret_is_masked_in_the_audit_and_in_the_file(office: Office) -> None:
    put(office, "device", office.yealink, admin_password="hunter2hunter2", overrides={"ldap.password": "ldapsecret"})
    newest = audit.history(office.house, office.actor, office.yealink)[0]
    assert newest.after == {"admin_password": f"{MASK} (new)", "overrides": {"ldap.password": f"{MASK} (new)"}}
    text = yealink_file(office)
    assert "hunter2" not in text and "ldapsecret" not in text and "/p/" + MASK in text
    _, body = read_rendered(office.house, office.actor, office.yealink, f"{office.yealink}.cfg", reveal=True)
    assert b"hunter2hunter2" in body and b"ldapsecret" in body
    assert "reveal" in audit.history(office.house, office.actor, office.yealink)[0].what


def test_a_change_that_restarts_the_phone_says_so_before_and_after(office: Office) -> None:
    would = settings.set_values(office.house, office.actor, "device", office.yealink, {"vlan": 20}, dry_run=True)
    assert "static.network.vlan.internet_port_vid" in would.restarts
    assert value(office, "vlan") == (0, Scope.DEFAULT)
    assert settings.set_values(office.house, office.actor, "device", office.yealink, {"clock": "12"}).restarts == ()


@pytest.mark.parametrize(("scope", "name"), [("planet", ""), ("department", "X"), ("model", "acme/1"), ("line", "999")])
def test_an_unknown_place_is_not_found(office: Office, scope: str, name: str) -> None:
    with pytest.raises(NotFound):
        put(office, scope, name, clock="12")


def test_only_an_operator_sets_where_this_server_connects_to(office: Office) -> None:
    admin = replace(office.actor, role=Role.ADMIN)
    address = {"kamailio_url": "http://192.0.2.1:5060/RPC"}
    with pytest.raises(Forbidden):
        settings.set_values(office.house, admin, "tenant", "", address)
    settings.set_values(office.house, admin, "tenant", "", {"push_ways": ["kamailio"]})
    settings.set_values(office.house, replace(admin, role=Role.OPERATOR), "tenant", "", address)
