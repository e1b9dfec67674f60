"""Our own authority: one for all nodes of a database, its key sealed, taken over from a folder, carried by a backup."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from provserver.db.models import OwnAuthority
from provserver.errors import Unreadable
from provserver.services.house import House
from provserver.services.upkeep import certificates
from provserver.tls.authority import AUTHORITY_LIFE, describe, is_another, make_authority, root_of
from provserver.tls.contexts import Source, server_context
from provserver.tls.files import Store
from tests.fakes.clock import FakeClock

Node = Callable[[str], House]


@pytest.fixture
def node(house: House, tmp_path: Path) -> Node:
    """Give a node of the house by its name: the same database, a folder and a name of its own."""

    def make(name: str) -> House:
        config = replace(house.config, data_dir=tmp_path / name, tls_bind="127.0.0.1:8443")
        return replace(house, config=replace(config, public_url=f"https://{name}.example.com"))

    return make


def folder_of(house: House) -> Path:
    """Give the folder of a node."""
    return house.config.data_dir / certificates.FOLDER


def start(house: House) -> bytes:
    """Let a node start; give the authority that its certificate comes from."""
    certificates.ensure(house)
    certificates.publish(house)
    store = Store(folder_of(house))
    server_context(Source(store.server))
    content = store.server.read_bytes()
    root = root_of(content[content.index(b"-----BEGIN CERTIFICATE") :])
    assert root is not None and root == store.authority.read_bytes() == certificates.authority(house)
    return root


def test_all_nodes_have_one_authority_and_each_a_certificate_for_its_own_names(node: Node) -> None:
    one, two = node("one"), node("two")
    assert start(one) == start(two) == start(one)
    first, second = (Store(folder_of(each)).server.read_bytes() for each in (one, two))
    assert first != second
    for each, content in (("one", first), ("two", second)):
        found = describe(content[content.index(b"-----BEGIN CERTIFICATE") :])
        assert f"{each}.example.com" in found.names


def test_the_key_lies_sealed_in_the_database_and_nowhere_else(node: Node, house: House) -> None:
    start(node("one"))
    assert not list(folder_of(node("one")).glob("*authority.key*"))
    with house.database.reading() as session:
        row = session.scalars(select(OwnAuthority)).one()
        assert b"PRIVATE" not in row.sealed_key and "PRIVATE" not in row.pem


def test_nodes_that_start_at_once_agree(node: Node) -> None:
    nodes = [node(name) for name in ("one", "two", "three", "four")]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(certificates.ensure, nodes))
    assert len({Store(folder_of(each)).authority.read_bytes() for each in nodes}) == 1


def test_a_folder_of_an_earlier_version_is_taken_over_once(node: Node, house: House) -> None:
    one, two = node("one"), node("two")
    before = make_authority("Ours for years", house.clock())
    folder_of(one).mkdir(parents=True)
    (folder_of(one) / "authority.pem").write_bytes(before.certificate)
    (folder_of(one) / "authority.key").write_bytes(before.key)
    assert start(one) == before.certificate == start(two)
    assert (folder_of(one) / "authority.key").read_bytes() == before.key, "it is left to its owner"
    (folder_of(one) / "authority.key").unlink()
    assert start(one) == before.certificate


def test_a_node_with_another_authority_takes_the_one_of_all_and_loses_nothing(node: Node, house: House) -> None:
    shared = start(node("one"))
    stray, two = make_authority("Stray", house.clock()), node("two")
    folder_of(two).mkdir(parents=True)
    (folder_of(two) / "authority.pem").write_bytes(stray.certificate)
    (folder_of(two) / "authority.key").write_bytes(stray.key)
    assert start(two) == shared
    assert {path.read_bytes() for path in folder_of(two).glob("*.until-*")} == {stray.certificate, stray.key}


@pytest.mark.parametrize("lost", ["authority.key", "authority.pem"])
def test_half_an_authority_without_one_in_the_database_is_told(node: Node, house: House, lost: str) -> None:
    one, pair = node("one"), make_authority("Ours", house.clock())
    folder_of(one).mkdir(parents=True)
    (folder_of(one) / "authority.pem").write_bytes(pair.certificate)
    (folder_of(one) / "authority.key").write_bytes(pair.key)
    (folder_of(one) / lost).unlink()
    with pytest.raises(Unreadable, match=f"{lost} is missing"):
        certificates.ensure(one)


def test_a_key_of_another_certificate_is_told_and_not_taken_over(node: Node, house: House) -> None:
    one = node("one")
    folder_of(one).mkdir(parents=True)
    (folder_of(one) / "authority.pem").write_bytes(make_authority("Ours", house.clock()).certificate)
    (folder_of(one) / "authority.key").write_bytes(make_authority("Another", house.clock()).key)
    with pytest.raises(Unreadable, match="damaged"):
        certificates.ensure(one)
    with house.database.reading() as session:
        assert session.scalars(select(OwnAuthority)).all() == []


def test_an_authority_is_written_anew_in_time_with_its_key_for_all_nodes(node: Node, house: House) -> None:
    one, two = node("one"), node("two")
    before = start(one)
    assert isinstance(house.clock, FakeClock)
    house.clock.forward(days=AUTHORITY_LIFE.days - 365)
    certificates.ensure(two)
    certificates.ensure(one)
    after = Store(folder_of(one)).authority.read_bytes()
    assert after != before and not is_another(before, after)
    assert after == Store(folder_of(two)).authority.read_bytes()


def test_old_phones_have_an_authority_of_their_own(node: Node) -> None:
    one, two = (replace(each, config=replace(each.config, tls_old_bind="127.0.0.1:8444")) for each in map(node, "ab"))
    start(one)
    start(two)
    old = [Store(folder_of(each), old=True).authority.read_bytes() for each in (one, two)]
    assert old[0] == old[1] != Store(folder_of(one)).authority.read_bytes()
    assert describe(old[0]).key == "RSA 2048"
