"""What a phone is answered that asks for a firmware image: all of it, parts of it, or a plain no."""

import logging
import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.db.models import Device, FirmwareImage
from provserver.domain.firmware import asked
from provserver.domain.ranges import Span, read_ranges
from provserver.domain.requests import PhoneRequest, Reply, Verdict
from provserver.services.house import House
from provserver.services.rendering.profiles import Profiles, as_image
from provserver.storage import Pieces
from provserver.vendors.registry import vendors

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/octet-stream"


def for_phone(house: House, request: PhoneRequest, device_id: int) -> Reply | None:
    """Answer a known phone with an image of its company and its model; None where there is none of that name.

    Outside ``firmware/`` only with the one that is chosen for it: there phones ask on their own, by the names that
    their makers gave them, and would load what nobody told them to.
    """
    with house.database.reading() as session:
        device = session.get(Device, device_id)
        if device is None:
            return None
        query = select(FirmwareImage).where(
            FirmwareImage.tenant_id == device.tenant_id, FirmwareImage.asked == asked(request.file)
        )
        row = session.scalar(query)
        model = vendors()[device.vendor].models.get(device.model)
        if row is None or model is None or not as_image(row).fits(model):
            return None
        if not request.firmware and not _is_chosen(house, session, device, row):
            return None
    return _reply(house, row, request)


def _is_chosen(house: House, session: Session, device: Device, row: FirmwareImage) -> bool:
    profiles = Profiles(session, device.tenant_id, house.config.base_url)
    image, _chosen = profiles.firmware(device, profiles.firmware_values)
    return image is not None and asked(image.name) == row.asked


def for_anybody(house: House, request: PhoneRequest) -> Reply | None:
    """Answer somebody in a trusted network who does not say which phone it is, while the name means one content."""
    with house.database.reading() as session:
        rows = session.scalars(select(FirmwareImage).where(FirmwareImage.asked == asked(request.file))).all()
    if len({row.sha256 for row in rows}) != 1:
        return None
    return _reply(house, rows[0], request)


def _reply(house: House, row: FirmwareImage, request: PhoneRequest) -> Reply | None:
    etag = f'"{row.sha256[:32]}"'
    about = (("Accept-Ranges", "bytes"),)
    if etag in request.if_none_match or request.if_none_match.strip() == "*":
        return Reply(304, Verdict.UNCHANGED, content_type=CONTENT_TYPE, etag=etag)
    if request.method == "HEAD" and house.images.has(row.sha256):
        return Reply(200, Verdict.SERVED, b"", CONTENT_TYPE, etag, "", about, row.size)
    counts = request.if_range.strip() in {"", etag}
    spans = read_ranges(request.range, row.size) if counts else None
    if spans == ():
        told = (*about, ("Content-Range", f"bytes */{row.size}"))
        return Reply(416, Verdict.REFUSED, b"", CONTENT_TYPE, reason="no such part of the image", headers=told)
    file = house.images.open(row.sha256)
    if file is None:  # nodes that do not share the folder do not know each other's
        log.error("A firmware image has no file in the store", extra={"image": row.name, "sha256": row.sha256})
        return None
    plan, kind, headers = _plan(spans or (), row.size)
    length = sum(len(part) if isinstance(part, bytes) else part[1] for part in plan)
    status, reason = (206, f"{length} of {row.size} bytes") if spans else (200, f"{row.size} bytes")
    stream = Pieces(file, plan)
    return Reply(status, Verdict.SERVED, b"", kind, etag, reason, (*about, *headers), length, stream)


Plan = Sequence[bytes | tuple[int, int]]


def _plan(spans: Sequence[Span], size: int) -> tuple[Plan, str, tuple[tuple[str, str], ...]]:
    """Give what is sent: the whole file, one part with its place, or several as ``multipart/byteranges``."""
    if not spans:
        return [(0, size)], CONTENT_TYPE, ()
    if len(spans) == 1:
        return [(spans[0].first, spans[0].size)], CONTENT_TYPE, (("Content-Range", _place(spans[0], size)),)
    boundary = secrets.token_hex(16)
    plan: list[bytes | tuple[int, int]] = []
    for span in spans:
        head = f"\r\n--{boundary}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Range: {_place(span, size)}\r\n\r\n"
        plan += [head.encode(), (span.first, span.size)]
    plan.append(f"\r\n--{boundary}--\r\n".encode())
    return plan, f"multipart/byteranges; boundary={boundary}", ()


def _place(span: Span, size: int) -> str:
    return f"bytes {span.first}-{span.last}/{size}"
