"""Firmware files: whole or not there, under their hash, read in pieces."""

import errno
import hashlib
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.storage import CHUNK, Incomplete, NoRoom, Pieces, Store, TooLarge, in_chunks

HASH = hashlib.sha256(b"firmware").hexdigest()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "images")


def test_a_file_lies_under_its_hash_once_it_is_kept(store: Store, tmp_path: Path) -> None:
    staged = store.receive([b"firm", b"", b"ware"], 8)
    assert (staged.sha256, staged.size) == (HASH, 8)
    assert not store.has(HASH) and store.open(HASH) is None
    store.keep(staged)
    assert store.has(HASH) and files(tmp_path / "images") == [HASH]
    file = store.open(HASH)
    assert file is not None
    with file:
        assert b"".join(in_chunks(file)) == b"firmware"


def test_the_same_content_is_kept_once(store: Store, tmp_path: Path) -> None:
    for _ in range(2):
        store.keep(store.receive([b"firmware"], 100))
    assert files(tmp_path / "images") == [HASH]


def test_too_much_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="at most 7 bytes"):
        store.receive([b"firm", b"ware"], 7)
    assert files(tmp_path / "images") == []


def test_a_sender_that_breaks_off_leaves_nothing(store: Store, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"firm"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.receive(broken(), 100)
    staged = store.receive([b"firmware"], 100)
    store.discard(staged)
    assert files(tmp_path / "images") == []


def test_a_file_that_is_removed_is_read_to_its_end_by_who_has_it(store: Store) -> None:
    store.keep(store.receive([b"firmware"], 100))
    file = store.open(HASH)
    assert file is not None
    store.remove(HASH)
    store.remove(HASH)
    assert not store.has(HASH)
    with file:
        assert file.read() == b"firmware"


@pytest.mark.parametrize("name", ["", "../secret.key", "a" * 63, "A" * 64, "a" * 64 + "/x"])
def test_only_a_hash_is_a_place(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.open(name)


def test_no_more_than_a_chunk_is_held(store: Store) -> None:
    content = bytes(range(256)) * 1024
    staged = store.receive([content], len(content))
    store.keep(staged)
    file = store.open(staged.sha256)
    assert file is not None
    pieces = Pieces(file, [b"head", (5, len(content) - 10), b"tail"])
    read = list(pieces)
    assert max(map(len, read)) <= CHUNK and len(read) > 4
    assert b"".join(read) == b"head" + content[5:-5] + b"tail"
    pieces.close()
    assert file.closed


@given(content=st.binary(min_size=1, max_size=300), cuts=st.lists(st.tuples(st.integers(0, 299), st.integers(0, 299))))
def test_any_part_is_the_part_of_the_content(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cuts: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.mktemp("part") / "file"
    path.write_bytes(content)
    file = path.open("rb")
    pieces = Pieces(file, cuts)
    assert b"".join(pieces) == b"".join(content[start : start + length] for start, length in cuts)
    pieces.close()


def test_a_body_that_ends_early_is_not_a_file() -> None:
    assert list(in_chunks(BytesIO(b"12345"), 5)) == [b"12345"]
    with pytest.raises(Incomplete, match="only 3 of 5 bytes came"):
        list(in_chunks(BytesIO(b"123"), 5))


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"1"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(NoRoom):
        Store(tmp_path).receive(parts(), 10)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_receiver_left_is_swept_and_an_arrival_is_not(store: Store, tmp_path: Path) -> None:
    staged = store.receive([b"firmware"], 100)
    left = staged.path.with_name(".abcdefgh.part")
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    assert store.sweep() == 1
    assert not left.exists()
    assert staged.path.exists()
    store.keep(staged)
    assert store.sweep() == 0
