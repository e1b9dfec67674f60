"""A real Asterisk: its contacts, one of two told, and what it drops. Run by `make interop`, which fetches one."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from provserver.domain.secret import Secret
from provserver.engines import pool as pooling
from provserver.engines.ami import Asterisk
from provserver.engines.base import Call, EngineError, Kind, Message, Outcome, Place
from provserver.engines.pool import Pool
from tests.fakes.ports import free_port
from tests.fakes.registering import RegisteringPhone

ROOT = Path(os.environ.get("PROVSERVER_ASTERISK_ROOT", "/"))
"""Where an Asterisk lies: a folder that debootstrap filled, or this machine itself."""
STARTS_WITHIN = 60.0
MANAGER = """[general]
enabled=yes
port={manager}
bindaddr=127.0.0.1
[prov]
secret=geheim
read=system,command,reporting
write=system,command,reporting,originate
"""
PJSIP = """[global]
type=global
{outbound}
[transport]
type=transport
protocol=udp
bind=127.0.0.1:{sip}
[provisioning]
type=endpoint
context=none
[1001]
type=endpoint
context=default
aors=1001
auth=1001
disallow=all
allow=alaw
[1001]
type=auth
auth_type=userpass
username=1001
password=phone1
[1001]
type=aor
max_contacts=3
"""


@dataclass
class Running:
    """An Asterisk of our own."""

    sip: int
    place: Place

    def phone(self, host: str, agent: str) -> RegisteringPhone:
        return RegisteringPhone("1001", "phone1", ("127.0.0.1", self.sip), host=host, user_agent=agent)


@pytest.fixture(params=["default_outbound_endpoint=provisioning", ""], ids=["set up", "not set up"], scope="module")
def asterisk(request: pytest.FixtureRequest) -> Iterator[Running]:
    if not (ROOT / "usr/sbin/asterisk").exists():
        pytest.fail("There is no Asterisk: run `make interop` as root, or install the package asterisk.")
    folder = Path(f"/tmp/provserver-asterisk-{os.getpid()}")
    outside = ROOT / folder.relative_to("/")
    shutil.copytree(ROOT / "etc/asterisk", outside)
    sip, manager = free_port(), free_port()
    (outside / "manager.conf").write_text(MANAGER.format(manager=manager))
    (outside / "pjsip.conf").write_text(PJSIP.format(sip=sip, outbound=request.param))
    text = (outside / "asterisk.conf").read_text().replace("[directories](!)", "[directories]")
    text = text.replace("/etc/asterisk", str(folder)).replace("/var/run/asterisk", str(folder))
    (outside / "asterisk.conf").write_text(text)
    inside = [] if Path("/") == ROOT else ["chroot", str(ROOT)]
    command = [*inside, "/usr/sbin/asterisk", "-f", "-n", "-C", str(folder / "asterisk.conf")]
    with (outside / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(manager, process)
            yield Running(sip, Place(Kind.ASTERISK, "127.0.0.1", manager, "prov", Secret("geheim")))
        finally:
            process.terminate()
            process.wait(20)
            shutil.rmtree(outside, ignore_errors=True)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(3)  # the manager listens before PJSIP does
                return
        time.sleep(0.1)
    pytest.fail("asterisk did not start")


def test_one_of_two_phones_of_an_extension_is_told_or_the_reason(
    asterisk: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pooling, "FRESH", 0)

    async def once() -> list[object]:
        pool = Pool()
        seen: list[object] = [await pool.contacts(asterisk.place)]
        message = Message("check-sync;reboot=false", "pbx.test", "text/plain", b"one\r\ntwo")
        try:
            async with (
                asterisk.phone("127.0.0.1", "Yealink SIP-T46U 108.86.0.75") as first,
                asterisk.phone("127.0.0.7", "PolycomVVX-VVX_301-UA/5.9") as second,
            ):
                contacts = (await pool.contacts(asterisk.place))["1001"]
                mine = next(one for one in contacts if one.user_agent.startswith("Polycom"))
                seen.append((mine.address, mine.port == second.port, len(contacts)))
                try:
                    seen.append(await pool.notify(asterisk.place, mine, message, alone=False))
                except EngineError as error:
                    seen.append(error.reason)
                await asyncio.sleep(0.5)
                seen.append((len(first.heard), [request.body for request in second.heard]))
                await first.register(0)
                (mine,) = (await pool.contacts(asterisk.place))["1001"]
                seen.append(await pool.notify(asterisk.place, mine, message, alone=True))
                await asyncio.sleep(0.5)
                seen.append((len(first.heard), len(second.heard)))
                await second.register(0)
        finally:
            await pool.close()
        return seen

    empty, contact, outcome, heard, alone, in_the_end = asyncio.run(once())
    assert (empty, contact, alone) == ({}, ("127.0.0.7", True, 2), Outcome(202))
    if outcome == Outcome(202):
        assert heard == (0, [b"one\r\ntwo"])
        assert in_the_end == (0, 2)
    else:
        assert "default_outbound_endpoint" in str(outcome)
        assert heard == (0, [])
        assert in_the_end == (0, 1)


def test_who_is_being_called_is_in_a_call(asterisk: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooling, "FRESH", 0)

    async def once() -> tuple[list[Call], list[Call]]:
        pool, caller = Pool(), Asterisk(asterisk.place)
        try:
            before = await pool.calls(asterisk.place)
            async with asterisk.phone("127.0.0.1", "Yealink SIP-T46U 108.86.0.75") as phone:
                ring = [("Channel", "PJSIP/1001"), ("Application", "Wait"), ("Data", "30"), ("Async", "true")]
                await caller._ask("Originate", *ring)
                deadline = time.monotonic() + STARTS_WITHIN
                while not (found := await pool.calls(asterisk.place)) and time.monotonic() < deadline:
                    await asyncio.sleep(0.1)
                await phone.register(0)  # Asterisk remembers it over a restart otherwise
        finally:
            await pool.close()
            await caller.close()
        return before, found

    before, found = asyncio.run(once())
    assert before == []
    assert [call.user for call in found] == ["1001"]
    assert found[0].since is not None and abs((datetime.now(UTC) - found[0].since).total_seconds()) < STARTS_WITHIN
