"""A phone that keeps the password of its configuration, and answers a challenge with it where it can."""

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from provserver.phones.door import PhoneDoor
from provserver.services.delivery.provisioning import Desk
from tests.fakes.answering import Answerer
from tests.phones.conftest import Answer, Caller

NAME = re.compile(rb"static\.auto_provision\.server\.username = (\S*)\r?\n")
WORD = re.compile(rb"static\.auto_provision\.server\.password = (\S*)\r?\n")


@dataclass
class Phone:
    """A T46U: it keeps what its configuration says, and answers a challenge where it can."""

    caller: Caller
    url: str
    mac: str
    answers: bool = True
    keeps: bool = True
    secure: bool = False
    algorithms: tuple[str, ...] = ("MD5", "SHA-256")
    client: Answerer | None = None
    statuses: list[int] = field(default_factory=list)

    def ask(self, file: str, method: str = "GET", body: bytes | None = None, authorization: str = "") -> Answer:
        """Send one request, and keep every challenge of the answer."""
        path = f"{self.url}{file}".removeprefix("http://prov.test")
        self.challenges: list[str] = []
        answer, head = raw(self.caller, path, method, body, authorization, self.secure)
        self.challenges = [value for name, value in head if name == "WWW-Authenticate"]
        self.statuses.append(answer.status)
        return answer

    def fetch(self, file: str = "", method: str = "GET", body: bytes | None = None) -> Answer:
        """Ask as a phone does: answer a challenge once, with what it holds."""
        file = file or f"{self.mac}.cfg"
        path = f"{self.url}{file}".removeprefix("http://prov.test")
        answer = self.ask(file, method, body)
        if answer.status == 401 and self.answers and self.client and self.client.learn(self.challenges):
            answer = self.ask(file, method, body, self.client.digest(method, path))
        if answer.status == 200 and self.keeps and file == f"{self.mac}.cfg" and method == "GET":
            name, word = NAME.search(answer.body), WORD.search(answer.body)
            self.client = (
                Answerer(name[1].decode(), word[1].decode(), self.algorithms) if name and word and name[1] else None
            )
        return answer


def raw(
    caller: Caller, path: str, method: str, body: bytes | None, authorization: str, secure: bool
) -> tuple[Answer, list[tuple[str, str]]]:
    """Send one request through the door, with every header of the answer."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "REMOTE_ADDR": caller.address, "wsgi.input": BytesIO(body or b""),
        "wsgi.url_scheme": "https" if secure else "http", **caller.environ,
    }  # fmt: skip
    if body is not None:
        environ["CONTENT_LENGTH"] = str(len(body))
    if authorization:
        environ["HTTP_AUTHORIZATION"] = authorization
    seen: list[Any] = []
    door = PhoneDoor(Desk(caller.office.house, caller.recorder), lambda *_: [])
    parts = door(environ, lambda status, head: seen.append((status, head)))
    content = b"".join(parts)
    status, head = seen[0]
    return Answer(int(status[:3]), dict(head), content), head
