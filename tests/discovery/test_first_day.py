"""A factory-fresh phone on the first day of a whole server: plugged in, seen, adopted, told, provisioned, proven."""

import json
from pathlib import Path

from provserver.domain.roles import Actor
from provserver.services.house import House
from tests.cli.server import wait_for
from tests.discovery.conftest import STRANGER, ask, program
from tests.fakes.lan import Lan

TOKEN = "first-day-first-day-first-day"


def test_a_fresh_phone_is_seen_adopted_and_provisioned(
    lan: Lan, sqlite_house: House, anna: Actor, tmp_path: Path
) -> None:
    base = f"http://{lan.of(1)}:8080"

    def api(path: str, *more: str) -> dict[str, object]:
        header = f"Authorization: Bearer {TOKEN}"
        found: dict[str, object] = json.loads(
            lan.phones.run("curl", "-sS", "-H", header, *more, f"{base}/api/v1{path}")
        )
        return found

    with program(
        lan.server, sqlite_house, tmp_path, "run",
        PROVSERVER_BIND=f"{lan.of(1)}:8080", PROVSERVER_SIP_BIND=f"{lan.of(1)}:5070", PROVSERVER_DISCOVERY="pnp",
        PROVSERVER_API_TOKEN=TOKEN, PROVSERVER_TFTP_BIND=f"{lan.of(1)}:69",
    ) as server:  # fmt: skip
        server.waits_for("Ctrl-C")
        server.waits_for("Phones are listened for", 4)
        assert ask(lan, STRANGER, seconds=1) == []
        wait_for(lambda: bool(api("/seen")["items"]))
        (one,) = api("/seen")["items"]  # type: ignore[misc]
        assert (one["mac"], one["vendor"], one["ways"]) == (STRANGER, "yealink", ["pnp"])

        new = {"mac": one["mac"], "vendor": one["vendor"], "model": "T46U", "lines": ["201"]}
        api("/devices", "-H", "Content-Type: application/json", "-d", json.dumps(new))
        assert api("/seen")["items"] == []

        url = ask(lan, STRANGER)[-1].rpartition("\r\n\r\n")[2]
        assert url == base + "/"
        text = lan.phones.run("curl", "-sS", "--fail", f"{url}{STRANGER}.cfg")
        assert "account.1" in text
        assert lan.phones.run("curl", "-sS", "--fail", f"tftp://{lan.of(1)}/{STRANGER}.cfg") == text
        assert api(f"/devices/{STRANGER}")["state"] in {"applied", "current"}
