"""Softphones that are not ours: they answer a check-sync, and do nothing; that is why only a fetch proves anything."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from provserver.domain.answers import meaning
from provserver.sip.client import Timers
from provserver.sip.message import SipUri
from tests.fakes.ports import free_port
from tests.interop.notifying import notify

STARTS_WITHIN = 20.0


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[SipUri]:
    """Run a softphone that listens on a UDP port; its standard input stays open."""
    if shutil.which(command[0]) is None:
        pytest.fail(f"{command[0]} is missing: install the Debian packages baresip-core and linphone-cli.")
    environment = {**os.environ, "HOME": str(folder)}
    with (folder / "screen").open("wb") as screen:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=screen, stderr=screen
        )
        try:
            deadline = time.monotonic() + STARTS_WITHIN
            while not any(f":{port:04X} " in Path(f"/proc/net/{name}").read_text() for name in ("udp", "udp6")):
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail((folder / "screen").read_text(errors="replace")[-1000:])
                time.sleep(0.05)
            yield SipUri("127.0.0.1", "1002", port)
        finally:
            process.kill()
            process.communicate()


def test_baresip_says_that_it_does_not_fetch(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    modules = next(Path("/usr/lib").glob("**/baresip/modules"), Path("/usr/lib/baresip/modules"))
    lines = [f"sip_listen 127.0.0.1:{port}", f"module_path {modules}", "module_app account.so", "module_app menu.so"]
    (tmp_path / "config").write_text("\n".join(lines) + "\n")
    (tmp_path / "accounts").write_text("<sip:1002@127.0.0.1>;regint=0\n")
    (tmp_path / "contacts").touch()
    with running(["baresip", "-f", str(tmp_path)], port, tmp_path) as target:
        answer = notify(target, Timers(timer_f=10))
    assert answer.status == 481
    assert "it is reached" in meaning(answer.status).sentence and not meaning(answer.status).retry


def test_linphone_says_200_and_that_proves_nothing(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    (tmp_path / ".local/share/linphone").mkdir(parents=True)  # without it the program never starts to listen
    (tmp_path / "rc").write_text(f"[sip]\nsip_port={port}\nsip_tcp_port=-1\ndefault_proxy=-1\n")
    with running(["linphonec", "-c", str(tmp_path / "rc")], port, tmp_path) as target:
        answer = notify(target, Timers(timer_f=10))
    assert answer.status == 200
    assert meaning(answer.status).retry
