"""Our own authority, which all nodes share: its certificate and its sealed key lie in the database.

A node's folder holds the certificate alone, for programs that read files, and what it issued for its own names. A
folder of an earlier version, with the key in it, is taken over once; its key file is left to its owner.
"""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from provserver.db.models import OwnAuthority
from provserver.db.queries import claiming
from provserver.db.session import keyring_of
from provserver.errors import Conflict, Unreadable
from provserver.services.house import House
from provserver.tls import authority as made
from provserver.tls.authority import Pair
from provserver.tls.files import Store, title

PURPOSE = "authority key"


def shared(house: House, store: Store, owner: str) -> Pair:
    """Give the authority of all nodes, written anew in time; where there is none yet, the folder's, or a new one.

    Raises Unreadable where half an authority lies in the folder and none in the database, or a damaged one.
    """
    now = house.clock()
    with house.database.reading() as session:
        row = session.scalar(_row(owner))
        pair = _opened(session, row) if row else None
    if pair is None:
        return _founded(house, store, owner, now)
    if made.is_authority_due(pair.certificate, now):
        return _renewed(house, owner, now)
    return pair


def _row(owner: str) -> Select[OwnAuthority]:
    return select(OwnAuthority).where(OwnAuthority.owner == owner)


def _opened(session: Session, row: OwnAuthority) -> Pair:
    return Pair(row.pem.encode(), keyring_of(session).open(row.sealed_key, PURPOSE))


def _founded(house: House, store: Store, owner: str, now: datetime) -> Pair:
    """Put the first authority into the database; where another node was quicker, that one counts."""
    try:
        pair = store.found() or made.make_authority(title(now, store.old), now, old=store.old)
        made.require_fitting(pair)
    except (ValueError, TypeError) as error:
        raise Unreadable(f"{store.folder} is damaged; put back a copy of it ({error})") from error
    try:
        with house.database.transaction() as session, claiming(session, "another node was quicker"):
            sealed = keyring_of(session).seal(pair.key, PURPOSE)
            session.add(OwnAuthority(owner=owner, pem=pair.certificate.decode(), sealed_key=sealed, made_at=now))
    except Conflict:
        with house.database.reading() as session:
            return _opened(session, session.scalars(_row(owner)).one())
    return pair


def _renewed(house: House, owner: str, now: datetime) -> Pair:
    """Write the authority anew, with its key, once however many nodes see that it is time."""
    with house.database.transaction() as session:
        row = session.scalars(_row(owner).with_for_update()).one()
        pair = _opened(session, row)
        if made.is_authority_due(pair.certificate, now):
            pair = made.renew_authority(pair, now)
            row.pem = pair.certificate.decode()
        return pair
