"""Who a person is at the OpenID provider, as administrators write it."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from provserver.db.models import OpenidLink, User
from provserver.db.queries import claiming
from provserver.domain.openid import plain_name
from provserver.domain.roles import Actor, Right
from provserver.errors import Conflict, Invalid
from provserver.services import changes
from provserver.services.access import people, sessions
from provserver.services.access.people import Listed
from provserver.services.changes import Edit
from provserver.services.house import House

_TAKEN = "name: somebody else is called that at the provider already"


def link(house: House, actor: Actor, name: str, there: str) -> Listed:
    """Let somebody sign in with the provider, who is called ``there`` in its claim; sessions by another name end.

    Raises Invalid, Conflict where the name is somebody else's, and Conflict where there is no provider.
    """
    actor.require(Right.PEOPLE)
    with house.database.transaction() as session:
        user = people.mastered(session, actor, name)
        wanted, before = _checked(house, there), _current(house, session, user)
        if before is not None and before.name == wanted:
            return people.listed(house, session, user)
        _forget(session, user, before)
        with claiming(session, _TAKEN):
            session.add(OpenidLink(user_id=user.id, issuer=house.config.oidc_issuer, name=wanted))
        edit = Edit("openid linked", user.name, before and {"name": before.name}, {"name": wanted})
        changes.commit(house, session, actor, edit)
        return people.listed(house, session, user)


def _checked(house: House, there: str) -> str:
    if not house.config.oidc_issuer:
        raise Conflict("there is no OpenID provider; set PROVSERVER_OIDC_ISSUER")
    try:
        wanted = plain_name(there, house.config.oidc_claim)
    except ValueError as error:
        raise Invalid.field("name", str(error)) from error
    if not wanted:
        raise Invalid.field("name", "missing")
    return wanted


def _current(house: House, session: Session, user: User) -> OpenidLink | None:
    here = OpenidLink.issuer == house.config.oidc_issuer
    return session.scalar(select(OpenidLink).where(OpenidLink.user_id == user.id, here))


def _forget(session: Session, user: User, before: OpenidLink | None) -> None:
    """Take a link away, that of a former provider too, and end the sessions that it may have opened."""
    session.execute(delete(OpenidLink).where(OpenidLink.user_id == user.id))
    session.flush()
    if before is not None and before.subject is not None:
        sessions.forget(session, user.id)


def unlink(house: House, actor: Actor, name: str) -> Listed:
    """Let somebody sign in with the provider no more, and end their sessions."""
    actor.require(Right.PEOPLE)
    with house.database.transaction() as session:
        user = people.mastered(session, actor, name)
        before = _current(house, session, user)
        if before is not None:
            _forget(session, user, before)
            changes.commit(house, session, actor, Edit("openid unlinked", user.name, {"name": before.name}, None))
        return people.listed(house, session, user)
