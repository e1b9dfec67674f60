"""What others have: a phone, a name; and what one learns by asking for them."""

import pytest
from sqlalchemy import select

from provserver.db.models import Change
from provserver.domain.roles import Actor, Role
from provserver.errors import Conflict, Elsewhere, Forbidden
from provserver.services.access import accounts, people
from provserver.services.access.people import NewPerson
from provserver.services.house import House
from provserver.services.inventory import claims, devices, replacing
from provserver.services.inventory.devices import NewDevice
from provserver.services.inventory.replacing import NewPhone
from provserver.services.spreadsheet import exchange
from tests.services.conftest import Office


def neighbour(house: House) -> Actor:
    return Actor(accounts.ensure_company(house, "Verdi S.r.l."), "vera", Role.ADMIN)


def theirs(number: int) -> str:
    return f"0004f2bb00{number:02x}"


def test_a_phone_of_another_company_is_refused_without_a_word_of_it(office: Office) -> None:
    house, vera = office.house, neighbour(office.house)
    with pytest.raises(Elsewhere, match=f"^{claims.REFUSED}$"):
        devices.add_device(house, vera, NewDevice(office.poly, "poly", "VVX301"))
    with pytest.raises(Conflict, match="there is a phone"):
        devices.add_device(house, office.actor, NewDevice(office.poly, "poly", "VVX301"))
    [row] = claims.claims(house, office.actor)
    assert (row.mac, row.wanted_by, row.claim.actor, row.claim.count) == (office.poly, "Verdi S.r.l.", "vera", 1)
    with pytest.raises(Forbidden):
        claims.claims(house, vera)
    with house.database.reading() as session:
        history = session.scalars(select(Change.what).where(Change.tenant_id == vera.tenant_id)).all()
    assert "device refused" in history
    operator = Actor(vera.tenant_id, "otto", Role.OPERATOR)
    with pytest.raises(Conflict, match="has the phone"):
        devices.add_device(house, operator, NewDevice(office.poly, "poly", "VVX301"))


def test_who_asks_for_many_is_told_no_more(office: Office) -> None:
    house, vera = office.house, neighbour(office.house)
    for number in range(claims.MOST):
        devices.add_device(house, office.actor, NewDevice(theirs(number), "poly", "VVX301"))
        with pytest.raises(Elsewhere):
            devices.add_device(house, vera, NewDevice(theirs(number), "poly", "VVX301"))
    for mac in (theirs(0), "0004f2cc0001"):
        with pytest.raises(Conflict, match=f"^{claims.SPENT}$"):
            devices.add_device(house, vera, NewDevice(mac, "poly", "VVX301"))
    house.clock.forward(hours=2)  # type: ignore[attr-defined]
    devices.add_device(house, vera, NewDevice("0004f2cc0001", "poly", "VVX301"))
    house.clock.forward(days=31)  # type: ignore[attr-defined]
    claims.prune(house)
    assert claims.claims(house, office.actor) == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_trial_is_counted_too(office: Office, dry_run: bool) -> None:
    house, vera = office.house, neighbour(office.house)
    macs = [theirs(number) for number in range(8)]
    for mac in macs:
        devices.add_device(house, office.actor, NewDevice(mac, "poly", "VVX301"))
    table = "mac,vendor,model\n" + "".join(f"{mac},poly,VVX301\n" for mac in macs)
    result = exchange.import_table(house, vera, table, dry_run=dry_run)
    said = [error.message for error in result.errors]
    assert len(said) == 8 and said.count(claims.REFUSED.partition(": ")[2]) == claims.MOST
    with pytest.raises(Conflict, match="too many"):
        devices.add_device(house, vera, NewDevice("0004f2cc0001", "poly", "VVX301"))


def test_replacing_a_phone_by_anothers_is_refused_and_kept(office: Office) -> None:
    house, vera = office.house, neighbour(office.house)
    devices.add_device(house, vera, NewDevice("0004f2cc0001", "poly", "VVX301"))
    with pytest.raises(Elsewhere):
        replacing.replace_device(house, vera, "0004f2cc0001", NewPhone(office.poly), dry_run=True)
    assert [row.mac for row in claims.claims(house, office.actor)] == [office.poly]


def test_a_name_that_is_taken_elsewhere_is_just_taken(office: Office) -> None:
    house, vera = office.house, neighbour(office.house)
    people.add(house, office.actor, NewPerson("giulia", Role.READER))
    with pytest.raises(Conflict, match="this name is taken"):
        people.add(house, vera, NewPerson("giulia", Role.READER))
    people.add(house, vera, NewPerson("gianni", Role.READER))
    with pytest.raises(Conflict, match="there is a person gianni already"):
        people.add(house, vera, NewPerson("gianni", Role.READER))
