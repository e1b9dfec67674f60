"""Everything that is needed to come back on a bare machine, in one sealed file, while the server goes on working."""

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Table, func, select
from sqlalchemy.engine import Connection, make_url

from provserver import __version__
from provserver.config import Config
from provserver.db.locking import alone
from provserver.db.models import Base, Tenant
from provserver.db.schema import revision_of
from provserver.domain.moments import write_moment
from provserver.domain.roles import Actor, Right
from provserver.sealed_file import MAGIC
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.upkeep.archive import FORM, PART, Writer, pack
from provserver.services.upkeep.rotation import BUSY

FIRMWARE = "firmware"
"""Where images stand in a backup, whatever folder they came from."""
_PASSING = ("wake", "rehearsal-*", FIRMWARE, "*.lock", ".*", "*.before-restore", "*.pid", "*.sock")
"""What lies in the data folder and has no use after a restart; images are asked for."""
_BATCH = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds."""

    rows: int
    files: int
    size: int


def back_up(
    house: House,
    actor: Actor,
    path: Path,
    passphrase: str,
    *,
    firmware: bool = False,
    progress: Progress | None = None,
) -> BackedUp:
    """Write a backup; the name appears when it is whole, and an older file of that name is there until then.

    The tables are read as they are at one moment, while others write; the keys cannot be replaced meanwhile. Every
    company's history says that all its secrets were copied. Raises Conflict while the data key is being replaced.
    """
    actor.require(Right.OPERATE)
    temporary = path.with_name(f".{path.name}.part")
    with alone(house.database, house.database.keyring.path, BUSY):
        _audit(house, actor)
        try:
            with _only_ours(temporary) as file:
                writer = Writer(file, passphrase)
                rows = _put_tables(house, writer, progress)
                files = sum(_put_file(writer, name, source) for name, source in _files(house.config, firmware))
                writer.put({"end": {"rows": rows, "files": files}})
                writer.finish()
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return BackedUp(rows, files, path.stat().st_size)


def _only_ours(path: Path) -> BinaryIO:
    """Open a new file that its owner alone may read."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _audit(house: House, actor: Actor) -> None:
    """Write into every company's history that all of it is given out; that line is in the backup itself."""
    with house.database.transaction() as session:
        for tenant in session.scalars(select(Tenant.id).order_by(Tenant.id)).all():
            changes.record(house, session, replace(actor, tenant_id=tenant), Edit("backup made", "server", None, None))


def _put_tables(house: House, writer: Writer, progress: Progress | None) -> int:
    tables = Base.metadata.sorted_tables
    with house.database.snapshot() as connection:
        total = sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
        head = {"form": FORM, "version": __version__, "revision": revision_of(connection), "rows": total}
        writer.put({"backup": {**head, "at": write_moment(house.clock()), "url": house.config.base_url}})
        done = 0
        for table in tables:
            done = _put_table(connection, table, writer, done, total, progress)
    return done


def _put_table(
    connection: Connection, table: Table, writer: Writer, done: int, total: int, progress: Progress | None
) -> int:
    columns = list(table.columns)
    writer.put({"table": table.name, "columns": [column.name for column in columns]})
    query = select(*columns).order_by(*table.primary_key.columns)
    found = connection.execution_options(yield_per=_BATCH).execute(query)
    for batch in found.partitions():
        for row in batch:
            writer.put({"row": pack(row, columns)})
        done += len(batch)
        if progress:
            progress(done, total)
    return done


def _files(config: Config, firmware: bool) -> Iterator[tuple[str, Path]]:
    """Walk what lies beside the database and is needed again: keys and certificates, and images where wanted."""
    folder = config.data_dir.resolve()
    database = Path(make_url(config.url).database or "").name if config.url.startswith("sqlite") else ""
    for source in sorted(folder.rglob("*")):
        first = source.relative_to(folder).parts[0]
        passing = any(fnmatch(part, pattern) for part in (first, source.name) for pattern in _PASSING)
        if passing or (database and first.startswith(database)) or _is_backup(source):
            continue
        if source.is_file() or source.is_symlink():
            yield str(source.relative_to(folder)), source
    if firmware and config.firmware_dir.is_dir():
        for source in sorted(config.firmware_dir.iterdir()):
            if source.is_file() and not source.name.startswith("."):
                yield f"{FIRMWARE}/{source.name}", source


def _is_backup(path: Path) -> bool:
    """Tell whether a file is an older backup, which would only swell this one."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _put_file(writer: Writer, name: str, source: Path) -> int:
    if source.is_symlink():
        writer.put({"link": name, "to": str(source.readlink())})
        return 1
    writer.put({"file": name, "mode": source.stat().st_mode & 0o777})
    with source.open("rb") as file:
        while part := file.read(PART):
            writer.put({"part": base64.b64encode(part).decode()})
    return 1
