"""The folder with what a node shows: issued in time, and nothing of the authority lost or made anew in silence."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provserver.errors import Unreadable
from provserver.tls.authority import Pair, make_authority, renew_authority
from provserver.tls.contexts import Source, server_context
from provserver.tls.files import Store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NAMES = ["prov.example.com"]
AUTHORITY = make_authority("Ours", NOW)


def keep(folder: Path, authority: Pair) -> None:
    """Lay an authority into a folder, as earlier versions kept it."""
    (folder / "authority.pem").write_bytes(authority.certificate)
    (folder / "authority.key").write_bytes(authority.key)


def test_the_first_start_issues_a_certificate_and_leaves_no_key_of_the_authority(tmp_path: Path) -> None:
    store = Store(tmp_path / "certificates")
    assert store.ensure(AUTHORITY, NAMES, NOW) is True
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.folder.iterdir()}
    assert modes["server.pem"] == 0o600 and modes["authority.pem"] == 0o644 and "authority.key" not in modes
    assert b"PRIVATE" not in store.authority.read_bytes()
    server_context(Source(store.server))


def test_a_second_start_keeps_everything_and_renewal_keeps_the_authority(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.ensure(AUTHORITY, NAMES, NOW)
    first, authority = store.server.read_bytes(), store.authority.read_bytes()
    assert store.ensure(AUTHORITY, NAMES, NOW + timedelta(days=300)) is False
    assert store.server.read_bytes() == first
    for then, names in ((NOW + timedelta(days=350), NAMES), (NOW, ["other.example.com"])):
        before = store.server.read_bytes()
        assert store.ensure(AUTHORITY, names, then) is False
        assert store.server.read_bytes() != before
    before = store.server.read_bytes()
    store.ensure(AUTHORITY, ["other.example.com"], NOW, anew=True)
    assert store.server.read_bytes() != before and store.authority.read_bytes() == authority


def test_old_phones_have_a_set_of_their_own(tmp_path: Path) -> None:
    Store(tmp_path).ensure(AUTHORITY, NAMES, NOW)
    old = Store(tmp_path, old=True)
    old.ensure(make_authority("Old", NOW, old=True), NAMES, NOW)
    assert old.authority.name == "old-authority.pem"
    server_context(Source(old.server), old=True)


@pytest.mark.parametrize("lost", ["authority.key", "authority.pem"])
def test_a_lost_half_of_the_authority_is_told_and_not_replaced(tmp_path: Path, lost: str) -> None:
    store = Store(tmp_path)
    assert store.found() is None
    keep(tmp_path, AUTHORITY)
    assert store.found() == AUTHORITY
    (tmp_path / lost).unlink()
    with pytest.raises(Unreadable, match=f"{lost} is missing"):
        store.found()
    assert not (tmp_path / lost).exists()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.ensure(AUTHORITY, NAMES, NOW)
    store.server.write_text("no certificate")
    with pytest.raises(Unreadable, match="damaged"):
        store.ensure(AUTHORITY, NAMES, NOW)


@pytest.mark.parametrize("before", ["another", "damaged", "renewed"])
def test_another_authority_that_lies_there_is_put_aside_and_the_same_one_renewed_is_not(
    tmp_path: Path, before: str
) -> None:
    store = Store(tmp_path)
    keep(tmp_path, make_authority("Another", NOW) if before == "another" else AUTHORITY)
    if before == "damaged":
        store.authority.write_text("no certificate")
    kept, given = store.authority.read_bytes(), AUTHORITY
    if before == "renewed":
        given = renew_authority(AUTHORITY, NOW + timedelta(days=1))
    assert store.ensure(given, NAMES, NOW) is True
    assert store.authority.read_bytes() == given.certificate
    aside = {path.name: path.read_bytes() for path in tmp_path.glob("*.until-*")}
    assert (tmp_path / "authority.key").exists() is (before == "renewed")
    assert sorted(name.partition(".until")[0] for name in aside) == (
        [] if before == "renewed" else ["authority.key", "authority.pem"]
    )
    assert not aside or kept in aside.values()


def test_several_processes_issue_one_certificate(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda _: Store(tmp_path).ensure(AUTHORITY, NAMES, NOW), range(4)))
    assert sorted(written) == [False, False, False, True]
    server_context(Source(Store(tmp_path).server))
