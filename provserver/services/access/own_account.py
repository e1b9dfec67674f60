"""What people change of their own account: the password, and by a link the first one."""

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from provserver.crypto import token_hash
from provserver.db.models import PasswordLink, User
from provserver.domain.secret import MASK
from provserver.errors import NotFound
from provserver.services import changes
from provserver.services.access import sign_in
from provserver.services.access.accounts import Person, checked_password, own_actor, person_of, renew_password
from provserver.services.changes import Edit
from provserver.services.house import House

_GONE = "this link was used, or is too old; ask for another one"


def change_password(house: House, person: Person, old: str, new: str, but: int = 0) -> None:
    """Replace one's own password, proved by the old one, and end one's other sessions; ``but`` goes on."""
    checked_password(new)
    sign_in.confirm(house, person.id, old)
    with house.database.transaction() as session:
        user = session.get(User, person.id, with_for_update=True)
        if user is None:
            raise NotFound("there is no such person")
        renew_password(session, user, new, but)
        _record(house, session, user)


def _record(house: House, session: Session, user: User) -> None:
    edit = Edit("password changed", user.name, None, f"{MASK} (new)")
    changes.record(house, session, own_actor(session, person_of(session, user)), edit)


def named_by_link(house: House, token: str) -> str:
    """Give the name of whom a link is for; raises NotFound once it was used or is too old."""
    with house.database.reading() as session:
        row = session.scalar(_link(house, token))
        if row is None:
            raise NotFound(_GONE)
        return row.name


def choose_password(house: House, token: str, password: str) -> None:
    """Set the password of whom a link is for, once."""
    checked_password(password)
    with house.database.transaction() as session:
        user = session.scalar(_link(house, token).with_for_update())
        if user is None:
            raise NotFound(_GONE)
        session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id))
        renew_password(session, user, password)
        _record(house, session, user)


def _link(house: House, token: str) -> Select[User]:
    query = select(User).join(PasswordLink, PasswordLink.user_id == User.id)
    return query.where(PasswordLink.hash == token_hash(token), PasswordLink.expires_at > house.clock())
