"""What a phone is answered: its own file, what it sent back, or a plain no that tells nothing."""

import logging
from dataclasses import dataclass, replace

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from provserver.crypto import fingerprint, token_hash
from provserver.db.models import Upload
from provserver.db.session import keyring_of
from provserver.domain.requests import PhoneRequest, Reply, Verdict
from provserver.errors import Unreadable
from provserver.services import outages
from provserver.services.delivery import arrivals, challenges, images
from provserver.services.delivery.receipts import Receipt
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.delivery.sightings import Recorder
from provserver.services.enrolment import first_contact
from provserver.services.enrolment.first_contact import Refusal
from provserver.services.house import House
from provserver.services.rendering import phonebooks, renderings
from provserver.services.rendering.renderings import Stored
from provserver.vendors.registry import claim, disagreement, identify, vendors

log = logging.getLogger(__name__)

_NO = "not found\n"
_BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Desk:
    """What answering phones needs: the house, and who writes down what was asked."""

    house: House
    recorder: Recorder


@dataclass(frozen=True, slots=True)
class Turned:
    """Somebody turned away, with the phone that they may have been."""

    reply: Reply
    device_id: int | None = None


def serve(desk: Desk, request: PhoneRequest) -> Reply:
    """Answer a GET or HEAD; whatever happens, the phone gets an answer that it understands."""
    try:
        found = _find_image(desk, request) if request.firmware else find(desk, request)
        reply = found.reply if isinstance(found, Turned) else _answer(desk, request, found)
    except (SQLAlchemyError, Unreadable) as error:
        outages.tell(log, "A phone could not be answered", error, file=request.file)
        return busy("the database or its keys did not answer")
    desk.recorder.record(found.device_id, request, reply)
    return reply


def find(desk: Desk, request: PhoneRequest) -> Stored | Turned:
    """Find the phone and its file by token, or by address where its company lets that be enough."""
    database = desk.house.database
    if request.token is not None:
        stored = renderings.lookup(database, request.file, token_hash=token_hash(request.token))
        return _meant(desk, request, stored) if stored else Turned(no(Verdict.UNKNOWN_TOKEN, "no phone has this token"))
    admitted = first_contact.admit(desk.house, request, desk.recorder.levels, desk.recorder.proofs)
    if isinstance(admitted, Refusal):
        return Turned(_turned(admitted))
    stored = renderings.lookup(database, request.file, mac=admitted)
    if stored is None:
        return Turned(no(Verdict.UNKNOWN_PHONE, f"there is no phone {admitted}"))
    return _meant(desk, request, stored)


def _meant(desk: Desk, request: PhoneRequest, stored: Stored) -> Stored | Turned:
    """Give the phone, unless it is locked or calls itself another one: then it is only seen.

    What a phone was called when it was last seen was looked at then.
    """
    agent = request.user_agent
    if agent and agent != stored.user_agent and (said := disagreement(agent, stored.vendor, stored.mac)):
        return Turned(no(Verdict.MISMATCH, said), stored.device_id)
    refusal = arrivals.refuse(desk.house, request, stored) if stored.watched else None
    return Turned(no(refusal.verdict, refusal.reason), stored.device_id) if refusal else stored


def _find_image(desk: Desk, request: PhoneRequest) -> Stored | Turned:
    """Find the phone that asks for an image; in a trusted network it need not say which one it is."""
    if request.token is None and request.trusted:
        identity = identify(request.user_agent)
        mac = identity.mac if identity else None
        known = renderings.lookup(desk.house.database, request.file, mac=mac) if mac else None
        if known is not None:
            return _meant(desk, request, known)
        anybody = images.for_anybody(desk.house, request)
        return Turned(anybody or no(Verdict.UNKNOWN_FILE, "there is no such image"))
    return find(desk, request)


def _answer(desk: Desk, request: PhoneRequest, stored: Stored) -> Reply:
    if request.firmware:
        reply = images.for_phone(desk.house, request, stored.device_id)
        reply = reply or no(Verdict.UNKNOWN_FILE, "there is no such image for this phone")
        return challenges.guard(desk.house, desk.recorder.nonces, request, stored, reply)
    if stored.etag is None:
        same = _same(desk, request, stored)
        if same is not None:
            return _answer(desk, *same)
        return challenges.guard(desk.house, desk.recorder.nonces, request, stored, _other(desk, request, stored))
    if stored.watched and (asked := challenges.demand(desk.house, desk.recorder.nonces, request, stored)):
        return asked
    return _rendered(desk, request, stored)


def _rendered(desk: Desk, request: PhoneRequest, stored: Stored) -> Reply:
    verdict, reason = Verdict.SERVED, ""
    if stored.stale:
        stored, reason = _render_now(desk, request, stored)
        verdict = Verdict.LAST_GOOD if reason else Verdict.SERVED
    if stored.etag is None:
        return _other(desk, request, stored)
    if request.method == "GET":
        _write_down(desk, request, stored)
    quoted = f'"{stored.etag}"'
    if _has(request, quoted):
        return Reply(304, Verdict.UNCHANGED, content_type=stored.content_type, etag=quoted, reason=reason)
    body = desk.house.database.keyring.open(stored.sealed_body, "rendering")
    return Reply(200, verdict, body, stored.content_type, quoted, reason)


def _write_down(desk: Desk, request: PhoneRequest, stored: Stored) -> None:
    """Write down what a fetch proves; where that cannot be written, the phone has its file, and proves it next time."""
    try:
        if stored.fetched_etag != stored.etag and not _has_any(request):
            _prove(desk, request, stored)
        if stored.watched and request.token:
            arrivals.came_by_token(desk.house, request, stored)
        if stored.watched:
            challenges.delivered(desk.house, request, stored.device_id)
    except SQLAlchemyError as error:
        outages.tell(log, "A fetch was not written down; it is when the phone asks again", error, file=request.file)


def _has(request: PhoneRequest, quoted: str) -> bool:
    """Tell whether the phone says that it has this version, in any form of If-None-Match."""
    return quoted in request.if_none_match or _has_any(request)


def _has_any(request: PhoneRequest) -> bool:
    """Tell whether the phone says that it has some version, which may be an old one: that proves nothing."""
    return request.if_none_match.strip() == "*"


def _prove(desk: Desk, request: PhoneRequest, stored: Stored) -> None:
    """Write down, before answering, that the phone has this version: it is the proof that people wait for."""
    desk.recorder.receipts.write(Receipt(stored.device_id, request, stored.etag or "", desk.house.clock()))


def acknowledge(desk: Desk, request: PhoneRequest, reply: Reply) -> None:
    """Write down that a phone has taken an answer to its last byte, for doors that learn of it: the proof.

    What counts is the version that was sent, even where a newer one is rendered by now.
    """
    try:
        found = find(desk, request)
        if request.firmware or isinstance(found, Turned) or found.etag is None or reply.status != 200:
            return
        sent = found._replace(etag=reply.etag.strip('"'))
        if found.fetched_etag != sent.etag:
            _prove(desk, request, sent)
        if found.watched and request.token:
            arrivals.came_by_token(desk.house, request, sent)
    except (SQLAlchemyError, Unreadable) as error:
        outages.tell(log, "A fetch was not written down", error, file=request.file)


def _render_now(desk: Desk, request: PhoneRequest, stored: Stored) -> tuple[Stored, str]:
    """Render a stale phone that asks before the worker came to it; keep the last good file where that fails."""
    try:
        problem = refresh_device(desk.house, stored.device_id)
    except OperationalError as error:
        outages.tell(log, "A phone's new files cannot be written now", error, file=request.file)
        problem = "its new files cannot be written now; it got the last good one"
    if problem:
        return stored, problem
    return _again(desk, request, stored) or stored, ""


def _again(desk: Desk, request: PhoneRequest, stored: Stored) -> Stored | None:
    token = token_hash(request.token) if request.token else ""
    return renderings.lookup(desk.house.database, request.file, token_hash=token, mac="" if token else stored.mac)


def _same(desk: Desk, request: PhoneRequest, stored: Stored) -> tuple[PhoneRequest, Stored] | None:
    """Give the rendered file that answers for a name which the phone makes up; None where there is none."""
    rules = vendors()[stored.vendor].rules
    other = rules.same_as(request.file, stored.mac) if rules.same else None
    known = _again(desk, replace(request, file=other), stored) if other else None
    return (replace(request, file=other or ""), known) if known is not None and known.etag is not None else None


def _other(desk: Desk, request: PhoneRequest, stored: Stored) -> Reply:
    """Answer for a file that is not rendered: handed back, an image, known to be optional, or unknown."""
    if (
        request.file == phonebooks.FILE
        and request.token
        and (book := phonebooks.reply(desk.house, request, stored.device_id))
    ):
        return book
    rules = vendors()[stored.vendor].rules
    if any(pattern.fullmatch(request.file) for pattern in rules.returned):
        with desk.house.database.reading() as session:
            upload = session.get(Upload, (stored.device_id, request.file))
            if upload is not None:
                body = keyring_of(session).open(upload.sealed_body, "upload")
                etag = f'"{fingerprint(body)}"'
                if _has(request, etag):
                    return Reply(304, Verdict.UNCHANGED, content_type=_BYTES, etag=etag)
                return Reply(200, Verdict.SERVED, body, _BYTES, etag, "what the phone sent")
    named = claim(request.file)
    if (named is None or named.mac is None) and (image := images.for_phone(desk.house, request, stored.device_id)):
        return image
    if any(pattern.fullmatch(request.file) for pattern in (*rules.optional, *rules.uploads)):
        return no(Verdict.OPTIONAL, "optional; the phone does without")
    return no(Verdict.UNKNOWN_FILE, "this phone has no such file")


def refuse(desk: Desk, request: PhoneRequest, device_id: int | None, status: int, reason: str) -> Reply:
    """Answer and write down a refusal that the door itself decides, such as too large or too slow."""
    reply = Reply(status, Verdict.REFUSED, f"{reason}\n".encode(), reason=reason)
    desk.recorder.record(device_id, request, reply)
    return reply


def _turned(refusal: Refusal) -> Reply:
    if not refusal.headers:
        return no(refusal.verdict, refusal.reason)
    return Reply(401, refusal.verdict, b"unauthorized\n", reason=refusal.reason, headers=refusal.headers)


def no(verdict: Verdict, reason: str) -> Reply:
    """Answer with a plain no, which tells nothing; the reason is for the record."""
    return Reply(404, verdict, _NO.encode(), reason=reason)


def busy(reason: str) -> Reply:
    """Ask the phone to come again in a minute."""
    return Reply(503, Verdict.BROKEN, b"try again\n", reason=reason, headers=(("Retry-After", "60"),))
