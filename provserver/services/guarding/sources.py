"""Sources of guesses as people see them: listed, and let off again."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, select

from provserver.db.models import Device, Source, SourceGuess
from provserver.db.queries import owned
from provserver.domain.enrolment import source_of
from provserver.domain.roles import Actor, Right
from provserver.errors import NotFound
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.guarding.scanners import KEEP_MOST
from provserver.services.house import House


def sources(house: House, actor: Actor, limit: int = 200) -> Sequence[Source]:
    """List sources of guesses, the latest first: all for operators, else those that the company's phones use."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = select(Source).order_by(Source.last_at.desc(), Source.name)
        if actor.may(Right.OPERATE):
            return session.scalars(query.limit(limit)).all()
        mine = {source_of(address) for address in session.scalars(_addresses(actor))}
        return [row for row in session.scalars(query.limit(KEEP_MOST)) if row.name in mine][:limit]


def _addresses(actor: Actor) -> Select[str]:
    return owned(Device, actor).with_only_columns(Device.address).where(Device.address != "").distinct()


def lift(house: House, actor: Actor, name: str) -> None:
    """Let a source off: it counts from nothing again. Audited; raises NotFound."""
    actor.require(Right.EDIT)
    wanted = source_of(name.partition("/")[0])
    if wanted not in {row.name for row in sources(house, actor, KEEP_MOST)}:
        raise NotFound("there is no such source")
    with house.database.transaction() as session:
        source = session.get(Source, wanted, with_for_update=True)
        if source is not None:
            session.execute(delete(SourceGuess).where(SourceGuess.source == wanted))
            before = {"level": source.level, "misses": source.misses}
            source.level, source.until, source.bans = "", None, 0
            changes.commit(house, session, actor, Edit("source let off", wanted, before, None))
