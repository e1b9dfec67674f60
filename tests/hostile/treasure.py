"""Every secret that a house keeps, opened, and a look for any of them in what somebody was answered."""

import re
from collections.abc import Iterable

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from provserver.db.models import Base, Device, Line
from provserver.db.session import keyring_of
from provserver.domain.secret import Secret
from provserver.services.house import House
from provserver.services.rendering.profiles import Profiles
from provserver.services.upkeep.rotation import PURPOSES

_PLAIN = frozenset({"line password", "device token", "device password", "second factor"})
"""Purposes of the sealed columns whose whole content is one secret."""
_SHORTEST = 6
"""Characters: what is shorter is found in any text by chance."""


class Treasure:
    """The secrets of a house, all of them or one company's; what is found is told by its kind and not itself."""

    def __init__(self, found: Iterable[tuple[str, str]]) -> None:
        self._kinds = {secret.encode(): kind for secret, kind in found if len(secret) >= _SHORTEST}
        self._any = re.compile(b"|".join(re.escape(secret) for secret in sorted(self._kinds, key=len, reverse=True)))
        self._seen = set[bytes]()

    def __len__(self) -> int:
        return len(self._kinds)

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Give the secrets of one kind."""
        return tuple(secret.decode() for secret, known in self._kinds.items() if known == kind)

    def inside(self, answer: bytes) -> str:
        """Name the kind of the first secret that stands in an answer; nothing where there is none."""
        if answer in self._seen:
            return ""
        if match := self._any.search(answer):
            return self._kinds[match[0]]
        if len(self._seen) < 10_000 and len(answer) < 1000:
            self._seen.add(answer)
        return ""


def treasure(house: House, but: int | None = None) -> Treasure:
    """Open every sealed column and every phone as it is written; ``but`` leaves one company out."""
    with house.database.reading() as session:
        found = [*_phones(session, house, but), *_lines(session, but)]
        if but is None:
            found += [
                pair for name, purpose in PURPOSES.items() if purpose in _PLAIN for pair in _column(session, name)
            ]
            found.append((keyring_of(session).session_key, "session key"))
    return Treasure(found)


def _column(session: Session, name: str) -> Iterable[tuple[str, str]]:
    table_name, _dot, column = name.partition(".")
    table: Table = Base.metadata.tables[table_name]
    for sealed in session.scalars(select(table.c[column]).where(table.c[column].is_not(None))):
        yield keyring_of(session).open(bytes(sealed), PURPOSES[name]).decode(), PURPOSES[name]


def _lines(session: Session, but: int | None) -> Iterable[tuple[str, str]]:
    for line in session.scalars(select(Line).where(Line.tenant_id != (but or 0))):
        yield keyring_of(session).open(line.sealed_password, "line password").decode(), "SIP password"


def _phones(session: Session, house: House, but: int | None) -> Iterable[tuple[str, str]]:
    for device in session.scalars(select(Device).where(Device.tenant_id != (but or 0))):
        phone = Profiles(session, device.tenant_id, house.config.base_url).resolve(device)
        yield phone.provisioning_url.rstrip("/").rpartition("/")[2], "device token"
        for name, effective in phone.settings.items():
            if isinstance(effective.value, Secret):
                yield effective.value.reveal(), name
        if phone.credentials:
            yield phone.credentials.password.reveal(), "device password"
