"""Short codes: one or a whole range added, edited, moved between departments, deleted; at most 1000 of a company.

A range is stored as its codes, each with the number that it dials, so that phonebooks, keys and searches know no
ranges; ``range_first`` holds them together. Only the company's own administrators change them (guide, A37).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from provserver.db.models import ShortCode
from provserver.db.queries import claiming, department_by_name, holding, owned
from provserver.domain.roles import Actor, Right
from provserver.domain.short_codes import read_fields, spread
from provserver.errors import Conflict, Invalid, NotFound
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.organisation import pointers

LIMIT = 1000
"""Codes that a company may have (guide, A36); a range counts as many as it holds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a code, or a range with its first and last."""

    rows: tuple[ShortCode, ...]

    @property
    def first(self) -> ShortCode:
        """Give the code, or the first of the range."""
        return self.rows[0]

    @property
    def last(self) -> ShortCode:
        """Give the code, or the last of the range."""
        return self.rows[-1]

    @property
    def is_range(self) -> bool:
        """Tell whether it was added as a range."""
        return bool(self.first.range_first)


def find(house: House, actor: Actor, search: str = "", department: str | None = None) -> list[Entry]:
    """List codes and ranges in order; ``department`` names one, empty means those of none, None all of them."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = owned(ShortCode, actor).options(selectinload(ShortCode.department))
        if department is not None:
            place = department_by_name(session, actor, department).id if department else None
            query = query.where(ShortCode.department_id == place)
        rows = session.scalars(query).all()
        hits = query
        for word in search.split():
            hits = hits.where(holding(word, ShortCode.code, ShortCode.number, ShortCode.name))
        wanted = {row.range_first or row.code for row in session.scalars(hits)}
    return [entry for entry in _entries(rows) if (entry.first.range_first or entry.first.code) in wanted]


def _entries(rows: Sequence[ShortCode]) -> list[Entry]:
    groups: dict[str, list[ShortCode]] = {}
    for row in sorted(rows, key=lambda row: (len(row.code), row.code)):
        groups.setdefault(f"range {row.range_first}" if row.range_first else row.code, []).append(row)
    return sorted((Entry(tuple(group)) for group in groups.values()), key=lambda entry: entry.first.code)


def get(house: House, actor: Actor, code: str) -> Entry:
    """Give a code; one of a range with all of it."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return _entry(session, actor, code)


def _entry(session: Session, actor: Actor, code: str) -> Entry:
    query = owned(ShortCode, actor).options(selectinload(ShortCode.department))
    row = session.scalar(query.where(ShortCode.code == code))
    if row is None:
        raise NotFound(f"there is no short code {code} in this company")
    if not row.range_first:
        return Entry((row,))
    return _entries(session.scalars(query.where(ShortCode.range_first == row.range_first)).all())[0]


def count(house: House, actor: Actor) -> int:
    """Count the company's codes."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return _count(session, actor)


def _count(session: Session, actor: Actor) -> int:
    mine = select(func.count()).select_from(ShortCode).where(ShortCode.tenant_id == actor.tenant_id)
    return session.scalar(mine) or 0


def add(house: House, actor: Actor, raw: Mapping[str, object]) -> Entry:
    """Add one code (``code``), or a range (``first`` and ``last``).

    ``number`` is what the first one dials, and each code after it one more; ``name`` and ``department`` are
    optional. Raises Invalid for wrong fields, Conflict where a code is taken or there is no room.
    """
    actor.require(Right.COMPANY)
    fields = read_fields(raw)
    codes = spread(fields)
    with house.database.transaction() as session:
        department = _department(session, actor, fields.get("department", ""))
        if _count(session, actor) + len(codes) > LIMIT:
            raise Conflict(f"a company has at most {LIMIT} short codes")
        _insert(session, actor, codes, fields, department)
        wide = pointers.pointing(actor, list(codes))
        subject = _subject(list(codes))
        changes.commit(house, session, actor, Edit("short code added", subject, None, fields), wide=wide)
        return _entry(session, actor, next(iter(codes)))


def _insert(
    session: Session, actor: Actor, codes: Mapping[str, str], fields: Mapping[str, str], department: int | None
) -> None:
    field = "first" if "first" in fields else "code"
    taken = owned(ShortCode, actor).where(ShortCode.code.in_(list(codes))).order_by(ShortCode.code)
    if row := session.scalars(taken).first():
        raise Conflict(f"{field}: there is a short code {row.code} already")
    for code in codes:
        pointers.require_unused(session, actor, code, field)
    first = next(iter(codes)) if "first" in fields else ""
    with claiming(session, f"{field}: there is a short code {next(iter(codes))} already"):
        for code, number in codes.items():
            row = ShortCode(tenant_id=actor.tenant_id, code=code, number=number, name=fields.get("name", ""))
            row.range_first, row.department_id = first, department
            session.add(row)


def change(house: House, actor: Actor, code: str, raw: Mapping[str, object], *, release: bool = False) -> Entry:
    """Change a code or the whole range that it belongs to; what is not named stays.

    A code that is given another number of its own takes the keys that dial it along. Codes that a range loses are
    as if they were deleted: raises Conflict while keys dial one, unless ``release`` empties those keys.
    """
    actor.require(Right.COMPANY)
    with house.database.transaction() as session:
        entry = _entry(session, actor, code)
        before = _plain(entry)
        fields = read_fields({**before, **raw})
        after = {name: fields.get(name, "") for name in before}
        if before == after:
            return entry
        codes = spread(fields)
        department = _department(session, actor, after["department"])
        if _count(session, actor) - len(entry.rows) + len(codes) > LIMIT:
            raise Conflict(f"a company has at most {LIMIT} short codes")
        moved = _replace(house, session, actor, entry, codes, release)
        _insert(session, actor, codes, fields, department)
        edit = Edit("short code", _subject(list(codes)), before, after)
        changes.commit(house, session, actor, edit, wide=pointers.pointing(actor, list(codes), moved))
        return _entry(session, actor, next(iter(codes)))


def _replace(
    house: House, session: Session, actor: Actor, entry: Entry, codes: Mapping[str, str], release: bool
) -> list[int]:
    """Take the old codes away, and give the ids of the phones whose keys that changes.

    Those of a range that are not there again must be free, and a single one takes its keys along.
    """
    if entry.is_range:
        gone = [row.code for row in entry.rows if row.code not in codes]
        moved = pointers.settle(house, session, actor, "first", gone, release=release)
    else:
        moved = pointers.follow(house, session, actor, entry.first.code, next(iter(codes)))
    for row in entry.rows:
        session.delete(row)
    session.flush()
    return moved


def move(house: House, actor: Actor, codes: Sequence[str], department: str) -> int:
    """Move codes, and ranges as a whole, to a department (empty: the company); return how many codes moved."""
    actor.require(Right.COMPANY)
    with house.database.transaction() as session:
        place = _department(session, actor, department)
        entries = _chosen(session, actor, codes)
        moved = [row for entry in entries for row in entry.rows if row.department_id != place]
        for row in moved:
            row.department_id = place
        if moved:
            names = [row.code for row in moved]
            edit = Edit("short codes moved", _subject(names), None, {"department": department, "codes": names})
            changes.commit(house, session, actor, edit)
        return len(moved)


def remove(house: House, actor: Actor, codes: Sequence[str], *, release: bool = False) -> int:
    """Delete codes, and ranges as a whole, all or nothing; return how many codes went.

    Raises Conflict naming the phones while keys dial one of them, unless ``release`` empties those keys.
    """
    actor.require(Right.COMPANY)
    with house.database.transaction() as session:
        entries = _chosen(session, actor, codes)
        gone = [row.code for entry in entries for row in entry.rows]
        freed = pointers.settle(house, session, actor, "codes", gone, release=release)
        before = {_subject([row.code for row in entry.rows]): _plain(entry) for entry in entries}
        for entry in entries:
            for row in entry.rows:
                session.delete(row)
        session.flush()
        wide = pointers.pointing(actor, gone, freed)
        changes.commit(house, session, actor, Edit("short codes removed", _subject(gone), before, None), wide=wide)
        return len(gone)


def _chosen(session: Session, actor: Actor, codes: Sequence[str]) -> list[Entry]:
    if not codes:
        raise Invalid.field("codes", "choose at least one short code")
    found: dict[str, Entry] = {}
    for code in codes:
        entry = _entry(session, actor, code)
        found.setdefault(entry.first.code, entry)
    return list(found.values())


def _department(session: Session, actor: Actor, name: str) -> int | None:
    return department_by_name(session, actor, name, field="department").id if name else None


def _plain(entry: Entry) -> dict[str, str]:
    place = entry.first.department.name if entry.first.department else ""
    known = {"number": entry.first.number, "name": entry.first.name, "department": place}
    if entry.is_range:
        return {"first": entry.first.code, "last": entry.last.code, **known}
    return {"code": entry.first.code, **known}


def _subject(codes: Sequence[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{codes[0]}–{codes[-1]}"
