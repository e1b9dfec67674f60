"""A disk that is full: people and programs are told so, phones have their files, and all goes on once there is room.

The data folder is a small disk of its own, mounted where only the server sees it; a file of ours fills it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.conftest import Report, Size
from tests.hostile.site import Site, eventually, under_fire

pytestmark = pytest.mark.timeout(1800)

MEGABYTES = 48
AS_ROOT = () if os.geteuid() == 0 else ("--user", "--map-root-user")
MOUNT = f'mount -t tmpfs -o size={MEGABYTES}m,mode=755 none "$0" && exec "$@" 2>"$0/log"'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server whose data, images and log lie on a small disk, with two phones."""
    folder = tmp_path_factory.mktemp("disk")
    disk = folder / "var"
    disk.mkdir()
    before = ("unshare", *AS_ROOT, "--mount", "--propagation", "private", "sh", "-c", MOUNT, str(disk))
    with under_fire(folder, *before, PROVSERVER_FIRMWARE_DIR=str(disk / "firmware")) as found:
        found.add_desk()
        found.add_desk()
        yield found


@pytest.fixture
def disk(site: Site) -> Iterator[Path]:
    """The small disk as the server sees it, with as much room in the end as in the beginning."""
    found = Path(f"/proc/{site.server.process.pid}/root") / site.environment["PROVSERVER_DATA_DIR"].lstrip("/")
    assert (found / "provserver.db").exists()
    yield found
    (found / "filler").unlink(missing_ok=True)
    eventually(lambda: site.ask("GET", "/readyz").status == 200)


def _fill(disk: Path) -> None:
    """Take all the room there is, to the last byte."""
    with (disk / "filler").open("ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def _until_refused(site: Site, disk: Path) -> None:
    """Save until it is refused: what was taken before may leave some room in files that are there already."""
    for _ in range(500):
        _fill(disk)
        if not site.save(site.desks[0]):
            return
    raise AssertionError("500 saves on a full disk")


def test_a_full_disk_is_told_and_gone_on_from(site: Site, disk: Path, size: Size, report: Report) -> None:
    before, get = [process.pid for process in site.processes()], site.browser()
    rounds, refused = size(1, 10), 0
    for _ in range(rounds):
        assert site.save(site.desks[0])
        _until_refused(site, disk)
        refused += 1
        answer = site.ask("PATCH", f"/api/v1/devices/{site.desks[1].mac}/settings", {"language": "it"})
        assert answer.status in {202, 507}, answer
        answer = site.ask("PATCH", f"/api/v1/devices/{site.desks[0].mac}/keys", {"9": {"kind": "none"}})
        if answer.status == 507:
            assert "disk is full" in answer.json["detail"]
        _phones_have_their_files(site)
        assert get("/phones/").status == 200
        assert site.ask("GET", "/api/v1/devices").status == 200
        for guess in range(20):
            assert site.ask("GET", f"/p/{guess:032}/805ec0d9c744.cfg").status == 404
        (disk / "filler").unlink()
        assert site.save(site.desks[0])
        assert site.save(site.desks[1])
        site.settle()
        assert [line for desk in site.desks for line in site.lost(desk)] == []
    assert [process.pid for process in site.processes()] == before, "nothing had to be started again"
    assert site.ask("GET", "/healthz").status == 200
    assert (disk / "log").read_text().count("Traceback") == 0
    report(times_full=rounds, saves_refused=refused, lost=0)


def _phones_have_their_files(site: Site) -> None:
    for desk in site.desks:
        answer = site.ask("HEAD", f"{desk.phone._base}{desk.mac}.cfg")
        assert answer.status == 200, answer
        site.fetch(desk)
        assert not desk.phone.problems, desk.phone.problems


def test_an_image_without_room_leaves_nothing_behind(site: Site, disk: Path) -> None:
    before = sorted(path.name for path in (disk / "firmware").glob("*")) if (disk / "firmware").exists() else []
    url = f"http://{site.address}/api/v1/firmware?name=large.rom&vendor=yealink&models=T46U&version=1.2.3"
    answer = site.send(url, b"x" * (MEGABYTES << 20))
    assert answer.status in {413, 422, 507}, answer
    assert "room" in answer.body.decode()
    assert sorted(path.name for path in (disk / "firmware").glob("*")) == before
    assert site.save(site.desks[0])


def test_a_backup_without_room_leaves_nothing_behind(site: Site, disk: Path) -> None:
    _fill(disk)
    target = f"{site.environment['PROVSERVER_DATA_DIR']}/backup"
    inside = ("--user", "--preserve-credentials") if AS_ROOT else ()
    enter = ("nsenter", "-t", str(site.server.process.pid), "--mount", *inside)
    done = subprocess.run(
        [*enter, sys.executable, "-m", "provserver", "backup", target],
        env=site.environment | {"PROVSERVER_BACKUP_PASSPHRASE": "correct horse battery"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "No space left" in done.stderr or "disk" in done.stderr, done.stderr
    assert [path.name for path in disk.glob("*backup*")] == []
