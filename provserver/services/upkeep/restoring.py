"""A backup put back: checked to its last byte before anything is touched, then all of it or nothing."""

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from dataclasses import replace as copy_with
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    MetaData,
    Table,
    create_engine,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url

from provserver.config import Config
from provserver.crypto import Keyring, joined_keys
from provserver.db.models import Base, Tenant
from provserver.db.schema import changing, knows
from provserver.db.session import Database
from provserver.domain.roles import Actor, Right
from provserver.errors import Conflict, Unreadable
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.upkeep.archive import FORM, Line, read, unpack
from provserver.services.upkeep.backup import FIRMWARE

KEYS = "secret.key"
_BATCH = 500

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Content:
    """What a backup says of itself, and what is in it."""

    version: str = ""
    revision: str = ""
    at: str = ""
    url: str = ""
    rows: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    keys: bytes = b""


def look(path: Path, passphrase: str) -> Content:
    """Read a backup to its last byte; raises Unreadable where anything is wrong, Conflict where it is too new."""
    found = Content()
    with path.open("rb") as file:
        end: Line | None = None
        table = ""
        for line in read(file, passphrase):
            if end is not None:
                raise Unreadable("the file was altered: something stands behind its end")
            if "row" in line:
                found.tables[table] += 1
            elif "part" in line:
                found.keys += base64.b64decode(line["part"]) if found.files[-1] == KEYS else b""
            elif "table" in line:
                table = line["table"]
                found.tables[table] = 0
            elif "file" in line or "link" in line:
                found.files.append(_safe(line.get("file") or line["link"]))
            elif "backup" in line:
                _read_head(found, line["backup"])
            end = line.get("end")
    whole = {"rows": sum(found.tables.values()), "files": len(found.files)}
    if end != whole or KEYS not in found.files:
        raise Unreadable("the backup is not whole")
    found.rows = whole["rows"]
    return found


def _read_head(found: Content, head: dict[str, Any]) -> None:
    if head["form"] != FORM or not knows(head["revision"]):
        raise Conflict(f"this backup was made by provserver {head['version']}, which is newer; install that first")
    found.version, found.revision, found.at, found.url = (head[name] for name in ("version", "revision", "at", "url"))


def _safe(name: str) -> str:
    """Refuse a name that would lead out of the folder: a backup is believed, and still not followed anywhere."""
    parts = Path(name).parts
    if not parts or Path(name).is_absolute() or ".." in parts:
        raise Unreadable(f"the file was altered: it holds a file named {name}")
    return name


def restore(
    config: Config, path: Path, passphrase: str, *, replace: bool = False, progress: Progress | None = None
) -> Content:
    """Put a backup in the place of what is there; the server must not run meanwhile.

    Everything is checked first. The tables are put back in one transaction; the key file holds the old and the new
    keys until it is through, so that whatever happens, what is there can be opened. Raises Conflict where there is a
    company already, unless ``replace`` says that it may go.
    """
    content = look(path, passphrase)
    keys = config.data_dir / KEYS
    if not replace:
        _require_empty(config, keys)
    config.data_dir.mkdir(parents=True, exist_ok=True)
    before = keys.read_bytes() if keys.exists() else b""
    _put(keys, joined_keys(content.keys, before), 0o600)
    if before:
        _put(keys.with_name(f"{KEYS}.before-restore"), before, 0o600)
    database = Database(config.url, Keyring(keys))
    try:
        with path.open("rb") as file:
            _fill(database, content, read(file, passphrase), progress)
    finally:
        database.close()
    with path.open("rb") as file:
        _put_files(config, read(file, passphrase))
    return content


def _require_empty(config: Config, keys: Path) -> None:
    what = keys if keys.exists() else "the database" if _has_tables(config.url) else None
    if what is not None:
        raise Conflict(f"{what} is in use already; --replace puts the backup in the place of all that is there")


def _has_tables(url: str) -> bool:
    path = make_url(url).database or ""
    if url.startswith("sqlite") and not Path(path).exists():
        return False
    engine = create_engine(url)
    try:
        return bool(set(inspect(engine).get_table_names()) & set(Base.metadata.tables))
    finally:
        engine.dispose()


def _fill(database: Database, content: Content, lines: Iterator[Line], progress: Progress | None) -> None:
    """Make the tables anew as the backup has them, fill them, and bring them to today's form: one transaction."""
    with changing(database) as (connection, migrate):
        _drop(connection, {*content.tables, *Base.metadata.tables, "alembic_version"})
        migrate(content.revision)
        tables = MetaData()
        tables.reflect(connection, only=list(content.tables))
        done = 0
        for table, rows in _batches(tables, lines):
            _insert(connection, table, rows)
            done += len(rows)
            if progress:
                progress(done, content.rows)
        _count_on(connection, tables)
        migrate("head")


def _drop(connection: Connection, names: set[str]) -> None:
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in names)
    found.drop_all(connection)


def _batches(tables: MetaData, lines: Iterator[Line]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Walk the rows in batches of one table."""
    table: Table | None = None
    columns: list[Column[Any]] = []
    batch: list[dict[str, Any]] = []
    for line in lines:
        if table is not None and batch and (len(batch) == _BATCH or "row" not in line):
            yield table, batch
            batch = []
        if "row" in line:
            batch.append({column.name: _value(column, one) for column, one in zip(columns, line["row"], strict=True)})
        elif "table" in line:
            table = tables.tables[line["table"]]
            columns = [table.columns[name] for name in line["columns"]]
            for column in columns:
                column.type = JSON(none_as_null=True) if isinstance(column.type, JSON) else column.type


def _value(column: Column[Any], packed: object) -> object:
    value = unpack(packed)
    has_no_zone = isinstance(column.type, DateTime) and not column.type.timezone
    return value.replace(tzinfo=None) if isinstance(value, datetime) and has_no_zone else value


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows; what points at a row of the same table is put in afterwards, when that row is there."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    connection.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in rows])
    for row in rows:
        if any(row[name] is not None for name in own):
            here = [column == row[column.name] for column in table.primary_key.columns]
            connection.execute(update(table).where(*here).values({name: row[name] for name in own}))


def _count_on(connection: Connection, tables: MetaData) -> None:
    """Have PostgreSQL count on from the highest number; SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.sorted_tables:
        for column in table.primary_key.columns:
            given = {"table": f'"{table.name}"', "column": column.name}
            counter = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), given)
            if counter:
                highest = connection.scalar(select(func.max(column))) or 0
                connection.execute(select(func.setval(counter, highest + 1, False)))


def _put_files(config: Config, lines: Iterator[Line]) -> None:
    """Put the files in their places, each whole or not at all; keys last looked at are those of the backup alone."""
    writing: tuple[BinaryIO, Path] | None = None
    for line in lines:
        if "part" in line and writing:
            writing[0].write(base64.b64decode(line["part"]))
            continue
        if writing:
            _finish(*writing)
            writing = None
        if "file" in line:
            place = _place(config, line["file"])
            writing = _open_beside(place, line["mode"]), place
        elif "link" in line:
            place = _place(config, line["link"])
            place.unlink(missing_ok=True)
            place.symlink_to(_safe(line["to"]))


def _place(config: Config, name: str) -> Path:
    first, _, rest = _safe(name).partition("/")
    place = config.firmware_dir / rest if first == FIRMWARE and rest else config.data_dir / name
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _beside(place: Path) -> Path:
    return place.with_name(f".{place.name}.restored")


def _open_beside(place: Path, mode: int) -> BinaryIO:
    _beside(place).unlink(missing_ok=True)
    return os.fdopen(os.open(_beside(place), os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o777), "wb")


def _finish(file: BinaryIO, place: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    _beside(place).replace(place)


def _put(place: Path, content: bytes, mode: int) -> None:
    with _open_beside(place, mode) as file:
        file.write(content)
        _finish(file, place)


def note_restored(house: House, actor: Actor, content: Content) -> None:
    """Write into every company's history that it was put back, and from when."""
    actor.require(Right.OPERATE)
    with house.database.transaction() as session:
        for tenant in session.scalars(select(Tenant.id).order_by(Tenant.id)).all():
            edit = Edit("backup restored", "server", None, {"made": content.at})
            changes.record(house, session, copy_with(actor, tenant_id=tenant), edit)
