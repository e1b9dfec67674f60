"""What the house stands on fails: no database, or no room on a disk. The sentence that every door says of it."""

import errno
import logging
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

FAILURES = (OperationalError, InterfaceError, NoConnection, OSError)
"""Errors that may be an outage; of OSError only those that say that a disk is full."""
RETRY_AFTER = 30
"""Seconds until a program should ask again."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_DATABASE = ("database or disk is full", "disk i/o error", "no space left", "file too large")
_DISK_FULL = "53100"
"""What PostgreSQL says of its own disk."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What fails, for the reader: a status and a sentence."""

    status: HTTPStatus
    sentence: str


AWAY = Outage(HTTPStatus.SERVICE_UNAVAILABLE, "the database does not answer, and nothing was saved; try again soon")
FULL = Outage(
    HTTPStatus.INSUFFICIENT_STORAGE, "the server's disk is full, and nothing was saved; make room and try again"
)


def outage_of(error: BaseException) -> Outage | None:
    """Tell whether an error is an outage, and which one; None for everything else."""
    if isinstance(error, OSError):
        return FULL if error.errno in _FULL else None
    if isinstance(error, NoConnection):
        return AWAY
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    return FULL if _is_full(error) else AWAY


def tell(log: logging.Logger, sentence: str, error: BaseException, **facts: object) -> None:
    """Log an outage in one line, for there will be many; any other error with where it came from."""
    if outage_of(error) is None:
        log.error(sentence, exc_info=error, extra=facts)
    else:
        log.error(sentence, extra={**facts, "reason": reason_of(error)})


def reason_of(error: BaseException) -> str:
    """Give what the database or the system said, for the log."""
    return str(getattr(error, "orig", None) or error).strip()[:300]


def _is_full(error: DBAPIError) -> bool:
    reason = str(error.orig).lower()
    return getattr(error.orig, "sqlstate", "") == _DISK_FULL or any(words in reason for words in _FULL_DATABASE)
