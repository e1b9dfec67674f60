"""A watched phone that comes by its token: whether it may, and what its coming brings to an end."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from provserver.crypto import token_hash
from provserver.db.holding import MILDLY
from provserver.db.models import Device, DeviceToken, EnrolmentWindow, Rendering
from provserver.domain.requests import PhoneRequest, Verdict
from provserver.services.enrolment import enrolment_secrets, tokens, windows
from provserver.services.enrolment.first_contact import Refusal
from provserver.services.guarding import watching
from provserver.services.house import House
from provserver.services.rendering.renderings import Stored


def refuse(house: House, request: PhoneRequest, stored: Stored) -> Refusal | None:
    """Say why a watched phone is not answered although it is known; None where it is."""
    if _comes_one_way(house, stored):
        return None
    with house.database.reading() as session:
        if session.scalar(select(Device.locked_at).where(Device.id == stored.device_id)) is not None:
            return Refusal(Verdict.LOCKED, "this phone is locked")
        if request.token is None:
            return None
        token = session.scalar(select(DeviceToken).where(DeviceToken.hash == token_hash(request.token)))
    if token is None or (token.expires_at is not None and token.expires_at <= house.clock()):
        return Refusal(Verdict.UNKNOWN_TOKEN, "this address was replaced, and its time is over")
    return None


def came_by_token(house: House, request: PhoneRequest, stored: Stored) -> None:
    """Take note that a phone fetched a file by its token: windows close, and older tokens end.

    A token counts as used when it fetched a file that proves the configuration, and not, say, a phonebook: then the
    phone has taken the new address for its own. An old token ends no newer one, so whatever the order in which things
    happen, what the phone holds opens its files.
    """
    if _comes_one_way(house, stored):
        return
    used = token_hash(request.token or "")
    with house.database.reading() as session:
        if not _ends_something(session, used, stored, request.file):
            return
    with house.database.transaction() as session:
        device = session.get(Device, stored.device_id, with_for_update=MILDLY)
        if device is None:
            return
        if windows.close(session, device, house.clock(), windows.CAME):
            windows.note(house, session, device, "window closed", windows.CAME)
        enrolment_secrets.end_all(session, device, house.clock(), windows.CAME)
        if _proves(session, stored.device_id, request.file):
            _end_older(house, session, device, used)
        watching.update(session, device)


_ONE_WAY = """SELECT d.locked_at IS NULL AND w.open_mac IS NULL
AND NOT EXISTS (SELECT 1 FROM enrolment_secret s WHERE s.device_id = d.id AND s.open_mac IS NOT NULL)
AND (SELECT count(*) FROM device_token t WHERE t.device_id = d.id) = 1
FROM device d LEFT JOIN enrolment_window w ON w.device_id = d.id WHERE d.id = ?"""


def _comes_one_way(house: House, stored: Stored) -> bool:
    """Tell whether a phone has one address, nothing that a first contact opens, and no lock.

    Then it is watched for its password alone.
    """
    row = house.database.fetch_one(_ONE_WAY, (str(stored.device_id),))
    return row is not None and bool(row[0])


def _ends_something(session: Session, used: str, stored: Stored, file: str) -> bool:
    window = session.get(EnrolmentWindow, stored.device_id)
    if window is not None and window.open_mac is not None:
        return True
    if session.scalar(enrolment_secrets.open_rows(stored.device_id).limit(1)) is not None:
        return True
    newest = session.scalar(select(DeviceToken.id).where(DeviceToken.hash == used))
    older = select(DeviceToken.id).where(DeviceToken.device_id == stored.device_id, DeviceToken.id < (newest or 0))
    return session.scalar(older.limit(1)) is not None and _proves(session, stored.device_id, file)


def _proves(session: Session, device_id: int, file: str) -> bool:
    here = select(Rendering.proves).where(Rendering.device_id == device_id, Rendering.file == file)
    return bool(session.scalar(here))


def _end_older(house: House, session: Session, device: Device, used: str) -> None:
    token = session.scalar(select(DeviceToken).where(DeviceToken.hash == used, DeviceToken.device_id == device.id))
    if token is None:
        return
    token.used_at = token.used_at or house.clock()
    older = (DeviceToken.device_id == device.id, DeviceToken.id < token.id)
    ends = session.scalar(select(DeviceToken.id).where(*older, tokens.alive(house.clock())).limit(1)) is not None
    session.execute(delete(DeviceToken).where(*older))
    if ends:
        windows.note(house, session, device, "old address ended", "the phone came by the new one")
