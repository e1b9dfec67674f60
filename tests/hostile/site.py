"""A whole server under fire: real processes, phones that speak to it, and what was acknowledged of every save."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil

from tests.cli.server import Server, wait_for
from tests.fakes.phone import FakeFleet, FakePhone

PATIENCE = 120.0
"""Seconds for what happens by itself, on the slowest machine."""
TOKEN = "a-token-of-the-tests-and-of-nobody-else"
PASSWORD = "correct horse battery"
SLOTS = ("4", "5", "6", "7", "8", "9")


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 where nobody answered."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        """Read the body."""
        return json.loads(self.body)


class LearningPhone(FakePhone):
    """A phone that goes by what it fetched: the next time it asks at the address, and with the password, told there."""

    async def boot(self) -> None:
        """Fetch everything, and take the provisioning address for its own."""
        await super().boot()
        text = self.files.get(f"{self.mac}.cfg", b"").decode()
        told = dict(re.findall(r"^static\.auto_provision\.server\.(url|username|password) = (\S+)", text, re.MULTILINE))
        if told:
            place = urlsplit(told["url"])
            who = f"{told['username']}:{told['password']}@" if "username" in told else ""
            self._base = place._replace(netloc=who + place.netloc).geturl().rstrip("/") + "/"


@dataclass
class Desk:
    """A phone with what was acknowledged for each of its keys, and what was sent without an answer after that."""

    phone: FakePhone
    line: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: dict[str, list[str]] = field(default_factory=dict)

    @property
    def mac(self) -> str:
        """The phone's address."""
        return self.phone.mac


class Site:
    """A server that may be killed and started again at the same address, and its phones."""

    def __init__(self, folder: Path, fleet: FakeFleet, *before: str, **environment: str) -> None:
        self._folder, self._fleet = folder, fleet
        self.desks: list[Desk] = []
        self._numbers = iter(range(10_000, 10_000_000))
        given = {"PROVSERVER_API_TOKEN": TOKEN, "PROVSERVER_ADMIN_PASSWORD": PASSWORD, **environment}
        self.server = Server(folder, *before, **given)
        self.environment = self.server.environment
        self.address = self.server.address
        self.server.started()

    def start_again(self) -> None:
        """Start the server again, at the same addresses, once those that were killed have left them."""
        places = {"PROVSERVER_BIND": socket.SOCK_STREAM, "PROVSERVER_SIP_BIND": socket.SOCK_DGRAM}
        for name, kind in places.items():
            host, _, port = self.environment[name].rpartition(":")
            eventually(lambda host=host, port=port, kind=kind: _is_free(host, int(port), kind))  # type: ignore[misc]
        self.server = Server(self._folder, **{k: v for k, v in self.environment.items() if k.startswith("PROVSERVER_")})
        self.server.address = self.address
        eventually(lambda: "Ctrl-C" in self.server.out or self.server.process.poll() is not None)
        assert self.server.process.poll() is None, f"it ended with {self.server.process.returncode}: {self.server.err}"

    def processes(self) -> list[psutil.Process]:
        """List the processes of the server, the supervisor first."""
        try:
            supervisor = psutil.Process(self.server.process.pid)
            return [supervisor, *supervisor.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def stop(self) -> None:
        """Stop the server, and kill what is left of it."""
        family = self.processes()
        if self.server.process.poll() is None:
            self.server.process.send_signal(signal.SIGTERM)
            self.server.process.wait(30)
        _, left = psutil.wait_procs(family, timeout=5)
        for process in left:
            process.kill()

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send one request to the API, or to any path that begins with a slash of its own."""
        whole = path if path.startswith("http") else f"http://{self.address}{path}"
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers}
        request = urllib.request.Request(whole, sent, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())
        except (OSError, ValueError, http.client.HTTPException):
            return Answer(0)

    def send(self, url: str, body: bytes) -> Answer:
        """Send bytes as they are."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/octet-stream"}
        request = urllib.request.Request(url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    def fetch(self, desk: Desk) -> None:
        """Have a phone fetch its files once more."""
        self._fleet.run(desk.phone.boot())

    def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command over the same house."""
        return subprocess.run(
            [sys.executable, "-m", "provserver", *arguments],
            env=self.environment | environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    def spawn(self, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
        """Start a command over the same house, to be killed."""
        return subprocess.Popen(
            [sys.executable, "-m", "provserver", *arguments],
            env=self.environment | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def add_desk(self, maker: str = "yealink", model: str = "T46U") -> Desk:
        """Add a line and a phone that has booted, and can be told."""
        number = len(self.desks)
        mac = f"805ec0d9{number:04x}"
        line = self.ask("POST", "/api/v1/lines", {"extension": f"5{number:02d}", "name": f"Desk {number}"})
        assert line.status == 201, line
        wanted = {"mac": mac, "vendor": maker, "model": model, "lines": [f"5{number:02d}"]}
        added = self.ask("POST", "/api/v1/devices", wanted)
        assert added.status == 201, added
        phone = self._fleet.add(LearningPhone(maker, model, mac, added.json["provisioning_url"]))
        self._fleet.run(phone.boot())
        assert phone.files, phone.problems
        assert self.ask("PATCH", f"/api/v1/devices/{mac}", {"sip_address": phone.sip_uri}).status == 200
        self.desks.append(Desk(phone, f"5{number:02d}"))
        return self.desks[-1]

    def save(self, desk: Desk) -> bool:
        """Save a key, each time another one; tell whether that was acknowledged."""
        number = next(self._numbers)
        slot, target = SLOTS[number % len(SLOTS)], f"0{number}"
        key = {slot: {"kind": "speed-dial", "target": target, "label": "Saved"}}
        if self.ask("PATCH", f"/api/v1/devices/{desk.mac}/keys", key).status == 202:
            desk.acknowledged[slot], desk.unanswered[slot] = target, []
            return True
        desk.unanswered.setdefault(slot, []).append(target)
        return False

    def lost(self, desk: Desk) -> list[str]:
        """Name what was acknowledged for a phone and is not there, nor anything that was sent after it."""
        keys = self.ask("GET", f"/api/v1/devices/{desk.mac}/keys").json
        return [
            f"{desk.mac} {slot}: {target}, there is {keys[slot].get('target')}"
            for slot, target in desk.acknowledged.items()
            if keys[slot].get("target") not in (target, *desk.unanswered[slot])
        ]

    def settled(self, desk: Desk) -> bool:
        """Tell whether a phone holds what is stored for it, and the server knows."""
        shown = self.ask("GET", f"/api/v1/devices/{desk.mac}")
        keys = self.ask("GET", f"/api/v1/devices/{desk.mac}/keys")
        if shown.status != 200 or keys.status != 200 or shown.json["state"] not in {"applied", "current"}:
            return False
        held = b"".join(desk.phone.files.values())
        targets = [keys.json[slot].get("target") or "" for slot in desk.acknowledged]
        return all(target.encode() in held for target in targets)

    def rotate(self, desk: Desk, what: str) -> bool:
        """Replace a phone's token, its password or its line's; tell whether that was acknowledged."""
        calls = {
            "token": ("POST", f"/api/v1/devices/{desk.mac}/actions/rotate-token", {}),
            "password": ("PUT", f"/api/v1/devices/{desk.mac}/credentials", {}),
            "line": ("POST", f"/api/v1/lines/{desk.line}/actions/rotate-password", None),
        }
        return self.ask(*calls[what]).status in {200, 201, 202}

    def settle(self) -> None:
        """Wait until every phone holds what is stored for it; raises AssertionError with where each stands."""
        deadline = time.monotonic() + PATIENCE
        while not all(self.settled(desk) for desk in self.desks):
            assert time.monotonic() < deadline, "\n".join(self._story(desk) for desk in self.desks) + self.server.err
            time.sleep(0.2)

    def _story(self, desk: Desk) -> str:
        shown = self.ask("GET", f"/api/v1/devices/{desk.mac}")
        return f"{desk}\n{shown.body!r}\n{desk.phone.notifies[-4:]}\n{desk.phone.requests[-6:]}\n"

    def browser(self) -> Callable[[str], Answer]:
        """Sign somebody in, and give what opens pages for them."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

        def get(path: str, form: dict[str, str] | None = None) -> Answer:
            sent = urlencode(form).encode() if form else None
            try:
                with opener.open(f"http://{self.address}{path}", sent, timeout=40) as answer:
                    return Answer(answer.status, dict(answer.headers), answer.read())
            except urllib.error.HTTPError as error:
                with error:
                    return Answer(error.code, dict(error.headers), error.read())

        token = get("/sign-in").body.decode().partition('csrf-token" content="')[2].partition('"')[0]
        get("/sign-in", {"name": "admin", "password": PASSWORD, "csrf_token": token})
        assert get("/phones/").status == 200
        return get


@contextmanager
def under_fire(folder: Path, *before: str, **environment: str) -> Iterator[Site]:
    """Run a server with an empty fleet of phones, and leave nothing of it behind; ``before`` starts it."""
    folder.mkdir(parents=True, exist_ok=True)
    inherited = os.environ.get("PYTHONPATH", "")
    with FakeFleet() as fleet:
        site = Site(folder, fleet, *before, **environment, **({"PYTHONPATH": inherited} if inherited else {}))
        try:
            yield site
        finally:
            site.stop()


def _is_free(host: str, port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def eventually(condition: Callable[[], bool]) -> None:
    """Look until something is so, with much patience; raises AssertionError."""
    wait_for(condition, PATIENCE)


def pause(seconds: float) -> None:
    """Let time pass: a random moment is a part of the test here, and never a condition."""
    time.sleep(seconds)
