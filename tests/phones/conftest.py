"""The phones' door over the small office, asked as a WSGI server would."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import pytest

from provserver.fronts import KnownFronts
from provserver.phones.door import PhoneDoor
from provserver.services.delivery.provisioning import Desk
from provserver.services.delivery.sightings import Recorder
from tests.services.conftest import Office, office

__all__ = ["office"]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Caller:
    """Somebody on the other side of the phones' door."""

    office: Office
    recorder: Recorder
    address: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Send one request; ``headers`` are named as WSGI names them, without HTTP_."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.removeprefix("http://prov.test"),
            "REMOTE_ADDR": self.address,
            "wsgi.input": BytesIO(body or b""),
            **self.environ,
        }
        if body is not None:
            environ["CONTENT_LENGTH"] = str(len(body))
        environ |= {
            f"HTTP_{name}" if name != "CONTENT_LENGTH" else name: v for name, v in {**self.headers, **headers}.items()
        }
        seen: list[tuple[str, list[tuple[str, str]]]] = []
        house = self.office.house
        door = KnownFronts(PhoneDoor(Desk(house, self.recorder), _inside), house.config.trusted_proxies)
        parts = door(environ, lambda status, head: seen.append((status, head)))
        status, head = seen[0]
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        return Answer(int(status[:3]), dict(head), body)

    def search(self, path: str, query: str) -> Answer:
        """Ask with a query behind a question mark."""
        return replace(self, environ={"QUERY_STRING": query}).ask(path)

    def from_address(self, address: str, **headers: str) -> "Caller":
        """The same from elsewhere."""
        return replace(self, address=address, headers=headers)


def _inside(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 Inside", [])
    return [b"not a phone"]


@pytest.fixture
def caller(office: Office) -> Iterator[Caller]:
    """A caller on the loopback network, which the office trusts."""
    recorder = Recorder(office.house.database, office.house.clock)
    yield Caller(office, recorder)
    recorder.close()
