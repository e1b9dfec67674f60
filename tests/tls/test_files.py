"""The folder with our authority: made once, renewed in time, and never replaced behind the phones' backs."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provserver.errors import Unreadable
from provserver.tls.contexts import Source, server_context
from provserver.tls.files import Store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NAMES = ["prov.example.com"]


def test_the_first_start_makes_an_authority_and_a_certificate_with_private_keys(tmp_path: Path) -> None:
    store = Store(tmp_path / "certificates")
    assert store.ensure(NAMES, NOW) is True
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.folder.iterdir()}
    assert modes["authority.key"] == modes["server.pem"] == 0o600 and modes["authority.pem"] == 0o644
    assert b"PRIVATE" not in store.authority.read_bytes()
    server_context(Source(store.server))


def test_a_second_start_keeps_everything_and_renewal_keeps_the_authority(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.ensure(NAMES, NOW)
    first, authority = store.server.read_bytes(), store.authority.read_bytes()
    assert store.ensure(NAMES, NOW + timedelta(days=300)) is False
    assert store.server.read_bytes() == first
    for then, names in ((NOW + timedelta(days=350), NAMES), (NOW, ["other.example.com"])):
        before = store.server.read_bytes()
        assert store.ensure(names, then) is False
        assert store.server.read_bytes() != before
    before = store.server.read_bytes()
    store.ensure(["other.example.com"], NOW, anew=True)
    assert store.server.read_bytes() != before and store.authority.read_bytes() == authority


def test_old_phones_have_a_set_of_their_own(tmp_path: Path) -> None:
    Store(tmp_path).ensure(NAMES, NOW)
    old = Store(tmp_path, old=True)
    old.ensure(NAMES, NOW)
    assert old.authority.name == "old-authority.pem"
    server_context(Source(old.server), old=True)


@pytest.mark.parametrize("lost", ["authority.key", "authority.pem"])
def test_a_lost_half_of_the_authority_is_told_and_not_replaced(tmp_path: Path, lost: str) -> None:
    store = Store(tmp_path)
    store.ensure(NAMES, NOW)
    (tmp_path / lost).unlink()
    with pytest.raises(Unreadable, match=f"{lost} is missing"):
        store.ensure(NAMES, NOW)
    assert not (tmp_path / lost).exists()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.ensure(NAMES, NOW)
    (tmp_path / "authority.key").write_text("no key")
    with pytest.raises(Unreadable, match="damaged"):
        store.ensure(NAMES, NOW, anew=True)


def test_several_processes_make_one_authority(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda _: Store(tmp_path).ensure(NAMES, NOW), range(4)))
    assert sorted(written) == [False, False, False, True]
    server_context(Source(Store(tmp_path).server))
