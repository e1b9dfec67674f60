"""The makers' web actions: what a phone's own page is asked for so that it fetches or restarts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from provserver.domain.hardware import Evidence

UNSOURCED = "no source names a web action of this phone that has it fetch"
HTTPS, HTTP = "https", "http"


@dataclass(frozen=True, slots=True)
class WebRequest:
    """What to ask for; ``path`` may hold ``{password}``, ``{mac}`` and ``{url}``, its address with the token."""

    method: str
    path: str
    content_type: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class WebActions:
    """What some models of a maker do when they are asked, as ``user``.

    ``requests`` are by action, ``resync`` and ``reboot``; without the first the phone can only be restarted.
    ``takes_from`` says whether the phone must be told whom to obey: ``one`` address, a ``list``, or nobody ("").
    ``refused`` finds a refusal in the body of an answer that is 200 all the same. ``lacks`` says why there is none.
    """

    models: tuple[str, ...]
    requests: Mapping[str, WebRequest] = field(default_factory=dict)
    evidence: Evidence = Evidence.INFERRED
    user: str = "admin"
    schemes: tuple[str, ...] = (HTTPS, HTTP)
    takes_from: str = ""
    refused: re.Pattern[bytes] | None = None
    lacks: str = ""


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[WebActions, ...]:
    """Read the table's rows; the first that names a model is its own. Raises KeyError and ValueError."""
    return tuple(_row(row) for row in rows)


def of_model(table: Iterable[WebActions], model: str) -> WebActions:
    """Give what holds for a model; one without requests, and with the reason, where no source tells."""
    found = (row for row in table if any(fnmatchcase(model, pattern) for pattern in row.models))
    return next(found, WebActions((model,), lacks=UNSOURCED))


def _row(row: Mapping[str, Any]) -> WebActions:
    models = tuple(row["models"])
    if "lacks" in row:
        return WebActions(models, lacks=row["lacks"])
    return WebActions(
        models,
        {action: _request(row[action]) for action in ("resync", "reboot") if action in row},
        Evidence(row["evidence"]),
        row.get("user", "admin"),
        tuple(row.get("schemes", (HTTPS, HTTP))),
        row.get("takes_from", ""),
        re.compile(row["refused"].encode()) if "refused" in row else None,
    )


def _request(row: str | Mapping[str, str]) -> WebRequest:
    if isinstance(row, str):
        method, _, path = row.partition(" ")
        return WebRequest(method, path)
    return WebRequest("POST", row["post"], row["content_type"], row["body"].encode())
