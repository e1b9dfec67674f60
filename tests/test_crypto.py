"""Secrets at rest: what was sealed opens for its purpose only, and keys can be replaced while others run."""

import json
import multiprocessing
import re
from pathlib import Path
from threading import Barrier, Thread

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from provserver.crypto import (
    Keyring,
    fingerprint,
    hash_password,
    needs_rehash,
    new_password,
    new_token,
    token_hash,
    verify_password,
)
from provserver.errors import Unreadable


@pytest.fixture
def fresh(tmp_path: Path) -> Keyring:
    """Keys that a test may replace."""
    return Keyring.open_or_create(tmp_path / "var" / "secret.key")


@settings(deadline=None)
@given(st.binary(max_size=500), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_was_sealed_opens_for_its_purpose(keyring: Keyring, text: bytes, purpose: str) -> None:
    sealed = keyring.seal(text, purpose)
    assert keyring.open(sealed, purpose) == text
    assert keyring.seal(text, purpose) != sealed, "never the same bytes twice"
    with pytest.raises(Unreadable, match="sealed for something else"):
        keyring.open(sealed, purpose + "x")


def test_what_is_sealed_does_not_show(keyring: Keyring) -> None:
    sealed = keyring.seal(b"hunter2-hunter2", "line password")
    assert b"hunter2" not in sealed
    assert sealed[:4] == keyring.active_id
    assert len(sealed) == 4 + 12 + len(b"hunter2-hunter2") + 16


def test_one_altered_bit_anywhere_is_noticed(keyring: Keyring) -> None:
    sealed = keyring.seal(b"password", "p")
    for place in range(len(sealed)):
        for bit in (0, 7):
            altered = bytearray(sealed)
            altered[place] ^= 1 << bit
            with pytest.raises(Unreadable):
                keyring.open(bytes(altered), "p")


def test_bytes_cut_short_are_unreadable(keyring: Keyring) -> None:
    sealed = keyring.seal(b"password", "p")
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            keyring.open(sealed[:length], "p")
    with pytest.raises(Unreadable):
        keyring.open(sealed + b"x", "p")


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_arbitrary_bytes_are_unreadable(keyring: Keyring, noise: bytes) -> None:
    for sealed in (noise, keyring.active_id + noise):
        with pytest.raises(Unreadable):
            keyring.open(sealed, "p")


def test_a_missing_key_is_named_and_no_secret_is(keyring: Keyring, fresh: Keyring) -> None:
    with pytest.raises(Unreadable, match=f"the key {keyring.active_id.hex()} is not in .*secret.key"):
        fresh.open(keyring.seal(b"x", "p"), "p")


def test_after_a_rotation_old_bytes_open_and_new_ones_use_the_new_key(fresh: Keyring) -> None:
    old_id, old = fresh.active_id, fresh.seal(b"old", "p")
    fresh.add_key()
    assert fresh.active_id != old_id
    assert fresh.old_keys == 1
    assert fresh.open(old, "p") == b"old"
    assert fresh.seal(b"new", "p")[:4] == fresh.active_id
    fresh.retire_keys()
    assert fresh.old_keys == 0
    with pytest.raises(Unreadable, match="is not in"):
        fresh.open(old, "p")


def test_a_process_that_runs_already_learns_of_a_rotation(fresh: Keyring) -> None:
    other = Keyring(fresh.path)
    before = other.seal(b"before", "p")
    fresh.add_key()
    assert other.open(fresh.seal(b"x", "p"), "p") == b"x", "an unknown key is looked up once more"
    fresh.add_key()
    assert other.seal(b"y", "p")[:4] == fresh.active_id, "and new bytes never take a replaced key"
    assert other.open(before, "p") == b"before"
    fresh.retire_keys()
    sealed = other.seal(b"z", "p")
    assert fresh.open(sealed, "p") == b"z"
    assert other.old_keys == 0
    with pytest.raises(Unreadable):
        other.open(before, "p")


def test_a_rotation_leaves_browser_sessions_alone(fresh: Keyring) -> None:
    session = fresh.session_key
    fresh.add_key()
    fresh.retire_keys()
    assert fresh.session_key == session == Keyring(fresh.path).session_key


def test_sealing_goes_on_while_keys_are_replaced(fresh: Keyring) -> None:
    others = [Keyring(fresh.path) for _ in range(4)]
    start = Barrier(5, timeout=10)
    kept: list[tuple[int, bytes]] = []

    def work(number: int) -> None:
        start.wait()
        kept.extend((number, others[number].seal(b"%d" % number, "p")) for _ in range(200))

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    start.wait()
    for _ in range(20):
        fresh.add_key()
    for thread in threads:
        thread.join()
    assert len(kept) == 800
    assert all(fresh.open(sealed, "p") == b"%d" % number for number, sealed in kept)


def test_while_the_file_is_away_known_keys_go_on(fresh: Keyring) -> None:
    sealed = fresh.seal(b"x", "p")
    fresh.path.rename(fresh.path.with_name("away"))
    assert fresh.open(sealed, "p") == b"x"
    assert fresh.open(fresh.seal(b"y", "p"), "p") == b"y"


def open_in_a_process(path: str) -> tuple[str, str]:
    """Open or create the keys; give what tells one file from another."""
    ring = Keyring.open_or_create(Path(path))
    return ring.active_id.hex(), ring.session_key


def test_processes_that_start_together_make_one_file_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "deep" / "secret.key"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = pool.map(open_in_a_process, [str(path)] * 16, chunksize=1)
    assert len(set(found)) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret.key"], "nothing is left beside it"


def test_a_replaced_file_is_for_its_owner_only_too(fresh: Keyring) -> None:
    fresh.add_key()
    assert fresh.path.stat().st_mode & 0o777 == 0o600
    fresh.retire_keys()
    assert fresh.path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in fresh.path.parent.iterdir()] == ["secret.key"]


def test_a_file_that_exists_is_never_written_over(fresh: Keyring) -> None:
    before = fresh.path.read_bytes()
    assert Keyring.open_or_create(fresh.path).active_id == fresh.active_id
    assert fresh.path.read_bytes() == before
    for broken in ("garbage", "[]", '{"session": "x", "keys": []}', ""):
        fresh.path.write_text(broken)
        with pytest.raises(Unreadable, match="is damaged"):
            Keyring.open_or_create(fresh.path)
    assert fresh.path.read_text() == "", "a broken file is somebody's only copy"


def test_keys_do_not_show_in_a_repr(fresh: Keyring) -> None:
    content = json.loads(fresh.path.read_text())
    shown = repr(fresh) + str(fresh)
    assert content["session"] not in shown
    assert content["keys"][0]["key"] not in shown


def test_a_password_is_known_by_its_hash_alone() -> None:
    stored = hash_password("hunter2")
    assert stored.startswith("$argon2id$")
    assert "hunter2" not in stored
    assert hash_password("hunter2") != stored
    assert verify_password("hunter2", stored)
    for wrong in ("", "hunter", "hunter22", "Hunter2", "hunter2 ", "hunter2\0"):
        assert not verify_password(wrong, stored)


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$!!$!!", "hunter2", "é"])
def test_a_broken_hash_fits_no_password(stored: str) -> None:
    assert not verify_password("hunter2", stored)


def test_a_password_that_is_no_text_fits_no_hash() -> None:
    assert not verify_password("\ud800", hash_password("hunter2"))


def test_a_hash_of_weaker_settings_is_renewed() -> None:
    assert not needs_rehash(hash_password("x"))
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


def test_tokens_are_long_random_and_fit_a_url() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", token) for token in tokens)


def test_passwords_are_random_and_hold_no_letters_that_look_alike() -> None:
    passwords = {new_password() for _ in range(1000)}
    assert len(passwords) == 1000
    assert {len(password) for password in passwords} == {16}
    letters = set("".join(passwords))
    assert not letters & set("lIoO01")
    assert len(letters) == 56
    assert len(new_password(24)) == 24


def test_a_token_is_found_by_its_hash() -> None:
    token = new_token()
    assert token_hash(token) == token_hash(token)
    assert re.fullmatch("[0-9a-f]{64}", token_hash(token))
    assert token_hash(token) != token_hash(token + "x")


def test_a_fingerprint_tells_one_body_from_another() -> None:
    assert fingerprint(b"") == "e3b0c44298fc1c149afbf4c8996fb924"
    assert re.fullmatch("[0-9a-f]{32}", fingerprint(b"x"))
    assert fingerprint(b"x") != fingerprint(b"x ")


def test_keys_that_a_killed_process_left_beside_the_file_are_forgotten_too(fresh: Keyring) -> None:
    fresh.add_key()
    left = fresh.path.with_name(".secret.key.0a1b2c3d")
    left.write_text(fresh.path.read_text())
    kept = fresh.path.with_name(".secret.key.restored")
    kept.write_text("somebody else's")
    fresh.retire_keys()
    assert not left.exists()
    assert kept.exists()
