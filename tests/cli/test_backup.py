"""Backups: made while others write, sealed, checked, put back into either database, and phones notice nothing."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from provserver.app import create_app
from provserver.config import Config
from provserver.db.models import Base, Change
from provserver.domain.roles import Actor, Role
from provserver.errors import Conflict, Forbidden, Unreadable
from provserver.services import demo
from provserver.services.access import companies
from provserver.services.access.accounts import ensure_company
from provserver.services.history import audit_chain
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.opening import open_house
from provserver.services.organisation import departments, directory
from provserver.services.rendering.profiles import OURS
from provserver.services.spreadsheet import export
from provserver.services.upkeep import backup, own_authority, restoring, rotation
from provserver.tls.files import Store
from tests.cli.conftest import Shell
from tests.conftest import _create, _drop

PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provserver.sealed_file._COST", {"time_cost": 1, "memory_cost": 64, "parallelism": 1})


@pytest.fixture
def company(own_house: House) -> Actor:
    """The demo company, with every kind of sealed value, and a department in another one that was added later."""
    assert demo.set_up(own_house)
    actor = Actor(ensure_company(own_house, demo.COMPANY), "anna", Role.OPERATOR)
    directory.add_department(own_house, actor, "Later")
    departments.change(own_house, actor, demo.OFFICE, {"parent": "Later"})
    return actor


@pytest.fixture(params=["sqlite", "postgres"])
def bare(request: pytest.FixtureRequest, tmp_path: Path, own_house: House) -> Iterator[Config]:
    """A bare machine: an empty folder, and an empty database of either make."""
    config = replace(own_house.config, data_dir=tmp_path / "bare", database_url="")
    if request.param == "sqlite":
        yield config
        return
    server: str = request.getfixturevalue("postgres")
    name = f"bare_{uuid.uuid4().hex[:12]}"
    _create(server, name)
    yield replace(config, database_url=make_url(server).set(database=name).render_as_string(hide_password=False))
    _drop(server, name)


def fetch(house: House, url: str) -> bytes:
    """Fetch a phone's file as the phone does."""
    app = create_app(house.config, house)
    try:
        answer = app.test_client().get(url.removeprefix(house.config.base_url))
        assert answer.status_code == 200, answer.text
        return answer.data
    finally:
        app.extensions["desk"].recorder.close()


def rows(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Give every row of every table, but for what the house notes of itself when it is opened."""
    found = {}
    with house.database.reading() as session:
        for table in set(Base.metadata.sorted_tables) - {Base.metadata.tables["house_note"]}:
            query = select(table).order_by(*table.primary_key.columns)
            found[table.name] = [tuple(row) for row in session.execute(query)]
    return found


def make(house: House, actor: Actor, folder: Path) -> Path:
    path = folder / "backup"
    backup.back_up(house, actor, path, PASSPHRASE)
    return path


def test_phones_fetch_the_same_by_the_same_addresses_after_a_restore(
    own_house: House, company: Actor, bare: Config, tmp_path: Path
) -> None:
    mac, file = demo.TRY_WITH
    url = demo.addresses(own_house, [mac])[mac] + file
    before = fetch(own_house, url)
    certificate = own_house.config.data_dir / "certificates" / "given.pem"
    certificate.parent.mkdir(parents=True)
    certificate.write_text("a certificate")
    (certificate.parent / "current").symlink_to("given.pem")
    passwords = export.export_table(own_house, company, secrets=True)
    authority = own_authority.shared(own_house, Store(tmp_path / "nowhere"), OURS)
    path = make(own_house, company, tmp_path)
    expected = rows(own_house)
    restoring.restore(bare, path, PASSPHRASE)
    house = open_house(bare)
    try:
        assert rows(house) == expected
        assert fetch(house, url) == before
        assert export.export_table(house, company, secrets=True) == passwords
        assert own_authority.shared(house, Store(tmp_path / "nowhere"), OURS) == authority
        assert audit_chain.verify(house, company).broken is None
        assert (bare.data_dir / "certificates" / "current").read_text() == "a certificate"
        assert (bare.data_dir / "secret.key").stat().st_mode & 0o777 == 0o600
        directory.add_line(house, company, directory.NewLine("299", "Later"))
        devices.add_device(house, company, devices.NewDevice("805ec0000099", "yealink", "T33G", ("299",)))
    finally:
        house.database.close()


def test_a_backup_made_while_others_write_is_of_one_moment(
    own_house: House, company: Actor, bare: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table read late has no row of an edit that began after the snapshot: every restored history is whole."""
    put = backup._put_table
    writers: list[threading.Thread] = []

    def beside(*given: object) -> int:
        number = len(writers)
        new = directory.NewLine(f"6{number:03}", "Meanwhile")
        writers.append(threading.Thread(target=directory.add_line, args=(own_house, company, new)))
        writers[-1].start()
        writers[-1].join()
        return put(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(backup, "_put_table", beside)
    path = make(own_house, company, tmp_path)
    assert len(directory.find_lines(own_house, company, "Meanwhile", limit=500)) == len(writers) > 20
    restoring.restore(bare, path, PASSPHRASE)
    house = open_house(bare)
    try:
        assert audit_chain.verify(house, company).broken is None
        with house.database.reading() as session:
            added = set(session.scalars(select(Change.subject).where(Change.what == "line added")))
        assert {line.extension for line in directory.find_lines(house, company, limit=500)} == added
        assert not any(extension.startswith("6") for extension in added)
    finally:
        house.database.close()


def test_a_backup_holds_nothing_readable_and_each_company_is_told_of_it(
    own_house: House, company: Actor, tmp_path: Path
) -> None:
    other = replace(company, tenant_id=ensure_company(own_house, "Verdi S.r.l."))
    path = make(own_house, company, tmp_path)
    content = path.read_bytes()
    assert b"Moretti" not in content
    assert b"keys" not in content
    assert path.stat().st_mode & 0o777 == 0o600
    for one in (company, other):
        assert list(audit_chain.export(own_house, one))[-1]["what"] == "backup made"
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".backup")] == []


def test_a_damaged_backup_touches_nothing(own_house: House, company: Actor, bare: Config, tmp_path: Path) -> None:
    path = make(own_house, company, tmp_path)
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[: len(whole) // 2], whole[:-9] + b"x" + whole[-8:], b"", b"PK\x03\x04" + whole):
        path.write_bytes(damaged)
        with pytest.raises(Unreadable):
            restoring.restore(bare, path, PASSPHRASE)
    path.write_bytes(whole)
    with pytest.raises(Unreadable, match="passphrase"):
        restoring.restore(bare, path, "another horse battery")
    assert not bare.data_dir.exists()


def test_what_is_there_is_only_replaced_when_told(own_house: House, company: Actor, tmp_path: Path) -> None:
    path = make(own_house, company, tmp_path)
    key = (own_house.config.data_dir / "secret.key").read_bytes()
    rotation.rotate(own_house, company, settle=0)
    replaced = (own_house.config.data_dir / "secret.key").read_bytes()
    directory.add_line(own_house, company, directory.NewLine("299", "Gone"))
    with pytest.raises(Conflict, match="--replace"):
        restoring.restore(own_house.config, path, PASSPHRASE)
    restoring.restore(own_house.config, path, PASSPHRASE, replace=True)
    assert (own_house.config.data_dir / "secret.key").read_bytes() == key
    assert (own_house.config.data_dir / "secret.key.before-restore").read_bytes() == replaced
    house = open_house(own_house.config)
    try:
        assert directory.find_lines(house, company, "Gone") == []
        assert "password" in export.export_table(house, company, secrets=True)
    finally:
        house.database.close()


def test_a_restore_that_breaks_off_leaves_what_was_there_readable(
    own_house: House, company: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(own_house, company, tmp_path)
    rotation.rotate(own_house, company, settle=0)
    expected = export.export_table(own_house, company, secrets=True)

    def fail(*_: object) -> None:
        raise OSError("the plug was pulled")

    monkeypatch.setattr(restoring, "_count_on", fail)
    with pytest.raises(OSError, match="plug"):
        restoring.restore(own_house.config, path, PASSPHRASE, replace=True)
    house = open_house(own_house.config)
    try:
        assert export.export_table(house, company, secrets=True) == expected
    finally:
        house.database.close()


def test_a_backup_of_a_newer_version_is_refused(own_house: House, company: Actor, bare: Config, tmp_path: Path) -> None:
    path = make(own_house, company, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restoring, "knows", lambda _: False)
        with pytest.raises(Conflict, match="newer"):
            restoring.restore(bare, path, PASSPHRASE)


def test_keys_are_not_replaced_while_they_are_copied(own_house: House, company: Actor, tmp_path: Path) -> None:
    def rotate(_done: int, _total: int) -> None:
        with pytest.raises(Conflict, match="replaced or copied"):
            rotation.rotate(own_house, company, settle=0)
        seen.append(True)

    seen: list[bool] = []
    backup.back_up(own_house, company, tmp_path / "backup", PASSPHRASE, progress=rotate)
    assert seen


def test_only_an_operator_makes_one(own_house: House, company: Actor, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        backup.back_up(own_house, replace(company, role=Role.ADMIN), tmp_path / "backup", PASSPHRASE)


def test_the_commands_copy_and_put_back(shell: Shell, bare: Config, tmp_path: Path) -> None:
    shell.run("line", "add", "201", "Mario Rossi")
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE + "\n")
    path, given = tmp_path / "backup", ("--passphrase-file", str(passphrase))
    shell.run("backup", str(path), *given)
    assert "is whole" in shell.run("restore", "--check", str(path), PROVSERVER_BACKUP_PASSPHRASE=PASSPHRASE).stdout
    assert "--replace" in shell.run("restore", str(path), *given, code=1).stderr
    assert "passphrase" in shell.run("restore", "--check", str(path), given="wrong horse battery\n", code=1).stderr
    target = Shell(replace(shell.house, config=replace(bare, database_url=bare.url)))
    done = target.json("restore", str(path), *given)
    assert done["restored"] is True
    assert "secret.key" in done["files"]
    (line,) = target.json("line", "list")
    assert line["extension"] == "201"
    assert target.json("audit", "list", "--limit", "1")[0]["what"] == "backup restored"
    assert target.json("audit", "verify")[0]["broken"] is None
    assert [tenant.name for tenant in companies.every(shell.house)] == ["Rossi S.p.A."]


def test_what_is_about_the_whole_server_asks_for_no_company(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rotation.rotate, "__defaults__", (None, 0.0))
    shell.run("company", "add", "Verdi S.r.l.")
    shell.run("company", "add", "Bianchi S.n.c.")
    shell.run("backup", str(tmp_path / "backup"), PROVSERVER_BACKUP_PASSPHRASE=PASSPHRASE)
    shell.run("backup", str(tmp_path / "again"), "--company", "Verdi S.r.l.", PROVSERVER_BACKUP_PASSPHRASE=PASSPHRASE)
    shell.run("key", "rotate")
    assert shell.json("certificates", "list") == []
    assert "name one with --company" in shell.run("export", code=2).stderr
