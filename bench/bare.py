"""The least that a WSGI application can do: what everything else under the same gunicorn is compared with."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

BODY = Path(os.environ["BENCH_BODY"]).read_bytes()


def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer with the same bytes, whatever is asked."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]
