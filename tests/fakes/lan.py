"""Networks of our own: two namespaces and cables between them, so that multicast leaves no trace on the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Place:
    """A network namespace, held by a process that sleeps."""

    def __init__(self, inside: "Place | None" = None) -> None:
        """Make one; without root it is made with a user namespace, the second one inside the first one's."""
        command = ["unshare", "--net"]
        if os.geteuid():
            command = [*inside.enter(), "unshare", "--net"] if inside else ["unshare", "-Ur", "--net"]
        self._own_users = bool(os.geteuid())
        self.holder = subprocess.Popen(
            [*command, "sh", "-c", "echo ready; exec sleep 3600"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self.holder.stdout is not None and self.holder.stderr is not None
        if self.holder.stdout.readline() != b"ready\n":
            pytest.fail(f"Network namespaces are not permitted here: {self.holder.stderr.read().decode().strip()}")

    def enter(self) -> list[str]:
        """Give the words in front of a command that runs there."""
        users = ["--user", "--preserve-credentials"] if self._own_users else []
        return ["nsenter", "--target", str(self.holder.pid), *users, "--net", "--"]

    def run(self, *command: str, check: bool = True) -> str:
        """Run a command there to its end."""
        done = subprocess.run(
            [*self.enter(), *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=ROOT,
            env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"},
        )
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def python(self, module: str, *arguments: str) -> str:
        """Run a module of ours there."""
        return self.run(sys.executable, "-m", module, *arguments)

    def close(self) -> None:
        """End it, with its interfaces."""
        self.holder.kill()
        self.holder.wait()
        for stream in (self.holder.stdout, self.holder.stderr):
            if stream is not None:
                stream.close()


class Lan:
    """A server's place and a phones' place; cables are laid and pulled by number, 10.77.<number>.1 to .2."""

    def __init__(self) -> None:
        self.server = Place()
        self.phones = Place(self.server)
        for place in (self.server, self.phones):
            place.run("ip", "link", "set", "lo", "up")

    def plug(self, number: int) -> None:
        """Lay a cable: ``s<number>`` at the server with address .1, ``p<number>`` at the phones with .2."""
        ours, theirs = f"s{number}", f"p{number}"
        self.server.run("ip", "link", "add", ours, "type", "veth", "peer", "name", theirs)
        self.server.run("ip", "link", "set", theirs, "netns", str(self.phones.holder.pid))
        for place, name, address in ((self.server, ours, self.of(number)), (self.phones, theirs, self.of(number, 2))):
            place.run("ip", "address", "add", f"{address}/24", "dev", name)
            place.run("ip", "link", "set", name, "up")

    def plug_ipv6(self, number: int) -> None:
        """Give a cable IPv6 addresses, fd77:<number>::1 and ::2, and take the phones' IPv4 address away."""
        for place, name, host in ((self.server, f"s{number}", 1), (self.phones, f"p{number}", 2)):
            place.run("ip", "address", "add", f"{self.of_ipv6(number, host)}/64", "dev", name, "nodad")
        self.phones.run("ip", "-4", "address", "flush", "dev", f"p{number}")

    @staticmethod
    def of_ipv6(number: int, host: int = 1) -> str:
        """Give an IPv6 address on a cable."""
        return f"fd77:{number}::{host}"

    def pull(self, number: int) -> None:
        """Pull a cable out, and throw it away."""
        self.server.run("ip", "link", "del", f"s{number}")

    @staticmethod
    def of(number: int, host: int = 1) -> str:
        """Give an address on a cable: the server's, or a phone's."""
        return f"10.77.{number}.{host}"

    def close(self) -> None:
        """End both places."""
        self.phones.close()
        self.server.close()
