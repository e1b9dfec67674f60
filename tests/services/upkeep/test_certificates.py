"""What the server shows: names, the admin's own files, and what phones are given to trust."""

from dataclasses import replace
from pathlib import Path

import pytest

from provserver.config import Config
from provserver.db.queries import device_by_mac
from provserver.domain.roles import Actor, Role
from provserver.errors import Conflict, Forbidden, Invalid
from provserver.services.editing import settings
from provserver.services.house import House
from provserver.services.rendering.profiles import Profiles
from provserver.services.rendering.renderings import files_of
from provserver.services.upkeep import certificates
from provserver.tls import authority as made
from provserver.tls.files import Store
from tests.services.conftest import Office


def with_tls(house: House, **more: str) -> House:
    return replace(house, config=replace(house.config, tls_bind="127.0.0.1:8443", **more))


def given(house: House, folder: Path) -> tuple[Path, Path]:
    """Put an admin's certificate and its key into two files."""
    root = made.make_authority("Ferri Root", house.clock())
    pair = made.issue(root, ["prov.example.com"], house.clock())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chain.pem").write_bytes(pair.certificate)
    (folder / "key.pem").write_bytes(pair.key)
    return folder / "chain.pem", folder / "key.pem"


def test_the_public_name_comes_first_and_no_wild_address_is_a_name() -> None:
    config = Config(public_url="https://Prov.example.com:8443/", bind="0.0.0.0:80", tls_bind="[2001:db8::7]:443")
    found = certificates.names(config)
    assert found[0] == "prov.example.com" and "2001:db8::7" in found and "127.0.0.1" in found
    assert "0.0.0.0" not in found and len(found) == len(set(found))  # noqa: S104
    assert certificates.names(Config(public_url="https://télé.example"))[0] == "xn--tl-bjab.example"


def test_nothing_is_made_where_tls_is_off(sqlite_house: House) -> None:
    certificates.ensure(sqlite_house)
    certificates.publish(sqlite_house)
    assert not (sqlite_house.config.data_dir / certificates.FOLDER).exists()
    assert certificates.authority(sqlite_house) is None
    actor = Actor(1, "anna", Role.OPERATOR)
    assert certificates.shown(sqlite_house, actor) == []
    with pytest.raises(Conflict, match="PROVSERVER_TLS_BIND"):
        certificates.renew(sqlite_house, actor)


def test_a_renewed_certificate_keeps_its_authority(sqlite_house: House) -> None:
    house, actor = with_tls(sqlite_house), Actor(1, "anna", Role.OPERATOR)
    certificates.ensure(house)
    certificates.publish(house)
    before = certificates.shown(house, actor)[0]
    after = certificates.renew(house, actor)[0]
    assert before.facts.fingerprint != after.facts.fingerprint and before.authority == after.authority
    assert certificates.authority(house) == Store(house.config.data_dir / certificates.FOLDER).authority.read_bytes()
    with pytest.raises(Forbidden):
        certificates.renew(house, Actor(1, "bruno", Role.ADMIN))


def test_an_admins_own_certificate_is_shown_and_its_root_is_what_phones_trust(
    sqlite_house: House, tmp_path: Path
) -> None:
    chain, key = given(sqlite_house, tmp_path / "own")
    house, actor = with_tls(sqlite_house, tls_certificate=str(chain), tls_key=str(key)), Actor(1, "a", Role.OPERATOR)
    certificates.ensure(house)
    certificates.publish(house)
    shown = certificates.shown(house, actor)[0]
    assert not shown.ours and shown.authority is not None and shown.authority.subject == "CN=Ferri Root"
    assert certificates.authority(house) == made.root_of(chain.read_bytes())
    assert not (house.config.data_dir / certificates.FOLDER).exists()
    with pytest.raises(Conflict, match="your own"):
        certificates.renew(house, actor)


def test_files_in_the_data_folder_need_no_option(sqlite_house: House, tmp_path: Path) -> None:
    house = with_tls(sqlite_house)
    chain, key = given(house, tmp_path / "own")
    folder = house.config.data_dir / certificates.FOLDER
    folder.mkdir()
    chain.rename(folder / "given.pem")
    key.rename(folder / "given.key")
    certificates.ensure(house)
    assert [one.ours for one in certificates.shown(house, Actor(1, "a", Role.READER))] == [False]


def test_a_key_that_does_not_fit_is_told_at_the_start(sqlite_house: House, tmp_path: Path) -> None:
    chain, _ = given(sqlite_house, tmp_path / "one")
    _, other = given(sqlite_house, tmp_path / "two")
    for certificate, key in ((chain, other), (chain, tmp_path / "none"), (tmp_path / "none", other), (other, other)):
        house = with_tls(sqlite_house, tls_certificate=str(certificate), tls_key=str(key))
        with pytest.raises(Invalid, match="PROVSERVER_TLS_CERTIFICATE: the certificate"):
            certificates.ensure(house)


def test_phones_are_given_the_authority_only_where_that_is_wanted_and_known(office: Office) -> None:
    house = with_tls(office.house)
    certificates.ensure(house)
    certificates.publish(house)
    pem = certificates.authority(house)
    assert pem is not None
    assert "customCaCert" not in _file(office, office.poly) and "trusted" not in _file(office, office.yealink)
    settings.set_values(house, office.actor, "tenant", "", {"trust_authority": True})
    body = _file(office, office.poly)
    assert pem.decode().strip().replace("\n", "&#10;") in body and 'customCaCert1.set="1"' in body
    assert "static.trusted_certificates.url = http://prov.test/ca.pem" in _file(office, office.yealink)
    with pytest.raises(Invalid, match="no source tells"):
        settings.set_values(house, office.actor, "model", "snom/D785", {"trust_authority": True})


def _file(office: Office, mac: str) -> str:
    """Render what a phone gets now."""
    with office.house.database.reading() as session:
        device = device_by_mac(session, office.actor, mac)
        phone = Profiles(session, device.tenant_id, office.house.config.base_url).resolve(device)
    return "".join(file.body.decode() for file in files_of(phone))
