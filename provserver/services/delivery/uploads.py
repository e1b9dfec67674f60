"""What phones send: logs, what their users changed, their own contacts; the newest of each file is kept."""

import logging

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from provserver.db.models import Upload
from provserver.db.session import keyring_of
from provserver.domain.requests import PhoneRequest, Reply, Verdict
from provserver.services import outages
from provserver.services.delivery import challenges
from provserver.services.delivery.provisioning import Desk, Turned, busy, find, no, refuse
from provserver.vendors.registry import vendors

log = logging.getLogger(__name__)

UPLOAD_LIMIT = 1024 * 1024
"""Bytes of one uploaded file; a phone's log is the largest that the sheets know of (512 KiB)."""
UPLOADS_PER_PHONE = 16


def accept(desk: Desk, request: PhoneRequest) -> tuple[int | None, Reply | None]:
    """Decide on a PUT or POST before its body is read: the phone that may send it, or the refusal."""
    try:
        found = find(desk, request)
    except SQLAlchemyError as error:
        outages.tell(log, "An upload could not be decided on", error, file=request.file)
        return None, busy("the database did not answer")
    if isinstance(found, Turned):
        desk.recorder.record(found.device_id, request, found.reply)
        return None, found.reply
    rules = vendors()[found.vendor].rules
    if not any(pattern.fullmatch(request.file) for pattern in rules.uploads):
        reply = no(Verdict.REFUSED, "not a file that this phone may send")
        desk.recorder.record(found.device_id, request, reply)
        return None, reply
    if found.watched and (asked := challenges.demand(desk.house, desk.recorder.nonces, request, found)):
        desk.recorder.record(found.device_id, request, asked)
        return None, asked
    return found.device_id, None


def store(desk: Desk, request: PhoneRequest, device_id: int, body: bytes) -> Reply:
    """Keep what a phone sent, in place of what it sent under this name before."""
    try:
        with desk.house.database.transaction() as session:
            row = session.get(Upload, (device_id, request.file))
            if row is None:
                count = len(session.scalars(select(Upload.file).where(Upload.device_id == device_id)).all())
                if count >= UPLOADS_PER_PHONE:
                    return refuse(desk, request, device_id, 413, "too many different files")
                row = Upload(device_id=device_id, file=request.file)
                session.add(row)
            row.sealed_body = keyring_of(session).seal(body, "upload")
            row.size = len(body)
            row.received_at = desk.house.clock()
    except SQLAlchemyError as error:
        outages.tell(log, "An upload could not be stored", error, file=request.file)
        return busy("the database did not answer")
    reply = Reply(201, Verdict.STORED, reason=f"{len(body)} bytes")
    desk.recorder.record(device_id, request, reply)
    return reply
