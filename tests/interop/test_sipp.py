"""sipp as a foreign phone: a SIP stack that is not ours answers, or does not answer, our NOTIFY."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from provserver.sip.client import Timers
from provserver.sip.message import SipUri
from tests.fakes.ports import free_port
from tests.interop.notifying import notify

SCENARIOS = Path(__file__).parent / "sipp"
STARTS_WITHIN = 10.0
ENDS_WITHIN = 15.0


@contextmanager
def foreign_phone(scenario: str, directory: Path) -> Iterator[SipUri]:
    """Run sipp with a scenario for one call; fail when it did not see what the scenario demands."""
    sipp = shutil.which("sipp")
    if sipp is None:
        pytest.fail("sipp is missing: install the Debian package sip-tester (apt-get install sip-tester).")
    port = free_port(socket.SOCK_DGRAM)
    command = [sipp, "-sf", str(SCENARIOS / f"{scenario}.xml"), "-i", "127.0.0.1", "-p", str(port)]
    options = ["-ci", "127.0.0.1", "-m", "1", "-nostdin", "-trace_err", "-timeout", "30"]
    with (
        (directory / "screen").open("wb") as screen,
        subprocess.Popen(
            [*command, *options], cwd=directory, stdout=screen, stderr=screen, stdin=subprocess.DEVNULL
        ) as process,
    ):
        try:
            wait_for_port(port, process)
            yield SipUri("127.0.0.1", "201", port)
            assert process.wait(ENDS_WITHIN) == 0, "\n".join(log.read_text() for log in directory.glob("*_errors.log"))
        finally:
            process.kill()


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens on the UDP port, without sending anything to it."""
    deadline = time.monotonic() + STARTS_WITHIN
    while f":{port:04X} " not in Path("/proc/net/udp").read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail("sipp did not start.")
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("scenario", "status", "reason"),
    [
        ("notify_200", 200, "OK"),
        ("notify_404", 404, "Not Found"),
        ("notify_481", 481, "Subscription Does Not Exist"),
    ],
)
def test_a_foreign_phone_understands_us_and_we_it(scenario: str, status: int, reason: str, tmp_path: Path) -> None:
    with foreign_phone(scenario, tmp_path) as target:
        answer = notify(target, Timers())
    assert (answer.status, answer.reason, answer.sent) == (status, reason, 1)


def test_a_slow_foreign_phone_absorbs_our_repetitions(tmp_path: Path) -> None:
    with foreign_phone("notify_slow", tmp_path) as target:
        answer = notify(target, Timers(t1=0.2, t2=0.4, timer_f=5))
    assert answer.status == 200
    assert 3 <= answer.sent <= 5  # at 0, 0.2, 0.6, 1.0 and 1.4 s on an idle machine
    assert 1.4 < answer.seconds < 4


def test_a_silent_foreign_phone_is_a_408(tmp_path: Path) -> None:
    with foreign_phone("notify_silence", tmp_path) as target:
        answer = notify(target, Timers(t1=0.1, t2=0.4, timer_f=1))
    assert (answer.status, answer.reason) == (408, "no answer within 1 s")
    assert 2 <= answer.sent <= 4


def test_without_sipp_the_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(pytest.fail.Exception, match="sip-tester"), foreign_phone("notify_200", tmp_path):
        pass
