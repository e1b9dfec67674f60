"""A sealed file: read as it was written, and not at all once a byte of it is another one."""

import io

import pytest

from provserver.errors import Invalid, Unreadable
from provserver.sealed_file import CHUNK, SealedReader, SealedWriter

PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provserver.sealed_file._COST", {"time_cost": 1, "memory_cost": 64, "parallelism": 1})


def sealed(content: bytes) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, PASSPHRASE)
    for start in range(0, len(content), 1000):
        writer.write(content[start : start + 1000])
    writer.finish()
    return file.getvalue()


def opened(file: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return SealedReader(io.BytesIO(file), passphrase).readall()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_written_is_read(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    assert opened(sealed(content)) == content


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(Unreadable, match="passphrase is wrong"):
        opened(sealed(b"content"), "another horse battery")


def test_two_files_of_the_same_content_share_nothing() -> None:
    assert sealed(b"content")[60:] != sealed(b"content")[60:]


@pytest.mark.parametrize("chunks", [1, 2])
def test_a_file_that_was_cut_off_is_refused_even_between_chunks(chunks: int) -> None:
    file = sealed(b"x" * (3 * CHUNK))
    head = file.index(b"}\n") + 2
    with pytest.raises(Unreadable):
        opened(file[: head + chunks * (CHUNK + 16)])


def test_chunks_cannot_be_swapped_and_no_byte_altered() -> None:
    file = sealed(b"x" * (3 * CHUNK))
    head = file.index(b"}\n") + 2
    size = CHUNK + 16
    first, second = file[head : head + size], file[head + size : head + 2 * size]
    with pytest.raises(Unreadable):
        opened(file[:head] + second + first + file[head + 2 * size :])
    for place in (5, 30, head + 10, head + size + 10, len(file) - 1):
        altered = bytearray(file)
        altered[place] ^= 1
        with pytest.raises(Unreadable):
            opened(bytes(altered))


def test_a_head_that_asks_for_too_much_is_refused() -> None:
    file = sealed(b"content").replace(b'"memory_cost": 64', b'"memory_cost": 99999999')
    with pytest.raises(Unreadable, match="ask for too much"):
        opened(file)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(Invalid):
        SealedWriter(io.BytesIO(), "short")
