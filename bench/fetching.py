"""GET of a stored file: ours, beside bare WSGI under the same gunicorn and nginx serving the same bytes."""

import shutil
import sys
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import update

from bench.fleet import Fleet
from bench.serving import Load, best, gunicorn, measure, process
from provserver.db.models import Rendering

ROUNDS = 3


def run(fleet: Fleet, folder: Path, port: int) -> list[Load]:
    """Measure the three in turn, several rounds, and give each one's median; every phone has its files already."""
    script = folder / "paths.lua"
    (folder / "paths").write_text("\n".join(fleet.files))
    script.write_text(_LUA.replace("PATHS", str(folder / "paths")))
    environment = {
        "PROVSERVER_DATA_DIR": str(fleet.house.config.data_dir),
        "PROVSERVER_PUBLIC_URL": fleet.house.config.base_url,
        "BENCH_BODY": str(folder / "body"),
    }
    first = f"http://127.0.0.1:{port}{fleet.files[0]}"
    with gunicorn("provserver.app:application()", port, environment), urlopen(first) as answer:
        (folder / "body").write_bytes(answer.read())
    loads: dict[str, list[Load]] = {}
    base = f"http://127.0.0.1:{port}"
    with fleet.house.database.transaction() as session:
        session.execute(update(Rendering).values(fetched_etag=Rendering.etag))
    for _ in range(ROUNDS):
        for name, application in (("provserver", "provserver.app:application()"), ("bare WSGI", "bench.bare:app")):
            with gunicorn(application, port, environment) as pid:
                loads.setdefault(name, []).append(measure(name, base, script, pid))
        with nginx(fleet, folder, port) as pid:
            loads.setdefault("nginx", []).append(measure("nginx", base, script, pid))
    return [best(several) for several in loads.values()]


def nginx(fleet: Fleet, folder: Path, port: int):  # type: ignore[no-untyped-def]
    """Serve the same bytes as files."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        sys.exit("nginx is missing: install the package nginx-light")
    root = folder / "www"
    if not root.exists():
        body = (folder / "body").read_bytes()
        for file in fleet.files:
            path = root / file.lstrip("/")
            path.parent.mkdir(parents=True)
            path.write_bytes(body)
    (folder / "nginx.conf").write_text(_NGINX.format(port=port, root=root, folder=folder))
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
    return process(command, f"http://127.0.0.1:{port}/")


_LUA = """
local paths = {}
for line in io.lines('PATHS') do paths[#paths + 1] = line end
local at = math.random(#paths)
request = function()
  at = at % #paths + 1
  return wrk.format('GET', paths[at])
end
"""

_NGINX = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log; user root;
events {{ worker_connections 512; }}
http {{ access_log off; sendfile on; server {{ listen 127.0.0.1:{port}; root {root}; }} }}
"""
