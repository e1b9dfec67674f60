"""Whom and what a key can point at, in one list to pick from."""

from dataclasses import dataclass

from provserver.domain.roles import Actor
from provserver.domain.settings import Kind, Scope
from provserver.domain.vocabulary import SETTINGS
from provserver.services import directory, settings
from provserver.services.house import House

MOST = 500
"""Choices in one list; who seeks one among more types a part of its name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick: ``kind`` is person, group, short-code or service-code."""

    kind: str
    number: str
    name: str


def choices(house: House, actor: Actor, search: str = "") -> list[Choice]:
    """List people, groups, short codes and service codes; ``search`` looks in number and name."""
    found = [
        Choice("person", line.extension, line.shown_name)
        for line in directory.find_lines(house, actor, search, limit=MOST)
    ]
    others = [Choice("group", group.number, group.name) for group in directory.groups(house, actor) if group.number]
    others += [
        Choice("short-code", code.code, code.name or code.number) for code in directory.short_codes(house, actor)
    ]
    others += _service_codes(house, actor)
    return found + [choice for choice in others if _matches(choice, search)]


def _service_codes(house: House, actor: Actor) -> list[Choice]:
    """List the codes that the company dials for services, as far as the company has set or left them."""
    stored, _ = settings.stored_values(house, actor, Scope.TENANT.word)
    dialled = [setting for setting in SETTINGS.values() if setting.kind is Kind.DIALLED and setting.feature is None]
    values = [(setting, stored.get(setting.name, setting.default)) for setting in dialled]
    return [Choice("service-code", str(value), setting.title) for setting, value in values if value]


def _matches(choice: Choice, search: str) -> bool:
    text = f"{choice.number} {choice.name}".lower()
    return all(word in text for word in search.lower().split())
