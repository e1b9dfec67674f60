"""Rotation: whatever the order in which things happen, a phone's own address opens its files."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, update

from provserver.config import Config, networks
from provserver.crypto import Keyring
from provserver.db.models import Device, DeviceToken, OldLinePassword, PhoneLog, Rendering
from provserver.db.schema import upgrade
from provserver.db.session import Database
from provserver.domain.requests import PhoneRequest, Reply
from provserver.domain.roles import Actor, Role
from provserver.errors import Conflict, Forbidden, Invalid
from provserver.services.access import accounts
from provserver.services.delivery import provisioning, uploads
from provserver.services.delivery.provisioning import Desk
from provserver.services.delivery.sightings import Recorder
from provserver.services.enrolment import tokens
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory, line_passwords
from provserver.services.organisation.directory import NewLine
from tests.fakes.clock import FakeClock
from tests.services.conftest import Office

URL = re.compile(rb"static\.auto_provision\.server\.url = http://prov\.test/p/([\w-]+)/")
PASSWORD = re.compile(rb"account\.1\.password = (\S+)")
HOME = "203.0.113.9"


def ask(house: House, url: str, file: str, method: str = "GET") -> Reply:
    desk = Desk(house, Recorder(house.database, house.clock))
    desk.recorder._stopping = True
    return provisioning.serve(desk, PhoneRequest(method, file, HOME, token=url.rstrip("/").rpartition("/")[2]))


def test_old_and_new_open_the_files_until_the_new_one_was_used(office: Office) -> None:
    file, old = f"{office.yealink}.cfg", office.yealink_url
    new = tokens.rotate(office.house, office.actor, office.yealink)
    assert new != old
    for _ in range(2):
        body = ask(office.house, old, file).body
        assert new.encode() in body and old.encode() not in body
    assert ask(office.house, new, file, "HEAD").status == 200
    assert ask(office.house, old, file).status == 200
    assert ask(office.house, new, file).status == 200
    assert ask(office.house, old, file).status == 404
    assert len(tokens.tokens_of(office.house, office.actor, office.yealink)) == 1


def test_a_phonebook_by_the_new_address_does_not_end_the_old_one(office: Office) -> None:
    from provserver.services.editing import settings as company

    company.set_values(office.house, office.actor, "tenant", "", {"phonebook": "company"})
    new = tokens.rotate(office.house, office.actor, office.yealink)
    assert ask(office.house, new, "phonebook.xml").status == 200
    assert ask(office.house, office.yealink_url, f"{office.yealink}.cfg").status == 200
    assert ask(office.house, office.yealink_url, "phonebook.xml").status == 200


def test_an_old_address_ends_at_its_deadline_and_not_before(office: Office) -> None:
    file = f"{office.yealink}.cfg"
    tokens.rotate(office.house, office.actor, office.yealink, minutes=60)
    assert ask(office.house, office.yealink_url, file).status == 200
    office.house.clock.forward(minutes=61)  # type: ignore[attr-defined]
    assert ask(office.house, office.yealink_url, file).status == 404
    with pytest.raises(Invalid, match="minutes"):
        tokens.rotate(office.house, office.actor, office.yealink, minutes=-1)


def test_a_leaked_address_is_revoked_at_once(office: Office) -> None:
    file = f"{office.yealink}.cfg"
    new = tokens.rotate(office.house, office.actor, office.yealink, revoke=True)
    assert ask(office.house, office.yealink_url, file).status == 404
    newer = tokens.rotate(office.house, office.actor, office.yealink)
    assert tokens.revoke_old(office.house, office.actor, office.yealink) == 1
    assert ask(office.house, new, file).status == 404
    assert ask(office.house, newer, file).status == 200
    assert tokens.revoke_old(office.house, office.actor, office.yealink) == 0
    office.house.clock.forward(days=-9)  # type: ignore[attr-defined]
    assert ask(office.house, new, file).status == 404, "a clock that is put back opens nothing"
    assert [row.expires_at for row in tokens.tokens_of(office.house, office.actor, office.yealink)] == [None]


def test_addresses_that_are_over_are_kept_within_bounds(office: Office) -> None:
    for _ in range(tokens.KEPT + 3):
        tokens.rotate(office.house, office.actor, office.yealink, revoke=True)
    with office.house.database.reading() as session:
        kept = session.scalars(select(DeviceToken).join(Device).where(Device.mac == office.yealink)).all()
    assert len(kept) == tokens.KEPT + 1


def test_who_comes_by_an_address_that_is_over_moves_no_phone(office: Office) -> None:
    house, file = office.house, f"{office.yealink}.cfg"
    tokens.rotate(house, office.actor, office.yealink, revoke=True)
    recorder = Recorder(house.database, house.clock)
    desk, token = Desk(house, recorder), office.yealink_url.rstrip("/").rpartition("/")[2]
    for _ in range(2):
        provisioning.serve(desk, PhoneRequest("GET", file, "198.51.100.66", token=token))
    recorder.flush()
    recorder.close()
    with house.database.reading() as session:
        phone = session.scalars(select(Device).where(Device.mac == office.yealink)).one()
        log = session.scalars(select(PhoneLog).where(PhoneLog.device_id == phone.id)).all()
    assert (phone.address, phone.last_seen) == ("", None)
    assert [row.reason for row in log] == ["this address was replaced, and its time is over"]


def test_rotations_that_no_phone_followed_come_to_an_end(office: Office) -> None:
    for _ in range(tokens.MOST - 1):
        tokens.rotate(office.house, office.actor, office.yealink)
    with pytest.raises(Conflict):
        tokens.rotate(office.house, office.actor, office.yealink)
    assert ask(office.house, office.yealink_url, f"{office.yealink}.cfg").status == 200
    with pytest.raises(Forbidden):
        tokens.rotate(office.house, Actor(office.actor.tenant_id, "rita", Role.READER), office.yealink)


def proven(house: House, mac: str, file: str, url: str) -> None:
    assert ask(house, url, file).status == 200


def test_an_old_sip_password_is_kept_until_every_phone_has_the_new_one(office: Office) -> None:
    house, actor, file = office.house, office.actor, f"{office.yealink}.cfg"
    first = PASSWORD.search(ask(house, office.yealink_url, file).body)
    assert first is not None
    line, password = line_passwords.rotate(house, actor, "202")
    assert line_passwords.overlaps(house, actor, [line])["202"].waiting == (office.yealink,)
    found = line_passwords.reveal(house, actor, "202")
    assert (found.current.reveal(), [one.reveal() for one in found.old]) == (password, [first[1].decode()])
    _, newer = line_passwords.rotate(house, actor, "202")
    assert len(line_passwords.reveal(house, actor, "202").old) == 2
    assert newer.encode() in ask(house, office.yealink_url, file).body
    assert line_passwords.overlaps(house, actor, [line]) == {}
    assert line_passwords.reveal(house, actor, "202").old == ()
    with house.database.reading() as session:
        assert session.scalars(select(OldLinePassword)).all() == []


def test_a_password_that_no_phone_ever_had_is_not_kept(office: Office) -> None:
    line, _ = line_passwords.rotate(office.house, office.actor, "202")
    directory.change_line(office.house, office.actor, "201", {"password": "some-other-password"})
    assert line_passwords.overlaps(office.house, office.actor, [line]) == {}
    with office.house.database.reading() as session:
        assert session.scalars(select(OldLinePassword)).all() == []


class Rotation(RuleBasedStateMachine):
    """A phone, an admin and crashes, in any order: what the phone holds always opens its configuration."""

    folder: Path

    @initialize()
    def start(self) -> None:
        import tempfile

        self.directory = tempfile.TemporaryDirectory()
        folder = Path(self.directory.name)
        config = Config(data_dir=folder, public_url="http://prov.test", trusted_networks=networks("127.0.0.0/8"))
        database = Database(f"sqlite:///{folder}/provserver.db", Keyring.open_or_create(folder / "secret.key"))
        upgrade(database)
        self.house = House(database, config, FakeClock())
        self.actor = Actor(accounts.ensure_company(self.house, "Rossi"), "anna", Role.OPERATOR)
        directory.add_line(self.house, self.actor, NewLine("202", "Giulia", domain="pbx.example.com"))
        device, self.held = devices.add_device(
            self.house, self.actor, NewDevice("805ec0d9c744", "yealink", "T46U", ("202",))
        )
        self.file = f"{device.mac}.cfg"
        self.passwords = set[str]()

    @rule(minutes=st.none())
    def rotate(self, minutes: None) -> None:
        if len(tokens.tokens_of(self.house, self.actor, "805ec0d9c744")) < tokens.MOST:
            tokens.rotate(self.house, self.actor, "805ec0d9c744", minutes=minutes)

    @rule()
    def fetch(self) -> None:
        """Fetch, and take the address and the password that the configuration names."""
        reply = ask(self.house, self.held, self.file)
        found, password = URL.search(reply.body), PASSWORD.search(reply.body)
        assert reply.status == 200 and found is not None and password is not None
        self.held = f"http://prov.test/p/{found[1].decode()}/"
        self.passwords = {password[1].decode()}

    @rule()
    def fetch_and_lose_it(self) -> None:
        """Fetch, and lose power before anything is kept: the fetch counts as the proof, and the phone fetches again."""
        assert ask(self.house, self.held, self.file).status == 200
        self.passwords = set()

    @rule()
    def fetch_half(self) -> None:
        assert ask(self.house, self.held, self.file, "HEAD").status == 200

    @rule(name=st.sampled_from(["805ec0d9c744-local.cfg", "805ec0d9c744.boot", "phonebook.xml"]))
    def fetch_another_file(self, name: str) -> None:
        ask(self.house, self.held, name)

    @rule()
    def upload(self) -> None:
        desk = Desk(self.house, Recorder(self.house.database, self.house.clock))
        token = self.held.rstrip("/").rpartition("/")[2]
        request = PhoneRequest("PUT", "805ec0d9c744-local.cfg", HOME, token=token)
        device_id, refused = uploads.accept(desk, request)
        assert refused is None and device_id is not None
        assert uploads.store(desk, request, device_id, b"x = 1\n").status == 201
        desk.recorder.close()

    @rule()
    def crash(self) -> None:
        """Lose everything in memory."""
        self.house.database.close()
        database = Database(self.house.config.url, Keyring(self.house.config.data_dir / "secret.key"))
        self.house = House(database, self.house.config, self.house.clock)

    @rule()
    def stale(self) -> None:
        with self.house.database.transaction() as session:
            session.execute(update(Rendering).values(stale=True))

    @rule(days=st.integers(1, 400))
    def lie_in_a_drawer(self, days: int) -> None:
        self.house.clock.forward(days=days)  # type: ignore[attr-defined]
        line_passwords.forget_all_unneeded(self.house)

    @rule()
    def rotate_password(self) -> None:
        line_passwords.rotate(self.house, self.actor, "202")

    @precondition(lambda self: hasattr(self, "held"))
    @invariant()
    def what_the_phone_holds_opens_its_files(self) -> None:
        assert ask(self.house, self.held, self.file, "HEAD").status == 200

    @precondition(lambda self: bool(getattr(self, "passwords", ())))
    @invariant()
    def what_the_phone_registers_with_is_known_to_the_exchange(self) -> None:
        found = line_passwords.reveal(self.house, self.actor, "202")
        accepted = {found.current.reveal(), *(one.reveal() for one in found.old)}
        assert self.passwords <= accepted

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.database.close()
            self.directory.cleanup()


Rotation.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestRotation = Rotation.TestCase
