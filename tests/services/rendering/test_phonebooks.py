"""The company's phonebook: who stands in it, on both databases, and how it comes into a phone's files."""

import pytest
from lxml import etree

from provserver.db.models import Department, Device, Line, ShortCode
from provserver.domain.roles import Actor, Role
from provserver.domain.secret import MASK
from provserver.errors import Invalid
from provserver.services.access import accounts
from provserver.services.delivery import provisioning, refreshing, rendered
from provserver.services.editing import settings
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from provserver.services.rendering import phonebooks
from provserver.services.rendering.phonebooks import Asked, read_query
from provserver.vendors.registry import vendors
from tests.services.conftest import Office

ADDRESS = "http://prov.test/p/token/phonebook.xml"


def department(office: Office, name: str, parent: str = "") -> int:
    return directory.add_department(office.house, office.actor, name, parent).id


def code(office: Office, code: str, number: str, name: str, where: int | None = None) -> None:
    with office.house.database.transaction() as session:
        row = {"code": code, "number": number, "name": name, "department_id": where}
        session.add(ShortCode(tenant_id=office.actor.tenant_id, **row))


def put(office: Office, **values: object) -> None:
    settings.set_values(office.house, office.actor, "tenant", "", values)


def number(office: Office, mac: str) -> int:
    with office.house.database.reading() as session:
        return session.query(Device).filter_by(mac=mac).one().id


def names(office: Office, mac: str = "", query: str = "") -> list[str]:
    found = phonebooks.answer(office.house, number(office, mac or office.yealink), ADDRESS, query)
    assert found is not None
    return [str(text) for text in etree.fromstring(found[1]).xpath("//DirectoryEntry/Name/text()")]


def test_the_company_s_people_and_codes_are_sorted_by_name(office: Office) -> None:
    put(office, phonebook="company")
    code(office, "#1", "+390635701", "élan Taxi")
    code(office, "#2", "*98", "")
    assert names(office) == ["*98", "Anna Bianchi", "Giulia Verdi", "Luca Neri", "Mario Rossi", "élan Taxi"]


def test_another_company_is_never_in_it(office: Office) -> None:
    put(office, phonebook="company")
    other = Actor(accounts.ensure_company(office.house, "Verdi S.r.l."), "eva", Role.OPERATOR)
    directory.add_line(office.house, other, NewLine("201", "Somebody else"))
    phone, _ = devices.add_device(office.house, other, NewDevice("805ec0000001", "yealink", "T46U", ("201",)))
    assert phonebooks.answer(office.house, phone.id, ADDRESS, "") is None, "its own company has not switched it on"
    settings.set_values(office.house, other, "tenant", "", {"phonebook": "company"})
    assert names(office, phone.mac) == ["Somebody else"]
    assert "Somebody else" not in names(office)


def test_a_department_s_phone_sees_its_people_and_the_codes_around_it(office: Office) -> None:
    put(office, phonebook="department")
    sales = department(office, "Sales")
    north = department(office, "North", "Sales")
    south = department(office, "South", "Sales")
    for extension, where in (("202", "North"), ("203", "South")):
        directory.change_line(office.house, office.actor, extension, {"department": where})
    for place, (name, where) in enumerate((("All", None), ("Sales code", sales), ("N", north), ("S", south))):
        code(office, f"#{place}", "0612345", name, where)
    assert names(office) == ["All", "Giulia Verdi", "N", "Sales code"]
    devices.change_device(office.house, office.actor, office.yealink, {"department": "Sales"})
    assert names(office) == ["All", "Giulia Verdi", "Luca Neri", "N", "S", "Sales code"]
    devices.change_device(office.house, office.actor, office.yealink, {"department": "", "lines": ["204"]})
    assert names(office) == ["All", "Anna Bianchi", "Mario Rossi"], "without a department: who has none either"


def test_departments_that_lie_in_each_other_end(office: Office) -> None:
    put(office, phonebook="department")
    one, two = department(office, "One"), department(office, "Two", "One")
    with office.house.database.transaction() as session:
        row = session.get(Department, one)
        assert row is not None
        row.parent_id = two
    directory.change_line(office.house, office.actor, "202", {"department": "One"})
    assert names(office) == ["Giulia Verdi"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ROSSI", ["Mario Rossi"]),
        ("search=20+RI", ["Luca Neri", "Mario Rossi"]),
        ("q=%C3%89LAN", ["élan"]),
        ("q=nobody%25", []),
        ("q=%23SEARCH", ["Anna Bianchi", "Giulia Verdi", "Luca Neri", "Mario Rossi", "élan"]),
        ("q=", ["Anna Bianchi", "Giulia Verdi", "Luca Neri", "Mario Rossi", "élan"]),
        ("&".join(f"a{n}=1" for n in range(40)), ["Anna Bianchi", "Giulia Verdi", "Luca Neri", "Mario Rossi", "élan"]),
    ],
)
def test_a_search_finds_all_words_in_names_and_numbers(office: Office, query: str, found: list[str]) -> None:
    put(office, phonebook="company")
    code(office, "#9", "0611", "élan")
    assert names(office, query=query) == found


def test_a_query_is_read_within_bounds() -> None:
    assert read_query("q=" + "x" * 999).words == "x" * 64
    assert read_query("page=2&ask") == Asked(page=2)
    assert read_query("page=2&ask=1") == Asked(page=2, asks=True)
    for text in ("page=-1", "page=0", "page=99999999999", "page=²", "page="):
        assert read_query(text).page == 1
    assert read_query("q=%00%ff\ud800").words


def test_a_large_company_is_bounded_and_found_by_searching(office: Office) -> None:
    put(office, phonebook="company")
    with office.house.database.transaction() as session:
        rows = [{"extension": str(n), "name": f"Person {n}", "username": str(n)} for n in range(10000, 11500)]
        session.add_all(Line(tenant_id=office.actor.tenant_id, sealed_password=b"", **row) for row in rows)
    assert len(names(office)) == phonebooks.LIMIT
    assert names(office, query="q=11499") == ["Person 11499"]


def test_a_browsing_phone_gets_pages(office: Office) -> None:
    put(office, phonebook="company")
    phone, _ = devices.add_device(office.house, office.actor, NewDevice("000413aabb01", "snom", "D785", ("203",)))
    with office.house.database.transaction() as session:
        rows = [{"extension": str(n), "name": f"Person {n}", "username": str(n)} for n in range(1000, 1150)]
        session.add_all(Line(tenant_id=office.actor.tenant_id, sealed_password=b"", **row) for row in rows)
    assert len(names(office, phone.mac)) == 100
    assert len(names(office, phone.mac, "page=2")) == 54
    assert names(office, phone.mac, "page=3") == []


def test_a_phone_is_told_its_own_address_and_people_never_see_it(office: Office) -> None:
    before = rendered.read(office.house, office.actor, office.yealink, f"{office.yealink}.cfg", reveal=True)[1]
    put(office, phonebook="company")
    url = f"{office.yealink_url}phonebook.xml?q=#SEARCH"
    name = f"{office.yealink}.cfg"
    _, body = rendered.read(office.house, office.actor, office.yealink, name, reveal=True)
    assert f"remote_phonebook.data.1.url = {url}\n" in body.decode()
    token = office.yealink_url.rstrip("/").rpartition("/")[2]
    masked = rendered.read(office.house, office.actor, office.yealink, name)[1].decode()
    assert f"/p/{MASK}/phonebook.xml" in masked and token not in masked
    for one in rendered.parameters(office.house, office.actor, office.yealink, name):
        assert token not in one.value
        if one.name == "remote_phonebook.data.1.url":
            assert (one.source, one.made_of.scope) == ("phonebook_url", "tenant")
    assert settings.effective(office.house, office.actor, office.yealink)[0]["phonebook_url"].value == ""
    put(office, phonebook="off")
    assert rendered.read(office.house, office.actor, office.yealink, name, reveal=True)[1] == before


def test_an_address_of_the_admin_s_wins(office: Office) -> None:
    put(office, phonebook="company", phonebook_url="https://books.example.com/a.xml")
    body = rendered.read(office.house, office.actor, office.yealink, f"{office.yealink}.cfg", reveal=True)[1]
    assert b"remote_phonebook.data.1.url = https://books.example.com/a.xml\n" in body
    assert b"prov.test/p/" not in body.partition(b"remote_phonebook")[2].partition(b"\n")[0]


def test_switching_it_on_tells_the_phones_that_read_one_and_no_other(office: Office) -> None:
    poly, yealink = (number(office, mac) for mac in (office.poly, office.yealink))

    def etags(device: int) -> set[str]:
        with office.house.database.reading() as session:
            query = "SELECT etag FROM rendering WHERE device_id = %d"
            return {row[0] for row in session.connection().exec_driver_sql(query % device)}

    before = etags(poly), etags(yealink)
    put(office, phonebook="company")
    assert [refreshing.refresh_device(office.house, one) for one in (poly, yealink)] == ["", ""]
    assert etags(poly) == before[0]
    assert etags(yealink) != before[1]


def test_a_model_without_a_form_refuses_it_with_the_reason(office: Office) -> None:
    for scope, name in (("device", office.poly), ("model", "poly/VVX301"), ("model", "snom/M300")):
        with pytest.raises(Invalid, match="phonebook"):
            settings.set_values(office.house, office.actor, scope, name, {"phonebook": "company"})
        settings.set_values(office.house, office.actor, scope, name, {"phonebook": "off"})
    settings.set_values(office.house, office.actor, "device", office.yealink, {"phonebook": "department"})


def test_every_maker_that_takes_an_address_writes_this_one(office: Office) -> None:
    put(office, phonebook="company")
    models = [model for vendor in vendors().values() for model in vendor.models.values()]
    chosen = {model.vendor: model for model in models if not phonebooks.lacks(model)}
    assert {"cisco", "gigaset", "grandstream", "snom", "yealink"} <= set(chosen)
    for place, model in enumerate(chosen.values()):
        mac = f"{min(vendors()[model.vendor].rules.ouis)}00aa{place:02x}"
        wanted = NewDevice(mac, model.vendor, model.name, ("201",))
        _, url = devices.add_device(office.house, office.actor, wanted)
        with office.house.database.reading() as session:
            device = session.query(Device).filter_by(mac=mac).one()
            profile = phonebooks.Profiles(session, device.tenant_id, office.house.config.base_url).resolve(device)
        parts = [p.value for f in provisioning.renderings.files_of(profile) for p in f.parameters.values()]
        token = url.rstrip("/").rpartition("/")[2]
        said = [v for n, p in enumerate(parts) for v in [p] if f"/p/{token}" in v and "phonebook" in v]
        grandstream = [v for v in parts if v == f"prov.test/p/{token}"]
        assert said or grandstream, model.vendor
