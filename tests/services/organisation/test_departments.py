"""Departments: renamed, moved, given an operator, and removed with what becomes of their contents."""

import pytest

from provserver.domain.roles import Actor, Role
from provserver.errors import Conflict, Forbidden, Invalid, NotFound
from provserver.services.editing import settings
from provserver.services.history import audit
from provserver.services.inventory import devices
from provserver.services.organisation import departments, directory
from tests.services.conftest import Office
from tests.services.stale import stale_phones


@pytest.fixture
def office(office: Office) -> Office:
    """The office with Milan, Sales inside it, and Rome; line 201 in Sales, the Yealink in Milan."""
    for name, parent in (("Milan", ""), ("Sales", "Milan"), ("Rome", "")):
        directory.add_department(office.house, office.actor, name, parent)
    directory.change_line(office.house, office.actor, "201", {"department": "Sales"})
    devices.change_device(office.house, office.actor, office.yealink, {"department": "Milan"})
    return office


def test_a_department_is_renamed_and_given_an_operator(office: Office) -> None:
    raw = {"name": "Milano", "operator_number": "*9 00"}
    departments.change(office.house, office.actor, "Milan", raw)
    row, parent, contents = departments.get(office.house, office.actor, "Milano")
    assert (row.operator_number, parent) == ("*900", "")
    assert (contents.lines, contents.phones, contents.departments) == (0, 1, 1)
    assert audit.history(office.house, office.actor, limit=1)[0].before == {"name": "Milan", "operator_number": ""}


def test_a_move_reaches_the_phones_that_inherit_something_else(office: Office) -> None:
    settings.set_values(office.house, office.actor, "department", "Rome", {"language": "it"})
    departments.change(office.house, office.actor, "Sales", {"parent": "Rome"})
    assert stale_phones(office.house) >= {office.poly}
    values, _ = settings.effective(office.house, office.actor, office.poly)
    assert (values["language"].value, values["language"].place) == ("it", "Rome")


@pytest.mark.parametrize("name", [".", "..", "a/../b", "./a", "/a", "a/", "a//b", "/", " .. ", ""])
def test_a_name_that_would_be_lost_in_an_address_is_refused(office: Office, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        directory.add_department(office.house, office.actor, name)
    assert [error.field for error in refused.value.fields] == ["name"]
    with pytest.raises(Invalid, match="name"):
        departments.change(office.house, office.actor, "Rome", {"name": name})


@pytest.mark.parametrize("parent", ["Milan", "Sales"])
def test_a_department_never_lies_in_itself(office: Office, parent: str) -> None:
    with pytest.raises(Invalid, match="parent"):
        departments.change(office.house, office.actor, "Milan", {"parent": parent})


def test_a_name_belongs_to_one_alone(office: Office) -> None:
    with pytest.raises(Conflict, match="name: there is a department Rome already"):
        departments.change(office.house, office.actor, "Milan", {"name": "Rome"})
    with pytest.raises(Invalid, match="name: missing"):
        departments.change(office.house, office.actor, "Milan", {"name": " "})
    with pytest.raises(Invalid, match="operator_number"):
        departments.change(office.house, office.actor, "Milan", {"operator_number": "a b"})


def test_what_lies_inside_is_named_and_moves_up_when_told_so(office: Office) -> None:
    settings.set_values(office.house, office.actor, "department", "Milan", {"language": "it"})
    with pytest.raises(Conflict, match="1 phones, 1 departments lie in Milan; move them first"):
        departments.remove(office.house, office.actor, "Milan")
    with pytest.raises(Conflict, match="1 lines, 1 phones lie in Sales"):
        departments.remove(office.house, office.actor, "Sales")
    departments.remove(office.house, office.actor, "Sales", release=True)
    line = directory.get_line(office.house, office.actor, "201")
    assert line.department is not None and line.department.name == "Milan"
    departments.remove(office.house, office.actor, "Milan", release=True)
    with pytest.raises(NotFound):
        departments.get(office.house, office.actor, "Milan")
    assert directory.get_line(office.house, office.actor, "201").department is None
    assert stale_phones(office.house) == {office.poly, office.yealink}
    values, _ = settings.effective(office.house, office.actor, office.yealink)
    assert values["language"].value == "en"
    departments.remove(office.house, office.actor, "Rome")


def test_a_reader_changes_none(office: Office) -> None:
    reader = Actor(office.actor.tenant_id, "rita", Role.READER)
    for do in (
        lambda: departments.change(office.house, reader, "Milan", {"name": "X"}),
        lambda: departments.remove(office.house, reader, "Rome"),
    ):
        with pytest.raises(Forbidden):
            do()
