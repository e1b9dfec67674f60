"""Whom a number of the company belongs to, for labels: people first, then groups and short codes."""

from collections.abc import Mapping
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.db.models import Group, ShortCode
from provserver.domain.keys import Directory


class Names:
    """The directory that labels follow. Keys that monitor ask for people alone (``Profiles.name_of``)."""

    def __init__(self, session: Session, tenant_id: int, people: Directory) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._people = people

    def name_of(self, number: str) -> str | None:
        """Give the name behind a number, or None where it belongs to nobody and nothing here."""
        return self._people.name_of(number) or self._others.get(number)

    @cached_property
    def _others(self) -> Mapping[str, str]:
        codes = select(ShortCode.code, ShortCode.name).where(ShortCode.tenant_id == self._tenant_id)
        groups = select(Group.number, Group.name).where(Group.tenant_id == self._tenant_id)
        rows = [*self._session.execute(codes), *self._session.execute(groups)]
        return {number: name for number, name in rows if number and name}
