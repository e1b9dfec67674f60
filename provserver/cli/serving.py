"""How gunicorn serves the application: the settings, and gunicorn run from here."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from provserver.config import Config

KEEP_ALIVE = 15
"""Seconds that a quiet connection stays open: a phone asks for three or four files in a row."""
GRACE = 4
"""Seconds that answers under way may take when the server is stopped."""


def settings(config: Config) -> dict[str, object]:
    """Give gunicorn's settings for a configuration; also what ``gunicorn.conf.py`` in the repository takes."""
    return {
        "bind": list(config.binds.values()),
        "workers": config.web_processes,
        "threads": config.web_threads,
        "worker_class": "provserver.gunicorn_worker.PatientWorker",
        "keepalive": KEEP_ALIVE,
        "graceful_timeout": GRACE,
        "backlog": 2048,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "proc_name": "provserver",
        "control_socket_disable": True,
        "forwarded_allow_ips": "",  # whose word counts is decided in fronts.py
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108  its own advice: not on a disk
    }


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with settings that are given, not read from files or arguments."""

    def __init__(self, settings: Mapping[str, object], load: Callable[[], Any]) -> None:
        self._settings = settings
        self._load = load
        super().__init__()

    def load_config(self) -> None:
        """Take the settings."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Give the application, in each process anew."""
        return self._load()
