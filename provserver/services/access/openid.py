"""Coming in by an OpenID provider: a question that one browser answers, once, and whom the answer means.

Nobody is added by it: an administrator has written who a person is there (``services/access/linking.py``), and the
first time that the provider says so binds the person to the subject that it never gives to anybody else.
"""

import hmac
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from provserver.config import Config
from provserver.crypto import token_hash
from provserver.db.models import OpenidAnswer, OpenidLink, SignInTry, User
from provserver.db.queries import claiming
from provserver.domain.roles import Actor, Role
from provserver.errors import Conflict, Unproven, Unreachable, Unreadable
from provserver.openid.provider import SKEW, Asked, Client, Identity, Provider
from provserver.services import changes
from provserver.services.access.accounts import Person, company_id, own_actor, person_of
from provserver.services.access.sign_in import count_address
from provserver.services.changes import Edit
from provserver.services.house import House

log = logging.getLogger(__name__)

LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""
_PURPOSE = "sign-in elsewhere"
_SILENT = "the provider does not answer; sign in with the password, or try again later"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser brought back; texts, empty where they are missing."""

    state: str
    code: str
    error: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody whom the provider knows; ``at`` is when they proved it there, ``wanted`` the page they wanted.

    ``confirms`` tells that they are signed in here and were asked again.
    """

    person: Person
    wanted: str
    at: datetime | None
    confirms: bool


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked of which browser; ``person_id`` where somebody who is signed in was asked again."""

    asked: Asked
    wanted: str
    at: datetime
    person_id: int | None


def provider_of(config: Config) -> Provider | None:
    """Give the provider that the configuration describes; None where it describes none."""
    if not config.oidc_issuer:
        return None
    named = config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret
    return Provider(Client(*named, config.oidc_claim, config.oidc_hosts, config.oidc_trust))


def ask(house: House, provider: Provider, back: str, wanted: str = "", person_id: int | None = None) -> tuple[str, str]:
    """Give the address where somebody is asked who they are, and what their browser keeps, sealed, until then.

    ``back`` is where the answer is sent. Raises Unreachable.
    """
    try:
        address, asked = provider.ask(back, again=person_id is not None)
    except Unreachable as error:
        raise _unreachable(error) from error
    parts = {"state": asked.state, "nonce": asked.nonce, "verifier": asked.verifier, "back": back, "wanted": wanted}
    text = json.dumps({**parts, "at": house.clock().timestamp(), "person": person_id})
    return address, house.database.keyring.seal(text.encode(), _PURPOSE).hex()


def finish(house: House, provider: Provider, sealed: str, answer: Answer, address: str = "") -> Arrived:
    """Give whom an answer means; it counts as a try of its address until it is right, and it counts once.

    Raises Unproven, which stands in the history; Unreachable; and Throttled where the address was wrong too often.
    """
    question = _opened(house, sealed)
    with house.database.transaction() as session:
        number = count_address(session, address, house.clock())
    try:
        _check(house, question, answer)
        identity = provider.redeem(question.asked, answer.code, answer.issuer, house.clock())
    except Unreachable as error:
        raise _unreachable(error) from error
    except Unproven as error:
        with house.database.transaction() as session:
            _record(house, session, error, address)
        raise
    return _arrive(house, question, identity, address, number)


def _unreachable(error: Unreachable) -> Unreachable:
    log.warning("The OpenID provider cannot be asked", extra={"reason": str(error)})
    return Unreachable(_SILENT)


def _opened(house: House, sealed: str) -> _Question:
    """Open what a browser kept; whoever brings an answer without it was never asked, and leaves a line in the log."""
    with suppress(ValueError, KeyError, TypeError, Unreadable):
        kept = json.loads(house.database.keyring.open(bytes.fromhex(sealed), _PURPOSE))
        asked = Asked(kept["state"], kept["nonce"], kept["verifier"], kept["back"])
        return _Question(asked, kept["wanted"], datetime.fromtimestamp(kept["at"], UTC), kept["person"])
    log.warning("Sign-in refused", extra={"reason": "this browser was asked nothing"})
    raise Unproven("this sign-in was not begun in this browser, or is over; start again", "asked nothing")


def _check(house: House, question: _Question, answer: Answer) -> None:
    """See that an answer is to the question, in time, and the first one."""
    if not hmac.compare_digest(answer.state.encode(), question.asked.state.encode()):
        raise Unproven("this sign-in was not begun in this browser, or is over; start again", "another state")
    now = house.clock()
    if now > question.at + LASTS:
        raise Unproven("this answer came too late; start again", "too late")
    with house.database.transaction() as session:
        session.execute(delete(OpenidAnswer).where(OpenidAnswer.at < now - 2 * LASTS))
        try:
            with claiming(session, "used"):
                session.add(OpenidAnswer(hash=token_hash(answer.state), at=now))
        except Conflict as error:
            raise Unproven("this answer was used already; start again", "replayed") from error
    if answer.error or not answer.code:
        told = "".join(letter for letter in answer.error if letter.isprintable())[:60]
        raise Unproven("the provider did not let you in", f"the provider says: {told or 'nothing'}")


def _arrive(house: House, question: _Question, identity: Identity, address: str, number: int | None) -> Arrived:
    with house.database.transaction() as session:
        user = _whom(house, session, identity)
        refusal = _refusal(house, question, identity, user)
        if user is not None and refusal is None:
            user.signed_in_at = house.clock()
            session.execute(delete(SignInTry).where(SignInTry.id == number))
            session.flush()
            at = min(identity.at, house.clock()) if identity.at else None
            return Arrived(person_of(session, user), question.wanted, at, question.person_id is not None)
        refusal = refusal or _nobody(house, identity)
        _record(house, session, refusal, address, identity.name or identity.subject, user)
    raise refusal


def _whom(house: House, session: Session, identity: Identity) -> User | None:
    """Find whom a subject is linked to; else whom an administrator named so, if nobody came by that name before."""
    here = select(OpenidLink).where(OpenidLink.issuer == house.config.oidc_issuer).with_for_update()
    link = session.scalar(here.where(OpenidLink.subject == identity.subject))
    if link is not None:
        return session.get(User, link.user_id)
    by_name = here.where(OpenidLink.name == identity.name, OpenidLink.subject.is_(None))
    link = session.scalar(by_name) if identity.name else None
    user = session.get(User, link.user_id) if link else None
    if link is not None and user is not None and not _is_locked(house, user):
        link.subject, link.linked_at = identity.subject, house.clock()
        actor = own_actor(session, person_of(session, user))
        changes.record(house, session, actor, Edit("openid met", user.name, None, {"name": identity.name}))
    return user


def _is_locked(house: House, user: User) -> bool:
    return user.locked_until is not None and user.locked_until > house.clock()


def _refusal(house: House, question: _Question, identity: Identity, user: User | None) -> Unproven | None:
    """Tell what speaks against letting somebody in, who is known."""
    if user is None:
        return None
    if _is_locked(house, user):
        return Unproven("this profile is locked; an administrator can unlock it", "locked")
    if question.person_id is None:
        return None
    if question.person_id != user.id:
        return Unproven("you are signed in here as somebody else", "another person")
    if identity.at is None or identity.at < question.at - timedelta(seconds=SKEW):
        return Unproven("the provider did not ask you again", "not asked again")
    return None


def _nobody(house: House, identity: Identity) -> Unproven:
    if not identity.name:
        claim = house.config.oidc_claim
        return Unproven("the provider does not say who you are, or did not verify it", f"no verified {claim}")
    told = f"nobody here is called {identity.name} at the provider; ask an administrator to enter it"
    return Unproven(told, "unknown")


def _record(
    house: House, session: Session, refusal: Unproven, address: str, name: str = "", user: User | None = None
) -> None:
    """Write down who was not let in, and why: in the history of their company, or for strangers of the oldest one."""
    tenant_id = (user.tenant_id if user else None) or company_id(session, "")
    actor = Actor(tenant_id, f"openid:{house.config.oidc_title}"[:100], Role.READER)
    subject = (user.name if user else name)[:120]
    facts = {"reason": refusal.reason, "address": address}
    changes.record(house, session, actor, Edit("sign-in refused", subject, None, facts))
    log.warning("Sign-in refused", extra={**facts, "who": subject})
