"""The history as evidence: nobody alters it unseen, writers do not fork it, and a company goes with its own."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from provserver.db.models import Change, ChangeHead, Device, Tenant
from provserver.domain.chain import Head, walk
from provserver.domain.roles import Actor, Role
from provserver.services import changes
from provserver.services.access.accounts import ensure_company
from provserver.services.changes import Edit
from provserver.services.editing import keys
from provserver.services.history import audit, audit_chain
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from tests.services.conftest import Office

KEPT = "the history can only be added to"


def _write(house: House, actor: Actor, subject: str) -> None:
    with house.database.transaction() as session:
        changes.commit(house, session, actor, Edit("settings", subject, None, {"name": "è", "number": 1.5}))


def _guards_off(house: House) -> None:
    """Do what somebody does who owns the database."""
    with house.database.transaction() as session:
        if house.database.is_sqlite:
            for name in ("change_stays", "change_is_kept", "change_is_never_replaced"):
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("ALTER TABLE change DISABLE TRIGGER USER"))


def test_every_edit_is_a_link_of_the_chain(office: Office) -> None:
    found = audit_chain.verify(office.house, office.actor)
    assert found.broken is None
    assert found.head.sequence == 6
    _write(office.house, office.actor, "one more")
    assert audit_chain.verify(office.house, office.actor, found.head).head.sequence == 7


def test_an_empty_history_is_whole(house: House, actor: Actor) -> None:
    assert audit_chain.verify(house, actor) == audit_chain.Verified(Head())


@pytest.mark.parametrize("values", [{"after": {"x": 1}}, {"actor": "nobody"}, {"sequence": 99}, {"digest": "0" * 64}])
def test_the_database_refuses_to_alter_the_history(office: Office, values: dict[str, object]) -> None:
    with pytest.raises(DBAPIError, match=KEPT), office.house.database.transaction() as session:
        session.execute(update(Change).where(Change.id == 2).values(**values))
    assert audit_chain.verify(office.house, office.actor).broken is None


def test_the_database_refuses_to_remove_or_replace_history(office: Office) -> None:
    database = office.house.database
    with pytest.raises(DBAPIError, match=KEPT), database.transaction() as session:
        session.execute(delete(Change).where(Change.id == 2))
    if database.is_sqlite:
        with pytest.raises(DBAPIError, match=KEPT), database.transaction() as session:
            session.execute(text("INSERT OR REPLACE INTO change SELECT * FROM change WHERE id = 2"))
    else:
        with pytest.raises(DBAPIError, match=KEPT), database.transaction() as session:
            session.execute(text("TRUNCATE change"))


def test_a_removed_phone_leaves_its_history_whole(office: Office) -> None:
    devices.remove_device(office.house, office.actor, office.poly)
    assert audit_chain.verify(office.house, office.actor).broken is None
    with office.house.database.reading() as session:
        assert session.scalars(select(Change.device_id).where(Change.subject == office.poly)).all() == [None, None]


def test_a_company_goes_with_its_history_and_breaks_no_other(office: Office) -> None:
    other = Actor(ensure_company(office.house, "Verdi S.r.l."), "vera", Role.OPERATOR)
    directory.add_line(office.house, other, NewLine("201", "Vera Verdi"))
    _write(office.house, office.actor, "after theirs")
    with office.house.database.transaction() as session:
        session.execute(delete(Device).where(Device.tenant_id == office.actor.tenant_id))
        session.execute(delete(Tenant).where(Tenant.id == office.actor.tenant_id))
    with office.house.database.reading() as session:
        assert set(session.scalars(select(Change.tenant_id))) == {other.tenant_id}
        assert set(session.scalars(select(ChangeHead.tenant_id))) == {other.tenant_id}
    assert audit_chain.verify(office.house, other).head.sequence == 1


@pytest.mark.parametrize(
    ("statement", "sequence", "reason"),
    [
        (update(Change).where(Change.sequence == 2).values(after={"x": 1}), 2, "altered"),
        (update(Change).where(Change.sequence == 3).values(actor="nobody"), 3, "altered"),
        (delete(Change).where(Change.sequence == 4), 4, "missing"),
        (delete(Change).where(Change.sequence == 6), 6, "missing"),
        (delete(ChangeHead), 0, "stored end"),
    ],
)
def test_who_owns_the_database_cannot_alter_the_history_unseen(
    office: Office, statement: object, sequence: int, reason: str
) -> None:
    _guards_off(office.house)
    with office.house.database.transaction() as session:
        session.execute(statement)  # type: ignore[call-overload]
    broken = audit_chain.verify(office.house, office.actor).broken
    assert broken is not None
    assert broken.sequence == sequence
    assert reason in broken.reason


def test_a_line_put_in_past_the_chain_is_seen(office: Office) -> None:
    with office.house.database.transaction() as session:
        values = {"tenant_id": office.actor.tenant_id, "actor": "x", "what": "keys", "subject": "", "before": None}
        session.execute(insert(Change).values(**values, after=None))
    assert "past the chain" in str(audit_chain.verify(office.house, office.actor).broken)


def test_a_history_written_anew_is_seen_by_who_kept_its_end(office: Office) -> None:
    kept = audit_chain.verify(office.house, office.actor).head
    _guards_off(office.house)
    with office.house.database.transaction() as session:
        session.execute(delete(Change))
        session.execute(delete(ChangeHead))
    for number in range(8):
        _write(office.house, office.actor, f"forged {number}")
    assert audit_chain.verify(office.house, office.actor).broken is None
    assert audit_chain.verify(office.house, office.actor, kept).broken is not None


def test_writers_at_the_same_moment_do_not_fork_the_chain(office: Office) -> None:
    other = Actor(ensure_company(office.house, "Verdi S.r.l."), "vera", Role.OPERATOR)

    def work(number: int) -> None:
        for turn in range(5):
            _write(office.house, office.actor if number % 2 else other, f"{number}.{turn}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert audit_chain.verify(office.house, office.actor).head.sequence == 6 + 20
    assert audit_chain.verify(office.house, other).head.sequence == 20
    for one in (office.actor, other):
        assert audit_chain.verify(office.house, one).broken is None


def test_an_edit_that_fails_leaves_no_gap(office: Office) -> None:
    with pytest.raises(RuntimeError), office.house.database.transaction() as session:
        changes.commit(office.house, session, office.actor, Edit("settings", "lost", None, None))
        raise RuntimeError
    _write(office.house, office.actor, "kept")
    assert audit_chain.verify(office.house, office.actor).broken is None


def test_an_export_is_whole_by_itself_and_holds_no_secret(office: Office) -> None:
    directory.change_line(office.house, office.actor, "201", {"password": "new-sip-secret"})
    keys.set_keys(office.house, office.actor, office.poly, {"3": {"kind": "blf", "target": "204", "label": "È"}})
    lines = [json.loads(json.dumps(line)) for line in audit_chain.export(office.house, office.actor)]
    assert walk(lines) == (audit_chain.verify(office.house, office.actor).head, None)
    assert "new-sip-secret" not in json.dumps(lines)
    lines[3]["subject"] = "another"
    broken = walk(lines)[1]
    assert broken is not None and broken.sequence == 4


def test_the_history_of_a_key_a_setting_and_a_line(office: Office) -> None:
    house, actor = office.house, office.actor
    from provserver.services.editing import settings

    keys.set_keys(
        house, actor, office.poly, {"3": {"kind": "blf", "target": "204"}, "4": {"kind": "blf", "target": "203"}}
    )
    keys.set_keys(house, actor, office.poly, {"4": {"kind": "none"}})
    settings.set_values(house, actor, "tenant", "", {"language": "it", "overrides": {"lcl.ml.lang": None}})
    settings.set_values(house, actor, "device", office.poly, {"language": "ro"})
    settings.set_values(house, actor, "device", office.yealink, {"language": "de"})
    settings.set_values(house, actor, "line", "201", {"clock": "12"})
    directory.change_line(house, actor, "201", {"display_name": "Mario"})

    def subjects(**wanted: str) -> list[str]:
        return [row.subject for row in audit.history(house, actor, wanted=audit.Wanted(**wanted))]  # type: ignore[arg-type]

    assert subjects(device=office.poly, key="3") == [office.poly]
    assert subjects(device=office.poly, key="4") == [office.poly] * 2
    assert subjects(device=office.poly, setting="language") == [f"device {office.poly}", "tenant"]
    assert subjects(setting="language") == [f"device {office.yealink}", f"device {office.poly}", "tenant"]
    assert subjects(setting="lcl.ml.lang") == ["tenant"]
    assert subjects(line="201") == ["201", "line 201", "201"]
    assert subjects(device=office.poly, setting="clock") == ["line 201"]
    assert subjects(what="device added") == [office.yealink, office.poly]
    assert subjects(by="nobody") == []


def test_a_removed_line_stands_in_the_history_of_its_phones(office: Office) -> None:
    keys.set_keys(office.house, office.actor, office.yealink, {"5": {"kind": "blf", "target": "201"}})
    directory.remove_line(office.house, office.actor, "201", release=True)
    wanted = audit.Wanted(device=office.yealink, key="5")
    newest = audit.history(office.house, office.actor, wanted=wanted)[0]
    assert newest.before["keys"]["5"]["target"] == "201"
    assert newest.after["keys"]["5"]["kind"] == "none"


def test_another_company_sees_nothing_of_it(office: Office) -> None:
    other = replace(office.actor, tenant_id=ensure_company(office.house, "Verdi S.r.l."))
    assert list(audit.history(office.house, other)) == []
    assert list(audit_chain.export(office.house, other)) == []
