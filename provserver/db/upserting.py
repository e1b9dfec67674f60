"""Adding a row or, where it is there already, changing it: one statement, the same on both databases."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_into(session: Session, table: type[Any]) -> Any:
    """Begin an INSERT that knows ``on_conflict_do_update`` and ``on_conflict_do_nothing``."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows: Table = table.__table__
    return dialect.insert(rows)
