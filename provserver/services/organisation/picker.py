"""Whom and what a key can point at, in one list to pick from."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from provserver.db.models import Group, Line, ShortCode, StoredValue
from provserver.db.queries import holding, of_company
from provserver.domain.roles import Actor, Right
from provserver.domain.settings import Kind, Scope
from provserver.domain.vocabulary import SETTINGS
from provserver.services.house import House
from provserver.services.rendering.profiles import open_value

MOST = 500
"""Choices in one list; who seeks one among more types a part of its name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick: ``kind`` is person, group, short-code or service-code."""

    kind: str
    number: str
    name: str


def choices(house: House, actor: Actor, search: str = "") -> list[Choice]:
    """List people, groups, short codes and service codes; ``search`` looks in number and name.

    It is what every phone of the company may dial and show, so no reach limits it.
    """
    actor.require(Right.USE)
    with house.database.reading() as session:
        people = of_company(Line, actor)
        for word in search.split():
            people = people.where(holding(word, Line.extension, Line.name, Line.display_name))
        found = [
            Choice("person", line.extension, line.shown_name)
            for line in session.scalars(people.order_by(Line.id).limit(MOST))
        ]
        groups = session.scalars(of_company(Group, actor).where(Group.number != "").order_by(Group.kind, Group.name))
        others = [Choice("group", group.number, group.name) for group in groups]
        codes = session.scalars(of_company(ShortCode, actor).order_by(ShortCode.code))
        others += [Choice("short-code", code.code, code.name or code.number) for code in codes]
        others += _service_codes(session, actor)
    return found + [choice for choice in others if _matches(choice, search)]


def _service_codes(session: Session, actor: Actor) -> list[Choice]:
    """List the codes that the company dials for services, as far as the company has set or left them."""
    rows = session.scalars(of_company(StoredValue, actor).where(StoredValue.scope == Scope.TENANT.word))
    stored = {row.name: open_value(session, row) for row in rows if row.kind == "setting"}
    dialled = [setting for setting in SETTINGS.values() if setting.kind is Kind.DIALLED and setting.feature is None]
    values = [(setting, stored.get(setting.name, setting.default)) for setting in dialled]
    return [Choice("service-code", str(value), setting.title) for setting, value in values if value]


def _matches(choice: Choice, search: str) -> bool:
    text = f"{choice.number} {choice.name}".lower()
    return all(word in text for word in search.lower().split())
